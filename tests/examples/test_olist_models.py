from decimal import Decimal

import pytest

PAYMENTS = "olist/order_payments_full.parquet"


@pytest.fixture
def olist(built):
    return built("olist")


@pytest.fixture
def payments(olist):
    """The complete payments, which no model needs and so no source declares."""
    path = olist.root / "../../../shared/data" / PAYMENTS
    return f"read_parquet('{path}')"


def stars_by_lateness(example, late):
    """(late, mean, share of one star, n) of the reviews of delivered orders."""
    return example.rows(f"""
        SELECT {late} AS late, avg(score), avg(CAST(score = 1 AS INTEGER)), count(*)
        FROM signals JOIN encounters USING (source, encounter_id)
        WHERE signals.source = 'olist' AND item = 'review_score' AND actual_at IS NOT NULL
        GROUP BY late ORDER BY late""")


def test_the_project_holds_together(olist, check_project):
    check_project(olist)


def test_every_row_is_admitted(olist):
    assert olist.rejected() == {}
    assert olist.admitted() == {
        "records": 27_288 + 15_000,
        "identifiers": 27_288 + 15_000,
        "encounters": 77_122,
        "transactions": 42_571,
        "invitations": 27_288,
        "signals": 38_660 + 33_198 + 2_399 + 1_729,
    }


def test_orders_and_persons_of_both_folders_are_counted_once(olist):
    [(orders,)] = olist.rows("SELECT count(*) FROM encounters WHERE kind = 'order'")
    [(persons,)] = olist.rows("SELECT count(DISTINCT value) FROM identifiers")
    assert (orders, persons) == (38_562, 37_746)
    [(lines, revenue)] = olist.raw_rows("""
        WITH everything AS (
            SELECT order_id, order_status, price FROM order_items JOIN orders USING (order_id)
            UNION ALL
            SELECT order_id, order_status, price
            FROM history_items JOIN history_orders USING (order_id) ANTI JOIN orders
            USING (order_id)
        )
        SELECT count(*), 100 * sum(CAST(price AS DECIMAL(18, 2))) FROM everything
        WHERE order_status NOT IN ('canceled', 'unavailable')""")
    [ours] = olist.rows("SELECT count(*), sum(revenue) FROM transactions")
    assert ours == (lines, revenue)


def test_no_channel_is_judged_only_where_it_failed(olist):
    """Orders were scored only if nothing arrived, which read: web, 83 % disasters."""
    rows = olist.rows("""
        SELECT channel, count(DISTINCT encounter_id) FROM signals
        JOIN encounters e USING (source, encounter_id)
        WHERE score IS NOT NULL AND e.channel IS NOT NULL GROUP BY channel""")
    assert dict(rows).keys() == {"parcel", "web"}
    assert dict(rows)["web"] < 100 < dict(rows)["parcel"]


def test_what_was_given_up_is_no_purchase_but_an_encounter(olist):
    kinds = dict(olist.rows("SELECT kind, count(*) FROM encounters GROUP BY kind"))
    assert kinds == {
        "order": 38_562,
        "delivery": 33_198,
        "late_delivery": 2_399,
        "missed_delivery": 1_729,
        "cancelled_order": 1_234,
    }
    [(bought,)] = olist.rows("""
        SELECT count(*) FROM transactions JOIN encounters e ON e.thread = transaction_id
        WHERE kind = 'cancelled_order'""")
    assert bought == 0


def test_a_delivery_is_late_when_its_day_is_after_the_promised_one(olist):
    [(wrong,)] = olist.rows("""
        SELECT count(*) FROM encounters WHERE kind IN ('delivery', 'late_delivery')
        AND (CAST(actual_at AS DATE) > CAST(promised_at AS DATE)) <> (kind = 'late_delivery')""")
    assert wrong == 0
    [(lower, higher)] = olist.rows("""
        SELECT max(score) FILTER (e.kind = 'late_delivery'), min(score) FILTER (e.kind = 'delivery')
        FROM signals JOIN encounters e USING (source, encounter_id)
        WHERE signals.kind = 'inferred' AND actual_at IS NOT NULL""")
    assert (lower, higher) == (pytest.approx(0.5 - 1 / 14), 0.5)


def test_every_delivery_has_a_score_on_its_promise_and_what_never_came_the_lowest(olist):
    [(deliveries, scored)] = olist.rows("""
        SELECT count(*), count(score) FROM encounters LEFT JOIN (
            SELECT source, encounter_id, score FROM signals WHERE kind = 'inferred'
        ) USING (source, encounter_id) WHERE actual_at IS NOT NULL""")
    assert deliveries == scored == 33_198 + 2_399
    assert olist.rows("""
        SELECT score, count(*) FROM signals
        WHERE kind = 'inferred' AND encounter_id LIKE '%:broken_promise' GROUP BY score""") == [
        (0, 1_729)
    ]


def test_stars_of_late_deliveries_are_the_published_ones(olist):
    """Published with the promised day's own deliveries as late, of all 99,441 orders."""
    on_time, late = stars_by_lateness(olist, "actual_at > date_trunc('day', promised_at)")
    assert on_time[1:] == (pytest.approx(4.29, abs=0.02), pytest.approx(0.067, abs=0.002), 22_412)
    assert late[1:] == (pytest.approx(2.57, abs=0.04), pytest.approx(0.458, abs=0.01), 1_934)


def test_stars_after_the_promised_day_are_lower_still(olist):
    on_time, late = stars_by_lateness(olist, "encounters.kind = 'late_delivery'")
    assert on_time[1:] == (pytest.approx(4.2798, abs=1e-4), pytest.approx(0.0674, abs=1e-4), 22_749)
    assert late[1:] == (pytest.approx(2.2354, abs=1e-4), pytest.approx(0.5423, abs=1e-4), 1_597)


def test_every_review_is_one_signal(olist):
    [counts] = olist.rows("""
        SELECT count(*) FILTER (source = 'olist'), count(*) FILTER (source = 'histories'),
               count(text), count(language), count(DISTINCT response_id)
        FROM signals WHERE item = 'review_score'""")
    [(with_words,)] = olist.raw_rows("""
        SELECT count(*) FROM order_reviews
        WHERE regexp_matches(concat(review_comment_title, review_comment_message), '\\S')""")
    assert counts == (27_333, 15_588 - 4_261, with_words, with_words, 27_240)


def test_payments_are_complete_and_those_of_our_orders_cover_price_and_freight(olist, payments):
    [(paid,)] = olist.raw_rows(f"SELECT sum(CAST(payment_value AS DECIMAL(18, 2))) FROM {payments}")
    assert paid == Decimal("16008872.12")
    [(orders, agree)] = olist.raw_rows(f"""
        WITH asked AS (
            SELECT order_id, sum(CAST(price + freight_value AS DECIMAL(18, 2))) AS amount
            FROM order_items GROUP BY order_id
        ), paid AS (
            SELECT order_id, sum(CAST(payment_value AS DECIMAL(18, 2))) AS amount
            FROM {payments} GROUP BY order_id
        )
        SELECT count(*), count(*) FILTER (abs(asked.amount - paid.amount) <= 0.05)
        FROM asked JOIN paid USING (order_id)""")
    assert orders == 26_512
    assert agree / orders > 0.99
