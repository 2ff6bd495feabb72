"""What keeps, delights and repels customers: verdicts first, the methods behind them last."""

from collections.abc import Iterator
from dataclasses import replace

from outsidein.factors.figures import (
    AHEAD_OF_COMPETITORS,
    FACTOR_DRIFT,
    FACTOR_MAP,
    FACTOR_METHODS,
    FACTOR_VERDICTS,
    IMPORTANCE,
    KEY_DISSATISFIERS,
    LMG,
    NOISE_OF_KEY_SET,
    PART_OF_REACH_MINUS_NOISE,
    PENALTY,
    PENALTY_A_PERIOD,
    PERFORMANCE,
    PRIORITY,
    R_SQUARED,
    REACH_OF_KEY_SET,
    REWARD,
    REWARD_A_PERIOD,
    TURNING_TO_HYGIENE,
    VERDICT,
)
from outsidein.figures.figure import Estimate, Unit
from outsidein.figures.spec import Better
from outsidein.headlines.heading import heading
from outsidein.headlines.statement import Statement
from outsidein.present.bars import bar
from outsidein.present.blocks import ContentBlock, figure_block
from outsidein.present.charts.bar_rows import BarRow
from outsidein.present.charts.curves import PERCENT_FORMAT, Axes, Point, Series
from outsidein.present.charts.figure_chart import FigureChart, line_chart, row_chart
from outsidein.present.display_tables import DisplayTable, cross_table, long_table
from outsidein.present.figure_view import Bars, FigureView, by, measure_label
from outsidein.present.wording import label, sentence_list, share
from outsidein.report.answer_months import pooled_note
from outsidein.report.evidence import Evidence, number_of
from outsidein.report.exhibits import Exhibit, SectionSpec
from outsidein.report.sections.offer import OFFER_EXHIBITS
from outsidein.segments.declaration import EVERYBODY

MOST_DRAWN = 12
MOST_MOVING = 3
SURE = 0.95
QUARTERS = ("concentrate here", "keep up", "not clear", "possibly too much", "low priority")
FEWEST_COMPARED = 3

DOES = {
    "destroyer": "low scores go with much less satisfaction, high ones with hardly more",
    "hygiene": "low scores cost more satisfaction than high ones earn",
    "performance": "low scores cost satisfaction as high ones earn it",
    "enhancer": "high scores earn more satisfaction than low ones cost",
    "indifferent": "satisfaction hardly differs by its scores",
}
FACTOR = by("factor")


def _ranked(view: FigureView) -> list[Estimate]:
    """Estimates of the class of factors over all customers, the largest effects first."""
    estimates = [
        e
        for e in view.select(VERDICT, segment=EVERYBODY)
        if view.one(PENALTY, segment=EVERYBODY, factor=e.group.get("factor"))
    ]
    return sorted(estimates, key=lambda e: -_effect(view, e))


def _effect(view: FigureView, verdict: Estimate) -> float:
    group = {"segment": EVERYBODY, "factor": verdict.group["factor"]}
    effects = (view.one(measure, **group) for measure in (PENALTY, REWARD))
    return sum(abs(number_of(e)) for e in effects if e and not _is_wrong(e))


def _is_wrong(e: Estimate) -> bool:
    return bool(e.why and e.why.startswith("wrong sign"))


def _first_driver(evidence: Evidence) -> Estimate | None:
    """The factor that matters, leaves room and reaches most, by importance x room x reach."""
    ranked = _ranked(evidence.view(FACTOR_VERDICTS))
    priorities = {
        e.group.get("factor"): number_of(e)
        for e in evidence.numbers(FACTOR_MAP, PRIORITY, segment=EVERYBODY)
    }
    return max(ranked, key=lambda e: priorities.get(e.group.get("factor"), 0.0), default=None)


def _class_words(verdict: Estimate) -> str:
    kind = str(verdict.group.get("class"))
    if verdict.value is None:
        return "not clear yet"
    return f"{kind}, in {share(number_of(verdict), decimals=0)} of samples"


def _verdict_finding(evidence: Evidence) -> str | None:
    first = _first_driver(evidence)
    if not first:
        return None
    does = DOES.get(str(first.group.get("class")), "its class is not clear yet")
    return f"{FACTOR(first)} comes first by importance, room and reach: {does}"


def _verdict_chart(view: FigureView) -> FigureChart | None:
    ranked = _ranked(view)[:MOST_DRAWN]
    return row_chart([row for verdict in ranked for row in _factor_rows(view, verdict)])


def _factor_rows(view: FigureView, verdict: Estimate) -> Iterator[BarRow]:
    yield BarRow(f"{FACTOR(verdict)}: {_class_words(verdict)}", is_heading=True)
    for measure, name in ((PENALTY, "If it fails"), (REWARD, "If it is done well")):
        if e := view.one(measure, segment=EVERYBODY, factor=verdict.group["factor"]):
            row = bar(e, view.words, name, Better.MORE)
            yield BarRow(name, _why_not_drawn(e)) if _why_not_drawn(e) else row


def _why_not_drawn(effect: Estimate) -> str:
    """Say why an effect is no bar: it has the wrong sign, or may well be none."""
    if _is_wrong(effect):
        return effect.why or ""
    if effect.low is None or effect.high is None:
        return ""
    return "may be none" if effect.low <= 0 <= effect.high else ""


def _verdict_tables(view: FigureView) -> Iterator[DisplayTable]:
    figure = view.figure
    yield cross_table(
        figure.title,
        [e for e in figure.estimates if e.group.get("segment") == EVERYBODY],
        view.words,
        rows=("Factor", lambda e: label(f"{e.group.get('factor')}: {e.group.get('class') or ''}")),
        columns=measure_label,
    )
    if any(e.group.get("segment") != EVERYBODY for e in figure.estimates):
        table = long_table(figure, view.words, keep=_is_verdict_of_segment)
        yield replace(table, caption=f"{figure.title}, by segment")


def _is_verdict_of_segment(e: Estimate) -> bool:
    return e.measure == VERDICT.name and e.group.get("segment") != EVERYBODY


def _verdict_notes(evidence: Evidence) -> Iterator[str]:
    view = evidence.view(FACTOR_VERDICTS)
    left_out = [FACTOR(e) for e in _ranked(view)[MOST_DRAWN:]]
    if left_out:
        yield f"Not drawn, for they move least: {sentence_list(left_out)}."
    for e in view.select(VERDICT, segment=EVERYBODY):
        if e.value is None and e.group.get("factor"):
            yield f"{FACTOR(e)}: {e.why}."
    for e in view.numbers(AHEAD_OF_COMPETITORS):
        yield f"{FACTOR(e)} beside competitors: {e.why}."


def _to_concentrate_on(evidence: Evidence) -> str | None:
    importances = evidence.numbers(FACTOR_MAP, IMPORTANCE, segment=EVERYBODY)
    urgent = [
        str(e.group.get("factor")) for e in importances if e.group["quarter"] == "concentrate here"
    ]
    if urgent:
        return f"Matters more than most and is done worse than most: {sentence_list(urgent)}"
    if len(importances) >= FEWEST_COMPARED:
        return "No factor that matters is shown to be done worse than the others"
    return None


def _map_chart(view: FigureView) -> FigureChart | None:
    importances = sorted(view.numbers(IMPORTANCE, segment=EVERYBODY), key=lambda e: -number_of(e))
    rows: list[BarRow] = []
    for quarter in QUARTERS:
        inside = [e for e in importances if e.group.get("quarter") == quarter]
        rows += [BarRow(label(quarter), is_heading=True)] if inside else []
        rows += [bar(e, view.words, _performance(view, e), view.better(e)) for e in inside]
    return row_chart(rows)


def _performance(view: FigureView, e: Estimate) -> str:
    factor = e.group.get("factor")
    done = view.one(PERFORMANCE, segment=EVERYBODY, factor=factor)
    return f"{FACTOR(e)}, done {view.words.value(done)}" if done else str(factor)


def _key_failures(evidence: Evidence) -> Statement | None:
    view, words = evidence.view(KEY_DISSATISFIERS), evidence.words
    reach = view.one(REACH_OF_KEY_SET, segment=EVERYBODY)
    noise = view.one(NOISE_OF_KEY_SET, segment=EVERYBODY)
    if not reach or not noise:
        return None
    base = "of the dissatisfied"
    return heading(
        KEY_DISSATISFIERS,
        f"{words.value(reach)} {base} met one of these failures, against {words.value(noise)} of "
        f"the others: {str(reach.group['factor']).replace('_', ' ')}",
        *(reach, noise),
        base=base,
    )


def _drift(evidence: Evidence) -> Iterator[ContentBlock]:
    view = evidence.view(FACTOR_DRIFT)
    turning = view.numbers(TURNING_TO_HYGIENE, segment=EVERYBODY)
    sure = sorted((e for e in turning if number_of(e) >= SURE), key=lambda e: -number_of(e))
    if not sure:
        yield figure_block(
            view.figure,
            finding="No factor is shown to be on its way from enhancer to hygiene"
            if turning
            else None,
            tables=[long_table(view.figure, view.words)],
            chart=_slope_chart(view) if turning else None,
            reading="Bars: change of each effect from one period to the next, in points of the "
            "scale of overall satisfaction (per cent, where scales differ); "
            "whiskers: 95 % interval.",
        )
    for place, e in enumerate(sure[:MOST_MOVING]):
        yield _moving_factor(view, str(e.group.get("factor")), is_first=place == 0)


def _slope_chart(view: FigureView) -> FigureChart | None:
    slopes = [
        e
        for measure in (PENALTY_A_PERIOD, REWARD_A_PERIOD)
        for e in view.numbers(measure, segment=EVERYBODY)
    ]
    return view.bars(slopes, FACTOR, measure_label)


def _moving_factor(view: FigureView, factor: str, *, is_first: bool) -> ContentBlock:
    figure = view.figure
    return figure_block(
        figure,
        name=f"{figure.name}-{factor}",
        finding=f"{label(factor)}: doing it well earns less and failing costs more than before",
        tables=[
            long_table(
                figure, view.words, keep=lambda e: is_first or e.group.get("factor") == factor
            )
        ],
        chart=_course_chart(view, factor),
        reading="Lines: effect on overall satisfaction, in points of its scale (per cent, where "
        "scales differ), by period; bands: 95 % interval.",
    )


def _course_chart(view: FigureView, factor: str) -> FigureChart | None:
    courses = {
        name: [
            e for e in view.numbers(measure, segment=EVERYBODY, factor=factor) if e.group["period"]
        ]
        for measure, name in ((REWARD, "Done well"), (PENALTY, "Failing"))
    }
    is_share = any(e.unit is Unit.SHARE for course in courses.values() for e in course)
    periods = sorted({str(e.group["period"]) for course in courses.values() for e in course})
    series = [
        Series(
            name,
            tuple(
                Point(periods.index(str(e.group["period"])), number_of(e), e.low, e.high)
                for e in course
            ),
        )
        for name, course in courses.items()
    ]
    axes = Axes(
        "Period",
        "Effect on satisfaction",
        x_format=f"{periods}[datum.value]",
        y_format=PERCENT_FORMAT if is_share else "format(datum.value, '.2~f')",
        x_values=tuple(range(len(periods))),
        level=0.0,
    )
    return line_chart(series, axes)


def _explained(evidence: Evidence) -> str | None:
    explained = evidence.one(FACTOR_METHODS, R_SQUARED, segment=EVERYBODY)
    if not explained:
        return None
    share_explained = evidence.words.value(explained)
    return f"Together the factors account for {share_explained} of the differences in satisfaction"


EVERYBODYS = (("segment", EVERYBODY),)

FACTORS = SectionSpec(
    name="factors",
    heading="What keeps, delights and repels them",
    intro="One class per factor, where it is clear. Effects are associated with satisfaction; "
    "only an experiment shows that they cause it.",
    exhibits=(
        Exhibit(
            spec=FACTOR_VERDICTS,
            about="what each factor is",
            finding=_verdict_finding,
            chart=_verdict_chart,
            reading="Bars to the left: what a low answer costs, to the right: what a high one "
            "earns, in points of the scale of overall satisfaction (per cent, where scales "
            "differ); whiskers: 95 % interval. An effect of the wrong sign, "
            "or that may be none, is named and not drawn.",
            tables=lambda view: list(_verdict_tables(view)),
            notes=_verdict_notes,
            when=pooled_note,
        ),
        Exhibit(
            spec=FACTOR_MAP,
            about="what matters and how well it is done",
            finding=_to_concentrate_on,
            chart=_map_chart,
            reading="Bars: share of the differences in satisfaction that the factor accounts for; "
            "whiskers: 95 % interval. Done: mean score as a share of its scale.",
            when=pooled_note,
        ),
        Exhibit(
            spec=KEY_DISSATISFIERS,
            about="which failures the dissatisfied met",
            finding=_key_failures,
            chart=Bars((PART_OF_REACH_MINUS_NOISE,), FACTOR, group=EVERYBODYS),
            reading="Bars: the factor's part in reach among the dissatisfied less noise among the "
            "others; whiskers: 95 % interval.",
            when=pooled_note,
        ),
        Exhibit(spec=FACTOR_DRIFT, about="how factors move over time", blocks=_drift),
        *OFFER_EXHIBITS,
        Exhibit(
            spec=FACTOR_METHODS,
            about="every method's answer",
            finding=_explained,
            chart=Bars((LMG,), FACTOR, is_ranked=True, group=EVERYBODYS),
            reading="Bars: share of the differences (LMG); whiskers: 95 % interval. For those who "
            "check the verdicts: the table holds every method's answer.",
            when=pooled_note,
        ),
    ),
)
