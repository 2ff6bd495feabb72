import pytest

import outsidein
from outsidein.errors import ProjectError
from tests.feedback.surveyed import SURVEY, write_surveyed


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    folder = write_surveyed(tmp_path_factory.mktemp("surveyed") / "shop")
    project = outsidein.open(folder)
    project.build()
    return project


def answers(shop, *columns):
    signals = shop.table("signals").select(["signal_id", *columns]).to_pylist()
    return {row.pop("signal_id").removeprefix("after_delivery:"): row for row in signals}


def test_every_answer_is_a_signal_and_what_was_left_blank_is_none(shop):
    assert set(answers(shop)) == {
        *("R1:recommend", "R1:satisfied", "R1:bags.functional", "R1:bags.dysfunctional"),
        *("R1:why.0", "R1:why.1", "R1:why.2", "R1:heard_from.0", "R1:heard_from.1"),
        *("R1:comment", "R1:rival", "R2:recommend", "R2:satisfied", "R2:effort"),
        *("R2:why.0", "R2:why.1"),
    }


def test_words_become_their_points_and_a_reversed_scale_is_turned_round(shop):
    scores = answers(shop, "score", "scale_low", "scale_high")
    assert scores["R1:satisfied"] == {"score": 5, "scale_low": 1, "scale_high": 5}
    assert scores["R2:effort"] == {"score": 6, "scale_low": 1, "scale_high": 7}
    assert scores["R1:comment"] == {"score": None, "scale_low": None, "scale_high": None}


def test_a_signal_says_who_what_and_in_which_wording(shop):
    told = answers(
        shop, "source", "record_id", "invitation_id", "instrument", "item", "factor",
        "wording_version", "language", "subject", "brand", "text", "level",
    )  # fmt: skip
    assert told["R1:recommend"] == {
        "source": "shop",
        "record_id": "p1",
        "invitation_id": "after_delivery:i1",
        "instrument": "nps",
        "item": "recommend",
        "factor": "overall",
        "wording_version": "after_delivery 2",
        "language": "en",
        "subject": "own",
        "brand": None,
        "text": None,
        "level": "factor",
    }
    assert told["R1:rival"]["subject"] == "competitor"
    assert told["R1:rival"]["brand"] == "Acme"
    assert told["R1:heard_from.1"]["text"] == "advert"
    assert told["R1:bags.dysfunctional"]["instrument"] == "kano_dysfunctional"
    levels = [told[f"R1:why.{i}"]["level"] for i in range(3)]
    assert levels == ["factor", "benefit", "value"]


def test_ladders_are_linked_rung_to_rung_over_a_blank(shop):
    links = shop.table("ladder_links").to_pylist()
    assert [
        (x["response_id"][-2:], x["position"], x["from_code"], x["to_code"]) for x in links
    ] == [
        ("R1", 1, "price", "saving"),
        ("R1", 2, "saving", "calm"),
        ("R2", 1, "speed", "freedom"),
    ]


def test_everyone_asked_is_known_and_a_chance_of_none_is_turned_away(shop):
    asked = shop.table("invitations").to_pylist()
    found = {x["invitation_id"]: (x["inclusion_probability"], x["status"]) for x in asked}
    assert found == {
        "after_delivery:i1": (0.5, "opened"),
        "after_delivery:i2": (1.0, "opened"),
        "after_delivery:i3": (0.5, "sent"),
        "after_delivery:i4": (0.5, "sent"),
        "after_delivery:i5": (0.5, "sent"),
    }


def test_answers_that_are_none_are_turned_away_with_the_reason(shop):
    turned_away = {
        (r["origin"], r["reason"])
        for r in shop.table("rejects").to_pylist()
        if "survey" in r["origin"]
    }
    assert turned_away == {
        ("surveys/after_delivery.toml", "score is outside its scale"),
        ("surveys/after_delivery.toml", "score is not a number"),
        (
            "surveys/after_delivery.toml",
            "inclusion_probability is not above 0 and at most 1",
        ),
    }


def test_a_column_without_an_approved_need_is_not_read(tmp_path):
    folder = write_surveyed(tmp_path / "shop", survey=SURVEY.replace('"Q7"', '"Q9"'))
    with pytest.raises(ProjectError, match=r"after_delivery.toml: Q9: is not a column.*data need"):
        outsidein.open(folder).build()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('column = "Q2"\nscale = [1, 5]', 'column = "Q2"', "needs `scale`"),
        ('source = "survey_export"', 'source = "survey_exprt"', "Did you mean 'survey_export'"),
        ('ask_if = "satisfied <= 2"', 'ask_if = "bags <= 2"', "which no earlier item asks"),
        ('ask_if = "satisfied <= 2"', 'ask_if = "satisfied <="', "is not SQL"),
        ("wording.pt", "wording.fr", "which is not in `languages`"),
        ('name = "comment"', 'name = "bags"', "two items are named 'bags'"),
        ('columns = ["L1", "L2", "L3"]', 'column = "L1"', "needs `columns`"),
        ('name = "after_delivery"', 'name = "after"', "differs from the name of its file"),
        ('column = "Q7"', 'colum = "Q7"', "Did you mean 'column'"),
    ],
)
def test_a_survey_that_says_what_cannot_be_is_named_by_file_and_key(tmp_path, old, new, said):
    assert old in SURVEY
    folder = write_surveyed(tmp_path / "shop", survey=SURVEY.replace(old, new, 1))
    with pytest.raises(ProjectError, match=r"after_delivery.toml.*") as error:
        outsidein.open(folder).check()
    assert said in str(error.value)
