"""The surveys of a project: what they asked, who answered, whom to ask next."""

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

import ibis
import ibis.expr.types as ir
import numpy as np
from ibis.backends.duckdb import Backend

from outsidein.errors import UnknownName
from outsidein.feedback.asked_customers import asked_customers
from outsidein.feedback.asking import SurveySample, draw_survey_sample
from outsidein.feedback.declaration import Survey
from outsidein.feedback.eligibility import Eligibility
from outsidein.feedback.weights import answers
from outsidein.identity.records.customer_ids import with_customers
from outsidein.lake.engine import connect, read_table
from outsidein.lake.manifest import read_manifest
from outsidein.lake.snapshots import Snapshot
from outsidein.pipeline.declared import Declared
from outsidein.workspace.defaults import SEED


class Standing(NamedTuple):
    """One survey in the build in use: customers asked and who of them answered (counts)."""

    survey: Survey
    asked: int
    answered: int


class Surveys:
    """The declared surveys, read against the snapshot in use."""

    def __init__(self, check: Callable[[], Declared], snapshot: Callable[[], Snapshot]) -> None:
        self._check = check
        self._snapshot = snapshot

    def listed(self) -> list[Standing]:
        """Tell of each declared survey how many customers it asked and how many answered."""
        declared = self._check()
        snapshot = self._snapshot()
        table = read_table(connect(timezone=declared.timezone), snapshot.table("asked"))
        counted = table.group_by("survey").aggregate(
            asked=table.count(), answered=table.has_answered.cast("int64").sum()
        )
        found = {row["survey"]: row for row in counted.to_pyarrow().to_pylist()}
        none = {"asked": 0, "answered": 0}
        return [
            Standing(survey, *(int(found.get(name, none)[key]) for key in none))
            for name, survey in sorted(declared.surveys.items())
        ]

    def ask(self, name: str, *, budget: int, seed: int = SEED) -> SurveySample:
        """Draw whom a survey asks next, as of the day of the build in use.

        Args:
            name: Of a declared survey.
            budget: How many to ask (count).
            seed: The same draws the same list from the same build.

        Raises:
            UnknownName: There is no such survey.
            InputError: The budget is below 1, or nobody may be asked.
        """
        declared = self._check()
        if name not in declared.surveys:
            raise UnknownName("survey", name, declared.surveys)
        survey, snapshot = declared.surveys[name], self._snapshot()
        backend = connect(timezone=declared.timezone)
        known = _known(backend, snapshot)
        told = Eligibility(
            _customers(backend, snapshot, survey),
            *(known[table] for table in ("invitations", "messages", "signals", "consents")),
        )
        heard = answers(known["signals"], known["invitations"], known["encounters"])
        return draw_survey_sample(
            told,
            asked_customers(known["invitations"], known["signals"]),
            heard,
            survey,
            budget=budget,
            as_of=date.fromisoformat(read_manifest(snapshot.folder)["as_of"]),
            rng=np.random.default_rng(seed),
        )


def _known(backend: Backend, snapshot: Snapshot) -> dict[str, ir.Table]:
    """Canonical tables with their customers."""
    members = read_table(backend, snapshot.table("memberships"))
    names = ("invitations", "messages", "signals", "consents", "encounters")
    tables = {name: read_table(backend, snapshot.table(name)) for name in names}
    return {name: with_customers(table, members) for name, table in tables.items()}


def _customers(backend: Backend, snapshot: Snapshot, survey: Survey) -> ir.Table:
    """One row per customer: the record to ask under, and the cell of stage and tier."""
    members = read_table(backend, snapshot.table("memberships"))
    facts = read_table(backend, snapshot.table("customers"))
    system = survey.responses.record[0] if survey.responses.record else ""
    first = ibis.window(
        group_by="customer_id",
        order_by=[members.source != system, members.source, members.record_id],
    )
    placed = members.mutate(place=ibis.row_number().over(first))
    one = placed.filter(placed.place == 0).select("customer_id", "source", "record_id")
    cell = ibis.literal(" / ").join(
        [facts[name].cast("string").fill_null("none") for name in ("stage", "tier")]
    )
    return one.inner_join(facts.select("customer_id", cell=cell), "customer_id")
