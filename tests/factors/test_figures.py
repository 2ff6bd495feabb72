from datetime import date

import ibis
import numpy as np
import pytest

from outsidein.factors.beliefs import belief_seals, beliefs_figure
from outsidein.factors.competitors import ALL_OFFER, APART, BEHIND
from outsidein.factors.declaration import Belief, Beliefs, FactorSettings, Initiative
from outsidein.factors.factor_figures import FactorDeclarations, factor_figures
from outsidein.factors.responses import factor_responses
from outsidein.factors.study import EVERYBODY, studies
from tests.factors.world import find, one, rated
from tests.tables import table

EFFECTS = {
    "delivery": (-1.0, 0.0),
    "food": (-0.05, 0.8),
    "price": (-0.5, 0.5),
    "colour": (0.0, 0.0),
}
KINDS = {
    "delivery": "destroyer",
    "food": "enhancer",
    "price": "performance",
    "colour": "indifferent",
}


@pytest.fixture
def rng():
    return np.random.default_rng(70)


@pytest.fixture
def told(canon, settings):
    """Makes every figure, by name."""

    def make(signals, *, segments=None, settings=settings, seed=1, **more):
        tables = {name: canon(name) for name in ("context", "ladder_links", "invitations")}
        tables |= {name: canon(name, rows) for name, rows in more.pop("tables", {}).items()}
        tables["signals"] = canon("signals", signals)
        declared = FactorDeclarations(
            settings,
            more.get("beliefs"),
            more.get("initiatives", ()),
            more.get("seals", belief_seals(more.get("beliefs"), None, build=1, was_measured=False)),
        )
        own, theirs = (
            factor_responses(tables["signals"], tables["invitations"], subject=subject)
            for subject in ("own", "competitor")
        )
        rng = np.random.default_rng(seed)
        figures = factor_figures(own, theirs, tables, segments, declared=declared, rng=rng)
        return {figure.name: figure for figure in figures}

    return make


def test_known_classes_are_found_with_their_probability(told, rng):
    figure = told(rated(rng, 6_000, EFFECTS))["factor_verdicts"]
    for factor, kind in KINDS.items():
        verdict = one(figure, "verdict", factor=factor)
        assert verdict.group["class"] == kind
        assert verdict.value > 0.9
        assert "own customers only" in verdict.why
    late = one(figure, "penalty", factor="delivery")
    assert late.low < -1.0 / 4 < late.high


def test_where_an_ordered_model_says_another_class_the_class_says_so(told, rng):
    """Most give the best rating, so that only falling shows in averages."""
    n = 6_000
    answer = rng.integers(1, 6, n)
    latent = 1.0 * (answer == 5) - 1.0 * (answer <= 2) + 3.5 + rng.logistic(size=n)
    overall = 1 + np.digitize(latent, [-3.0, -1.5, 0.0, 1.5])
    signals = [
        {
            "source": "survey",
            "signal_id": f"{factor}{k}",
            "response_id": f"r{k}",
            "customer_id": f"c{k:06d}",
            "signalled_on": date(2019, 6, 1),
            "factor": factor,
            "score": float(score),
        }
        for factor, scores in (("speed", answer), ("overall", overall))
        for k, score in enumerate(scores)
    ]
    figures = told(signals)
    verdict = one(figures["factor_verdicts"], "verdict", factor="speed")
    assert verdict.group["class"] == "hygiene"
    assert "an ordered model of the ratings says performance" in verdict.why
    reward = one(figures["factor_methods"], "reward, ordered model (log odds)", factor="speed")
    assert reward.low < 1.0 < reward.high


def test_without_thirty_low_and_high_answers_there_is_no_verdict(told, rng):
    figures = told(rated(rng, 90, {"delivery": (-1.0, 0.0)}))
    verdict = one(figures["factor_verdicts"], "verdict", factor="delivery")
    assert verdict.value is None
    assert verdict.group["class"] == "not enough data"
    assert "30 of each are needed" in verdict.why


def test_no_signal_at_all_gives_figures_that_say_so(told):
    figures = told([])
    assert set(figures) == {
        *("factor_verdicts", "factor_methods", "key_dissatisfiers", "factor_map"),
        *("factor_drift", "kano", "factor_ladders", "factor_beliefs", "initiatives"),
    }
    for figure in figures.values():
        assert all(e.value is None and e.why for e in figure.estimates)


def test_each_segment_has_verdicts_of_its_own(told, rng):
    sure = rated(rng, 2_000, {"delivery": (-1.0, 0.0)})
    other = rated(rng, 2_000, {"delivery": (0.0, 1.0)}, first=2_000)
    segments = table(
        [("old", f"c{n:06d}") for n in range(2_000)]
        + [("new", f"c{n:06d}") for n in range(2_000, 4_000)]
        + [("few", "c000001")],
        segment="string",
        customer_id="string",
    )
    figure = told(sure + other, segments=ibis.memtable(segments))["factor_verdicts"]
    kinds = {
        e.group["segment"]: e.group["class"] for e in find(figure, "verdict") if e.value is not None
    }
    assert (kinds["old"], kinds["new"]) == ("destroyer", "enhancer")
    assert EVERYBODY in kinds
    [few] = find(figure, "verdict", segment="few")
    assert few.value is None


def test_the_order_of_rows_changes_nothing(told, rng):
    signals = rated(rng, 300, EFFECTS)
    first = told(signals)
    shuffled = [signals[k] for k in rng.permutation(len(signals))]
    for name, figure in told(shuffled).items():
        assert figure == first[name], name


def test_failures_that_make_dissatisfied_come_first(told, rng):
    figure = told(rated(rng, 3_000, EFFECTS))["key_dissatisfiers"]
    parts = find(figure, "part of reach minus noise", segment=EVERYBODY)
    assert parts[0].group["factor"] == "delivery"
    assert parts[0].low > 0
    [reach] = find(figure, "reach of the key set")
    assert "delivery" in reach.group["factor"]
    assert "colour" not in reach.group["factor"]


def test_the_map_places_what_matters_and_what_does_not(told, rng):
    figure = told(rated(rng, 6_000, EFFECTS))["factor_map"]
    colour = one(figure, "importance", factor="colour")
    assert colour.group["quarter"] in {"low priority", "possibly too much", "not clear"}
    assert colour.value < 0.01
    shares = one(figure, "low answers", factor="food")
    assert shares.low < 0.25 < shares.high


def yearly(rng, course, n=1_500):
    signals = []
    for place, (penalty, reward) in enumerate(course):
        signals += rated(rng, n, {"wifi": (penalty, reward)}, year=2010 + place, first=place * n)
    return signals


def test_an_enhancer_that_becomes_hygiene_is_told(told, rng):
    course = [(-0.1 - 0.12 * k, 0.8 - 0.1 * k) for k in range(7)]
    figure = told(yearly(rng, course))["factor_drift"]
    turning = one(figure, "reward falls while penalty grows", factor="wifi")
    assert turning.value > 0.95
    by_year = find(figure, "reward", factor="wifi")
    assert [e.group["period"] for e in by_year] == [str(2010 + k) for k in range(7)]
    assert by_year[0].low > by_year[-1].high


def test_a_jump_stands_at_its_year_and_a_still_factor_has_none(told, rng):
    jump = [(-0.2, 0.8 if k < 4 else 0.2) for k in range(8)]
    figure = told(yearly(rng, jump))["factor_drift"]
    [moved] = find(figure, "reward moved at a change point")
    assert moved.group["period"] == "2014"
    assert moved.high < 0
    still = told(yearly(rng, [(-0.2, 0.5)] * 8))["factor_drift"]
    assert find(still, "reward moved at a change point") == []


def test_a_context_series_that_moves_the_reward_is_found(told, rng):
    prices = [3.0, 5.0, 2.0, 6.0, 4.0, 7.0]
    course = [(-0.2, 0.1 + 0.1 * price) for price in prices]
    series = [
        {
            "series": "price",
            "market": "any",
            "from_on": date(2010 + k, 1, 1),
            "value": price,
        }
        for k, price in enumerate(prices)
    ]
    figure = told(yearly(rng, course), tables={"context": series})["factor_drift"]
    reward = one(figure, "reward with the series", series="price")
    assert reward.low > 0
    penalty = one(figure, "penalty with the series", series="price")
    assert penalty.low < 0 < penalty.high


def test_two_periods_are_too_few_and_say_so(told, rng):
    figure = told(yearly(rng, [(-0.2, 0.5)] * 2))["factor_drift"]
    assert one(figure, "how it moves", factor="wifi").why.startswith("2 periods are too few")


def competitor(rng, n, factor, share):
    answers = np.where(rng.random(n) < share, 5.0, 3.0)
    return [
        {
            "source": "panel",
            "signal_id": f"{factor}{k}",
            "response_id": f"{factor}{k}",
            "customer_id": f"c{k:06d}",
            "signalled_on": date(2019, 6, 1),
            "subject": "competitor",
            "factor": factor,
            "score": float(score),
        }
        for k, score in enumerate(answers)
    ]


def test_competitors_tell_what_sets_apart_from_what_all_must_offer(told, rng):
    def answered(n, factor, share, subject):
        return [
            row
            | {
                "subject": subject,
                "signal_id": f"{subject}-{factor}-{k}",
                "response_id": f"{subject}-{k}",
            }
            for k, row in enumerate(competitor(rng, n, factor, share))
        ]

    signals = [
        row
        for factor, own, theirs in (("seat", 0.6, 0.2), ("safety", 0.8, 0.8), ("app", 0.2, 0.6))
        for row in (answered(400, factor, own, "own") + answered(400, factor, theirs, "competitor"))
    ]
    overall = [
        row | {"factor": "overall", "signal_id": f"o{k}"}
        for k, row in enumerate(answered(400, "overall", 0.5, "own"))
    ]
    figure = told(signals + overall)["factor_verdicts"]
    said = {e.group["factor"]: e.why for e in find(figure, "ahead of competitors")}
    assert said == {"seat": APART, "safety": ALL_OFFER, "app": BEHIND}
    assert "own and competitors" in figure.method


BELIEVED = Beliefs(
    author="head of service",
    sealed_on="2019-01-15",
    belief=[
        {"factor": "price", "class": "performance"},
        {"factor": "delivery", "class": "enhancer"},
        {"factor": "smell", "class": "hygiene"},
    ],
)


def test_beliefs_stand_beside_what_was_measured(told, rng):
    figure = told(rated(rng, 6_000, EFFECTS), beliefs=BELIEVED)["factor_beliefs"]
    assert one(figure, "probability that the belief is right", factor="price").value > 0.9
    wrong = one(figure, "probability that the belief is right", factor="delivery")
    assert wrong.value < 0.05
    assert (wrong.group["believed"], wrong.group["measured"]) == ("enhancer", "destroyer")
    assert one(figure, "measured rank", factor="smell").why == "no customer spoke of it"
    assert "before any build had shown the measured ranking" in figure.method


def test_a_belief_changed_after_the_measured_one_was_shown_says_so(con):
    first = belief_seals(BELIEVED, None, build=3, was_measured=False)
    again = belief_seals(BELIEVED, ibis.memtable(first), build=4, was_measured=True)
    assert again.equals(first)
    changed = BELIEVED.model_copy(update={"belief": BELIEVED.belief[::-1]})
    later = belief_seals(changed, con.create_table("seals", first), build=5, was_measured=True)
    assert later.column("first_build").to_pylist() == [3, 5]
    assert later.column("is_after_measured").to_pylist() == [False, True]
    found = studies(
        factor_responses_of(con), None, settings=FactorSettings(), rng=np.random.default_rng(1)
    )
    figure = beliefs_figure(found, changed, later)
    assert "AFTER an earlier build had shown the measured ranking" in figure.method


def factor_responses_of(con):
    empty = table(
        [],
        occasion="string",
        customer_id="string",
        signalled_on="date",
        factor="string",
        steps="int64",
        is_asked="boolean",
        is_coded="boolean",
        weight="float64",
    )
    return con.create_table("nothing", empty)


def initiative(**more):
    return Initiative(
        **{
            "name": "second carrier",
            "factor": "delivery",
            "work": "remove",
            "answer": "channel",
            "owner": "head of delivery",
        }
        | more
    )


def test_an_initiative_promises_what_the_penalty_says_and_is_held_to_what_changed(told, rng):
    before = rated(rng, 1_500, EFFECTS, year=2018)
    after = rated(rng, 1_500, EFFECTS, year=2020, first=1_500)
    for row in after:
        if row["factor"] == "delivery" and row["score"] <= 2 and rng.random() < 0.6:
            row["score"] = 3.0
    work = initiative(
        improves=0.1, cost=200_000, hours=40, begins_on="2019-01-01", done_on="2019-12-01"
    )
    figure = told(before + after, initiatives=(work,))["initiatives"]
    measure = "expected effect on overall satisfaction, of its scale"
    expected = one(figure, measure, initiative="second carrier")
    assert expected.value == pytest.approx(0.1 * 0.25, abs=0.005)
    actual = one(figure, "actual change in low answers", initiative="second carrier")
    assert actual.low < -0.15 < actual.high
    assert one(figure, "cost", initiative="second carrier").value == 200_000
    proposed = {e.group["factor"]: e.group["work"] for e in find(figure, "to be gained")}
    assert proposed == {"food": "build this enhancer", "price": "do this better"}


def test_a_share_that_fell_before_the_start_already_is_not_compared_with_after(told, rng):
    """The share of late deliveries falls by a fifth each year, with or without the initiative."""
    rows = []
    for later in range(4):
        rows += rated(rng, 1_000, EFFECTS, year=2015 + later, first=1_000 * later)
    for row in rows:
        if row["factor"] == "delivery" and row["score"] <= 2:
            years = row["signalled_on"].year - 2015
            row["score"] = 3.0 if rng.random() > 0.8**years else row["score"]
    work = initiative(begins_on="2017-09-01", done_on="2017-12-01")
    figure = told(rows, initiatives=(work,))["initiatives"]
    actual = one(figure, "actual change in low answers", initiative="second carrier")
    assert (actual.value, actual.why) == (
        None,
        "not compared, for the share of low answers fell before the start already",
    )


def test_a_share_that_had_risen_before_the_start_is_compared_where_it_falls_after(told, rng):
    rows = []
    for later in range(3):
        rows += rated(rng, 1_000, EFFECTS, year=2017 + later, first=1_000 * later)
    for row in rows:
        is_high = row["factor"] == "delivery" and row["score"] >= 3
        if is_high and row["signalled_on"].year == 2018 and rng.random() < 0.3:
            row["score"] = 2.0
    figure = told(rows, initiatives=(initiative(done_on="2018-12-01"),))["initiatives"]
    actual = one(figure, "actual change in low answers", initiative="second carrier")
    assert actual.high < 0


def test_proposals_are_ranked_by_gain_over_all_customers(told, rng):
    """Of all customers 30 % meet the smaller effect and 3 % the larger one."""
    n = 4_000
    often, seldom = rng.random(n) < 0.3, rng.random(n) < 0.03
    asks_seldom = seldom | (rng.random(n) < 0.05)
    overall = np.clip(4 - 0.8 * often - 2 * seldom + rng.normal(0, 0.2, n), 1, 5)
    well = rng.random(n) < 0.4

    def rows(factor, scores, kept=None):
        return [
            {
                "source": "survey",
                "signal_id": f"{factor}{k}",
                "response_id": f"r{k}",
                "customer_id": f"c{k:06d}",
                "signalled_on": date(2019, 6, 1),
                "kind": "indirect",
                "factor": factor,
                "score": float(score),
            }
            for k, score in enumerate(scores)
            if kept is None or kept[k]
        ]

    signals = (
        rows("overall", overall)
        + rows("delivery", np.where(often, 1, np.where(well, 5, 3)))
        + rows("colour", np.where(seldom, 1, np.where(well, 5, 3)), asks_seldom)
    )
    gains = find(told(signals)["initiatives"], "to be gained")
    by_factor = {e.group["factor"]: e for e in gains}
    assert by_factor["delivery"].low < 0.3 * 0.2 < by_factor["delivery"].high
    assert by_factor["colour"].low < 0.03 * 0.5 < by_factor["colour"].high
    assert by_factor["delivery"].n == n


def test_an_initiative_not_done_yet_has_no_actual_effect(told, rng):
    figure = told(rated(rng, 500, EFFECTS), initiatives=(initiative(),))["initiatives"]
    assert one(figure, "actual change in low answers", initiative="second carrier").why == (
        "not done yet"
    )


def test_a_class_is_one_of_those_that_can_be_believed():
    assert Belief(**{"factor": "a", "class": "hygiene"}).believed_class.value == "hygiene"
