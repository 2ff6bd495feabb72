from datetime import date

import pytest

from outsidein.errors import ProjectError
from outsidein.project.declarations import declare
from outsidein.standards.declaration import StandardsFile


def read(**told):
    usual = {
        "description": "Nobody waits long",
        "encounters": "kind = 'call'",
        "owner": "head of service",
        "measure": "waited_seconds",
        "target": [{"since": date(2020, 1, 1), "value": 60, "by": "me", "reason": "promised"}],
    }
    wanted = {name: value for name, value in (usual | told).items() if value is not None}
    return declare(StandardsFile, {"standard": {"waiting": wanted}}, file="standards.toml")


def test_a_standard_as_a_manager_writes_it_is_read():
    assert read().standard["waiting"].target[0].value == 60


ROW = {"since": date(2020, 1, 1), "by": "me", "reason": "promised"}


@pytest.mark.parametrize(
    ("told", "problem"),
    [
        ({"missed": "true"}, "exactly one of measure, missed and count"),
        ({"measure": None}, "exactly one of measure, missed and count"),
        ({"target": [ROW]}, "every target of a standard with a measure needs a value"),
        ({"target": []}, "at least 1 item"),
        ({"target": [ROW | {"value": "where disasters begin"}]}, "needs a measure and a disaster"),
        ({"target": [ROW | {"value": 60}, ROW | {"value": 50}]}, "in the order of since"),
        ({"measure": None, "missed": "true"}, "only where the standard has a measure"),
        (
            {"measure": None, "missed": "true", "chart": "middle", "target": [ROW]},
            "needs a measure",
        ),
        (
            {"measure": None, "count": "true", "target": [ROW | {"met_by": 0.9}]},
            "a standard with a count has none",
        ),
        ({"ownr": "x"}, "Did you mean 'owner'"),
    ],
)
def test_what_cannot_be_is_refused_by_file_and_key(told, problem):
    with pytest.raises(ProjectError, match=r"standards\.toml: standard\.waiting") as error:
        read(**told)
    assert problem in str(error.value)
