"""What came of cases: the customer's verdict, who stayed, and which playbook does better."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from sqlalchemy import select
from sqlalchemy.orm import Session

from outsidein.cases.figures import (
    CUSTOMERS,
    MORE_STAYED,
    PLAYBOOK_OUTCOMES,
    SATISFIED,
    STAYED,
)
from outsidein.cases.model import Case
from outsidein.cases.retention import churn_after
from outsidein.errors import TooLittleData
from outsidein.experiments.comparison import (
    ArmOutcome,
    arm_difference,
    effect_of_acting,
    is_comparable,
    randomised_pairs,
)
from outsidein.figures.figure import Estimate, Figure
from outsidein.figures.spec import Measure
from outsidein.stats.proportion import Difference, proportion

CASES = ibis.schema(
    {
        "number": "!int64",
        "about": "!string",
        "source": "!string",
        "record_id": "string",
        "rule": "!string",
        "issue": "!string",
        "team": "!string",
        "is_kept": "!boolean",
        "playbook": "string",
        "propensity": "float64",
        "cause": "string",
        "verdict": "string",
        "state": "!string",
        "opened_on": "!date",
        "closed_on": "date",
    }
)
"""Grain: one row per case."""


def cases_table(session: Session, *, timezone: str) -> pa.Table:
    """Read all cases from the store; days are in the project's time zone.

    Returns:
        `CASES`, by number.
    """
    zone = ZoneInfo(timezone)
    same = [name for name in CASES.names if name not in ("number", "opened_on", "closed_on")]
    columns = [getattr(Case, name) for name in same]
    query = select(Case.id, Case.opened_at, Case.closed_at, *columns).order_by(Case.id)
    rows = [
        {name: getattr(row, name) for name in same}
        | {
            "number": row.id,
            "opened_on": row.opened_at.astimezone(zone).date(),
            "closed_on": row.closed_at.astimezone(zone).date() if row.closed_at else None,
        }
        for row in session.execute(query)
    ]
    return pa.Table.from_pylist(rows, schema=CASES.to_pyarrow())


def case_outcomes(
    cases: ir.Table, members: ir.Table, spells: ir.Table, *, within_days: int, as_of: date
) -> ir.Table:
    """Return what followed each customer's first case of a rule.

    Only the first counts: later ones depend on what was done in it, and a customer is one
    observation.

    Returns:
        One row per customer and rule: `rule`, `playbook`, `propensity`, `verdict`, `customer_id`,
        `is_ripe`, `was_customer`, `left` (null where not known yet).
    """
    ids = members.select("source", "record_id", "customer_id")
    joined = cases.filter(cases.playbook.notnull()).inner_join(ids, ["source", "record_id"])
    turn = ibis.row_number().over(group_by=["rule", "customer_id"], order_by="number")
    first = joined.mutate(turn=turn).filter(lambda t: t.turn == 0)
    subjects = first.select(
        *("rule", "playbook", "propensity", "verdict", "customer_id"),
        subject=first.number,
        on=first.opened_on,
    )
    return churn_after(subjects, spells, within_days=within_days, as_of=as_of)


def playbook_counts(followed_cases: ir.Table) -> ir.Table:
    """Count what followed.

    Returns:
        One row per rule, playbook and propensity: `customers`, `ripe` (whose stay is known),
        `stayed`, `judged`, `satisfied` (counts).
    """
    table = followed_cases
    return table.group_by("rule", "playbook", "propensity").aggregate(
        customers=table.count(),
        ripe=table.left.count(),
        stayed=(~table.left).cast("int64").sum().fill_null(0),
        judged=table.verdict.count(),
        satisfied=(table.verdict == "satisfied").cast("int64").sum().fill_null(0),
    )


def playbook_figure(counts: ir.Table, *, within_days: int) -> Figure:
    """Compare playbooks: who stayed, who was satisfied, and the difference where chance chose.

    Args:
        counts: From `playbook_counts`.
        within_days: Days looked at.
    """
    rows = counts.to_pyarrow().to_pylist()
    rows.sort(key=lambda row: (row["rule"], row["playbook"], row["propensity"]))
    return PLAYBOOK_OUTCOMES.figure(_estimates(rows), within_days=within_days)


Row = dict[str, Any]


def _estimates(rows: Sequence[Row]) -> Iterator[Estimate]:
    for rule, playbook in dict.fromkeys((row["rule"], row["playbook"]) for row in rows):
        mine = [row for row in rows if (row["rule"], row["playbook"]) == (rule, playbook)]
        of = {"rule": rule, "playbook": playbook}
        total = {name: sum(row[name] for row in mine) for name in _COUNTS}
        n = total["customers"]
        yield CUSTOMERS.counted(n, n=n, group=of)
        yield _share(STAYED, total["stayed"], total["ripe"], of)
        yield _share(SATISFIED, total["satisfied"], total["judged"], of)
    for rule in dict.fromkeys(row["rule"] for row in rows):
        for a, b in randomised_pairs(_arm_outcomes(rows, rule)):
            yield _difference(rule, a, b)


_COUNTS = ("customers", "ripe", "stayed", "judged", "satisfied")


def _share(measure: Measure, successes: int, n: int, of: dict[str, str]) -> Estimate:
    try:
        return measure.estimated(proportion(successes, n), value="share", group=of)
    except TooLittleData as error:
        return measure.too_little(error, group=of)


def _difference(rule: str, a: Sequence[ArmOutcome], b: Sequence[ArmOutcome]) -> Estimate:
    of = {"rule": rule, "playbook": f"{a[0].arm} against {b[0].arm}"}
    if not is_comparable(a, b):
        why = "the chances of getting the playbooks changed; compare within one set of chances"
        return MORE_STAYED.unanswered(why, group=of)
    try:
        more = arm_difference(a, b)
    except TooLittleData as error:
        return MORE_STAYED.too_little(error, group=of)
    n = more.n_a + more.n_b
    return MORE_STAYED.estimate(n, more.difference, more.low, more.high, group=of)


def retention_effect(rows: Sequence[Row], rule: str) -> Difference | None:
    """Estimate how many more customers stay if their case is worked on than if it is held out.

    Args:
        rows: From `playbook_counts`.
        rule: Whose cases.

    Returns:
        The difference in shares; None where nobody was held out or nobody's stay is known.
    """
    return effect_of_acting(_arm_outcomes(rows, rule))


def _arm_outcomes(rows: Sequence[Row], rule: str) -> list[ArmOutcome]:
    return [
        ArmOutcome(row["playbook"], row["propensity"], row["stayed"], row["ripe"])
        for row in rows
        if row["rule"] == rule
    ]
