import pytest


@pytest.fixture
def airport(built):
    return built("airport")


def test_the_project_holds_together(airport, check_project):
    check_project(airport)


def test_every_interview_is_admitted(airport):
    assert airport.rejected() == {}
    found = airport.admitted()
    assert found["records"] == found["invitations"] == found["identifiers"] == 23_025


def test_blank_and_never_used_are_no_answers(airport):
    ours = airport.rows("""
        SELECT CAST(score AS INTEGER), count(*) FROM signals
        WHERE factor = 'art' AND record_id LIKE '2016-%' GROUP BY 1 ORDER BY 1""")
    assert ours == [(1, 23), (2, 89), (3, 624), (4, 993), (5, 844)]
    raw = airport.raw_rows("SELECT count(*) FROM sfo_2016 WHERE \"Q7ART\" IN ('0', '6')")
    assert raw == [(428 + 86,)]


def test_wifi_is_asked_about_since_2013(airport):
    years = airport.rows("""
        SELECT DISTINCT left(record_id, 4) FROM signals WHERE factor = 'wifi' ORDER BY 1""")
    assert [year for (year,) in years] == ["2013", "2014", "2015", "2016"]


def test_weights_are_kept_as_ratios(airport):
    ratios = airport.rows("""
        SELECT round(0.25 / inclusion_probability, 6) FROM invitations
        WHERE record_id = '2010-1'""")
    assert ratios == [(1.013018,)]
