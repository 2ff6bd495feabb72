import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from outsidein.errors import TooLittleData
from outsidein.stats.factors.implication import hierarchical_map

FACTOR, BENEFIT, VALUE = range(3)


def test_a_chain_goes_from_factor_over_benefit_to_value():
    direct, indirect = np.zeros((3, 3), dtype=int), np.zeros((3, 3), dtype=int)
    direct[FACTOR, BENEFIT], direct[BENEFIT, VALUE], indirect[FACTOR, VALUE] = 20, 15, 15
    found = hierarchical_map(direct, indirect)
    assert found.shown.tolist() == [[False, True, False], [False, False, True], [False] * 3]
    assert found.abstractness[FACTOR] == 0
    assert 0 < found.abstractness[BENEFIT] < 1
    assert found.abstractness[VALUE] == 1
    assert found.kept == 1


def test_a_relation_named_by_few_is_not_drawn():
    direct = np.array([[0, 30, 2], [0, 0, 28], [0, 0, 0]])
    found = hierarchical_map(direct, np.zeros_like(direct))
    assert (found.cut, bool(found.shown[0, 2])) == (28, False)
    assert hierarchical_map(direct, np.zeros_like(direct), fewest=29).cut == 29


@given(arrays(np.int64, (5, 5), elements=st.integers(0, 40)))
def test_a_map_keeps_two_thirds_of_all_relations(direct):
    if not (direct - np.diag(np.diagonal(direct))).any():
        with pytest.raises(TooLittleData):
            hierarchical_map(direct, np.zeros_like(direct))
        return
    found = hierarchical_map(direct, np.zeros_like(direct))
    assert found.kept >= 2 / 3
    assert not np.diagonal(found.shown).any()
    assert (found.direct[found.shown] >= found.cut).all()
