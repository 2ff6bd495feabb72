from dataclasses import replace
from datetime import date

import pytest
from pydantic import ValidationError

from outsidein.canonical.declaration import Sample
from outsidein.canonical.sampling import sampling_figure
from outsidein.churn.figures import SHARE_STILL_CUSTOMERS, SHARE_WITH_KNOWN_START, SURVIVAL
from outsidein.figures.figure import Unit
from outsidein.figures.spec import ALL_DAYS, Better, FigureSpec, Measure
from outsidein.objectives.declaration import Metric, Objective
from outsidein.objectives.tracking import objectives_figure, period_of
from outsidein.present.wording import Wording

LATE = Measure("share late", Unit.SHARE, Better.LESS)
VISITS = Measure("visits", Unit.NUMBER)
SPEC = FigureSpec("delivery", "How orders come", ("unit", "month"), (LATE, VISITS), "Counted.")
HALFWAY = date(2024, 7, 2)


def objective(**changes):
    usual = {
        "name": "on_time",
        "objective": "Fewer orders come late",
        "business_case": "Late orders cost customers",
        "stakeholders": ("head of delivery",),
        "metric": Metric(figure="delivery", measure="share late", group={"unit": "north"}),
        "baseline": 0.10,
        "baseline_on": date(2024, 1, 1),
        "target": 0.06,
        "due_on": date(2025, 1, 1),
    }
    return Objective(**{**usual, **changes})


def tracked(one, *, late=0.08, low=0.07, high=0.09, as_of=HALFWAY):
    """The estimates of an objective by measure, when so many are late."""
    groups = [{"unit": "north", "month": 12}, {"unit": "south", "month": None}]
    published = SPEC.figure(
        [
            LATE.estimate(400, late, low, high, group=groups[0]),
            LATE.estimate(400, 0.5, 0.4, 0.6, group=groups[1]),
            VISITS.counted(40, n=40, group=groups[0]),
        ]
    )
    figure = objectives_figure([one], {"delivery": published}, {"delivery": SPEC}, as_of=as_of)
    return {e.measure: e for e in figure.estimates}


def standing(one, **today):
    return tracked(one, **today)["today"].group["standing"]


def test_an_objective_shows_today_beside_baseline_target_and_what_is_expected_by_now():
    shown = tracked(objective())
    assert [(name, round(e.value, 3)) for name, e in shown.items()] == [
        ("baseline", 0.1),
        ("today", 0.08),
        ("expected by today", 0.08),
        ("target", 0.06),
    ]
    today = shown["today"]
    assert (today.unit, today.n, today.low, today.high) == (Unit.SHARE, 400, 0.07, 0.09)
    assert today.group["better"] == "less"


@pytest.mark.parametrize(
    ("today", "as_of", "word"),
    [
        ((0.05, 0.04, 0.06), HALFWAY, "reached"),
        ((0.07, 0.065, 0.078), HALFWAY, "on track"),
        ((0.09, 0.085, 0.095), HALFWAY, "behind"),
        ((0.08, 0.07, 0.09), HALFWAY, "not clear yet"),
        ((0.09, 0.085, 0.095), date(2025, 1, 1), "missed"),
        ((0.05, 0.04, 0.07), date(2025, 1, 1), "not clear yet"),
        ((0.09, 0.085, 0.095), date(2023, 6, 1), "not reached yet"),
    ],
)
def test_a_standing_is_claimed_where_the_whole_interval_says_so(today, as_of, word):
    late, low, high = today
    assert standing(objective(), late=late, low=low, high=high, as_of=as_of) == word


def test_where_neither_way_is_good_in_itself_the_target_says_which_is():
    metric = Metric(figure="delivery", measure="visits")
    more = objective(metric=metric, baseline=20, target=35)
    assert standing(more) == "reached"
    assert standing(objective(metric=metric, baseline=60, target=35)) == "on track"
    less = metric.model_copy(update={"better": "less"})
    late = objective(metric=less, baseline=20, target=35, due_on=HALFWAY)
    assert standing(late) == "missed"


def test_numbers_and_empty_values_of_a_group_are_found():
    by_month = Metric(figure="delivery", measure="share late", group={"month": 12})
    assert tracked(objective(metric=by_month))["today"].value == 0.08
    empty = Metric(figure="delivery", measure="share late", group={"month": ""})
    assert tracked(objective(metric=empty))["today"].value == 0.5


@pytest.mark.parametrize(
    ("metric", "why"),
    [
        ("share of late orders", "its metric is described in words; name figure and measure"),
        (Metric(figure="deliveri", measure="x"), "Did you mean 'delivery'?"),
        (Metric(figure="delivery", measure="share of late"), "Did you mean 'share late'?"),
        (Metric(figure="delivery", measure="share late"), "2 numbers of delivery match"),
    ],
)
def test_a_metric_that_is_no_single_number_says_why(metric, why):
    today = tracked(objective(metric=metric))["today"]
    assert today.value is None
    assert why in today.why
    assert today.group["standing"] == "not measured"


def test_an_objective_begins_before_it_is_due():
    with pytest.raises(ValidationError, match="due_on must come after baseline_on"):
        objective(due_on=date(2024, 1, 1))


def test_today_says_over_which_time_it_goes():
    assert tracked(objective())["today"].group["period"] == "as of today"
    pooled = replace(SPEC, period=ALL_DAYS)
    late = LATE.estimate(400, 0.08, 0.07, 0.09, group={"unit": "north"})
    assert period_of(pooled, late) == "over all days of the data"
    recent = {"dimension": "recent", "group": "last 12 months"}
    assert period_of(pooled, replace(late, group=recent)) == "over the last 12 months"
    assert period_of(pooled, replace(late, group={"period": "2024-05"})) == "in 2024-05"
    assert period_of(pooled, replace(late, group={"window": "last 8 weeks"})) == (
        "over the last 8 weeks"
    )
    assert period_of(pooled, replace(late, group={"window": "all time"})) == ALL_DAYS
    since = "days since 2020-01-01 (10 with too few encounters left out)"
    assert period_of(pooled, replace(late, group={"window": since})) == f"over the {since}"


def test_an_objective_about_encounters_says_how_many_it_is_of():
    delivery = replace(SPEC, groups=("unit", "encounters"))
    late = LATE.estimate(400, 0.08, 0.07, 0.09, group={"unit": "north", "encounters": 512})
    published = {"delivery": delivery.figure([late])}
    figure = objectives_figure([objective()], published, {"delivery": delivery}, as_of=HALFWAY)
    [today] = [e for e in figure.estimates if e.measure == "today"]
    assert Wording("EUR").evidence(today).endswith("; 512\N{NO-BREAK SPACE}encounters")


KEPT = objective(
    metric=Metric(figure="survival", measure="share still customers", group={"month": 12}),
    baseline=0.8,
    target=0.9,
)


def today_of(one, *published):
    by_name = {figure.name: figure for figure in published}
    figure = objectives_figure([one], by_name, {SURVIVAL.name: SURVIVAL}, as_of=HALFWAY)
    return {e.measure: e for e in figure.estimates}["today"]


def survival(start):
    """Survival of 84 % after twelve months, and how sure the start of customers is."""
    kept = SHARE_STILL_CUSTOMERS.estimate(900, 0.84, 0.82, 0.86, group={"month": 12})
    return SURVIVAL.figure([kept, start], start="", rule="")


def test_a_number_that_headlines_doubt_is_no_standing_today():
    sure = SHARE_WITH_KNOWN_START.counted(1.0, n=900)
    assert today_of(KEPT, survival(sure)).value == 0.84
    doubtful = today_of(KEPT, survival(SHARE_WITH_KNOWN_START.unanswered("None ended before.")))
    assert (doubtful.value, doubtful.why) == (None, "none ended before")
    assert doubtful.group["standing"] == "not measured"


def test_a_number_that_a_sample_of_rows_makes_wrong_is_no_standing_today():
    sample = {"till": Sample(of="rows", drawn="one order in ten")}
    sure = survival(SHARE_WITH_KNOWN_START.counted(1.0, n=900))
    nobody_whole = sampling_figure(sample, whole=0, partial=900)
    assert "(till: one order in ten)" in today_of(KEPT, sure, nobody_whole).why
    assert today_of(KEPT, sure, sampling_figure(sample, whole=300, partial=600)).value == 0.84
