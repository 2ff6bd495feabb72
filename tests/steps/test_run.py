import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from outsidein.errors import Undeclared
from outsidein.figures.figure import Unit
from outsidein.figures.spec import FigureSpec, Measure
from outsidein.lake.engine import connect
from outsidein.steps.run import Build, Run
from outsidein.steps.step import Step
from outsidein.tables.table import Column, Table

COLUMNS = {"customer_id": Column("string"), "n": Column("int64")}
KEPT = Table("kept", "customer", ("customer_id",), COLUMNS)
PASSING = Table("passing", "customer", ("customer_id",), COLUMNS, is_kept=False)
CUSTOMERS = Measure("customers", Unit.CUSTOMERS)
FIGURE = FigureSpec("how_many", "How many", (), (CUSTOMERS,), "Counted.")
ROWS = ibis.memtable(pa.table({"customer_id": ["b", "a"], "n": [2, 1]}))


@pytest.fixture
def build(tmp_path):
    def start(before=None, declarations=()):
        folder = tmp_path / "snapshot"
        (folder / "figures").mkdir(parents=True, exist_ok=True)
        kinds = {type(each): each for each in declarations}
        return Build(
            backend=connect(),
            declarations=kinds,
            as_of=None,
            number=1,
            folder=folder,
            spool=tmp_path / "spool",
            before=before,
        )

    return start


def step(run, **declared):
    return Step(name="Count", run=run, **declared)


def nothing(_):
    return ()


def write(*tables):
    def run(r):
        for table in tables:
            r.write(table, ROWS)
        return ()

    return run


def test_a_kept_table_lies_in_the_snapshot_in_key_order_and_a_passing_one_does_not(build):
    started = build()
    started.run(step(write(KEPT, PASSING), writes=(KEPT, PASSING)))
    assert [path.name for path in started.folder.glob("*.parquet")] == ["kept.parquet"]
    kept = pq.read_table(started.folder / "kept.parquet")
    assert kept.column("customer_id").to_pylist() == ["a", "b"]


@pytest.mark.parametrize("table", [KEPT, PASSING])
def test_a_later_step_reads_what_an_earlier_one_wrote(build, table):
    started, sums = build(), []
    started.run(step(write(table), writes=(table,)))

    def add_up(r):
        sums.append(r.read(table).n.sum().to_pyarrow().as_py())
        return ()

    started.run(step(add_up, reads=(table,)))
    assert sums == [3]


def test_a_step_does_not_read_what_it_does_not_declare(build):
    started = build()
    started.run(step(write(KEPT), writes=(KEPT,)))
    with pytest.raises(Undeclared, match="No table that is read by step 'Count' 'kept'"):
        started.run(step(lambda r: [r.read(KEPT)]))


def test_a_step_does_not_read_what_no_step_has_written_yet(build):
    with pytest.raises(RuntimeError, match="No step has written table 'kept'"):
        build().run(step(lambda r: [r.read(KEPT)], reads=(KEPT,)))


def test_a_step_does_not_write_what_it_does_not_declare(build):
    with pytest.raises(Undeclared, match="No table that is written by step 'Count' 'kept'"):
        build().run(step(write(KEPT), writes=(PASSING,)))


def test_a_step_writes_all_that_it_declares_but_what_it_only_may_write(build):
    started = build()
    started.run(step(nothing, may_write=(KEPT,)))
    with pytest.raises(RuntimeError, match="Step 'Count' did not write kept"):
        started.run(step(nothing, writes=(KEPT,)))


@pytest.mark.parametrize("table", [KEPT, PASSING])
def test_a_table_is_written_with_the_declared_columns(build, table):
    def one_column(r):
        r.write(table, ROWS.select("customer_id"))
        return ()

    with pytest.raises(ValueError, match="column 'n' is missing"):
        build().run(step(one_column, writes=(table,)))


def test_a_step_publishes_only_figures_that_it_declares(build):
    def publish(_):
        yield FIGURE.figure([CUSTOMERS.counted(20, n=20)])

    started = build()
    started.run(step(publish, figures=(FIGURE,)))
    assert (started.folder / "figures" / "how_many.csv").exists()
    with pytest.raises(Undeclared, match="No figure of step 'Count' 'how_many'"):
        started.run(step(publish))


def test_a_step_reads_an_earlier_figure_with_its_small_groups(build):
    started, read = build(), []

    def look(r):
        read.append(r.figure(FIGURE).estimates[0].value)
        return ()

    started.run(
        step(lambda _: [FIGURE.figure([CUSTOMERS.counted(3, n=3)])], figures=(FIGURE,)),
    )
    started.run(step(look, reads_figures=(FIGURE,)))
    assert read == [3]
    with pytest.raises(Undeclared):
        started.run(step(look))


def test_the_snapshot_before_is_read_by_declaration_and_may_lack_a_table(build):
    first, read = build(), []
    first.run(step(write(KEPT), writes=(KEPT,)))

    def look(r):
        read.extend([r.read_before(KEPT), r.read_before(PASSING), r.figure_before(FIGURE)])
        return ()

    declared = {"reads_before": (KEPT, PASSING), "reads_figures_before": (FIGURE,)}
    build(before=first.folder).run(step(look, **declared))
    kept, *others = read
    assert others == [None, None]
    assert kept.count().to_pyarrow().as_py() == 2
    with pytest.raises(Undeclared, match="of the snapshot before"):
        build(before=first.folder).run(step(look))


def test_a_step_gets_the_declarations_that_the_project_has(build):
    got = []

    def look(r):
        got.append(r.declaration(int))
        return [r.declaration(str)]

    with pytest.raises(Undeclared, match="No declaration of the project 'str'"):
        build(declarations=(7,)).run(step(look))
    assert got == [7]


def test_each_name_draws_its_own_random_numbers_and_the_same_ones_in_every_build(build):
    def draws(name):
        return Run(build(), step(nothing)).rng(name).random(3).tolist()

    assert draws("whale_curve") == draws("whale_curve")
    assert draws("whale_curve") != draws("factor_figures")
