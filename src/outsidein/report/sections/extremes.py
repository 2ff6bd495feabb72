"""What went extremely wrong or right, what follows from it, and what that may cost."""

from collections.abc import Iterator, Sequence
from functools import partial

from outsidein.figures.figure import Estimate
from outsidein.present.bars import bars, grouped
from outsidein.present.blocks import Block, Section, absent, figure_block
from outsidein.present.charts.rows import rows_chart
from outsidein.present.tables import ALL, crossed, key_words, long_table
from outsidein.present.wording import label
from outsidein.report.evidence import Evidence, number_of

FIGURES = {
    "extremes": "the share of disasters and delights",
    "hazard_jumps": "churn after each kind of encounter",
    "money_at_risk": "the money at risk",
}

MOST = 12
"""Rows that a chart shows; the table shows all."""


def extremes_section(evidence: Evidence) -> Section:
    """Show the extremes, the jump in churn after them, and the money at risk."""
    return Section(
        "worst_and_best",
        "What went extremely wrong or right",
        "Customers remember the ends, not the average: disasters and delights first, then what "
        "goes with them.",
        (*_extremes(evidence), *_jumps(evidence), *_money(evidence)),
        absent(FIGURES, list(evidence.figures)),
    )


def _extremes(evidence: Evidence) -> Iterator[Block]:
    figure = evidence.figure("extremes")
    if not figure:
        return
    words = evidence.words
    overall = evidence.known("extremes", "disasters", dimension=ALL)
    window = overall[0].group["window"] if overall else None
    shown = [
        e
        for measure in ("disasters", "delights")
        for e in _worst_first(evidence.known("extremes", measure, window=window))
    ]
    rows = grouped(shown, words, heading=lambda e: label(f"{e.measure}, {window}"), label=_where)
    yield figure_block(
        figure,
        finding=f"{words.value(overall[0])} of customers heard from had a disaster ({window})"
        if overall
        else None,
        tables=[
            crossed(
                figure.title,
                figure.estimates,
                words,
                rows=("Where", lambda e: f"{_where(e)}, {e.group['window']}"),
                columns=lambda e: label(e.measure),
            )
        ],
        chart=partial(rows_chart, rows) if rows else None,
        reading="Bars: share of the customers heard from; whisker: 95 % interval.",
    )


def _where(e: Estimate) -> str:
    group = key_words(e.group["group"])
    return group if e.group["dimension"] == ALL else f"{e.group['dimension']}: {group}"


def _worst_first(estimates: Sequence[Estimate]) -> list[Estimate]:
    """All customers, then where the share is highest."""
    whole = [e for e in estimates if e.group["dimension"] == ALL]
    parts = [e for e in estimates if e.group["dimension"] != ALL]
    return whole + sorted(parts, key=number_of, reverse=True)[: MOST - 1]


def _jumps(evidence: Evidence) -> Iterator[Block]:
    figure = evidence.figure("hazard_jumps")
    if not figure:
        return
    jumps, words = evidence.known("hazard_jumps", "jump"), evidence.words
    sure = [e for e in jumps if e.low is not None and e.low > 0]
    first = next(iter(sure), None)
    yield figure_block(
        figure,
        finding=f"After “{_kind(first)}” {100 * number_of(first):.1f} more of 100 customers "
        "churn than otherwise"
        if first
        else "No kind of encounter goes with a churn that is surely likelier"
        if jumps
        else None,
        tables=[long_table(figure, words)],
        chart=partial(rows_chart, bars(jumps[:MOST], words, _kind)) if jumps else None,
        reading="Bars: chance of churning after the encounter less the chance without it, at "
        "the same tenure; to the left, fewer churn. Whisker: 95 % interval.",
    )


def _money(evidence: Evidence) -> Iterator[Block]:
    figure = evidence.figure("money_at_risk")
    if not figure:
        return
    words = evidence.words
    money = sorted(evidence.known("money_at_risk", "money at risk"), key=number_of, reverse=True)
    most = next((e for e in money if number_of(e) > 0), None)
    yield figure_block(
        figure,
        finding=f"“{_kind(most)}” puts most at risk: {words.said(most)}" if most else None,
        tables=[
            crossed(
                figure.title,
                figure.estimates,
                words,
                rows=("Encounter", _kind),
                columns=lambda e: label(e.measure),
            )
        ],
        chart=partial(rows_chart, bars(money[:MOST], words, _kind)) if money else None,
        reading="Bars: customers x jump x lifetime value; below zero, the encounter goes with "
        "customers who stay.",
    )


def _kind(e: Estimate | None) -> str:
    return key_words(e.group["encounter"] if e else None).replace("_", " ")
