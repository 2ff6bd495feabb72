import ibis
import numpy as np
import pyarrow as pa
import pytest

from outsidein.canonical.customer_tables import CUSTOMER_TABLES
from outsidein.factors.declaration import Beliefs
from outsidein.factors.reading import read_factor_files
from outsidein.factors.steps import STUDY_FACTORS
from outsidein.lake.engine import connect, read_table
from tests.factors.conftest import FILLED
from tests.factors.world import rated
from tests.steps_builds import build_of, no_rows

BELIEFS = Beliefs(
    author="head of sales",
    sealed_on="2019-01-01",
    belief=[{"factor": "food", "class": "enhancer"}],
)


@pytest.fixture
def built(tmp_path):
    """Runs the step over a survey as build `number`, after the snapshot in `before`."""
    rows = rated(np.random.default_rng(90), 800, {"food": (-0.1, 0.8), "price": (-0.5, 0.5)})

    def signals(columns):
        filled = [FILLED.get("signals", {}) | row for row in rows]
        return pa.Table.from_pylist(filled, schema=ibis.schema(columns).to_pyarrow())

    def build(number, *, before=None, beliefs=BELIEFS, threads=2):
        rated_signals = CUSTOMER_TABLES["signals"]
        tables = [
            (table, signals if table is rated_signals else no_rows) for table in STUDY_FACTORS.reads
        ]
        folder = tmp_path / str(number)
        files = read_factor_files(tmp_path)._replace(beliefs=beliefs)
        started = build_of(folder, tables, [files], number=number, before=before, threads=threads)
        started.run(STUDY_FACTORS)
        started.backend.disconnect()
        return folder

    return build


def seals(folder):
    return read_table(connect(), folder / "belief_seals.parquet").to_pyarrow().to_pylist()


def test_a_belief_is_sealed_by_the_first_build_that_meets_it(built):
    first = built(1)
    second = built(2, before=first)
    assert seals(second) == seals(first)
    assert [(s["first_build"], s["is_after_measured"]) for s in seals(first)] == [(1, False)]


def test_another_belief_after_the_measured_ranking_was_shown_stands_beside_the_first(built):
    first = built(1)
    changed = BELIEFS.model_copy(update={"author": "head of service"})
    second = built(2, before=first, beliefs=changed)
    assert [(s["author"], s["is_after_measured"]) for s in seals(second)] == [
        ("head of sales", False),
        ("head of service", True),
    ]


def test_a_belief_written_after_a_build_without_any_is_late(built):
    first = built(1, beliefs=None)
    assert seals(first) == []
    assert seals(built(2, before=first))[0]["is_after_measured"]


def test_the_figures_are_the_same_on_any_number_of_threads(built):
    one, two = (built(number, threads=number) for number in (1, 2))
    for path in sorted((one / "figures").iterdir()):
        if path.stem != "factor_beliefs":  # it names the build
            assert path.read_bytes() == (two / "figures" / path.name).read_bytes(), path.name
