"""What customers answered when asked: the tails, the scores, and those who said nothing."""

from collections.abc import Iterator, Sequence
from functools import partial

from outsidein.figures.figure import Estimate
from outsidein.present.bars import grouped
from outsidein.present.blocks import Block, Section, absent, figure_block
from outsidein.present.charts.rows import rows_chart
from outsidein.present.tables import ALL, crossed, key_words, long_table
from outsidein.present.wording import label
from outsidein.report.evidence import Evidence, Key

FIGURES = {
    "feedback_distribution": "how the answers are spread",
    "feedback_scores": "what customers answered",
    "feedback_response": "who was asked and answered",
    "feedback_silent": "what the silent may think",
}

MOST_ITEMS = 8
"""Items that a chart shows; the table shows all."""


def feedback_section(evidence: Evidence) -> Section:
    """Show what was answered, and what the silent may think."""
    return Section(
        "feedback",
        "What they say",
        "The ends of each scale before its middle, and those who never answered beside those who "
        "did.",
        (
            *_distribution(evidence),
            *_scores(evidence),
            *_response(evidence),
            *_silent(evidence),
        ),
        absent(FIGURES, list(evidence.figures)),
    )


def _distribution(evidence: Evidence) -> Iterator[Block]:
    figure = evidence.figure("feedback_distribution")
    if not figure or not figure.estimates:
        return
    words = evidence.words
    items = _first(evidence.known(figure.name, "share"), "item")
    shown = [e for e in evidence.known(figure.name, "share") if e.group["item"] in items]
    rows = grouped(shown, words, heading=lambda e: _words(e, "item"), label=_answer)
    worst = [
        (e, top)
        for e in evidence.known("feedback_scores", "bottom box", dimension=ALL)
        for top in evidence.known("feedback_scores", "top box", dimension=ALL)
        if top.group["item"] == e.group["item"]
    ]
    yield figure_block(
        figure,
        finding=f"{_words(worst[0][0], 'item')}: {words.value(worst[0][0])} gave the lowest "
        f"answer, {words.value(worst[0][1])} the highest"
        if worst
        else None,
        tables=[
            crossed(
                figure.title,
                figure.estimates,
                words,
                rows=("Item", lambda e: _words(e, "item")),
                columns=_answer,
            )
        ],
        chart=partial(rows_chart, rows) if rows else None,
        reading="Bars: weighted share of the answers; whisker: 95 % interval.",
    )


def _scores(evidence: Evidence) -> Iterator[Block]:
    figure = evidence.figure("feedback_scores")
    if not figure or not figure.estimates:
        return
    words = evidence.words
    overall = [e for e in figure.estimates if e.group["dimension"] == ALL]
    tables = [
        crossed(
            f"{figure.title}: {'all customers' if dimension == ALL else f'by {dimension}'}",
            [e for e in figure.estimates if e.group["dimension"] == dimension],
            words,
            rows=("Item", _place),
            columns=lambda e: label(e.measure),
        )
        for dimension in dict.fromkeys(str(e.group["dimension"]) for e in figure.estimates)
    ]
    known = [e for e in overall if e.value is not None and e.measure not in _ENDS]
    first = next(iter(known), None)
    rows = grouped(
        [e for e in overall if e.measure in _ENDS],
        words,
        heading=lambda e: _words(e, "item"),
        label=lambda e: label(e.measure),
    )
    yield figure_block(
        figure,
        finding=f"{_words(first, 'item')}, {first.measure}: {words.said(first)}" if first else None,
        tables=tables,
        chart=partial(rows_chart, rows) if any(r.end is not None for r in rows) else None,
        reading="Bars: weighted share of the lowest and of the highest answer.",
    )


_ENDS = ("bottom box", "top box")


def _response(evidence: Evidence) -> Iterator[Block]:
    figure = evidence.figure("feedback_response")
    if not figure or not figure.estimates:
        return
    words = evidence.words
    answered = evidence.known(figure.name, "answered")
    whole = next((e for e in answered if e.group["dimension"] == ALL), None)
    rows = grouped(answered, words, heading=lambda e: _words(e, "survey"), label=_group)
    yield figure_block(
        figure,
        finding=f"{words.said(whole)} of those asked by {_words(whole, 'survey')} answered"
        if whole
        else None,
        tables=[long_table(figure, words)],
        chart=partial(rows_chart, rows) if rows else None,
        reading="Bars: share of the customers asked who answered.",
    )


def _silent(evidence: Evidence) -> Iterator[Block]:
    figure = evidence.figure("feedback_silent")
    if not figure or not figure.estimates:
        return
    words = evidence.words
    known = [e for e in figure.estimates if e.value is not None]
    items = _first(known, "item")
    rows = grouped(
        [e for e in known if e.group["item"] in items],
        words,
        heading=lambda e: f"{_words(e, 'survey')}, {_words(e, 'item')}: {e.measure}",
        label=lambda e: key_words(e.group["who"]),
    )
    silent = next((e for e in known if e.group["who"] == "the silent"), None)
    yield figure_block(
        figure,
        finding=f"If the silent think as those like them who answered, their {silent.measure} is "
        f"{words.said(silent)}"
        if silent
        else None,
        tables=[long_table(figure, words)],
        chart=partial(rows_chart, rows) if rows else None,
        reading="Bars: the same measure of those who answered, of everyone, of the silent, and "
        "between what limits it lies whatever the silent think.",
    )


def _first(estimates: Sequence[Estimate], group: str) -> list[Key]:
    return list(dict.fromkeys(e.group[group] for e in estimates))[:MOST_ITEMS]


def _words(e: Estimate, group: str) -> str:
    return label(key_words(e.group[group]).replace("_", " "))


def _answer(e: Estimate) -> str:
    return key_words(e.group["answer"])


def _group(e: Estimate) -> str:
    group = key_words(e.group["group"])
    return group if e.group["dimension"] == ALL else f"{e.group['dimension']}: {group}"


def _place(e: Estimate) -> str:
    item = _words(e, "item")
    return item if e.group["dimension"] == ALL else f"{item}: {key_words(e.group['group'])}"
