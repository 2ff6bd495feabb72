from datetime import date

import numpy as np
import pytest

from outsidein.feedback.asked_customers import asked_customers, with_signs
from outsidein.feedback.nonresponse_figures import nonrespondents_figure, response_figure
from outsidein.feedback.weights import answers
from tests.feedback.conftest import at
from tests.tables import table

DAY = date(2019, 6, 1)


def shop(rng, *, n=2000):
    """Gold customers are happier and answer more; everyone's satisfaction is known to the test."""
    gold = rng.random(n) < 0.5
    score = np.where(rng.random(n) < np.where(gold, 0.8, 0.3), 5.0, 1.0)
    answered = rng.random(n) < np.where(gold, 0.6, 0.15)
    return gold, score, answered


@pytest.fixture
def silent(con, canon):
    def make(gold, score, answered, *, bad=(), status=None):
        people = range(len(gold))
        invitations = canon("invitations", [
            {"invitation_id": f"i{i}", "customer_id": f"c{i}", "invited_at": at(DAY),
             "inclusion_probability": 0.5, "channel": "mail", "status": status}
            for i in people
        ])  # fmt: skip
        signals = canon("signals", [
            {"signal_id": f"s{i}", "response_id": f"r{i}", "invitation_id": f"i{i}",
             "customer_id": f"c{i}", "signalled_at": at(DAY), "signalled_on": DAY,
             "instrument": "csat", "item": "satisfied", "score": float(score[i]),
             "scale_low": 1, "scale_high": 5}
            for i in people if answered[i]
        ] + [
            {"signal_id": f"b{i}", "customer_id": f"c{i}", "kind": "inferred",
             "signalled_at": at(DAY), "signalled_on": DAY}
            for i in bad
        ])  # fmt: skip
        cells = table(
            [(f"c{i}", "gold" if gold[i] else "lead") for i in people],
            customer_id="string", cell="string",
        )  # fmt: skip
        cells = con.create_table("cells", cells)
        who = with_signs(asked_customers(invitations, signals), signals).cache()
        said = answers(signals, invitations, canon("encounters")).cache()
        groups = cells.select("customer_id", dimension=cells.cell, value=cells.cell)
        return nonrespondents_figure(who, said, cells, by="tier"), response_figure(who, groups)

    return make


def test_the_silent_are_estimated_from_those_like_them_and_lie_within_the_bounds(silent):
    gold, score, answered = shop(np.random.default_rng(7))
    figure, _ = silent(gold, score, answered)
    found = satisfied(figure)
    truth, of_silent = np.mean(score == 5), np.mean(score[~answered] == 5)
    heard = found["those who answered"]
    assert heard.value == pytest.approx(np.mean(score[answered] == 5))
    assert heard.low > truth
    assert found["everyone asked"].low <= truth <= found["everyone asked"].high
    assert found["non-respondents"].low <= of_silent <= found["non-respondents"].high
    worst = found["everyone asked, if non-respondents gave the worst answer"]
    best = found["everyone asked, if they gave the best answer"]
    assert worst.value == pytest.approx(np.sum(score[answered] == 5) / len(score))
    assert worst.low < worst.value < truth < best.value < best.high


def satisfied(figure):
    return {e.group["who"]: e for e in figure.estimates if e.measure == "satisfied (CSAT)"}


def test_lowest_answers_are_estimated_for_everyone_asked(silent):
    gold, score, answered = shop(np.random.default_rng(11))
    figure, _ = silent(gold, score, answered)
    lowest = {e.group["who"]: e for e in figure.estimates if e.measure == "bottom box"}
    truth = np.mean(score == 1)
    assert lowest["those who answered"].value == pytest.approx(np.mean(score[answered] == 1))
    assert lowest["those who answered"].high < truth
    assert lowest["everyone asked"].low <= truth <= lowest["everyone asked"].high


def test_a_file_drawn_by_answers_shows_no_response_rate_and_no_non_respondents(silent):
    """Also of an item that many of those who answered left out, as they had not used it."""
    gold, score, _ = shop(np.random.default_rng(12), n=400)
    figure, response = silent(gold, score, gold, bad=[0], status="answered")
    assert {e.value for e in (*figure.estimates, *response.estimates)} == {None}
    assert all("drawn by answers" in e.why for e in (*figure.estimates, *response.estimates))


def test_who_was_asked_is_counted_and_the_silents_bad_signs_are_told(silent):
    gold, score, answered = shop(np.random.default_rng(8), n=400)
    mute = np.flatnonzero(~answered)
    _, figure = silent(gold, score, answered, bad=mute[:100])
    found = {(e.group["group"], e.measure): (e.value, e.n) for e in figure.estimates}
    assert found["all", "answered"] == (pytest.approx(answered.mean()), 400)
    assert found["gold", "answered"] == (pytest.approx(answered[gold].mean()), gold.sum())
    assert found["all", "bad signs among non-respondents"][0] == pytest.approx(100 / len(mute))
    assert found["all", "bad signs among those who answered"][0] == 0


def test_only_the_last_invitation_of_a_customer_counts(canon):
    rows = [
        {"invitation_id": i, "customer_id": "c", "invited_at": at(day), "status": status}
        for i, day, status in (
            ("old", date(2019, 1, 1), "answered"),
            ("new", date(2019, 3, 1), "sent"),
        )
    ]
    [found] = asked_customers(canon("invitations", rows), canon("signals")).to_pyarrow().to_pylist()
    assert (found["invitation_id"], found["has_answered"]) == ("new", False)


def test_a_cell_in_which_nobody_answered_is_of_those_asked_all_the_same(silent):
    gold, score, _ = shop(np.random.default_rng(9), n=200)
    figure, _ = silent(gold, score, gold)
    found = satisfied(figure)
    worst = found["everyone asked, if non-respondents gave the worst answer"]
    assert worst.n == 200
    assert worst.value == pytest.approx(np.sum(score[gold] == 5) / 200)
