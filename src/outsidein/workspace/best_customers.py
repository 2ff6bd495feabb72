"""Customers in the order of the whale curve: the most profitable first."""

import ibis.expr.types as ir
import pyarrow as pa

from outsidein.workspace.workspace import Workspace

NAME = "name"
SHOWN = ("rank", "customer_id", NAME, "tier", "stage", "profit", "value")


def best_customers(
    work: Workspace, *, most: int, personal: bool, rows: int, offset: int = 0
) -> pa.Table:
    """Return the most profitable customers of the current build, as ranked for its tiers.

    Args:
        work: The project.
        most: How many count as the most profitable (count).
        personal: Whether names are shown.
        rows: Most rows (count).
        offset: Rows of the list to leave out (count).
    """
    with work.reading() as reading:
        ranks, facts = reading.table("tiers"), reading.table("customers")
        best = ranks.filter(ranks["rank"] <= most).select("customer_id", "rank")
        ranked = _shown(best.inner_join(facts, "customer_id"), personal=personal)
        return reading.backend.to_pyarrow(ranked.order_by("rank").limit(rows, offset=offset))


def _shown(ranked: ir.Table, *, personal: bool) -> ir.Table:
    hidden = () if personal else (NAME,)
    return ranked.select(*(c for c in SHOWN if c in ranked.columns and c not in hidden))
