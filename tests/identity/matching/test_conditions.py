import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outsidein.identity.matching.comparisons import text_comparison
from outsidein.identity.matching.conditions import columns_of, equal, first_or_last_equal, one_typo
from outsidein.lake.engine import connect

WORDS = st.text(alphabet="ab1é", min_size=1, max_size=9)


@pytest.fixture(scope="module")
def con(tmp_path_factory):
    return connect(threads=1, spill=tmp_path_factory.mktemp("spill")).con


def asked(con, condition, one, other):
    rows = con.execute(
        f"SELECT {condition}, damerau_levenshtein(l.w, r.w) = 1, jaro_winkler_similarity(l.w, r.w) "
        "FROM (SELECT ?::VARCHAR AS w) l, (SELECT ?::VARCHAR AS w) r",
        [one, other],
    )
    return rows.fetchone()


@settings(max_examples=300)
@given(one=WORDS, other=WORDS)
def test_one_typo_is_an_edit_distance_of_one_with_swaps(con, one, other):
    told, is_one, likeness = asked(con, one_typo("w"), one, other)
    is_long = min(len(one), len(other)) > 3
    assert told == (is_one and is_long and likeness >= 0.75)


@settings(max_examples=300)
@given(one=WORDS, other=WORDS)
def test_one_typo_leaves_the_first_or_the_last_letter(con, one, other):
    told = "SELECT w, left(w, 1) AS first_of_w, right(w, 1) AS last_of_w FROM (SELECT ? AS w)"
    query = f"SELECT {one_typo('w')}, {first_or_last_equal('w')} FROM ({told}) l, ({told}) r"
    is_typo, has_end = con.execute(query, [one, other]).fetchone()
    assert has_end or not is_typo


@settings(max_examples=300)
@given(one=WORDS, other=WORDS)
def test_likeness_does_not_depend_on_which_record_comes_first(con, one, other):
    is_typo, likeness = asked(con, one_typo("w"), one, other)[::2]
    assert asked(con, one_typo("w"), other, one)[::2] == (is_typo, likeness)


@pytest.mark.parametrize(
    ("one", "other", "is_typo"),
    [
        ("maria", "amria", True),
        ("maria", "mario", True),
        ("maria", "mariaa", True),
        ("maria", "marla", True),
        ("maria", "ariam", False),
        ("ana", "anna", False),
        ("anna", "anna", False),
        ("lozucen.napeshon123", "lozucen.napeshon98", False),
    ],
)
def test_slips_of_the_pen(con, one, other, is_typo):
    assert asked(con, one_typo("w"), one, other)[0] is is_typo


def test_columns_of_a_condition_are_those_of_either_side():
    assert columns_of(equal("given", "id_loyalty number")) == {"given", "id_loyalty number"}


@pytest.mark.parametrize(("one", "other"), [("male", "mal"), ("flat", "fla"), ("maria", "marla")])
def test_a_text_is_like_another_as_that_is_like_it(con, one, other):
    query = f"SELECT {text_comparison('w').sql} FROM (SELECT ? AS w) l, (SELECT ? AS w) r"
    levels = {con.execute(query, pair).fetchone() for pair in ([one, other], [other, one])}
    assert len(levels) == 1
