from datetime import UTC, date, datetime

import numpy as np

from outsidein.factors.kano import kano_figure
from tests.factors.world import one

ANSWERS = {"O": (1, 5), "M": (2, 5), "A": (1, 3), "I": (3, 3)}


def asked(letters, factor="sauna", *, hour=9):
    return [
        {
            "signal_id": f"{factor}{k}{item}{hour}",
            "customer_id": f"c{k}",
            "instrument": "kano",
            "item": f"{factor}_{item}",
            "factor": factor,
            "score": float(answer),
            "signalled_at": datetime(2019, 1, 1, hour, tzinfo=UTC),
            "signalled_on": date(2019, 1, 1),
        }
        for k, letter in enumerate(letters)
        for item, answer in zip(("functional", "dysfunctional"), ANSWERS[letter], strict=True)
    ]


def test_the_published_counts_give_the_published_class(canon):
    letters = "M" * 95 + "O" * 123 + "A" * 45 + "I" * 33
    figure = kano_figure(canon("signals", asked(letters)), rng=np.random.default_rng(1))
    verdict = one(figure, "verdict", factor="sauna")
    assert (verdict.group["class"], verdict.n) == ("one-dimensional", 296)
    satisfies = one(figure, "could satisfy (CS+)", factor="sauna")
    assert round(satisfies.value, 3) == 0.568
    assert one(figure, "customers", **{"class": "must-be"}).value == 95


def test_somebody_asked_twice_counts_once_with_the_latest_answer(canon):
    rows = asked("M" * 40) + asked("A" * 40, hour=12)
    figure = kano_figure(canon("signals", rows), rng=np.random.default_rng(1))
    verdict = one(figure, "verdict", factor="sauna")
    assert (verdict.group["class"], verdict.n) == ("attractive", 40)


def test_half_a_pair_is_no_answer(canon):
    rows = [row for row in asked("M" * 40) if row["item"].endswith("_functional")]
    figure = kano_figure(canon("signals", rows), rng=np.random.default_rng(1))
    assert figure.estimates[0].why == "no paired questions of the instrument “kano” were asked"
