"""All that is known of each customer, side by side: what segment rules may name."""

import ibis.expr.types as ir

_PROFITS = (
    *("orders", "lines", "encounters", "revenue", "contract_revenue", "returns", "discounts"),
    *("cost_to_serve", "failure_cost", "profit", "profit_without_failures"),
)
_SPELLS = ("started_on", "last_on", "churned_on", "reason", "tenure_months", "revenue_per_month")
_LIFETIME = ("alive", "expected_orders", "value", "value_low", "value_high")


def customer_facts(
    profiles: ir.Table,
    *,
    stages: ir.Table,
    profits: ir.Table,
    tiers: ir.Table,
    lifetimes: ir.Table,
    spells: ir.Table,
    predictions: ir.Table,
) -> ir.Table:
    """Put a customer's profile beside stage, worth, and standing.

    Args:
        profiles: One row per customer.
        stages: One row per customer: `stage`, `step`, `stage_since_on`.
        profits: One row per customer, as by `value.profit`.
        tiers: One row per customer: `tier`, `rank`.
        lifetimes: One row per customer valued.
        spells: One row per customer and spell; the latest counts.
        predictions: One row per customer who has not churned.

    Returns:
        One row per customer: all columns of the profile; `stage`, `step`, `stage_since_on`;
        `tier`; counts and money out of profits (minor units); `alive`, `expected_orders` and
        `value` of the horizon ahead; of the latest spell `started_on`, `last_on`,
        `churned_on`, `reason`, `tenure_months`, `revenue_per_month`, `is_churned` (null
        for who never was a customer); `churn_probability`, `repurchase_probability`.
    """
    latest = spells.filter(spells.is_latest).select("customer_id", *_SPELLS)
    parts = (
        stages,
        profits.select("customer_id", *_PROFITS),
        tiers.select("customer_id", "tier"),
        lifetimes.select("customer_id", *_LIFETIME),
        latest,
        predictions.select("customer_id", "churn_probability", "repurchase_probability"),
    )
    facts = profiles
    for part in parts:
        facts = facts.left_join(part, "customer_id").drop("customer_id_right")
    is_churned = facts.started_on.isnull().ifelse(None, facts.churned_on.notnull())
    return facts.mutate(is_churned=is_churned)
