from datetime import date

from outsidein.feedback.figures import BOTTOM_BOX, FEEDBACK_SCORES, MEAN, TOP_BOX
from outsidein.report.answer_months import pooled_note
from outsidein.report.contents import ReportContents
from outsidein.report.evidence import gather
from outsidein.report.sections.feedback import FEEDBACK, _ends_of_scale, _worst_items


def scores(**lowest):
    for item, share in lowest.items():
        group = {"item": item, "dimension": "all", "group": "all"}
        yield BOTTOM_BOX.estimate(400, share, share - 0.01, share + 0.01, group=group)
        yield TOP_BOX.estimate(400, 0.3, 0.28, 0.32, group=group)


def evidence_of(estimates):
    figure = FEEDBACK_SCORES.figure(estimates, change=5, responses_needed=4_000)
    return gather(
        ReportContents(
            project="Airport",
            currency="USD",
            as_of=date(2016, 5, 16),
            build=1,
            figures={figure.name: figure},
        )
    )


def of_wifi(dimension, group, mean):
    of = {"item": "wifi", "dimension": dimension, "group": group}
    yield BOTTOM_BOX.estimate(400, 0.04, 0.03, 0.05, group=of)
    yield MEAN.estimate(400, mean, mean - 0.03, mean + 0.03, group=of)


def wifi_in(*months):
    yield from of_wifi("all", "all", 3.911)
    for month in months:
        yield from of_wifi("period", month, 3.9)
    yield from of_wifi("recent", "last 12 months", 4.02)


def score_block(estimates):
    [block] = [b for b in FEEDBACK.show(evidence_of(estimates)).blocks if b.drawing]
    return block


def test_a_score_is_of_the_last_year_where_answers_go_further_back():
    years = score_block(wifi_in("2013-05", "2014-05", "2016-05"))
    assert years.finding.startswith("Wifi, mean of those who answered in the last 12 months: 4.02")
    assert years.reading.endswith("the highest answer, last 12 months.")
    one = score_block(wifi_in("2016-03", "2016-05"))
    assert one.finding.startswith("Wifi, mean of those who answered: 3.91")
    assert one.reading.endswith("the highest answer.")


def test_a_picture_of_several_years_names_its_first_and_last_month():
    assert pooled_note(evidence_of(wifi_in("2013-05", "2016-05"))) == (
        "Answers from 2013-05 to 2016-05 together."
    )
    assert pooled_note(evidence_of(wifi_in("2015-06", "2016-05"))) == ""
    assert pooled_note(evidence_of(())) == ""


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
