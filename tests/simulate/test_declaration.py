import pytest

from outsidein.errors import ProjectError
from outsidein.simulate.declaration import default_text, read_firm
from tests.simulate.firms import firm


def test_effects_drift_by_calendar_year_and_never_change_their_sign():
    drifting = read_firm()
    first = drifting.first_on.year
    penalty, reward = drifting.effect("support", "families", first)
    later = drifting.effect("support", "families", first + 2)
    assert later == pytest.approx((penalty - 0.04, reward - 0.06))
    assert drifting.effect("support", "families", first + 50)[1] == 0.0


def test_a_segment_has_its_own_effect_where_one_is_declared_and_the_common_one_elsewhere():
    told = read_firm()
    assert told.effect("delivery", "students", 2024) == (-0.12, 0.05)
    assert told.effect("delivery", "families", 2024) == (-0.20, 0.05)


def test_a_file_replaces_named_tables_whole_and_completes_settings(tmp_path):
    path = tmp_path / "simulation.toml"
    path.write_text("[survey]\nhalo = 0.5\n[playbook.flowers]\nshare = 1\nrecovery = 0.9\n")
    told = read_firm(path)
    assert (told.survey.halo, told.survey.answers) == (0.5, read_firm().survey.answers)
    assert list(told.playbook) == ["flowers"]


def test_the_file_that_comes_along_is_the_default(tmp_path):
    path = tmp_path / "simulation.toml"
    path.write_text(default_text(), encoding="utf-8")
    assert read_firm(path) == read_firm()


FACTOR = {
    "description": "d", "answer": "product", "low": 0.1, "high": 0.1, "penalty": 0, "reward": 0,
}  # fmt: skip


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"survey": {"answers": 1.5}}, r"survey\.answers: 1\.5 is invalid"),
        ({"survey": {"anwsers": 0.5}}, "Did you mean 'answers'"),
        ({"unit": {"depot": {"kind": "delivery"}}}, "there is no unit of kind 'visit'"),
        ({"segment": {"big spenders": {"share": 1, "orders": 1}}}, "should match pattern"),
        (
            {"factor": {"satisfaction": {**FACTOR}}, "failure": {}},
            "is a column of the survey's; name the factor otherwise",
        ),
        (
            {"failure": {"long_wait": {"factor": "queue", "reason": "queue"}}},
            "makes 'queue' low, which is no factor",
        ),
        (
            {
                "experiment": {
                    "gift": {
                        "on": "2025-01-01",
                        "arm": {"a": {"share": 1}, "b": {"share": 1, "segment": {"nobody": 0.1}}},
                    }
                }
            },
            "names the segment 'nobody'",
        ),
    ],
)
def test_what_cannot_be_is_named_by_key(given, problem):
    with pytest.raises(ProjectError, match=problem):
        firm(**given)
