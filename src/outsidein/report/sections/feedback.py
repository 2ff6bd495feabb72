"""What customers answered when asked: the ends of the scales, the scores, and non-respondents."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from outsidein.feedback import figures
from outsidein.feedback.figures import LAST_YEAR
from outsidein.figures.figure import Estimate
from outsidein.headlines.heading import heading
from outsidein.headlines.statement import Statement
from outsidein.present.blocks import ContentBlock
from outsidein.present.charts.figure_chart import FigureChart
from outsidein.present.display_tables import ALL, DisplayTable, cross_table, group_text
from outsidein.present.figure_view import (
    Bars,
    CrossTable,
    FigureView,
    Key,
    by,
    measure_label,
)
from outsidein.report.answer_months import leading_dimension, pooled_months, pooled_note
from outsidein.report.evidence import Evidence, number_of
from outsidein.report.exhibits import Exhibit, SectionSpec

MOST_ITEMS, MOST_SCORED = 4, 10
"""Items that the charts of answers and of scores show; the tables show all."""

ENDS = (figures.BOTTOM_BOX, figures.TOP_BOX)
ITEM, SURVEY = by("item"), by("survey")


def _ends_of_scale(evidence: Evidence) -> Statement | None:
    bottoms, tops = (evidence.numbers(figures.FEEDBACK_SCORES, end, dimension=ALL) for end in ENDS)
    worst_first = sorted(bottoms, key=number_of, reverse=True)
    pairs = ((b, t) for b in worst_first for t in tops if b.group["item"] == t.group["item"])
    bottom, top = next(pairs, (None, None))
    if not bottom or not top:
        return None
    months = pooled_months(evidence)
    base = "of those who answered" + (f" from {months[0]} to {months[1]}" if months else "")
    return heading(
        figures.FEEDBACK_SCORES,
        f"{ITEM(bottom)}: {evidence.words.value(bottom)} {base} gave the lowest answer, "
        f"{evidence.words.value(top)} the highest",
        *(bottom, top),
        base=base,
    )


def _answer_chart(view: FigureView) -> FigureChart | None:
    shares = view.numbers(figures.SHARE_OF_ANSWERS)
    items = _worst_items(shares)
    return view.bars([e for e in shares if e.group["item"] in items], _answer, ITEM)


def _answer(e: Estimate) -> str:
    return group_text(e.group["answer"])


def _first_items(estimates: Sequence[Estimate]) -> list[Key]:
    return list(dict.fromkeys(e.group["item"] for e in estimates))[:MOST_ITEMS]


def _worst_items(shares: Sequence[Estimate]) -> list[Key]:
    """Return the items with most of the lowest answers, the first of each item."""
    lowest = {e.group["item"]: e for e in reversed(shares)}
    return sorted(lowest, key=lambda item: (-number_of(lowest[item]), str(item)))[:MOST_ITEMS]


def _first_score(evidence: Evidence) -> Statement | None:
    """Say the score of the item with most of the lowest answers, of the last year if it can be."""
    scores = [m for m in figures.FEEDBACK_SCORES.measures if m not in ENDS]
    dimension = leading_dimension(evidence)
    bottoms = evidence.numbers(figures.FEEDBACK_SCORES, figures.BOTTOM_BOX, dimension=dimension)
    bottom_of = {e.group["item"]: number_of(e) for e in bottoms}
    means = evidence.numbers(figures.FEEDBACK_SCORES, *scores, dimension=dimension)
    first = max(means, key=lambda e: bottom_of.get(e.group["item"], 0.0), default=None)
    if not first:
        return None
    recently = "" if dimension == ALL else f" in the {LAST_YEAR}"
    base = f"of those who answered{recently}"
    text = f"{ITEM(first)}, {first.measure} {base}: {evidence.words.in_sentence(first)}"
    return heading(figures.FEEDBACK_SCORES, text, first, base=base)


def _score_blocks(evidence: Evidence) -> Iterator[ContentBlock]:
    """Draw the ends of the scale of each item, of the last year where answers go further back."""
    dimension = leading_dimension(evidence)
    chart = Bars(
        ENDS,
        measure_label,
        ITEM,
        has_reasons=True,
        most=2 * MOST_SCORED,
        group=(("dimension", dimension),),
    )
    when = "" if dimension == ALL else f", {LAST_YEAR}"
    reading = f"Bars: weighted share of the lowest and of the highest answer{when}."
    yield replace(SCORES, chart=chart, reading=reading).block(evidence)


def _score_tables(view: FigureView) -> list[DisplayTable]:
    estimates, title = view.figure.estimates, view.figure.title
    return [
        cross_table(
            f"{title}: {'all customers' if dimension == ALL else f'by {dimension}'}",
            [e for e in estimates if e.group["dimension"] == dimension],
            view.words,
            rows=("Item", _item_and_group),
            columns=measure_label,
        )
        for dimension in dict.fromkeys(str(e.group["dimension"]) for e in estimates)
    ]


def _item_and_group(e: Estimate) -> str:
    return ITEM(e) if e.group["dimension"] == ALL else f"{ITEM(e)}: {group_text(e.group['group'])}"


def _response(evidence: Evidence) -> Statement | None:
    whole = evidence.one(figures.FEEDBACK_RESPONSE, figures.ANSWERED, dimension=ALL)
    if not whole:
        return None
    base = f"of those asked by {SURVEY(whole)}"
    text = f"{evidence.words.in_sentence(whole)} {base} answered"
    return heading(figures.FEEDBACK_RESPONSE, text, whole, base=base)


def _dimension_and_group(e: Estimate) -> str:
    group = group_text(e.group["group"])
    return group if e.group["dimension"] == ALL else f"{e.group['dimension']}: {group}"


def _non_respondents(evidence: Evidence) -> str | None:
    estimates = evidence.view(figures.FEEDBACK_NONRESPONSE).figure.estimates
    estimates_of_nonrespondents = (
        e for e in estimates if e.value is not None and e.group["who"] == "non-respondents"
    )
    first = next(estimates_of_nonrespondents, None)
    if not first:
        return None
    return (
        f"If non-respondents think as those like them who answered, their {first.measure} is "
        f"{evidence.words.in_sentence(first)}"
    )


def _non_respondent_chart(view: FigureView) -> FigureChart | None:
    numbers = [e for e in view.figure.estimates if e.value is not None]
    items = _first_items(numbers)
    return view.bars(
        [e for e in numbers if e.group["item"] in items],
        lambda e: group_text(e.group["who"]),
        lambda e: f"{SURVEY(e)}, {ITEM(e)}: {e.measure}",
    )


SCORES = Exhibit(
    spec=figures.FEEDBACK_SCORES,
    about="what customers answered",
    finding=_first_score,
    tables=_score_tables,
)

FEEDBACK = SectionSpec(
    name="feedback",
    heading="What they say",
    intro="The ends of each scale before its middle, and non-respondents beside those who "
    "answered.",
    exhibits=(
        Exhibit(
            spec=figures.FEEDBACK_DISTRIBUTION,
            about="how the answers are spread",
            finding=_ends_of_scale,
            chart=_answer_chart,
            reading="Bars: weighted share of the answers; whisker: 95 % interval.",
            tables=CrossTable("Item", ITEM, column=_answer),
            when=pooled_note,
        ),
        replace(SCORES, blocks=_score_blocks),
        Exhibit(
            spec=figures.FEEDBACK_RESPONSE,
            about="who was asked and answered",
            finding=_response,
            chart=Bars((figures.ANSWERED,), _dimension_and_group, SURVEY),
            reading="Bars: share of the customers asked who answered.",
        ),
        Exhibit(
            spec=figures.FEEDBACK_NONRESPONSE,
            about="what non-respondents may think",
            finding=_non_respondents,
            chart=_non_respondent_chart,
            reading="Bars: the same measure of those who answered, of everyone, of "
            "non-respondents, and the limits between which it lies whatever they think.",
        ),
    ),
)
