"""What keeps, delights and repels customers: verdicts first, the methods behind them last."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from outsidein.figures.figure import Estimate, Figure
from outsidein.present.bars import bar, bars, grouped
from outsidein.present.blocks import Block, Section, absent, figure_block
from outsidein.present.charts.curves import PERCENT_FORMAT, Axes, Point, Series, curves_chart
from outsidein.present.charts.rows import Row, rows_chart
from outsidein.present.tables import Table, crossed, long_table
from outsidein.present.wording import Wording, label, listed, share
from outsidein.report.evidence import Evidence, number_of
from outsidein.report.sections.offer import offer_blocks

FIGURES = {
    "factor_verdicts": "what each factor is",
    "factor_map": "what matters and how well it is done",
    "key_dissatisfiers": "which failures make customers dissatisfied",
    "factor_drift": "how factors move over time",
    "factor_beliefs": "what managers believed",
    "initiatives": "what is done about the factors",
    "factor_ladders": "why factors matter",
    "kano": "what customers would feel about factors not offered yet",
    "factor_methods": "every method's answer",
}
EVERYBODY = "all customers"
MOST_DRAWN = 12
MOST_MOVING = 3
SURE = 0.95
TURNING = "reward falls while penalty grows"
ORDER = ("destroyer", "hygiene", "performance", "enhancer")
"""Classes that ask for something, the most urgent first."""

QUARTERS = ("concentrate here", "keep up", "cannot be told", "possibly too much", "low priority")
FEWEST_COMPARED = 3

DOES = {
    "destroyer": "repels where it fails",
    "hygiene": "costs more where it fails than it earns",
    "performance": "costs and earns alike",
    "enhancer": "delights",
}


def factors_section(evidence: Evidence) -> Section:
    """Show the factors."""
    return Section(
        "factors",
        "What keeps, delights and repels them",
        "One verdict per factor, with its probability. Effects are associated with satisfaction; "
        "only an experiment shows that they cause it.",
        (
            *_verdicts(evidence),
            *_map(evidence),
            *_dissatisfiers(evidence),
            *_drift(evidence),
            *offer_blocks(evidence),
            *_methods(evidence),
        ),
        absent(FIGURES, list(evidence.figures)),
    )


def factor_sentence(evidence: Evidence) -> Iterator[str]:
    """Say in short which factor is the most urgent, and what it does."""
    urgent = _urgent(_ranked(evidence))
    if not urgent:
        return
    measure, does = (
        ("reward", "a high score on it goes with")
        if urgent.group.get("class") == "enhancer"
        else ("penalty", "a low score on it goes with")
    )
    factor = urgent.group.get("factor")
    e = evidence.one("factor_verdicts", measure, segment=EVERYBODY, factor=factor)
    if e:
        yield (
            f"{_said(urgent)} (n = {urgent.n:,}): {does} {evidence.words.said(e)} of the scale of "
            "overall satisfaction."
        )


def _ranked(evidence: Evidence) -> list[Estimate]:
    """Everybody's verdicts, the factor that moves satisfaction most first."""
    known = evidence.known("factor_verdicts", "verdict", segment=EVERYBODY)
    return sorted(known, key=lambda e: -_reach(evidence, e))


def _verdicts(evidence: Evidence) -> Iterator[Block]:
    figure = evidence.figure("factor_verdicts")
    if not figure:
        return
    ranked = _ranked(evidence)
    rows = [row for e in ranked[:MOST_DRAWN] for row in _factor_rows(evidence, e)]
    own = [e for e in figure.estimates if e.group.get("segment") == EVERYBODY]
    yield figure_block(
        figure,
        finding=_said(urgent) if (urgent := _urgent(ranked)) else None,
        tables=[
            crossed(
                figure.title,
                own,
                evidence.words,
                rows=(
                    "Factor",
                    lambda e: label(f"{e.group.get('factor')}: {e.group.get('class') or ''}"),
                ),
                columns=lambda e: label(e.measure),
            ),
            *_segment_tables(figure, evidence.words),
        ],
        chart=partial(rows_chart, rows) if rows else None,
        reading="Bars to the left: what a low answer costs, to the right: what a high one earns, "
        "in per cent of the scale of overall satisfaction; whiskers: 95 % interval. An effect of "
        "the wrong sign is named and not drawn.",
        notes=list(_notes(evidence, ranked)),
    )


def _reach(evidence: Evidence, verdict: Estimate) -> float:
    group = {"segment": EVERYBODY, "factor": verdict.group["factor"]}
    found = (evidence.one("factor_verdicts", name, **group) for name in ("penalty", "reward"))
    return sum(abs(number_of(e)) for e in found if e and not _is_wrong(e))


def _is_wrong(e: Estimate) -> bool:
    return bool(e.why and e.why.startswith("wrong sign"))


def _factor_rows(evidence: Evidence, verdict: Estimate) -> Iterator[Row]:
    factor, words = str(verdict.group["factor"]), evidence.words
    yield Row(f"{label(factor)}: {verdict.group['class']}, {_sure(verdict)} sure", is_heading=True)
    for measure, name in (("penalty", "If it fails"), ("reward", "If it is done well")):
        e = evidence.one("factor_verdicts", measure, segment=EVERYBODY, factor=factor)
        if e:
            yield Row(name, e.why or "") if _is_wrong(e) else bar(e, words, name)


def _urgent(ranked: Sequence[Estimate]) -> Estimate | None:
    """The strongest factor of the most urgent class."""
    return next((e for kind in ORDER for e in ranked if e.group.get("class") == kind), None)


def _said(verdict: Estimate) -> str:
    kind = str(verdict.group.get("class"))
    name = label(str(verdict.group.get("factor")))
    return f"{name} {DOES[kind]}: {kind}, {_sure(verdict)} sure"


def _sure(verdict: Estimate) -> str:
    return share(number_of(verdict), decimals=0)


def _notes(evidence: Evidence, ranked: Sequence[Estimate]) -> Iterator[str]:
    if len(ranked) > MOST_DRAWN:
        left_out = [label(str(e.group.get("factor"))) for e in ranked[MOST_DRAWN:]]
        yield f"Not drawn, for they move least: {listed(left_out)}."
    unknown = [
        e
        for e in evidence.every("factor_verdicts", "verdict", segment=EVERYBODY)
        if e.value is None and e.group.get("factor")
    ]
    for e in unknown:
        yield f"{label(str(e.group.get('factor')))}: {e.why}."
    for e in evidence.known("factor_verdicts", "ahead of competitors"):
        yield f"{label(str(e.group.get('factor')))} beside competitors: {e.why}."


def _segment_tables(figure: Figure, words: Wording) -> list[Table]:
    by_segment = [e for e in figure.estimates if e.group.get("segment") != EVERYBODY]
    if not by_segment:
        return []
    keep = [e for e in by_segment if e.measure == "verdict"]
    table = long_table(figure, words, keep=lambda e: e in keep)
    return [replace(table, caption=f"{figure.title}, by segment")]


def _map(evidence: Evidence) -> Iterator[Block]:
    figure = evidence.figure("factor_map")
    if not figure:
        return
    known = evidence.known("factor_map", "importance", segment=EVERYBODY)
    words = evidence.words
    rows: list[Row] = []
    for quarter in QUARTERS:
        inside = [e for e in known if e.group.get("quarter") == quarter]
        rows += [Row(label(quarter), is_heading=True)] if inside else []
        for e in sorted(inside, key=lambda e: -number_of(e)):
            done = evidence.one(
                "factor_map", "performance", segment=EVERYBODY, factor=e.group.get("factor")
            )
            name = str(e.group.get("factor"))
            rows.append(bar(e, words, f"{label(name)}, done {words.value(done)}" if done else name))
    urgent = [str(e.group.get("factor")) for e in known if e.group["quarter"] == "concentrate here"]
    yield figure_block(
        figure,
        finding=f"What matters and is not done well enough: {listed(urgent)}"
        if urgent
        else "No factor that matters is shown to be done worse than the others"
        if len(known) >= FEWEST_COMPARED
        else None,
        tables=[long_table(figure, words)],
        chart=partial(rows_chart, rows) if rows else None,
        reading="Bars: share of the differences in satisfaction that the factor accounts for; "
        "whiskers: 95 % interval. Done: mean score as a share of its scale.",
    )


def _dissatisfiers(evidence: Evidence) -> Iterator[Block]:
    figure = evidence.figure("key_dissatisfiers")
    if not figure:
        return
    words = evidence.words
    known = evidence.known("key_dissatisfiers", "part of reach minus noise", segment=EVERYBODY)
    reach = evidence.one("key_dissatisfiers", "reach of the key set", segment=EVERYBODY)
    noise = evidence.one("key_dissatisfiers", "its noise", segment=EVERYBODY)
    yield figure_block(
        figure,
        finding=f"{words.value(reach)} of the dissatisfied met one of these failures, against "
        f"{words.value(noise)} of the others: {str(reach.group['factor']).replace('_', ' ')}"
        if reach and noise
        else None,
        tables=[long_table(figure, words)],
        chart=partial(rows_chart, bars(known, words, lambda e: label(str(e.group.get("factor")))))
        if known
        else None,
        reading="Bars: the factor's part in reach among the dissatisfied less noise among the "
        "others; whiskers: 95 % interval.",
    )


def _drift(evidence: Evidence) -> Iterator[Block]:
    figure = evidence.figure("factor_drift")
    if not figure:
        return
    turning = evidence.known("factor_drift", TURNING, segment=EVERYBODY)
    sure = sorted((e for e in turning if number_of(e) >= SURE), key=lambda e: -number_of(e))
    if not sure:
        yield figure_block(
            figure,
            finding="No factor is shown to be on its way from enhancer to hygiene"
            if turning
            else None,
            tables=[long_table(figure, evidence.words)],
            chart=partial(rows_chart, _slopes(evidence)) if turning else None,
            reading="Bars: change of each effect from one period to the next, in per cent of the "
            "scale of overall satisfaction; whiskers: 95 % interval.",
        )
    for place, e in enumerate(sure[:MOST_MOVING]):
        yield _moving(figure, str(e.group.get("factor")), evidence, is_first=place == 0)


def _slopes(evidence: Evidence) -> list[Row]:
    return grouped(
        [
            e
            for measure in ("penalty a period", "reward a period")
            for e in evidence.known("factor_drift", measure, segment=EVERYBODY)
        ],
        evidence.words,
        heading=lambda e: label(e.measure),
        label=lambda e: label(str(e.group.get("factor"))),
    )


def _moving(figure: Figure, factor: str, evidence: Evidence, *, is_first: bool) -> Block:
    courses = {
        name: [
            e
            for e in evidence.known("factor_drift", measure, segment=EVERYBODY, factor=factor)
            if e.group["period"]
        ]
        for measure, name in (("reward", "Done well"), ("penalty", "Failing"))
    }
    periods = sorted({str(e.group["period"]) for told in courses.values() for e in told})
    series = [
        Series(
            name,
            tuple(
                Point(periods.index(str(e.group["period"])), number_of(e), e.low, e.high)
                for e in told
            ),
        )
        for name, told in courses.items()
    ]
    axes = Axes(
        "Period",
        "Effect on satisfaction",
        x_format=f"{periods}[datum.value]",
        y_format=PERCENT_FORMAT,
        x_values=tuple(range(len(periods))),
        level=0.0,
    )
    return figure_block(
        figure,
        name=f"{figure.name}-{factor}",
        finding=f"{label(factor)}: doing it well earns less and failing costs more than before",
        tables=[
            long_table(
                figure,
                evidence.words,
                keep=lambda e: is_first or e.group.get("factor") == factor,
            )
        ],
        chart=partial(curves_chart, series, axes),
        reading="Lines: effect on overall satisfaction, in per cent of its scale, by period; "
        "bands: 95 % interval.",
    )


def _methods(evidence: Evidence) -> Iterator[Block]:
    figure = evidence.figure("factor_methods")
    if not figure:
        return
    words = evidence.words
    shares = evidence.known("factor_methods", "LMG", segment=EVERYBODY)
    explained = evidence.one("factor_methods", "R²", segment=EVERYBODY)
    ranked = sorted(shares, key=lambda e: -number_of(e))
    yield figure_block(
        figure,
        finding=f"Together the factors account for {words.value(explained)} of the differences in "
        "satisfaction"
        if explained
        else None,
        tables=[long_table(figure, words)],
        chart=partial(rows_chart, bars(ranked, words, lambda e: label(str(e.group.get("factor")))))
        if ranked
        else None,
        reading="Bars: share of the differences (LMG); whiskers: 95 % interval. For those who "
        "check the verdicts: the table holds every method's answer.",
    )
