"""Groups of customers whom a statement asks somebody to do something for."""

from typing import TYPE_CHECKING

from outsidein.headlines.statement import Audience

if TYPE_CHECKING:
    import ibis.expr.types as ir

ADDRESSED_BY = ("email", "phone", "loyalty")
"""Kinds of identifiers by which a firm finds a person who holds no contract and never ordered."""


def with_reach(customers: "ir.Table", identifiers: "ir.Table", extremes: "ir.Table") -> "ir.Table":
    """Add to each customer whether they can be reached, and whether they had a disaster lately.

    Who has left cannot be reached as a customer. Who never was one can be reached where an
    identifier says by which address or number.

    Args:
        customers: The table `customers`.
        identifiers: One row per identifier, with `customer_id` and `kind`.
        extremes: One row per customer with a scored signal, with `is_disaster`.

    Returns:
        The customers with `is_reachable` and `had_disaster`.
    """
    addressed = _of(identifiers.filter(identifiers.kind.isin(ADDRESSED_BY)), "is_addressed")
    disasters = _of(extremes.filter(extremes.is_disaster), "was_disaster")
    joined = customers.left_join(addressed, "customer_id").drop("customer_id_right")
    joined = joined.left_join(disasters, "customer_id").drop("customer_id_right")
    is_customer = (~joined.is_churned).coalesce(joined.is_addressed, False)
    return joined.mutate(
        is_reachable=is_customer,
        had_disaster=joined.was_disaster.fill_null(False),  # noqa: FBT003
    ).drop("is_addressed", "was_disaster")


def _of(rows: "ir.Table", flag: str) -> "ir.Table":
    return rows.select("customer_id").distinct().mutate(**{flag: True})


HAD_DISASTER = Audience(
    name="the customers who had a disaster lately", select=lambda t: t.filter(t.had_disaster)
)


def of_tier(name: str) -> Audience:
    """Return the customers of a tier."""
    return Audience(
        name=f"the customers of tier “{name}”", select=lambda t: t.filter(t.tier == name)
    )


def reachable_of(audience: Audience, customers: "ir.Table") -> int:
    """Count the customers of an audience who can be reached."""
    rows = audience.select(customers)
    return int(rows.filter(rows.is_reachable).count().to_pyarrow().as_py())


def expected_value_of(audience: Audience, customers: "ir.Table") -> float | None:
    """Sum what the customers of an audience who can be reached are expected to bring."""
    rows = audience.select(customers)
    total = rows.filter(rows.is_reachable)["value"].sum().to_pyarrow().as_py()
    return None if total is None else float(total)
