"""Figures: how many records a customer has, what ties them, what waits for review."""

from collections.abc import Iterator, Mapping
from typing import Any

import ibis
import ibis.expr.types as ir

from outsidein.figures.figure import Estimate, Figure
from outsidein.identity.figures import (
    AMONG_SAME,
    AMONG_STRANGERS,
    CUSTOMERS,
    EXPECTED_PRECISION,
    EXPECTED_RECALL,
    IDENTITY_EVIDENCE,
    IDENTITY_RECORDS,
    IDENTITY_REVIEW,
    IDENTITY_THRESHOLDS,
    MATCH_WEIGHTS,
    PAIRS,
    PAIRS_IN_EFFECT,
    PAIRS_WITHHELD,
    RECORDS,
    SHARE_OF_CUSTOMERS,
    WEIGHT,
)
from outsidein.identity.matching.match_model import MatchModel
from outsidein.identity.matching.weight_tables import match_weight_table
from outsidein.identity.records.pairs import PAIR

MANY = 5
"""Customers of so many records or more are counted together."""

ALL = "all"

THRESHOLDS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)
"""Least probabilities of a pair to tell what they would give."""

PARTS = 10_000
"""Probabilities have four digits, so that their sums are whole numbers of these."""

EXPECTED = "expected by the model itself, not checked"

LEARNED = "learned without labels; its error is not known"


def records_figure(members: ir.Table) -> Figure:
    """Count customers by how many records they have.

    Args:
        members: `MEMBERSHIPS`.
    """
    each = members.group_by("customer_id").aggregate(records=members.count())
    size = ibis.least(each.records, MANY)
    rows = each.group_by(size=size).aggregate(
        customers=each.count(), records=each.records.sum(), most=each.records.max()
    )
    rows_by_size = {row["size"]: row for row in rows.to_pyarrow().to_pylist()}
    everyone = sum(row["customers"] for row in rows_by_size.values())
    estimates = [
        estimate
        for number in range(1, MANY + 1)
        for estimate in _customers(number, rows_by_size.get(number), everyone)
    ]
    everything = sum(row["records"] for row in rows_by_size.values())
    estimates += [
        CUSTOMERS.counted(everyone, n=everyone, group={"records": ALL}),
        RECORDS.counted(everything, n=everyone, group={"records": ALL}),
    ]
    return IDENTITY_RECORDS.figure(estimates)


def _customers(number: int, row: Mapping[str, Any] | None, everyone: int) -> list[Estimate]:
    group = {"records": f"{number} or more" if number == MANY else str(number)}
    n = row["customers"] if row else 0
    share = n / everyone if everyone else 0.0
    return [
        CUSTOMERS.counted(n, n=n, group=group),
        SHARE_OF_CUSTOMERS.counted(share, n=n, group=group),
        RECORDS.counted(row["records"] if row else 0, n=n, group=group),
    ]


def evidence_figure(ledger: ir.Table, withheld: ir.Table) -> Figure:
    """Count the pairs of records by what ties them, in effect and withheld.

    Args:
        ledger: `EVIDENCE`.
        withheld: `WITHHELD`.
    """
    withheld_pairs = withheld.select(*PAIR).distinct().mutate(is_held=True)
    joined = ledger.left_join(withheld_pairs, list(PAIR))
    rows = joined.group_by("kind", "rule").aggregate(
        pairs=joined.count(),
        held=joined.is_held.fill_null(False).cast("int64").sum(),  # noqa: FBT003
    )
    estimates = [
        measure.counted(number, n=row["pairs"], group=_reason(row))
        for row in rows.order_by("kind", "rule").to_pyarrow().to_pylist()
        for measure, number in (
            (PAIRS_IN_EFFECT, row["pairs"] - row["held"]),
            (PAIRS_WITHHELD, row["held"]),
        )
    ]
    return IDENTITY_EVIDENCE.figure(estimates)


def _reason(row: Mapping[str, Any]) -> dict[str, str]:
    if row["kind"] == "identifier":
        return {"evidence": f"same {row['rule'].replace('_', ' ')}"}
    names = {"model": "the model holds them alike", "decision": "somebody decided so"}
    return {"evidence": names[row["kind"]]}


def review_figure(withheld: ir.Table) -> Figure:
    """Count what was withheld by reason: the load of the review.

    Args:
        withheld: `WITHHELD`.
    """
    rows = withheld.group_by("reason").aggregate(pairs=withheld.count())
    estimates = tuple(
        PAIRS_WITHHELD.counted(
            row["pairs"],
            n=row["pairs"],
            group={"reason": row["reason"]},
        )
        for row in rows.order_by(ibis.desc("pairs"), "reason").to_pyarrow().to_pylist()
    )
    return IDENTITY_REVIEW.figure(estimates)


def weights_figure(model: MatchModel) -> Figure:
    """Tell how much each agreement and difference counts in matching."""
    rows = match_weight_table(model).to_pylist()
    records = {part.party_kind: part.records for part in model.parts}
    estimates = tuple(
        measure.estimate(
            records[row["party_kind"]],
            row[column],
            why=LEARNED,
            group={
                "party": row["party_kind"],
                "comparison": row["comparison"].replace("_", " "),
                "level": row["level"],
            },
        )
        for row in rows
        for measure, column in (
            (WEIGHT, "weight"),
            (AMONG_SAME, "m"),
            (AMONG_STRANGERS, "u"),
        )
    )
    return MATCH_WEIGHTS.figure(estimates, trained_at=model.trained_at[:10])


def thresholds_figure(proposals: ir.Table) -> Figure:
    """Tell what every threshold would give, by the model's own probabilities.

    Args:
        proposals: `PROPOSALS`, the unlikely ones among them.
    """
    parts = (proposals.probability * PARTS).round().cast("int64")
    rows = proposals.aggregate(
        all_parts=parts.sum().cast("int64"),
        **{f"pairs{n}": _sum_from(parts, t, 1) for n, t in enumerate(THRESHOLDS)},
        **{f"parts{n}": _sum_from(parts, t, parts) for n, t in enumerate(THRESHOLDS)},
    )
    [totals] = rows.to_pyarrow().to_pylist()
    estimates = [
        estimate
        for n, threshold in enumerate(THRESHOLDS)
        for estimate in _at(
            threshold, totals[f"pairs{n}"] or 0, totals[f"parts{n}"] or 0, totals["all_parts"] or 0
        )
    ]
    return IDENTITY_THRESHOLDS.figure(estimates)


def _sum_from(
    parts: ir.IntegerColumn, threshold: float, what: ir.IntegerValue | int
) -> ir.IntegerScalar:
    reached = parts >= round(threshold * PARTS)
    return reached.ifelse(what, 0).sum().cast("int64")


def _at(threshold: float, pairs: int, parts: int, all_parts: int) -> Iterator[Estimate]:
    group = {"threshold": threshold}
    yield PAIRS.counted(pairs, n=pairs, group=group)
    for measure, part, whole in (
        (EXPECTED_PRECISION, parts, pairs * PARTS),
        (EXPECTED_RECALL, parts, all_parts),
    ):
        share = part / whole if whole else None
        yield measure.estimate(pairs, share, why=EXPECTED, group=group)
