"""A metric of an objective names a figure, a measure and groups that a build publishes."""

import pytest

from outsidein.errors import ProjectError
from outsidein.objectives.declaration import Metric, Objective
from outsidein.pipeline.metric_checks import check_metrics


def objective(**metric):
    return Objective(
        name="more",
        objective="More",
        business_case="It pays",
        stakeholders=("head of sales",),
        metric=Metric(**metric),
    )


RIGHT = {"figure": "repurchase", "measure": "share who ordered again", "group": {"days": 90}}


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"figure": "repurchas"}, r"objective\.1\.metric\.figure: .*'repurchase'\?"),
        ({"measure": "share who order"}, r"objective\.1\.metric\.measure: .*ordered again'\?"),
        ({"group": {"day": 90}}, r"objective\.1\.metric\.group\.day: .*'days'\?"),
    ],
)
def test_a_name_that_no_build_publishes_is_refused_with_the_nearest(wrong, message):
    right = objective(**RIGHT)
    check_metrics([right])
    with pytest.raises(ProjectError, match=message):
        check_metrics([right, objective(**RIGHT | wrong)])


def test_a_measure_with_fields_is_named_with_its_fields_filled():
    check_metrics([objective(figure="ladder_steps", measure="within 90 days")])
