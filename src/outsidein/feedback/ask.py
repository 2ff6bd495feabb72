"""Surveys: counts of each, and whom it asks next."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

import ibis
import ibis.expr.types as ir
import numpy as np

from outsidein.feedback.asked_customers import asked_customers
from outsidein.feedback.asking import SurveySample, draw_survey_sample
from outsidein.feedback.declaration import Survey
from outsidein.feedback.eligibility import Eligibility
from outsidein.feedback.weights import answers
from outsidein.lake.snapshot_reading import Reading

RELATED = ("invitations", "messages", "signals", "consents", "encounters")
"""Canonical tables that decide who may be asked."""


class SurveyCounts(NamedTuple):
    """One survey in a snapshot: customers asked and who of them answered (counts)."""

    survey: Survey
    asked: int
    answered: int


def survey_counts(reading: Reading, surveys: Mapping[str, Survey]) -> list[SurveyCounts]:
    """Return for each declared survey how many customers it asked and how many answered."""
    table = reading.table("asked")
    counts = table.group_by("survey").aggregate(
        asked=table.count(), answered=table.has_answered.cast("int64").sum()
    )
    by_survey = {row["survey"]: row for row in counts.to_pyarrow().to_pylist()}
    none = {"asked": 0, "answered": 0}
    return [
        SurveyCounts(survey, *(int(by_survey.get(name, none)[key]) for key in none))
        for name, survey in sorted(surveys.items())
    ]


def ask(
    tables: Mapping[str, ir.Table],
    members: ir.Table,
    customers: ir.Table,
    survey: Survey,
    *,
    budget: int,
    seed: int,
    as_of: date,
) -> SurveySample:
    """Draw the next sample of a survey.

    Args:
        tables: `RELATED`, each with `customer_id`.
        members: One row per record: `source`, `record_id`, `customer_id`.
        customers: One row per customer: `customer_id`, `stage`, `tier`.
        survey: As declared.
        budget: How many to ask (count).
        seed: The same draws the same list from the same build.
        as_of: First day after the data of the snapshot.

    Raises:
        InputError: The budget is below 1, or nobody may be asked.
    """
    history = Eligibility(
        _records_to_ask(members, customers, survey),
        *(tables[name] for name in ("invitations", "messages", "signals", "consents")),
    )
    return draw_survey_sample(
        history,
        asked_customers(tables["invitations"], tables["signals"]),
        answers(tables["signals"], tables["invitations"], tables["encounters"]),
        survey,
        budget=budget,
        as_of=as_of,
        rng=np.random.default_rng(seed),
    )


def _records_to_ask(members: ir.Table, customers: ir.Table, survey: Survey) -> ir.Table:
    """One row per customer: the record to ask under, and the cell of stage and tier."""
    system = survey.responses.record[0] if survey.responses.record else ""
    first = ibis.window(
        group_by="customer_id",
        order_by=[members.source != system, members.source, members.record_id],
    )
    ranked = members.mutate(place=ibis.row_number().over(first))
    one = ranked.filter(ranked.place == 0).select("customer_id", "source", "record_id")
    cell = ibis.literal(" / ").join(
        [customers[name].cast("string").fill_null("none") for name in ("stage", "tier")]
    )
    return one.inner_join(customers.select("customer_id", cell=cell), "customer_id")
