"""The section on value: profit, its distribution, tiers and lifetime value."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from outsidein.figures.figure import Estimate
from outsidein.headlines.doubts import forecast_doubts, start_doubts
from outsidein.headlines.finders import anonymous_profit, customer_share, whale
from outsidein.headlines.heading import heading
from outsidein.headlines.statement import Statement
from outsidein.present.bars import bar, shared_reason
from outsidein.present.blocks import ContentBlock
from outsidein.present.charts.bar_rows import BarRow
from outsidein.present.charts.curves import PERCENT_FORMAT, Axes, Point, Series
from outsidein.present.charts.figure_chart import FigureChart, line_chart, row_chart
from outsidein.present.display_tables import DisplayTable, long_table, plain_table
from outsidein.present.figure_view import Bars, CrossTable, FigureView, by, measure_label
from outsidein.present.wording import Wording, label, share
from outsidein.report.evidence import Evidence, number_of
from outsidein.report.exhibits import Exhibit, SectionSpec, no_chart
from outsidein.report.findings import as_share, best_share, tier_name
from outsidein.report.sections.lifetime_value import LIFETIME_VALUE_EXHIBITS
from outsidein.value.figures import (
    BEST_AT_LEAST,
    BROUGHT_PER_CUSTOMER,
    CUMULATIVE_SHARE,
    EXPECTED_PER_CUSTOMER,
    EXPECTED_VALUE,
    LIFETIME_VALUE,
    MEDIAN_PROFIT,
    NOT_ATTRIBUTABLE,
    POLICY,
    PROFIT,
    PROFIT_DISTRIBUTION,
    PROFITABILITY,
    SHARE_OF_CUSTOMERS,
    TIER_OUTLOOK,
    TIERS,
    TOTAL,
    UNPROFITABLE,
    WHALE_CURVE,
    WORST_AT_MOST,
)

END = "1 %"
"""Share of customers at either end whose profit is the headline."""

FIRST, EVERY = 0.02, 0.05
"""Steps of the whale curve's table on the page (shares); the file has every point."""

WHALE_AXES = Axes(
    "Customers, the most profitable first",
    "Share of all profit",
    x_format=PERCENT_FORMAT,
    y_format=PERCENT_FORMAT,
    x_domain=(0.0, 1.0),
    level=1.0,
    has_points=False,
)


def _whale_finding(evidence: Evidence) -> Statement | None:
    best, unprofitable = best_share(evidence), whale(evidence, UNPROFITABLE)
    words, base = evidence.words, "of all known customers"
    if best:
        text = (
            f"The best {share(customer_share(best), decimals=0)} {base} bring "
            f"{words.value(best)} of their profit{anonymous_profit(evidence)}"
        )
        return heading(WHALE_CURVE, text, best, base=base)
    if unprofitable:
        text = f"{words.value(unprofitable)} {base} cost more than they bring"
        return heading(WHALE_CURVE, text, unprofitable, base=base, no_effect=0.0)
    return None


def whale_curves(view: FigureView) -> list[Series]:
    """Return the curves with and without own failures; one where both are the same."""
    shares = view.numbers(CUMULATIVE_SHARE)
    series = [
        Series(name, tuple(_curve_point(e) for e in shares if e.group["curve"] == name))
        for name in dict.fromkeys(str(e.group["curve"]) for e in shares)
    ]
    if len(series) > 1 and _coordinates(series[0]) == _coordinates(series[1]):
        return [Series("all customers", series[0].points)]
    return series


def _curve_point(e: Estimate) -> Point:
    return Point(customer_share(e), number_of(e), e.low, e.high)


def _coordinates(series: Series) -> list[tuple[float, float]]:
    return [(point.x, round(point.y, 4)) for point in series.points]


def _whale_chart(view: FigureView) -> FigureChart | None:
    return line_chart(whale_curves(view), WHALE_AXES)


def _whale_table(view: FigureView) -> list[DisplayTable]:
    first = next((e.group["curve"] for e in view.numbers(CUMULATIVE_SHARE)), None)
    is_one = len(whale_curves(view)) == 1
    shown = [e for e in view.figure.estimates if not is_one or e.group.get("curve") == first]
    estimates = tuple(_in_percent(e) for e in shown if _is_listed(e))
    return [long_table(replace(view.figure, estimates=estimates), view.words)]


def _in_percent(e: Estimate) -> Estimate:
    at = e.group.get("customer_share")
    group = {**e.group, "customer_share": None if at is None else share(float(at), decimals=0)}
    e = replace(e, group=group)
    return as_share(e) if e.measure == CUMULATIVE_SHARE.name else e


def _is_listed(e: Estimate) -> bool:
    """Keep summaries, the first points and every twentieth of the customers."""
    at = e.group.get("customer_share")
    if at is None:
        return True
    percent = round(100 * float(at), 2)
    return percent <= 100 * FIRST or percent % (100 * EVERY) == 0


def _tier_blocks(evidence: Evidence) -> Iterator[ContentBlock]:
    yield TIERS_EXHIBIT.block(evidence)
    policies = [(e.group["tier"], e.why) for e in evidence.select(TIERS, POLICY)]
    if not policies:
        return
    table = plain_table("Policies by tier", ("Tier", "Decision"), policies)
    yield ContentBlock(
        "policies", "What was decided about each tier", tables=(table,), figure=TIERS.name
    )


def _tier_finding(evidence: Evidence) -> str | None:
    profits, words = evidence.numbers(TIERS, PROFIT), evidence.words
    if not profits:
        return None
    best, last = profits[0], profits[-1]
    size = evidence.one(TIERS, SHARE_OF_CUSTOMERS, tier=best.group.get("tier"))
    label_of_best = (
        f"{tier_name(best)} ({words.value(size)} of customers)" if size else tier_name(best)
    )
    losing = f"; {tier_name(last)}: {words.value(last)}" if number_of(last) < 0 else ""
    return f"{label_of_best} brings {words.value(best)}{losing}"


def _tier_table(view: FigureView) -> list[DisplayTable]:
    numbers = tuple(e for e in view.figure.estimates if e.measure != POLICY.name)
    return CrossTable("Tier", tier_name)(
        replace(view, figure=replace(view.figure, estimates=numbers))
    )


def _outlook_finding(evidence: Evidence) -> Statement | None:
    """State past and expected value of the tier ranked first, beside its policy."""
    brought, expected = (
        next(iter(evidence.numbers(TIER_OUTLOOK, measure)), None)
        for measure in (BROUGHT_PER_CUSTOMER, EXPECTED_PER_CUSTOMER)
    )
    if not brought or not expected or brought.group != expected.group:
        return None
    policies = evidence.select(TIER_OUTLOOK, POLICY, tier=brought.group["tier"])
    decision = next((e.why.partition(",")[0] for e in policies if e.why), None)
    title = evidence.view(TIER_OUTLOOK).figure.title
    days = next((word for word in title.split() if word.isdigit()), "")
    words = evidence.words
    text = (
        f"{tier_name(brought)} brought {words.value(brought)} per customer so far and is expected "
        f"to bring {words.value(expected)} in the next {days} days, both before the cost to serve"
        + (f"; policy: {decision}" if decision else "")
    )
    return heading(
        TIER_OUTLOOK,
        text,
        brought,
        expected,
        doubts=(*forecast_doubts(evidence), *_of_contracts(evidence)),
    )


def _of_contracts(evidence: Evidence) -> tuple[str, ...]:
    """Object to what contracts are expected to bring where those who left early may be missing."""
    has_contracts = bool(evidence.numbers(LIFETIME_VALUE, EXPECTED_VALUE, regime="contract"))
    return start_doubts(evidence) if has_contracts else ()


TIERS_EXHIBIT = Exhibit(
    spec=TIERS,
    about="the tiers of customers",
    finding=_tier_finding,
    chart=Bars((PROFIT,), tier_name, has_reasons=True),
    reading="Bars: profit of all customers of the tier, to the left where they cost more than "
    "they bring.",
    tables=_tier_table,
)


def _distribution_finding(evidence: Evidence) -> str | None:
    view = evidence.view(PROFIT_DISTRIBUTION)
    worst = view.one(WORST_AT_MOST.named(end=END))
    best = view.one(BEST_AT_LEAST.named(end=END))
    if not worst or not best:
        return None
    return (
        f"The worst {END} bring {evidence.words.value(worst)} or less each, the best {END} "
        f"{evidence.words.value(best)} or more"
    )


def _distribution_chart(view: FigureView) -> FigureChart | None:
    """Bars of the worst customers, the median and the best."""
    worst, middle = view.select(WORST_AT_MOST), view.select(MEDIAN_PROFIT)
    best = view.select(BEST_AT_LEAST)[::-1]
    return view.bars([*worst, *middle, *best], _rank_label)


def _rank_label(e: Estimate) -> str:
    return label("the middle customer" if e.measure == MEDIAN_PROFIT.name else e.measure)


STEP = by("step")
SALES = ("sales before discounts", "contracts")
"""Steps that begin the way from sales to profit."""


def _profit_finding(evidence: Evidence) -> str | None:
    amounts = _amount_by_step(evidence.view(PROFITABILITY))
    profit, sales = amounts.get("profit"), amounts.get("sales before discounts")
    if amounts and not _has_sales(amounts):
        return f"{PROFITABILITY.title} is not drawn: no sales are loaded, only cost to serve"
    if not profit or not sales or not number_of(sales):
        return None
    return (
        f"Of {evidence.words.value(sales)} of sales before discounts "
        f"{evidence.words.value(profit)} are left as profit"
    )


def _has_sales(amounts: Mapping[str, Estimate]) -> bool:
    """Tell whether orders or contracts brought anything to begin the steps with."""
    return any(number_of(amounts[step]) for step in SALES if step in amounts)


def _amount_by_step(view: FigureView) -> dict[str, Estimate]:
    return {str(e.group["step"]): e for e in view.numbers(TOTAL)}


def _waterfall(view: FigureView) -> FigureChart | None:
    amounts = _amount_by_step(view)
    if not _has_sales(amounts):
        return None
    reason = shared_reason(amounts.values(), view.words)
    return row_chart(list(_waterfall_rows(amounts, view.words)), reason)


def _waterfall_rows(amounts: Mapping[str, Estimate], words: Wording) -> Iterator[BarRow]:
    """Start each step where the one before ended; results start at 0 and appear once."""
    at, results = 0.0, set[float]()
    for step, e in amounts.items():
        amount, is_result = number_of(e), step.startswith("profit")
        if amount in results if is_result else amount == 0:
            continue
        start, at = (0.0, amount) if is_result else (at, at + amount)
        results |= {amount} if is_result else set()
        yield replace(bar(e, words, label(step)), end=at, start=start)


def _not_attributable_finding(evidence: Evidence) -> str | None:
    view = evidence.view(NOT_ATTRIBUTABLE)
    if _is_all_zero(view):
        return "Everything belongs to a known customer"
    lost = view.one(TOTAL, step="profit")
    return f"{evidence.words.value(lost)} of profit belong to no known customer" if lost else None


def _is_all_zero(view: FigureView) -> bool:
    amounts = [e.value for e in view.figure.estimates if e.value is not None]
    return bool(amounts) and not any(amounts)


def _not_attributable_table(view: FigureView) -> list[DisplayTable]:
    return [] if _is_all_zero(view) else [long_table(view.figure, view.words)]


WORTH = SectionSpec(
    name="worth",
    heading="What they are worth",
    intro="Extremes first: the few who bring most and those who cost more than they bring.",
    is_always_shown=True,
    exhibits=(
        Exhibit(
            spec=WHALE_CURVE,
            about="how few customers bring the profit",
            finding=_whale_finding,
            chart=_whale_chart,
            reading="Line: share of all profit brought by the customers up to there; it falls "
            "where customers cost more than they bring. Band: 95 % interval. Dotted: all profit.",
            tables=_whale_table,
        ),
        replace(TIERS_EXHIBIT, blocks=_tier_blocks),
        Exhibit(
            spec=TIER_OUTLOOK,
            about="what each tier is expected to bring",
            finding=_outlook_finding,
            chart=Bars(
                (BROUGHT_PER_CUSTOMER, EXPECTED_PER_CUSTOMER),
                tier_name,
                measure_label,
                has_reasons=True,
            ),
            reading="Bars: mean per customer of the tier, both before the cost to serve; "
            "whisker: 95 % interval.",
            tables=_tier_table,
        ),
        Exhibit(
            spec=PROFIT_DISTRIBUTION,
            about="the spread of profit over customers",
            finding=_distribution_finding,
            chart=_distribution_chart,
            reading="Bars: profit of a single customer at that rank; n counts the customers from "
            "there to the end.",
        ),
        Exhibit(
            spec=PROFITABILITY,
            about="the steps from sales to profit",
            finding=_profit_finding,
            chart=_waterfall,
            reading="Bars to the left take from profit. Steps of 0 are left out of the picture.",
            tables=CrossTable("Step", STEP),
        ),
        Exhibit(
            spec=NOT_ATTRIBUTABLE,
            about="what belongs to no known customer",
            finding=_not_attributable_finding,
            chart=no_chart,
            tables=_not_attributable_table,
        ),
        *LIFETIME_VALUE_EXHIBITS,
    ),
)
