import pytest

SALES_TO_CUSTOMERS = "NOT is_return AND category <> 'free goods' AND record_id IS NOT NULL"
"""The filter that gives the published, cleaned figures."""


@pytest.fixture
def online_retail(built):
    return built("online_retail")


def test_the_project_holds_together(online_retail, check_project):
    check_project(online_retail)


def test_every_row_is_admitted(online_retail):
    assert online_retail.rejected() == {}
    assert online_retail.admitted() == {
        "records": 4_372,
        "identifiers": 4_372,
        "encounters": 23_740,
        "transactions": 539_372,
    }


def test_cleaned_figures_are_the_published_ones(online_retail):
    [cleaned] = online_retail.rows(f"""
        SELECT count(*), count(DISTINCT record_id), sum(revenue)
        FROM transactions WHERE {SALES_TO_CUSTOMERS}""")
    assert cleaned == (397_884, 4_338, 891_140_790)


def test_every_raw_line_is_a_line_or_in_the_firms_own_books(online_retail):
    own = online_retail.rows("""
        SELECT own_books, count(*), CAST(round(100 * sum(quantity * unit_price)) AS BIGINT)
        FROM lines WHERE own_books IS NOT NULL GROUP BY own_books ORDER BY own_books""")
    assert own == [
        ("bad debt", 3, -1_106_206),
        ("fee", 59, -22_886_114),
        ("stock movement", 2_475, 0),
    ]
    [(lines, money)] = online_retail.rows("SELECT count(*), sum(revenue) FROM transactions")
    [(raw_lines, raw_money)] = online_retail.raw_rows("""
        SELECT count(*), sum(CAST(round(100 * CAST(Quantity AS BIGINT)
                   * CAST(UnitPrice AS DECIMAL(18, 3))) AS BIGINT))
        FROM invoice_lines""")
    assert lines + sum(row[1] for row in own) == raw_lines == 541_909
    assert money + sum(row[2] for row in own) == raw_money == 974_774_793


def test_returns_are_the_credit_notes_and_carry_no_money_upwards(online_retail):
    [(returns, notes, most, fewest)] = online_retail.rows("""
        SELECT count(*), count(DISTINCT transaction_id), max(revenue), max(quantity)
        FROM transactions WHERE is_return""")
    assert returns == 9_288 - 32 - 25
    assert most <= 0
    assert fewest < 0
    [(credit_encounters,)] = online_retail.rows(
        "SELECT count(*) FROM encounters WHERE kind IN ('return', 'credit', 'cancellation')"
    )
    assert notes == credit_encounters


def test_lines_without_a_customer_stay_without_one(online_retail):
    [(anonymous,)] = online_retail.rows("SELECT count(*) FROM transactions WHERE record_id IS NULL")
    assert anonymous == 135_080 - 2_537


def test_equal_lines_are_all_kept(online_retail):
    [(equal,)] = online_retail.rows("""
        SELECT count(*) - count(DISTINCT (transaction_id, product, quantity, revenue))
        FROM transactions""")
    assert equal > 4_000


def test_an_order_undone_on_its_day_is_cancelled_with_its_credit_note(online_retail):
    [(orders, credited)] = online_retail.rows("""
        SELECT sum(revenue) FILTER (NOT is_return), -sum(revenue) FILTER (is_return)
        FROM transactions WHERE is_cancelled""")
    assert orders == credited == 33_482_005
    mistyped = online_retail.rows("""
        SELECT bool_and(is_cancelled) FROM transactions
        WHERE transaction_id IN ('541431', 'C541433', '581483', 'C581484', '556444', 'C556445')""")
    assert mistyped == [(True,)]
    undone = online_retail.rows(
        "SELECT kind, count(*) FROM encounters WHERE kind LIKE 'cancel%' GROUP BY 1 ORDER BY 1"
    )
    assert undone == [("cancellation", 148), ("cancelled_order", 75)]
