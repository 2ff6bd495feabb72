from datetime import UTC, date, datetime

from outsidein.churn.orders import of_customers_before, order_days, orders_only

AS_OF = date(2024, 7, 1)


def line(customer, day, revenue, **more):
    at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    return {
        "customer_id": customer,
        "ordered_on": day,
        "ordered_at": at,
        "revenue": revenue,
        **more,
    }


def rows(days):
    return days.order_by("customer_id", "ordered_on").to_pyarrow().to_pylist()


def test_orders_of_a_day_are_one_order_day_and_returns_or_trials_alone_are_none(canon):
    lines = canon(
        "transactions",
        [
            line("a", date(2024, 1, 1), 500, transaction_id="1"),
            line("a", date(2024, 1, 1), 300, transaction_id="2"),
            line("a", date(2024, 1, 9), -300, is_return=True),
            line("a", date(2024, 1, 11), 100),
            line("a", date(2024, 1, 11), -50, is_return=True),
            line("b", date(2024, 1, 3), 0, is_trial=True),
            line("b", date(2024, 1, 5), 70),
        ],
    )
    found = [tuple(row.values()) for row in rows(order_days(lines, as_of=AS_OF))]
    assert found == [
        ("a", date(2024, 1, 1), True, 800, 1, None),
        ("a", date(2024, 1, 9), False, -300, None, None),
        ("a", date(2024, 1, 11), True, 50, 2, date(2024, 1, 1)),
        ("b", date(2024, 1, 3), False, 0, None, None),
        ("b", date(2024, 1, 5), True, 70, 1, None),
    ]


def test_gaps_are_the_days_between_two_order_days(orders):
    days = order_days(
        orders(("a", date(2024, 1, 1)), ("a", date(2024, 3, 1)), ("b", date(2024, 3, 1))),
        as_of=AS_OF,
    )
    assert [row["gap_days"] for row in rows(orders_only(days))] == [None, 60, None]


def test_what_is_dated_or_recorded_on_the_day_or_after_does_not_count_nor_does_nobody(canon):
    eve, day = datetime(2024, 6, 30, 23, 59, tzinfo=UTC), datetime(2024, 7, 1, tzinfo=UTC)
    lines = canon(
        "transactions",
        [
            line("known", date(2024, 6, 30), 1, recorded_at=eve),
            line("unrecorded", date(2024, 6, 30), 1),
            line("late", date(2024, 6, 30), 1, recorded_at=day),
            line("today", date(2024, 7, 1), 1, recorded_at=eve),
            line(None, date(2024, 6, 30), 1, recorded_at=eve),
        ],
    )
    kept = of_customers_before(lines, AS_OF).customer_id.to_pyarrow().to_pylist()
    assert sorted(kept) == ["known", "unrecorded"]
