from datetime import date

import pytest


@pytest.fixture
def grocery(built):
    return built("grocery")


def test_the_project_holds_together(grocery, check_project):
    check_project(grocery)


def test_every_row_is_admitted(grocery):
    assert grocery.rejected() == {}
    assert grocery.admitted() == {
        "records": 2_469,
        "identifiers": 2_469,
        "encounters": 155_848,
        "transactions": 1_463_473,
        "messages": 6_589,
        "message_outcomes": 1_148,
    }


def test_money_is_that_of_the_raw_lines_to_the_cent(grocery):
    ours = grocery.rows("SELECT sum(revenue), sum(discount) FROM transactions")
    raw = grocery.raw_rows(
        "SELECT 100 * sum(CAST(sales_value AS DECIMAL(18, 2))), 100 * sum(CAST(retail_disc AS "
        "DECIMAL(18, 2)) + CAST(coupon_match_disc AS DECIMAL(18, 2))) FROM transactions"
    )
    assert ours == raw == [(459_603_958, 79_619_329)]


def test_lines_left_out_moved_neither_goods_nor_money(grocery):
    [(voided,)] = grocery.raw_rows(
        "SELECT count(*) FROM transactions WHERE quantity = 0 AND sales_value + retail_disc + "
        "coupon_disc + coupon_match_disc = 0"
    )
    assert voided == 1_469_307 - 1_463_473


def test_the_price_on_the_shelf_does_not_hold_the_makers_coupon(grocery):
    """Lines with a coupon against lines of that product, store and week without one."""
    [(lines, agree)] = grocery.raw_rows("""
        WITH priced AS (
            SELECT product_id, store_id, week, coupon_disc > 0 AS has_coupon,
                   (sales_value + retail_disc + coupon_match_disc) / quantity AS price
            FROM transactions WHERE quantity > 0
        ), usual AS (
            SELECT product_id, store_id, week, mode(round(price, 2)) AS usual_price
            FROM priced WHERE NOT has_coupon GROUP BY ALL
        )
        SELECT count(*), count(*) FILTER (abs(price - usual_price) < 0.011)
        FROM priced JOIN usual USING (product_id, store_id, week) WHERE has_coupon""")
    assert lines == 998
    assert agree / lines > 0.99


def test_days_are_days_in_the_stores(grocery):
    [days] = grocery.rows("SELECT min(ordered_on), max(ordered_on) FROM transactions")
    assert days == (date(2017, 1, 1), date(2017, 12, 31))
    [(answered, explained)] = grocery.rows("""
        SELECT count(*), count(*) FILTER (EXISTS (
            FROM transactions t WHERE t.record_id = m.record_id AND t.discount > 0
            AND t.ordered_on = CAST(o.happened_at AS DATE)))
        FROM message_outcomes o JOIN messages m USING (source, message_id)""")
    assert answered == 1_148
    assert explained / answered > 0.9


def test_motor_fuel_is_measured_in_gallons(grocery):
    [(price,)] = grocery.rows("""
        SELECT median(revenue / quantity) FROM transactions
        WHERE category = 'FUEL' AND quantity > 1""")
    assert 200 < price < 300
    [(largest,)] = grocery.rows("SELECT max(quantity) FROM transactions WHERE category <> 'FUEL'")
    assert largest == 144
