"""Service standards: how they are met, their charts, where disasters begin, units compared."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from itertools import pairwise

from outsidein.figures.figure import Estimate, Unit
from outsidein.present.blocks import ContentBlock, figure_block
from outsidein.present.charts.control_chart import Limits, Mark, limits_chart, line_at_day
from outsidein.present.charts.curves import PERCENT_FORMAT, Axes, Point, Series
from outsidein.present.charts.figure_chart import FigureChart, line_chart
from outsidein.present.display_tables import group_text, long_table
from outsidein.present.figure_view import CrossTable, FigureView
from outsidein.present.wording import label, sentence_list
from outsidein.report.evidence import Evidence, number_of
from outsidein.report.exhibits import Exhibit, SectionSpec, no_chart
from outsidein.standards.figures import (
    BEYOND,
    BROKEN,
    CENTRE,
    ENCOUNTERS,
    EVENTS_PER_ENCOUNTER_NOW,
    LOWER_LIMIT,
    NEW_LEVEL,
    NO_PROMISE,
    PROPOSED,
    SHARE_LIMITS,
    SHARE_MISSED_NOW,
    STANDARD_CHARTS,
    STANDARD_DISASTERS,
    STANDARD_FUNNEL,
    STANDARD_TARGETS,
    STANDARDS,
    TARGET,
    UPPER_LIMIT,
    is_found_from_data,
    promise_in_words,
)

MOST_PERIODS = 3
"""Periods that a heading names."""

BESIDE = frozenset(measure.name for measure in (*SHARE_LIMITS, ENCOUNTERS))
NUMBER_FORMAT = "format(datum.value, ',.3~g')"


def _broken_promises(evidence: Evidence) -> str | None:
    declared = [e for e in evidence.view(STANDARDS).figure.estimates if _is_declared(evidence, e)]
    promised = _promises(e for e in declared if e.group["promise"] != NO_PROMISE)
    broken = _promises(e for e in declared if e.group["promise"] == BROKEN)
    if not broken:
        return "No promise is seen not to be kept" if promised else None
    if len(broken) == 1:
        return f"Not kept: “{broken[0]}”"
    return f"{len(broken)} of {len(promised)} promises are not kept"


def _is_declared(evidence: Evidence, e: Estimate) -> bool:
    """Tell whether somebody set the target of a standard; one found from data promises nothing."""
    target = evidence.one(STANDARDS, TARGET, standard=e.group["standard"])
    return target is None or not is_found_from_data(target)


def _promises(estimates: Iterable[Estimate]) -> list[str]:
    return list(dict.fromkeys(promise_in_words(e) for e in estimates))


def _promise(evidence: Evidence, name: str) -> str:
    """Return what a standard promises, in quotes."""
    estimates = evidence.select(STANDARDS, SHARE_MISSED_NOW, standard=name)
    estimates += evidence.select(STANDARDS, EVENTS_PER_ENCOUNTER_NOW, standard=name)
    words = promise_in_words(estimates[0]) if estimates else name.replace("_", " ")
    return f"“{words}”"


def _state(e: Estimate) -> str:
    group = e.group
    since = f" since {group['since']}" if group["since"] else ""
    promise = "" if group["promise"] == NO_PROMISE else f"; promise {group['promise']}"
    return f"{promise_in_words(e)} ({group['chart']}{since}{promise})"


def _now(e: Estimate) -> str:
    return label(e.measure)


def _views_by_standard(view: FigureView, title: str) -> Iterator[tuple[str, FigureView]]:
    """Part a figure by standard, each part under a title of its own."""
    for name in dict.fromkeys(str(e.group["standard"]) for e in view.figure.estimates):
        estimates = tuple(e for e in view.figure.estimates if e.group["standard"] == name)
        own_title = f"{title}{name.replace('_', ' ')}"
        figure = replace(view.figure, title=own_title, estimates=estimates)
        yield name, replace(view, figure=figure)


def _control_charts(evidence: Evidence) -> Iterator[ContentBlock]:
    for name, view in _views_by_standard(evidence.view(STANDARD_CHARTS), "Control chart of "):
        signals = [e for e in _values(view) if e.group["signal"]]
        chart = _limits_chart(view, "period", "Period beginning")
        seen = _signalled(signals, _on(view)) if signals else "no period stands out"
        yield figure_block(
            view.figure,
            name=f"standard_chart_{name}",
            finding=f"{_promise(evidence, name)}: {seen}" if chart else None,
            tables=_limits_table("period")(view),
            chart=chart,
            reading="Band: within it the periods vary as they usually do. Triangles upwards: worse "
            "than that, or drifting there; downwards: better.",
        )


def _signalled(signals: Sequence[Estimate], on: str) -> str:
    beyond = [e for e in signals if str(e.group["signal"]).endswith("limits")]
    worse = [e for e in beyond if str(e.group["signal"]).startswith("worse")]
    if worse:
        worst = sorted(worse, key=number_of, reverse=True)[:MOST_PERIODS]
        days = [_day(e) for e in sorted(worst, key=lambda e: str(e.group["period"]))]
        if len(worse) > len(days):
            last = max(worse, key=lambda e: str(e.group["period"]))
            last_on = on.replace("the period", "that")
            return f"worse than usual in {len(worse)} periods, last {last_on} {_day(last)}"
        return f"worse than usual {on} {sentence_list(days)}"
    first = signals[-1]
    state, how = str(first.group["signal"]).split(", ")
    if how == NEW_LEVEL:
        return f"at a {state} level since {_day(first)}"
    verb = "jumped" if how == BEYOND else how
    return f"{verb} to the {state} {on} {_day(first)}"


def _on(view: FigureView) -> str:
    """Return the preposition for a day, or for the first day of a longer period."""
    days = sorted({date.fromisoformat(str(e.group["period"])) for e in view.figure.estimates})
    gaps = [(after - before).days for before, after in pairwise(days)]
    return "on" if 1 in gaps else "in the period from"


def _day(e: Estimate) -> str:
    return f"{date.fromisoformat(str(e.group['period'])):%-d %B %Y}"


def _values(view: FigureView) -> list[Estimate]:
    """Return what is charted, without the limits beside it."""
    return [e for e in view.figure.estimates if e.measure not in BESIDE]


def _limits_chart(view: FigureView, key: str, x_title: str) -> FigureChart | None:
    values = _values(view)
    beside = {
        (str(e.group[key]), e.measure): number_of(e)
        for e in view.figure.estimates
        if e.measure in BESIDE and e.value is not None
    }
    marks = [mark for e in values if (mark := _mark(e, beside, key))]
    if not marks:
        return None
    centres = (number for (_, measure), number in beside.items() if measure == CENTRE.name)
    axes = Limits(
        x_title,
        label(values[0].measure),
        next(centres, 0.0),
        PERCENT_FORMAT if values[0].unit is Unit.SHARE else NUMBER_FORMAT,
        is_dated=key == "period",
    )
    return FigureChart(partial(limits_chart, marks, axes), at_day=partial(line_at_day, marks, axes))


def _mark(e: Estimate, beside: dict[tuple[str, str], float], key: str) -> Mark | None:
    name = str(e.group[key])
    if e.value is None or (name, UPPER_LIMIT.name) not in beside:
        return None
    is_period = key == "period"
    x = float(date.fromisoformat(name).toordinal()) if is_period else beside[name, ENCOUNTERS.name]
    shown = f"{date.fromisoformat(name):%-d %b}" if is_period else name
    state = str(e.group["signal"] or "").split(",")[0]
    is_drift = str(e.group["signal"] or "").endswith("drifting")
    return Mark(
        x, e.value, beside[name, LOWER_LIMIT.name], beside[name, UPPER_LIMIT.name], state,
        "" if is_drift else shown,
    )  # fmt: skip


def _limits_table(key: str) -> CrossTable:
    return CrossTable(label(key.removesuffix("_name")), lambda e: _signal_row(e, key))


def _signal_row(e: Estimate, key: str) -> str:
    signal = f" ({e.group['signal']})" if e.group["signal"] else ""
    return f"{group_text(e.group[key])}{signal}"


def _disasters(evidence: Evidence) -> Iterator[ContentBlock]:
    view = evidence.view(STANDARD_DISASTERS)
    for name, own in _views_by_standard(view, "Where disasters begin: "):
        yield figure_block(
            own.figure,
            name=f"standard_disasters_{name}",
            finding=_begins(evidence, name),
            tables=[long_table(own.figure, own.words)],
            chart=_disaster_chart(own, name),
            reading="Dots: how often it was a disaster, by the measure; whiskers: 95 % interval.",
        )


def _disaster_chart(view: FigureView, name: str) -> FigureChart | None:
    numbers = [e for e in view.figure.estimates if e.value is not None]
    points = (
        Point(float(e.group["measure_mean"] or 0), number_of(e), e.low, e.high) for e in numbers
    )
    axes = Axes(
        "Measure",
        label(numbers[0].measure) if numbers else "",
        y_format="format(datum.value * 100, '.2~f') + ' %'",
        is_joined=False,
    )
    return line_chart([Series(name, tuple(sorted(points, key=lambda p: p.x)))], axes)


def _begins(evidence: Evidence, name: str) -> str:
    targets = evidence.select(STANDARD_TARGETS, TARGET, standard=name, state=PROPOSED)
    target = next(iter(targets), None)
    if target is None or target.value is None:
        return f"{_promise(evidence, name)}: the data show no point where disasters begin to rise"
    at = evidence.words.in_sentence(target)
    return f"{_promise(evidence, name)}: disasters begin to rise at {at}"


def _version(e: Estimate) -> str:
    group = e.group
    return (
        f"{promise_in_words(e)}, {group['state']} since {group['since']}, by "
        f"{group['by']}: {group['reason']}"
    )


def _funnels(evidence: Evidence) -> Iterator[ContentBlock]:
    for name, view in _views_by_standard(evidence.view(STANDARD_FUNNEL), "Units compared: "):
        apart = [str(e.group["unit_name"]) for e in _values(view) if e.group["signal"]]
        yield figure_block(
            view.figure,
            name=f"standard_funnel_{name}",
            finding=f"{_promise(evidence, name)}: {_units_apart(apart)}",
            tables=_limits_table("unit_name")(view),
            chart=_limits_chart(view, "unit_name", "Encounters"),
            reading="Each dot is a unit; the band narrows as units get larger. Only those outside "
            "are unlike the others, and their customers may be too.",
        )


def _units_apart(apart: list[str]) -> str:
    if not apart:
        return "no unit is unlike the others"
    return f"{sentence_list(apart)} {'is' if len(apart) == 1 else 'are'} unlike the others"


SERVICE_STANDARDS = SectionSpec(
    name="service-standards",
    heading="Service standards",
    intro="What customers can rely on, whether it is kept, and since when it is not.",
    exhibits=(
        Exhibit(
            spec=STANDARDS,
            about="how standards are met",
            finding=_broken_promises,
            chart=no_chart,
            tables=CrossTable("Standard", _state, column=_now),
        ),
        Exhibit(
            spec=STANDARD_CHARTS,
            about="the control chart of each standard",
            blocks=_control_charts,
        ),
        Exhibit(
            spec=STANDARD_DISASTERS,
            about="where disasters begin",
            blocks=_disasters,
        ),
        Exhibit(
            spec=STANDARD_TARGETS,
            about="the targets, their versions and who set them",
            finding=lambda _: "Who set which target, and where customers would put it",
            chart=no_chart,
            tables=CrossTable("Standard", _version),
        ),
        Exhibit(
            spec=STANDARD_FUNNEL,
            about="which units are unlike the others",
            blocks=_funnels,
        ),
    ),
)
