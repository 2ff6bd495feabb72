"""Service standards: how they are met, their charts, where disasters begin, units compared."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial

from outsidein.figures.figure import Estimate, Figure, Unit
from outsidein.present.blocks import Block, Section, absent, figure_block
from outsidein.present.charts.control import Limits, Mark, limits_chart
from outsidein.present.charts.curves import PERCENT_FORMAT, Axes, Point, Series, curves_chart
from outsidein.present.tables import Table, crossed, key_words, long_table
from outsidein.present.wording import label, listed
from outsidein.report.evidence import Evidence, number_of

FIGURES = {
    "standards": "how standards are met",
    "standard_charts": "the control chart of each standard",
    "standard_disasters": "where disasters begin",
    "standard_targets": "the targets, their versions and who set them",
    "standard_funnel": "which units are unlike the others",
}
LIMITS = ("lower limit", "centre", "upper limit")
BESIDE = (*LIMITS, "encounters")
NUMBER_FORMAT = "format(datum.value, ',.3~g')"


def standards_section(evidence: Evidence) -> Section:
    """Show the service standards."""
    return Section(
        "service-standards",
        "Service standards",
        "What customers can rely on, whether it is kept, and since when it is not.",
        (
            *_today(evidence),
            *_charts(evidence),
            *_disasters(evidence),
            *_targets(evidence),
            *_funnels(evidence),
        ),
        absent(FIGURES, list(evidence.figures)),
    )


def _today(evidence: Evidence) -> Iterator[Block]:
    figure = evidence.figure("standards")
    if not figure:
        return
    states = {str(e.group["standard"]): e.group for e in figure.estimates}
    missed = [_words(name) for name, group in states.items() if group["promise"] == "not kept"]
    worse = [_words(name) for name, group in states.items() if group["chart"] == "worse"]
    told = [
        f"{listed(missed)} {'breaks its promise' if len(missed) == 1 else 'break their promises'}"
        if missed
        else "No standard is seen to break its promise",
        *([f"{listed(worse)} {'gets' if len(worse) == 1 else 'get'} worse"] if worse else []),
    ]
    yield figure_block(
        figure,
        finding=label("; ".join(told)),
        tables=[
            crossed(
                figure.title,
                figure.estimates,
                evidence.words,
                rows=("Standard", _standing),
                columns=lambda e: label(_now(e.measure)),
            )
        ],
    )


def _now(measure: str) -> str:
    return "now" if measure.endswith(" now") else measure


def _standing(e: Estimate) -> str:
    group = e.group
    since = f" since {group['since']}" if group["since"] else ""
    return (
        f"{_words(str(group['standard']))} ({group['chart']}{since}; promise: {group['promise']})"
    )


def _charts(evidence: Evidence) -> Iterator[Block]:
    figure = evidence.figure("standard_charts")
    if not figure:
        return
    for name in _names(figure):
        yield _chart(evidence, figure, name)


def _names(figure: Figure) -> list[str]:
    return list(dict.fromkeys(str(e.group["standard"]) for e in figure.estimates))


def _chart(evidence: Evidence, figure: Figure, name: str) -> Block:
    values, limits = _parted(figure, name)
    own = Figure(
        figure.name, f"Control chart of {_words(name)}", figure.method, figure.groups,
        tuple(e for e in figure.estimates if e.group["standard"] == name),
    )  # fmt: skip
    marks = [m for e in values if (m := _mark(e, limits, "period"))]
    signals = [e for e in values if e.group["signal"]]
    finding = (
        f"{label(name)}: {_signalled(signals)}"
        if signals
        else f"{label(name)}: no period stands out"
    )
    return figure_block(
        own,
        name=f"standard_chart_{name}",
        finding=finding if marks else None,
        tables=[_limits_table(own, evidence, "period")],
        chart=partial(limits_chart, marks, _axes(values, limits, "Period beginning", is_dated=True))
        if marks
        else None,
        reading="Band: within it the periods vary as they usually do. Triangles upwards: worse "
        "than that, or drifting there; downwards: better.",
    )


def _signalled(signals: Sequence[Estimate]) -> str:
    beyond = [e for e in signals if str(e.group["signal"]).endswith("limits")]
    worse = [e for e in beyond if str(e.group["signal"]).startswith("worse")]
    if worse:
        days = [str(e.group["period"]) for e in sorted(worse, key=number_of, reverse=True)[:3]]
        more = "" if len(worse) <= len(days) else f" and {len(worse) - len(days)} more"
        return f"worse than usual in {listed(days)}{more}"
    first = signals[-1]
    state, how = str(first.group["signal"]).split(", ")
    return f"{how.replace('beyond the limits', 'jumped')} to the {state} in {first.group['period']}"


def _parted(figure: Figure, name: str) -> tuple[list[Estimate], dict[tuple[str, str], float]]:
    """Part the values of a chart from their limits."""
    own = [e for e in figure.estimates if e.group["standard"] == name]
    key = next(group for group in figure.groups if group not in ("standard", "signal"))
    limits = {
        (str(e.group[key]), e.measure): number_of(e)
        for e in own
        if e.measure in BESIDE and e.value is not None
    }
    return [e for e in own if e.measure not in BESIDE], limits


def _mark(e: Estimate, limits: dict[tuple[str, str], float], key: str) -> Mark | None:
    name = str(e.group[key])
    if e.value is None or (name, "upper limit") not in limits:
        return None
    is_period = key == "period"
    x = float(date.fromisoformat(name).toordinal()) if is_period else limits[name, "encounters"]
    shown = f"{date.fromisoformat(name):%-d %b}" if is_period else name
    state = str(e.group["signal"] or "").split(",")[0]
    is_drift = str(e.group["signal"] or "").endswith("drifting")
    return Mark(
        x, e.value, limits[name, "lower limit"], limits[name, "upper limit"], state,
        "" if is_drift else shown,
    )  # fmt: skip


def _axes(
    values: Sequence[Estimate],
    limits: dict[tuple[str, str], float],
    x_title: str,
    *,
    is_dated: bool,
) -> Limits:
    centre = next((number for (_, measure), number in limits.items() if measure == "centre"), 0.0)
    is_share = values[0].unit is Unit.SHARE
    return Limits(
        x_title,
        label(values[0].measure),
        centre,
        PERCENT_FORMAT if is_share else NUMBER_FORMAT,
        is_dated,
    )


def _limits_table(figure: Figure, evidence: Evidence, key: str) -> Table:
    return crossed(
        figure.title,
        figure.estimates,
        evidence.words,
        rows=(label(key.removesuffix("_name")), lambda e: _signal_row(e, key)),
        columns=lambda e: label(e.measure),
    )


def _signal_row(e: Estimate, key: str) -> str:
    signal = f" ({e.group['signal']})" if e.group["signal"] else ""
    return f"{key_words(e.group[key])}{signal}"


def _disasters(evidence: Evidence) -> Iterator[Block]:
    figure = evidence.figure("standard_disasters")
    if not figure:
        return
    for name in _names(figure):
        known = [e for e in figure.estimates if e.group["standard"] == name and e.value is not None]
        own = Figure(
            figure.name, f"Where disasters begin: {_words(name)}", figure.method, figure.groups,
            tuple(e for e in figure.estimates if e.group["standard"] == name),
        )  # fmt: skip
        points = tuple(
            Point(float(e.group["measure_mean"] or 0), number_of(e), e.low, e.high) for e in known
        )
        points = tuple(sorted(points, key=lambda point: point.x))
        axes = Axes(
            "Measure",
            label(known[0].measure) if known else "",
            y_format="format(datum.value * 100, '.2~f') + ' %'",
            is_joined=False,
        )
        yield figure_block(
            own,
            name=f"standard_disasters_{name}",
            finding=_begins(evidence, name),
            tables=[long_table(own, evidence.words)],
            chart=partial(curves_chart, [Series(name, points)], axes) if known else None,
            reading="Dots: how often it was a disaster, by the measure; whiskers: 95 % interval.",
        )


def _begins(evidence: Evidence, name: str) -> str:
    proposed = evidence.every("standard_targets", "target", standard=name, state="proposed")
    target = next(iter(proposed), None)
    if target is None or target.value is None:
        return f"{label(name)}: the data show no point where disasters begin to rise"
    return f"{label(name)}: disasters begin to rise at {evidence.words.said(target)}"


def _targets(evidence: Evidence) -> Iterator[Block]:
    figure = evidence.figure("standard_targets")
    if figure:
        yield figure_block(
            figure,
            finding="Who set which target, and where customers would put it",
            tables=[
                crossed(
                    figure.title,
                    figure.estimates,
                    evidence.words,
                    rows=("Standard", _version),
                    columns=lambda e: label(e.measure),
                )
            ],
        )


def _version(e: Estimate) -> str:
    group = e.group
    return (
        f"{_words(str(group['standard']))}, {group['state']} since {group['since']}, by "
        f"{group['by']}: {group['reason']}"
    )


def _words(name: str) -> str:
    return name.replace("_", " ")


def _funnels(evidence: Evidence) -> Iterator[Block]:
    figure = evidence.figure("standard_funnel")
    if not figure:
        return
    for name in _names(figure):
        values, limits = _parted(figure, name)
        own = Figure(
            figure.name, f"Units compared: {_words(name)}", figure.method, figure.groups,
            tuple(e for e in figure.estimates if e.group["standard"] == name),
        )  # fmt: skip
        marks = [m for e in values if (m := _mark(e, limits, "unit_name"))]
        apart = [str(e.group["unit_name"]) for e in values if e.group["signal"]]
        yield figure_block(
            own,
            name=f"standard_funnel_{name}",
            finding=f"{label(name)}: {listed(apart)} unlike the others"
            if apart
            else f"{label(name)}: no unit is unlike the others",
            tables=[_limits_table(own, evidence, "unit_name")],
            chart=partial(limits_chart, marks, _axes(values, limits, "Encounters", is_dated=False))
            if marks
            else None,
            reading="Each dot is a unit; the band narrows as units get larger. Only those outside "
            "are unlike the others, and their customers may be too.",
        )
