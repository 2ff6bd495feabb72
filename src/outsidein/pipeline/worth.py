"""What customers are worth: profit, tiers, lifetime value."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import ibis.expr.types as ir
import numpy as np
from ibis.backends.duckdb import Backend

from outsidein.figures.figure import Figure
from outsidein.lake.engine import write_table
from outsidein.pipeline.declared import Declared
from outsidein.pipeline.know import Known as KnownCustomers
from outsidein.value.distribution import profit_distribution
from outsidein.value.forecast import lifetime_model_choice, lifetime_value
from outsidein.value.inputs import Known
from outsidein.value.lifetime import Lifetimes, lifetime_values
from outsidein.value.profit import customer_profit
from outsidein.value.profitability import cost_rule, not_attributable, profitability
from outsidein.value.tiers import customer_tiers, tiers_figure
from outsidein.value.whale import whale_figure

SEED = 20_050_101
"""Of every bootstrap: the same customers give the same intervals."""


@dataclass(frozen=True, slots=True)
class Worth:
    """Tables about what customers are worth, and all they rest on."""

    known: Known
    profits: ir.Table
    tiers: ir.Table
    lifetimes: Lifetimes

    def figures(self, declared: Declared) -> Iterator[Figure]:
        """Yield every figure about value."""
        settings, activities = declared.value, declared.activities
        rule = cost_rule(self.profits, settings=settings)
        rng = np.random.default_rng(SEED)
        yield profitability(self.profits, settings=settings)
        yield not_attributable(self.known, settings=settings, activities=activities)
        yield profit_distribution(self.profits, rule=rule)
        yield whale_figure(self.profits, rng=rng, rule=rule)
        yield tiers_figure(self.profits, self.tiers, tiers=declared.tiers, rule=rule)
        yield lifetime_model_choice(self.lifetimes)
        yield lifetime_value(self.lifetimes, tiers=declared.tiers, settings=settings)


def worth(backend: Backend, declared: Declared, known: KnownCustomers, *, folder: Path) -> Worth:
    """Write profits, tiers and lifetime values, one row per customer each."""
    tables = {name: known.canonical[name] for name in ("encounters", "messages", "contracts")}
    cut = Known(known.customers, known.orders, **tables, as_of=declared.as_of)
    key = ["customer_id"]
    profits = customer_profit(cut, settings=declared.value, activities=declared.activities)
    profits = write_table(backend, profits, folder / "profits.parquet", key=key)
    tiers = customer_tiers(profits, declared.tiers)
    tiers = write_table(backend, tiers, folder / "tiers.parquet", key=key)
    lifetimes = lifetime_values(cut, tiers, settings=declared.value)
    values = write_table(backend, lifetimes.values, folder / "lifetime_values.parquet", key=key)
    return Worth(cut, profits, tiers, lifetimes._replace(values=values))
