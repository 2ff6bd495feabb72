"""Figures: how many records a customer has, what ties them, what waits for review."""

from collections.abc import Iterator, Mapping
from typing import Any

import ibis
import ibis.expr.types as ir

from outsidein.figures.figure import Estimate, Figure, Unit, counted
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
        counted("customers", Unit.CUSTOMERS, everyone, n=everyone, group={"records": ALL}),
        counted("records", Unit.NUMBER, everything, n=everyone, group={"records": ALL}),
    ]
    return Figure(
        "identity_records",
        "How many records a customer has",
        "Customers of the build by the number of records, of whatever system, that its evidence "
        "makes one.",
        ("records",),
        tuple(estimates),
    )


def _customers(number: int, row: Mapping[str, Any] | None, everyone: int) -> list[Estimate]:
    group = {"records": f"{number} or more" if number == MANY else str(number)}
    n = row["customers"] if row else 0
    share = n / everyone if everyone else 0.0
    return [
        counted("customers", Unit.CUSTOMERS, n, n=n, group=group),
        counted("share of customers", Unit.SHARE, share, n=n, group=group),
        counted("records", Unit.NUMBER, row["records"] if row else 0, n=n, group=group),
    ]


def evidence_figure(ledger: ir.Table, withheld: ir.Table) -> Figure:
    """Count the pairs of records by what ties them, in effect and withheld.

    Args:
        ledger: `EVIDENCE`.
        withheld: `WITHHELD`.
    """
    held = withheld.select(*PAIR).distinct().mutate(is_held=True)
    joined = ledger.left_join(held, list(PAIR))
    rows = joined.group_by("kind", "rule").aggregate(
        pairs=joined.count(),
        held=joined.is_held.fill_null(False).cast("int64").sum(),  # noqa: FBT003
    )
    estimates = [
        counted(measure, Unit.NUMBER, number, n=row["pairs"], group=_reason(row))
        for row in rows.order_by("kind", "rule").to_pyarrow().to_pylist()
        for measure, number in (
            ("pairs in effect", row["pairs"] - row["held"]),
            ("pairs withheld", row["held"]),
        )
    ]
    return Figure(
        "identity_evidence",
        "What ties records",
        "Pairs of records by the reason for which they may be one customer; n counts pairs. What "
        "the firewall withholds joins nobody until somebody has looked at it.",
        ("evidence",),
        tuple(estimates),
    )


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
        counted(
            "pairs withheld",
            Unit.NUMBER,
            row["pairs"],
            n=row["pairs"],
            group={"reason": row["reason"]},
        )
        for row in rows.order_by(ibis.desc("pairs"), "reason").to_pyarrow().to_pylist()
    )
    return Figure(
        "identity_review",
        "What waits for review",
        "Pairs of records whose evidence would make a customer who cannot be, by reason; n counts "
        "pairs. `outsidein identity review` lists them.",
        ("reason",),
        estimates,
    )


def weights_figure(model: MatchModel) -> Figure:
    """Tell how much each agreement and difference counts in matching."""
    rows = match_weight_table(model).to_pylist()
    records = {part.party_kind: part.records for part in model.parts}
    estimates = tuple(
        Estimate(
            measure,
            unit,
            records[row["party_kind"]],
            row[column],
            None,
            None,
            LEARNED,
            {
                "party": row["party_kind"],
                "comparison": row["comparison"].replace("_", " "),
                "level": row["level"],
            },
        )
        for row in rows
        for measure, unit, column in (
            ("weight", Unit.NUMBER, "weight"),
            ("among one customer's records", Unit.SHARE, "m"),
            ("among strangers'", Unit.SHARE, "u"),
        )
    )
    return Figure(
        "match_weights",
        "How much each agreement counts",
        "Weight: log2 of how much more often two records of one customer than of two strangers "
        f"are so alike; learned on {model.trained_at[:10]} without labels, and added up over the "
        "comparisons. n counts the records learned from.",
        ("party", "comparison", "level"),
        estimates,
    )


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
    return Figure(
        "identity_thresholds",
        "What every threshold would give",
        "Pairs of at least so much probability; of them the share expected to be one customer's "
        "(precision), and of all matches expected the share among them (recall). Expected means "
        "by the model's own probabilities, before the firewall; n counts pairs. What a reviewer "
        "finds in a random sample is told by `outsidein identity precision`.",
        ("threshold",),
        tuple(estimates),
    )


def _sum_from(
    parts: ir.IntegerColumn, threshold: float, what: ir.IntegerValue | int
) -> ir.IntegerScalar:
    reached = parts >= round(threshold * PARTS)
    return reached.ifelse(what, 0).sum().cast("int64")


def _at(threshold: float, pairs: int, parts: int, all_parts: int) -> Iterator[Estimate]:
    group = {"threshold": threshold}
    yield counted("pairs", Unit.NUMBER, pairs, n=pairs, group=group)
    for measure, part, whole in (
        ("expected precision", parts, pairs * PARTS),
        ("expected recall", parts, all_parts),
    ):
        share = part / whole if whole else None
        yield Estimate(measure, Unit.SHARE, pairs, share, None, None, EXPECTED, group)
