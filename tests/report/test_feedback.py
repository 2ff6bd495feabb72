from datetime import date

from outsidein.feedback.figures import BOTTOM_BOX, FEEDBACK_SCORES, TOP_BOX
from outsidein.report.contents import ReportContents
from outsidein.report.evidence import gather
from outsidein.report.sections.feedback import _ends_of_scale, _worst_items


def scores(**lowest):
    for item, share in lowest.items():
        group = {"item": item, "dimension": "all", "group": "all"}
        yield BOTTOM_BOX.estimate(400, share, share - 0.01, share + 0.01, group=group)
        yield TOP_BOX.estimate(400, 0.3, 0.28, 0.32, group=group)


def test_the_item_with_most_of_the_lowest_answers_comes_first():
    figure = FEEDBACK_SCORES.figure(
        scores(airtrain=0.02, parking=0.05, wifi=0.04), change=5, responses_needed=4_000
    )
    contents = ReportContents(
        project="Airport",
        currency="USD",
        as_of=date(2020, 1, 1),
        build=1,
        figures={figure.name: figure},
    )
    assert _ends_of_scale(gather(contents)).text.startswith("Parking: 5.0")
    lowest = [e for e in figure.estimates if e.measure == BOTTOM_BOX.name]
    assert _worst_items(lowest) == ["parking", "wifi", "airtrain"]
