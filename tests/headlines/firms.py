"""Simulated firms by seed, and what is said of them from the steps that effects rest on.

A firm goes through the product's own steps on one thread. Which records are one customer is the
simulator's truth. Left out is what leads to segments, profits, predictions, the ladder or a
published snapshot: no statement about an effect over all customers rests on it, but for shifts of
stages.
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import ibis
import pyarrow.parquet as pq

import outsidein
from outsidein.canonical.steps import ADD_UP_ORDERS, ADMIT
from outsidein.churn.steps import COMPARE_CHURN, FIND_SPELLS
from outsidein.extremes.steps import FIND_EXTREMES
from outsidein.factors.steps import STUDY_FACTORS
from outsidein.feedback.steps import ADMIT_SIGNALS
from outsidein.figures.figure import protect
from outsidein.headlines.basis import Basis
from outsidein.headlines.judgement import judged
from outsidein.identity.steps import NAME_CUSTOMERS
from outsidein.identity.tables import MEMBERSHIPS
from outsidein.lake.engine import close, connect
from outsidein.pipeline.order import STEPS
from outsidein.pipeline.step_declarations import by_type
from outsidein.present.overall_scale import in_points
from outsidein.present.wording import Wording
from outsidein.project.declarations import declare
from outsidein.shifts.steps import WATCH_SHIFTS
from outsidein.simulate.declaration import Firm, default_table, with_replacements
from outsidein.simulate.quiet import quiet_firm
from outsidein.simulate.simulation import TRUTH, simulate
from outsidein.sources.progress import SilentProgress
from outsidein.sources.steps import LOAD, MEASURE_RECORDING
from outsidein.standards.steps import JUDGE_STANDARDS
from outsidein.steps.run import Build
from outsidein.tables.snapshot_files import empty_rows, read_declared, write_declared_rows
from outsidein.text.steps import READ_TEXTS
from outsidein.workspace.project import open_project

CUSTOMERS = 800

EFFECTS = ("first_factor", "riskiest_month", "shift", "returning", "after")
"""How statements begin that claim an effect; the others count, or ask somebody to be called."""

EFFECT_STEPS = (
    *(LOAD, MEASURE_RECORDING, ADMIT, ADMIT_SIGNALS, ADD_UP_ORDERS, NAME_CUSTOMERS),
    *(FIND_SPELLS, COMPARE_CHURN, FIND_EXTREMES, READ_TEXTS, STUDY_FACTORS),
    *(JUDGE_STANDARDS, WATCH_SHIFTS),
)
"""Steps that publish what statements about effects rest on, and those before them."""

_WRITTEN = {table.name for step in EFFECT_STEPS for table in step.writes}
LEFT_EMPTY = {
    table.name: table for step in EFFECT_STEPS for table in step.reads if table.name not in _WRITTEN
}
"""Tables that those steps read from steps that are left out."""

NOBODY = ibis.schema(
    {
        "customer_id": "string",
        "tier": "string",
        "value": "float64",
        "orders": "int64",
        "is_churned": "boolean",
        "is_reachable": "boolean",
        "had_disaster": "boolean",
    }
)


class FirmTask(NamedTuple):
    """A firm to simulate: a seed, and what `changes` plants in a firm without effects."""

    seed: int
    changes: dict
    customers: int = CUSTOMERS


class JudgedFirm(NamedTuple):
    """The statements that could be made of a simulated firm, the leading ones first."""

    seed: int
    statements: list[dict]

    def contradictions(self):
        """Answers of figures that contradict the leading answer to the same question."""
        return [s for s in self.statements if s["name"].startswith("answer of ")]

    def shown(self, name=""):
        """Statements that pass the gate, of those whose name begins so."""
        return [s for s in self.statements if s["is_shown"] and s["name"].startswith(name)]


def firm_with(changes):
    """The firm that comes along without its effects, but for those that `changes` plants."""
    quiet = quiet_firm(declare(Firm, default_table(), file="test"))
    table = with_replacements(quiet.model_dump(exclude_none=True), changes)
    return Firm.model_validate(table)


def judge_whole_firm(task):
    """Judge a firm after all steps of a build, with customers as a build finds them."""
    with TemporaryDirectory(prefix="firm") as folder:
        path = Path(folder) / "firm"
        simulate(firm_with(task.changes), path, customers=task.customers, seed=task.seed)
        with open_project(path) as project:
            project.build(threads=1)
            return JudgedFirm(task.seed, project.table("statements").to_pylist())


def judge_firm(task):
    with TemporaryDirectory(prefix="firm") as folder:
        path = Path(folder) / "firm"
        simulate(firm_with(task.changes), path, customers=task.customers, seed=task.seed)
        declared = outsidein.open(path).workspace.check()
        backend = connect(timezone=declared.timezone, threads=1)
        build = Build(
            backend=backend,
            declarations=by_type(declared, environment={}, progress=SilentProgress()),
            as_of=declared.as_of,
            number=1,
            folder=_made(path / "snapshot"),
            spool=_made(path / "spool"),
        )
        _made(build.folder / "figures")
        for name, table in LEFT_EMPTY.items():
            write_declared_rows(table, empty_rows(table), build.spool)
            build.tables[name] = read_declared(backend, table, build.spool)
        build.tables[MEMBERSHIPS.name] = _true_memberships(path)
        for step in sorted(EFFECT_STEPS, key=STEPS.index):
            build.run(step)
        firm = JudgedFirm(task.seed, _statements(build, declared))
        build.tables.clear()
        close(backend)
        return firm


def _true_memberships(path):
    records = ibis.memtable(pq.read_table(path / TRUTH / "records"))
    return records.select(
        "source",
        "record_id",
        customer_id=records.customer.cast("string"),
        first_seen_build=ibis.literal(1, "int64"),
    )


def _made(folder):
    folder.mkdir(parents=True)
    return folder


def _statements(build, declared):
    basis = Basis(
        figures=in_points({name: protect(figure) for name, figure in build.figures.items()}),
        words=Wording(declared.currency),
        customers=ibis.memtable(NOBODY.to_pyarrow().empty_table()),
    )
    return [
        {
            "name": each.statement.name,
            "text": each.statement.text,
            "action": each.statement.action,
            "worth": each.statement.worth,
            "is_shown": each.withheld_because is None,
            "withheld_because": each.withheld_because,
            "grounds": [_numbers(ground) for ground in each.statement.grounds],
        }
        for each in judged(basis)
    ]


def _numbers(ground):
    e = ground.estimate
    return {
        "measure": e.measure,
        "of": {name: str(value) for name, value in e.group.items()},
        "interval": [e.low, e.value, e.high],
        "n": e.n,
        "no_effect": ground.no_effect,
        "among": ground.among,
    }
