"""What customers write: sentiment, factors, reasons, themes, and how often the coders err."""

from collections.abc import Iterator
from functools import partial

from outsidein.figures.figure import Estimate
from outsidein.present.bars import bars, grouped
from outsidein.present.blocks import Block, Section, absent, figure_block
from outsidein.present.charts.rows import rows_chart
from outsidein.present.tables import crossed, key_words, long_table, plain_table
from outsidein.present.wording import label
from outsidein.report.contents import Rows
from outsidein.report.evidence import Evidence, number_of

FIGURES = {
    "text_sentiment": "how much is praise and how much blame",
    "factor_mentions": "which factors customers write about",
    "text_reasons": "what customers write about, by the codes of people",
    "text_themes": "what customers write about, and what is new",
    "text_languages": "which languages customers write",
    "coder_quality": "how often the coders of texts err",
}


def texts_section(evidence: Evidence, verbatims: Rows = ()) -> Section:
    """Show what customers write.

    Args:
        evidence: The figures of the report.
        verbatims: One row per quote, masked: `factor`, `is_praise`, `text`; empty where a project
            does not show them.
    """
    return Section(
        "texts",
        "What they write",
        "Machines read every text; how often they err is measured on texts that people coded.",
        (
            *_sentiment(evidence),
            *_mentions(evidence),
            *_reasons(evidence),
            *_themes(evidence),
            *_languages(evidence),
            *_quality(evidence),
            *_verbatims(verbatims),
        ),
        absent(FIGURES, list(evidence.figures)),
    )


def _sentiment(evidence: Evidence) -> Iterator[Block]:
    figure = evidence.figure("text_sentiment")
    if not figure:
        return
    words = evidence.words
    blame = max(evidence.known("text_sentiment", "strong blame"), key=_n, default=None)
    shares = [e for e in figure.estimates if e.measure.startswith("strong") and e.value is not None]
    yield figure_block(
        figure,
        finding=f"{words.value(blame)} of those who write blame strongly" if blame else None,
        tables=[long_table(figure, words)],
        chart=partial(rows_chart, grouped(shares, words, heading=_language, label=_measure))
        if shares
        else None,
        reading="Bars: share of customers, by the latest text of each; whisker: 95 % interval.",
    )


def _n(estimate: Estimate) -> int:
    return estimate.n or 0


def _language(estimate: Estimate) -> str:
    return f"Language: {key_words(estimate.group['language'])}"


def _measure(estimate: Estimate) -> str:
    return label(estimate.measure)


def _mentions(evidence: Evidence) -> Iterator[Block]:
    figure = evidence.figure("factor_mentions")
    if not figure:
        return
    words = evidence.words
    blame = evidence.known("factor_mentions", "blame")
    worst = max(blame, key=lambda e: e.low or 0, default=None)
    ranked = sorted(blame, key=number_of, reverse=True)
    yield figure_block(
        figure,
        finding=f"Most blamed where it is named: {_factor(worst).lower()}, by {words.value(worst)}"
        if worst
        else None,
        tables=[
            crossed(
                figure.title,
                figure.estimates,
                words,
                rows=("Factor", lambda e: f"{_factor(e)} ({key_words(e.group['language'])})"),
                columns=_measure,
            )
        ],
        chart=partial(rows_chart, grouped(ranked, words, heading=_language, label=_factor))
        if ranked
        else None,
        reading="Bars: of the customers whose text names the factor, those who blame it there.",
    )


def _factor(estimate: Estimate) -> str:
    return label(key_words(estimate.group["factor"]).replace("_", " "))


def _reasons(evidence: Evidence) -> Iterator[Block]:
    figure = evidence.figure("text_reasons")
    if not figure:
        return
    corrected = evidence.known("text_reasons", "corrected")
    ranked = sorted(corrected, key=number_of, reverse=True)
    yield figure_block(
        figure,
        finding=f"Most write about {_code(ranked[0]).lower()}: {evidence.words.value(ranked[0])}"
        if ranked
        else None,
        tables=[long_table(figure, evidence.words)],
        chart=partial(rows_chart, bars(ranked, evidence.words, _code)) if ranked else None,
        reading="Bars: share of customers after correction for the machine's errors; whisker: "
        "95 % interval.",
    )


def _code(estimate: Estimate) -> str:
    return label(key_words(estimate.group["code"]).replace("_", " "))


def _themes(evidence: Evidence) -> Iterator[Block]:
    figure = evidence.figure("text_themes")
    if not figure:
        return
    lately = sorted(evidence.known("text_themes", "share lately"), key=number_of, reverse=True)
    rose = [e for e in evidence.known("text_themes", "change") if (e.low or 0) > 0]
    first = max(rose, key=lambda e: e.low or 0, default=None)
    yield figure_block(
        figure,
        finding=_risen(len(rose), _theme(first))
        if first
        else "No theme rose lately by more than chance allows",
        tables=[long_table(figure, evidence.words)],
        chart=partial(rows_chart, bars(lately, evidence.words, _theme)) if lately else None,
        reading="Bars: share of the customers who wrote lately; whisker: 95 % interval.",
    )


def _risen(themes: int, first: str) -> str:
    if themes == 1:
        return f"One theme rose lately: “{first}”"
    return f"{themes} themes rose lately, most of all “{first}”"


def _theme(estimate: Estimate) -> str:
    return key_words(estimate.group["theme"])


def _languages(evidence: Evidence) -> Iterator[Block]:
    figure = evidence.figure("text_languages")
    if figure and figure.estimates:
        yield figure_block(figure, finding=None, tables=[long_table(figure, evidence.words)])


def _quality(evidence: Evidence) -> Iterator[Block]:
    figure = evidence.figure("coder_quality")
    if not figure:
        return
    if not figure.estimates:
        yield Block(
            figure.name,
            "How often the coders err is not known: no texts were coded by hand",
            figure=figure.name,
        )
        return
    agrees = evidence.one("coder_quality", "agrees with people", coder="learned")
    yield figure_block(
        figure,
        finding=f"The machine gives the code that people give to {evidence.words.value(agrees)} "
        "of texts"
        if agrees
        else None,
        tables=[long_table(figure, evidence.words)],
    )


def _verbatims(verbatims: Rows) -> Iterator[Block]:
    if verbatims:
        rows = [
            (
                label(str(row["factor"]).replace("_", " ")),
                "praise" if row["is_praise"] else "blame",
                row["text"],
            )
            for row in verbatims
        ]
        table = plain_table("In customers' words", ("Factor", "Kind", "Words"), rows)
        note = "The strongest words on each factor, masked; one voice each, not a measure."
        yield Block("verbatims", "In customers' own words", notes=(note,), tables=(table,))
