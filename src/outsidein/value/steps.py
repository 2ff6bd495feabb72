"""Steps of value: profit, tiers and lifetime value."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import ibis.expr.types as ir

from outsidein.canonical.build_tables import ORDERS, PARTIAL_CUSTOMERS
from outsidein.canonical.customer_tables import CUSTOMER_TABLES, customer_tables
from outsidein.canonical.declaration import ObservationSettings
from outsidein.canonical.figures import SAMPLING
from outsidein.canonical.observation import observation_start
from outsidein.canonical.sampling import followed, of_followed
from outsidein.figures.figure import Figure, assuming
from outsidein.profiles.tables import PROFILES
from outsidein.steps.run import Run
from outsidein.steps.step import Step
from outsidein.value.declaration import Activity, Tier, ValueSettings
from outsidein.value.distribution import profit_distribution
from outsidein.value.figures import (
    LIFETIME_MODEL_CHOICE,
    LIFETIME_VALUE,
    NOT_ATTRIBUTABLE,
    PROFIT_DISTRIBUTION,
    PROFITABILITY,
    TIER_OUTLOOK,
    WHALE_CURVE,
)
from outsidein.value.figures import TIERS as TIERS_FIGURE
from outsidein.value.forecast import lifetime_model_choice, lifetime_value
from outsidein.value.goods import assumed_margin, rests_on_goods
from outsidein.value.inputs import ValueInputs
from outsidein.value.lifetime import lifetime_values
from outsidein.value.outlook import tier_outlook
from outsidein.value.profit import customer_profit
from outsidein.value.profitability import cost_rule, not_attributable, profitability
from outsidein.value.revenue import has_revenue
from outsidein.value.tables import LIFETIME_VALUES, PROFITS, TIERS
from outsidein.value.tiers import customer_tiers, tiers_figure
from outsidein.value.whale import whale_figure


@dataclass(frozen=True, slots=True)
class ValueRules:
    """What a project declares about value."""

    settings: ValueSettings
    activities: Mapping[str, Activity]
    tiers: tuple[Tier, ...]


_CANONICAL = ("encounters", "messages", "contracts")
_INPUTS = (PROFILES, ORDERS, *customer_tables(*_CANONICAL))


def _inputs(run: Run) -> ValueInputs:
    tables = {name: run.read(CUSTOMER_TABLES[name]) for name in _CANONICAL}
    customers = run.read(PROFILES).select("customer_id", "records", "first_seen_on")
    start = observation_start(
        tables["contracts"], run.declaration(ObservationSettings), as_of=run.as_of
    )
    return ValueInputs(
        customers, run.read(ORDERS), **tables, as_of=run.as_of, complete_from=start.day
    )


def _with_margin(
    figures: Iterable[Figure], profits: ir.Table, settings: ValueSettings
) -> Iterator[Figure]:
    """Say of every figure of profit which margin was assumed."""
    margin = assumed_margin(profits, settings)
    return (assuming(figure, margin, rests=rests_on_goods) for figure in figures)


def _profits(run: Run) -> Iterator[Figure]:
    inputs, rules = _inputs(run), run.declaration(ValueRules)
    settings, activities = rules.settings, rules.activities
    profits = customer_profit(inputs, settings=settings, activities=activities)
    profits = followed(run, run.write(PROFITS, profits))
    rule = cost_rule(profits, settings=settings)
    figures = (
        of_followed(run, profitability(profits, settings=settings)),
        not_attributable(
            inputs,
            settings=settings,
            activities=activities,
            is_revenue_loaded=has_revenue(profits),
        ),
        of_followed(run, profit_distribution(profits, rule=rule)),
        of_followed(run, whale_figure(profits, rng=run.rng(WHALE_CURVE.name), rule=rule)),
    )
    yield from _with_margin(figures, profits, settings)


def _tiers(run: Run) -> Iterator[Figure]:
    profits, rules = run.read(PROFITS), run.declaration(ValueRules)
    tiers = run.write(TIERS, customer_tiers(profits, rules.tiers))
    rule = cost_rule(profits, settings=rules.settings)
    profits, tiers = followed(run, profits), followed(run, tiers)
    figure = of_followed(run, tiers_figure(profits, tiers, tiers=rules.tiers, rule=rule))
    yield from _with_margin([figure], profits, rules.settings)


def _lifetimes(run: Run) -> Iterator[Figure]:
    """Value customers held with all their rows: whoever ordered twice may seem to have once."""
    rules, inputs = run.declaration(ValueRules), _inputs(run)
    inputs = inputs._replace(customers=followed(run, inputs.customers))
    profits, tiers = (followed(run, run.read(table)) for table in (PROFITS, TIERS))
    lifetimes = lifetime_values(inputs, profits, tiers, settings=rules.settings)
    values = run.write(LIFETIME_VALUES, lifetimes.values)
    yield of_followed(run, lifetime_model_choice(lifetimes))
    expected = lifetime_value(lifetimes, tiers=rules.tiers, settings=rules.settings)
    outlook = tier_outlook(
        profits,
        tiers,
        values,
        expected,
        declared=rules.tiers,
        horizon_days=rules.settings.horizon_days,
    )
    figures = [of_followed(run, figure) for figure in (expected, outlook)]
    yield from _with_margin(figures, profits, rules.settings)


ADD_UP_PROFITS = Step(
    name="Understand: what customers are worth",
    run=_profits,
    reads=(*_INPUTS, PARTIAL_CUSTOMERS),
    reads_figures=(SAMPLING,),
    writes=(PROFITS,),
    figures=(PROFITABILITY, NOT_ATTRIBUTABLE, PROFIT_DISTRIBUTION, WHALE_CURVE),
)

GROUP_BY_TIER = Step(
    name="Understand: tiers",
    run=_tiers,
    reads=(PROFITS, PARTIAL_CUSTOMERS),
    reads_figures=(SAMPLING,),
    writes=(TIERS,),
    figures=(TIERS_FIGURE,),
)

VALUE_LIFETIMES = Step(
    name="Understand: lifetime value",
    run=_lifetimes,
    reads=(*_INPUTS, PROFITS, TIERS, PARTIAL_CUSTOMERS),
    reads_figures=(SAMPLING,),
    writes=(LIFETIME_VALUES,),
    figures=(LIFETIME_MODEL_CHOICE, LIFETIME_VALUE, TIER_OUTLOOK),
)
