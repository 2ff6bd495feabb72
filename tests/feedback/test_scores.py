from datetime import date

import numpy as np
import pytest

from outsidein.feedback.figures import LAST_YEAR
from outsidein.feedback.metrics import distribution_figure, scores_figure
from outsidein.feedback.weights import answers
from outsidein.stats.nps import net_promoter_score
from outsidein.stats.proportion import proportion
from tests.feedback.conftest import at
from tests.tables import table

DAY = date(2019, 6, 1)
AS_OF = date(2019, 6, 15)


def answer(number, score, *, customer=None, instrument="nps", scale=(0, 10), **more):
    return {
        "signal_id": f"s{number}",
        "response_id": f"r{number}",
        "customer_id": customer or f"c{number}",
        "signalled_at": at(DAY),
        "signalled_on": DAY,
        "instrument": instrument,
        "item": instrument,
        "score": score,
        "scale_low": scale[0],
        "scale_high": scale[1],
        "invitation_id": f"i{number}",
        **more,
    }


@pytest.fixture
def scored(con, canon):
    """Scores signals: {(item, dimension, group, measure): estimate}."""

    def score(signals, *, invitations=(), encounters=(), groups=()):
        said = answers(
            canon("signals", signals),
            canon("invitations", invitations),
            canon("encounters", encounters),
        ).cache()
        rows = table(groups, customer_id="string", dimension="string", value="string")
        groups_table = con.create_table("groups", rows, overwrite=True)
        figure = scores_figure(said, groups_table, as_of=AS_OF)
        return {(*e.group.values(), e.measure): e for e in figure.estimates}

    return score


def invitation(number, chance):
    return {
        "invitation_id": f"i{number}",
        "customer_id": f"c{number}",
        "invited_at": at(DAY),
        "inclusion_probability": chance,
    }


def test_unweighted_the_score_is_that_of_the_published_case(scored):
    scores = [9] * 60 + [7] * 25 + [6] * 15
    found = scored([answer(i, score) for i, score in enumerate(scores)])
    nps, wanted = found["nps", "all", "all", "NPS"], net_promoter_score(60, 25, 15)
    assert (nps.value, nps.low, nps.high, nps.n) == pytest.approx(wanted)
    bottom = found["nps", "all", "all", "bottom box"]
    assert (bottom.value, bottom.low, bottom.high) == pytest.approx(proportion(0, 100)[:3])


def test_over_sampled_detractors_count_by_the_chance_they_were_asked_with(scored):
    signals = [answer(i, 0 if i < 50 else 10) for i in range(100)]
    asked = [invitation(i, 1.0 if i < 50 else 0.25) for i in range(100)]
    assert scored(signals)["nps", "all", "all", "NPS"].value == 0
    weighted = scored(signals, invitations=asked)["nps", "all", "all", "NPS"]
    assert weighted.value == pytest.approx(100 * (50 * 4 - 50) / 250)


def test_mean_and_top_box_of_a_csat_are_those_of_numpy(scored):
    rng = np.random.default_rng(1)
    scores = rng.integers(1, 6, 300)
    chance = rng.choice([0.1, 0.5, 1.0], 300)
    found = scored(
        [answer(i, float(s), instrument="csat", scale=(1, 5)) for i, s in enumerate(scores)],
        invitations=[invitation(i, float(p)) for i, p in enumerate(chance)],
    )
    mean = found["csat", "all", "all", "mean"]
    assert mean.value == pytest.approx(np.average(scores, weights=1 / chance))
    top = found["csat", "all", "all", "top box"].value
    assert top == pytest.approx(np.average(scores == 5, weights=1 / chance))
    satisfied = found["csat", "all", "all", "satisfied (CSAT)"].value
    assert satisfied == pytest.approx(np.average(scores >= 4, weights=1 / chance))


def test_answers_are_told_apart_by_their_encounter_their_month_and_their_customers_groups(scored):
    signals = [answer(i, 10 if i < 20 else 0, encounter_id=f"e{i}") for i in range(40)]
    encounters = [
        {
            "encounter_id": f"e{i}",
            "started_at": at(DAY),
            "touchpoint": "delivery" if i < 20 else "call",
            "unit": "north",
        }
        for i in range(40)
    ]
    groups = [(f"c{i}", "tier", "gold" if i % 2 else "lead") for i in range(40)]
    found = scored(signals, encounters=encounters, groups=groups)
    told = {key[:3]: e.value for key, e in found.items() if key[3] == "NPS"}
    assert told == {
        ("nps", "all", "all"): 0,
        ("nps", "touchpoint", "call"): -100,
        ("nps", "touchpoint", "delivery"): 100,
        ("nps", "channel", "phone"): 0,
        ("nps", "unit", "north"): 0,
        ("nps", "period", "2019-06"): 0,
        ("nps", "recent", LAST_YEAR): 0,
        ("nps", "tier", "gold"): 0,
        ("nps", "tier", "lead"): 0,
    }


def test_groups_of_fewer_than_ten_customers_are_left_out(scored):
    signals = [answer(i, 10) for i in range(20)]
    groups = [(f"c{i}", "tier", "gold" if i < 9 else "lead") for i in range(20)]
    found = scored(signals, groups=groups)
    assert {key[2] for key in found if key[1] == "tier"} == {"lead"}


def test_ten_answers_of_one_customer_leave_the_interval_as_wide_as_one(scored):
    once = scored([answer(i, 10 if i < 20 else 0) for i in range(40)])["nps", "all", "all", "NPS"]
    often = scored([
        answer(10 * i + j, 10 if i < 20 else 0, customer=f"c{i}")
        for i in range(40) for j in range(10)
    ])["nps", "all", "all", "NPS"]  # fmt: skip
    assert often.n == once.n == 40
    assert often.high - often.low == pytest.approx(once.high - once.low, rel=0.1)


def test_a_competitors_rating_is_told_under_its_name_and_an_inferred_sign_not_at_all(scored):
    rivals = [answer(i, 3, subject="competitor", brand="Acme") for i in range(12)]
    signs = [answer(i + 50, 0, kind="inferred") for i in range(12)]
    kano = [answer(i + 90, 1, instrument="kano_functional", scale=(1, 5)) for i in range(12)]
    assert {key[0] for key in scored([*rivals, *signs, *kano])} == {"nps (Acme)"}


def test_the_spread_of_answers_adds_up_and_choices_are_shares_of_respondents(canon):
    rated = [answer(i, float(i % 5 + 1), instrument="csat", scale=(1, 5)) for i in range(50)]
    chosen = [
        answer(i, None, instrument="choice", scale=(None, None), text=text)
        | {"signal_id": f"{i}{text}"}
        for i in range(20)
        for text in (["friend", "advert"] if i < 10 else ["friend"])
    ]
    said = answers(canon("signals", rated + chosen), canon("invitations"), canon("encounters"))
    shares = {tuple(e.group.values()): e.value for e in distribution_figure(said.cache()).estimates}
    assert shares == {
        ("choice", "advert"): pytest.approx(0.5),
        ("choice", "friend"): pytest.approx(1),
        **{("csat", str(level)): pytest.approx(0.2) for level in range(1, 6)},
    }


def test_the_last_twelve_months_are_those_up_to_the_day_of_the_build(scored):
    days = (date(2018, 6, 30), date(2018, 7, 1), date(2019, 6, 1))
    answers_by_day = [
        answer(f"{day}-{i}", score, signalled_at=at(day), signalled_on=day)
        for day, score in zip(days, (0, 10, 10), strict=True)
        for i in range(12)
    ]
    top = {key[1:3]: e for key, e in scored(answers_by_day).items() if key[-1] == "top box"}
    assert top["all", "all"].value == pytest.approx(2 / 3)
    assert top["recent", LAST_YEAR].value == 1.0
