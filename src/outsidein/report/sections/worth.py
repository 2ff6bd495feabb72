"""What customers are worth: profit and how unevenly they bring it, tiers, the value ahead."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial

from outsidein.figures.figure import Estimate
from outsidein.present.bars import bar, bars, for_all
from outsidein.present.blocks import Block, Section, absent, figure_block
from outsidein.present.charts.curves import PERCENT_FORMAT, Axes, Point, Series, curves_chart
from outsidein.present.charts.rows import Row, rows_chart
from outsidein.present.tables import crossed, key_words, long_table, plain_table
from outsidein.present.wording import Wording, label, share
from outsidein.report.evidence import Evidence, number_of
from outsidein.report.findings import as_share, best_share, customer_share, tier_name, whale
from outsidein.report.sections.lifetime_value import ahead_blocks

FIGURES = {
    "whale_curve": "how few customers bring the profit",
    "tiers": "the tiers of customers",
    "profit_distribution": "the spread of profit over customers",
    "profitability": "the way from sales to profit",
    "not_attributable": "what belongs to no known customer",
    "lifetime_value": "the value ahead",
    "lifetime_model_choice": "which model of purchases is believed",
}
FIRST, EVERY = 0.02, 0.05
"""Steps of the whale curve's table on the page (shares); the file has every point."""


def worth_section(evidence: Evidence) -> Section:
    """Show what customers are worth."""
    return Section(
        "worth",
        "What they are worth",
        "Extremes first: the few who bring most and those who cost more than they bring.",
        (
            *_whale(evidence),
            *_tiers(evidence),
            *_spread(evidence),
            *_waterfall(evidence),
            *_nobody(evidence),
            *ahead_blocks(evidence),
        ),
        absent(FIGURES, list(evidence.figures)),
    )


def _whale(evidence: Evidence) -> Iterator[Block]:
    figure = evidence.figure("whale_curve")
    if not figure:
        return
    shares = evidence.known("whale_curve", "cumulative share of profit")
    curves = list(dict.fromkeys(str(e.group["curve"]) for e in shares))
    series = [
        Series(name, tuple(_point(e) for e in shares if e.group["curve"] == name))
        for name in curves
    ]
    if len(series) > 1 and _line(series[0]) == _line(series[1]):
        series = [Series("all customers", series[0].points)]
    axes = Axes(
        "Customers, the most profitable first",
        "Share of all profit",
        x_format=PERCENT_FORMAT,
        y_format=PERCENT_FORMAT,
        x_domain=(0.0, 1.0),
        level=1.0,
        has_points=False,
    )
    shown = [e for e in figure.estimates if len(series) != 1 or e.group.get("curve") == curves[0]]
    percent = replace(figure, estimates=tuple(_in_percent(e) for e in shown if _is_shown(e)))
    yield figure_block(
        figure,
        finding=_whale_finding(evidence),
        tables=[long_table(percent, evidence.words)],
        chart=partial(curves_chart, series, axes) if shares else None,
        reading="Line: share of all profit brought by the customers up to there; it falls where "
        "customers cost more than they bring. Band: 95 % interval. Dotted: all profit.",
    )


def _line(one: Series) -> list[tuple[float, float]]:
    return [(point.x, round(point.y, 4)) for point in one.points]


def _whale_finding(evidence: Evidence) -> str | None:
    best, many = best_share(evidence), whale(evidence, "unprofitable")
    if best:
        where = share(customer_share(best), decimals=0)
        return f"The best {where} of customers bring {evidence.words.value(best)} of the profit"
    return f"{evidence.words.value(many)} of customers cost more than they bring" if many else None


def _point(e: Estimate) -> Point:
    return Point(customer_share(e), number_of(e), e.low, e.high)


def _in_percent(e: Estimate) -> Estimate:
    at = e.group.get("customer_share")
    group = {**e.group, "customer_share": None if at is None else share(float(at), decimals=0)}
    e = replace(e, group=group)
    return as_share(e) if e.measure == "cumulative share of profit" else e


def _is_shown(e: Estimate) -> bool:
    """Keep summaries, the first points and every twentieth of the customers."""
    at = e.group.get("customer_share")
    if at is None:
        return True
    percent = round(100 * float(at), 2)
    return percent <= 100 * FIRST or percent % (100 * EVERY) == 0


def _tiers(evidence: Evidence) -> Iterator[Block]:
    figure = evidence.figure("tiers")
    if not figure:
        return
    words = evidence.words
    profits = evidence.every("tiers", "profit")
    rows = bars(profits, words, tier_name)
    numbers = [e for e in figure.estimates if e.measure != "policy"]
    table = crossed(
        figure.title, numbers, words, rows=("Tier", tier_name), columns=lambda e: label(e.measure)
    )
    policies = [(e.group["tier"], e.why) for e in evidence.every("tiers", "policy")]
    yield figure_block(
        figure,
        finding=_tier_finding(profits, evidence),
        tables=[table],
        chart=partial(rows_chart, rows) if any(r.end is not None for r in rows) else None,
        reading="Bars: profit of all customers of the tier, to the left where they cost more than "
        "they bring." + for_all(profits, words),
    )
    yield Block(
        "policies",
        "What was decided about each tier",
        tables=(plain_table("Policies by tier", ("Tier", "Decision"), policies),),
    )


def _tier_finding(profits: list[Estimate], evidence: Evidence) -> str | None:
    """Name the best tier and the one on which money is lost."""
    known = [e for e in profits if e.value is not None]
    if not known:
        return None
    best, last = known[0], known[-1]
    many = evidence.one("tiers", "share of customers", tier=best.group.get("tier"))
    who = (
        f"{tier_name(best)} ({evidence.words.value(many)} of customers)"
        if many
        else tier_name(best)
    )
    end = f"; {tier_name(last)}: {evidence.words.value(last)}" if number_of(last) < 0 else ""
    return f"{who} brings {evidence.words.value(best)}{end}"


def _spread(evidence: Evidence) -> Iterator[Block]:
    figure = evidence.figure("profit_distribution")
    if not figure:
        return
    words = evidence.words
    worst = [e for e in figure.estimates if e.measure.startswith("worst")]
    best = [e for e in figure.estimates if e.measure.startswith("best")]
    middle = [e for e in figure.estimates if e not in worst and e not in best]
    rows = bars([*worst, *middle, *best[::-1]], words, lambda e: label(_customers(e.measure)))
    low, high = _first(worst), _first(best)
    yield figure_block(
        figure,
        finding=f"The worst 1 % bring {words.value(low)} or less each, the best 1 % "
        f"{words.value(high)} or more"
        if low and high
        else None,
        tables=[long_table(figure, words)],
        chart=partial(rows_chart, rows) if any(r.end is not None for r in rows) else None,
        reading="Bars: profit of a single customer at that rank; n counts the customers from there "
        "to the end." + for_all(figure.estimates, words),
    )


def _customers(measure: str) -> str:
    return "the middle customer" if measure == "median" else measure


def _first(estimates: list[Estimate]) -> Estimate | None:
    return next((e for e in estimates if e.value is not None and "1 %" in e.measure), None)


def _waterfall(evidence: Evidence) -> Iterator[Block]:
    figure = evidence.figure("profitability")
    if not figure:
        return
    totals, words = evidence.known("profitability", "total"), evidence.words
    amounts = {str(e.group["step"]): e for e in totals}
    rows = list(_falling(amounts, words))
    profit, sales = amounts.get("profit"), amounts.get("sales before discounts")
    yield figure_block(
        figure,
        finding=f"Of {words.value(sales)} of sales before discounts {words.value(profit)} are "
        "left as profit"
        if profit and sales and number_of(sales)
        else None,
        tables=[
            crossed(
                figure.title,
                figure.estimates,
                words,
                rows=("Step", lambda e: label(key_words(e.group.get("step")))),
                columns=lambda e: label(e.measure),
            )
        ],
        chart=partial(rows_chart, rows) if rows else None,
        reading="Bars to the left take from profit. Steps of 0 are left out of the picture."
        + for_all(totals, words),
    )


def _falling(amounts: Mapping[str, Estimate], words: Wording) -> Iterator[Row]:
    """Hang each step on the end of the one before; results stand on zero, each number once."""
    at, results = 0.0, set[float]()
    for step, e in amounts.items():
        amount, is_result = number_of(e), step.startswith("profit")
        if amount in results if is_result else amount == 0:
            continue
        start, at = (0.0, amount) if is_result else (at, at + amount)
        results |= {amount} if is_result else set()
        yield replace(bar(e, words, label(step), is_said=True), end=at, start=start)


def _nobody(evidence: Evidence) -> Iterator[Block]:
    figure = evidence.figure("not_attributable")
    if not figure:
        return
    amounts = [e.value for e in figure.estimates if e.value is not None]
    is_nothing = bool(amounts) and not any(amounts)
    lost = next((e for e in figure.estimates if e.group.get("step") == "profit"), None)
    yield figure_block(
        figure,
        finding="Everything belongs to a known customer"
        if is_nothing
        else f"{evidence.words.value(lost)} of profit belong to no known customer"
        if lost
        else None,
        tables=[] if is_nothing else [long_table(figure, evidence.words)],
    )
