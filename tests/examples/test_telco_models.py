import pytest


@pytest.fixture
def telco(built):
    return built("telco")


def test_the_project_holds_together(telco, check_project):
    check_project(telco)


def test_every_row_is_admitted(telco):
    assert telco.rejected() == {}
    assert telco.admitted() == {
        "records": 7_043,
        "identifiers": 7_043,
        "contracts": 7_043,
        "signals": 7_043 + 1_869,
    }


def test_those_who_left_are_the_published_ones_each_with_a_reason(telco):
    assert telco.rows("SELECT count(*), count(ended_on), count(reason) FROM contracts") == [
        (7_043, 1_869, 1_869)
    ]
    assert dict(telco.rows("SELECT reason, count(*) FROM contracts GROUP BY reason")) == {
        None: 5_174,
        "Attitude": 314,
        "Competitor": 841,
        "Dissatisfaction": 303,
        "Other": 200,
        "Price": 211,
    }


def test_contracts_last_as_many_months_as_the_tenure_says(telco):
    lengths = "SELECT {} AS months, count(*) FROM {} GROUP BY months ORDER BY months"
    ours = telco.rows(
        lengths.format("datesub('month', started_on, DATE '2018-10-01')", "contracts")
    )
    assert ours == telco.raw_rows(lengths.format('"Tenure in Months"', "services"))
    assert telco.rows("SELECT DISTINCT ended_on - DATE '2018-10-01' FROM contracts ORDER BY 1") == [
        (0,),
        (None,),
    ]


def test_money_is_that_of_the_raw_rows_to_the_cent(telco):
    assert telco.rows("SELECT sum(price) FROM contracts") == [(45_611_660,)]
    assert telco.raw_rows(
        'SELECT 100 * sum(CAST("Monthly Charge" AS DECIMAL(18, 2))) FROM services'
    ) == [(45_611_660,)]


def test_nobody_who_left_was_content(telco):
    scores = telco.rows("""
        SELECT CAST(score AS INTEGER), count(*), count(ended_on)
        FROM signals JOIN contracts USING (source, record_id)
        WHERE item = 'satisfaction_score' GROUP BY score ORDER BY score""")
    assert scores == [
        (1, 922, 922),
        (2, 518, 518),
        (3, 2_665, 429),
        (4, 1_789, 0),
        (5, 1_149, 0),
    ]


def test_every_reason_is_about_a_factor_but_those_about_none(telco):
    unknown = telco.rows("""
        SELECT text, count(*) FROM signals WHERE item = 'reason' AND factor IS NULL
        GROUP BY text ORDER BY text""")
    assert unknown == [("Deceased", 6), ("Don't know", 130), ("Moved", 46)]
    assert telco.rows("SELECT count(*) FROM signals WHERE subject = 'competitor'") == [(841,)]
