from datetime import UTC, date, datetime, timedelta

import ibis
import pytest

from outsidein.ladder.tables import FORMER_STEP
from outsidein.shifts.streams import (
    contract_streams,
    factor_streams,
    low_score_streams,
    order_streams,
    silence_streams,
    spending,
    spent_by_buyer,
    stage_streams,
    theme_streams,
    themes_of,
    tier_streams,
)
from outsidein.value.declaration import DEFAULT_TIERS
from tests.tables import table

SIGNALS = {
    "customer_id": "string",
    "signalled_on": "date",
    "kind": "string",
    "subject": "string",
    "factor": "string",
    "score": "float64",
    "scale_low": "float64",
    "scale_high": "float64",
}


def counts(streams):
    rows = streams.order_by("stream", "period_on").to_pyarrow().to_pylist()
    return [(r["stream"], str(r["period_on"])[:7], r["customers"], r["among"]) for r in rows]


def said(*rows):
    usual = [(who, on, "direct", "own", factor, score, 1.0, 5.0) for who, on, factor, score in rows]
    return ibis.memtable(table(usual, **SIGNALS))


JANUARY, FEBRUARY, MARCH = date(2020, 1, 15), date(2020, 2, 15), date(2020, 3, 15)


def test_a_customer_counts_once_a_period_however_often_a_factor_is_named():
    signals = said(
        ("c1", JANUARY, "price", 1.0),
        ("c1", JANUARY, "price", 1.0),
        ("c2", JANUARY, "delivery", 5.0),
        ("c1", FEBRUARY, "delivery", 5.0),
    )
    assert counts(factor_streams(signals, period="month")) == [
        ("delivery", "2020-01", 1, 2),
        ("delivery", "2020-02", 1, 1),
        ("price", "2020-01", 1, 2),
        ("price", "2020-02", 0, 1),
    ]


def test_low_scores_are_counted_among_those_who_scored_that_factor():
    signals = said(
        ("c1", JANUARY, "price", 2.0),
        ("c2", JANUARY, "price", 3.0),
        ("c3", JANUARY, "price", None),
        ("c4", JANUARY, "delivery", 1.0),
    )
    assert counts(low_score_streams(signals, period="month")) == [
        ("delivery", "2020-01", 1, 1),
        ("price", "2020-01", 1, 2),
    ]


def test_themes_are_counted_as_factors_are():
    rows = [("c1", JANUARY, "queue"), ("c2", JANUARY, None), ("c2", JANUARY, "queue")]
    themes = ibis.memtable(table(rows, customer_id="string", signalled_on="date", theme="string"))
    assert counts(theme_streams(themes, period="month")) == [("queue", "2020-01", 2, 2)]


def test_a_text_counts_for_the_theme_of_its_language_by_name():
    at = datetime(2020, 1, 20, tzinfo=UTC)
    rows = [("c1", at, "en", 1), ("c2", at, "pt", 1), (None, at, "en", 0), ("c3", at, "en", None)]
    kinds = {"customer_id": "string", "signalled_at": "timestamp('UTC', 6)"}
    texts = table(rows, **kinds, language="string", theme="int64")
    rows = [("en", 0, "queue"), ("en", 1, "price"), ("pt", 0, "fila"), ("pt", 1, "prazo")]
    names = table(rows, language="string", theme="int64", name="string")
    found = themes_of(ibis.memtable(texts), ibis.memtable(names))
    said = sorted(r["theme"] for r in found.to_pyarrow().to_pylist())
    assert said == ["prazo", "price"]


SPELLS = {"customer_id": "string", "step": "int64", "from_on": "date"}


def climbing(*rows, as_of=date(2020, 4, 1)):
    spells = ibis.memtable(table(rows, **SPELLS))
    return counts(stage_streams(spells, as_of=as_of, period="month"))


def test_only_climbing_reaches_a_step_and_only_those_below_it_can():
    rows = [
        ("c1", -1, date(2020, 1, 1)),
        ("c1", 2, FEBRUARY),
        ("c1", -1, MARCH),
        ("c2", 2, FEBRUARY),
        ("c3", -1, date(2020, 1, 2)),
    ]
    assert climbing(*rows) == [("Purchase", "2020-02", 1, 2), ("Purchase", "2020-03", 0, 1)]


def test_those_who_are_customers_for_more_than_a_year_no_longer_count_among_who_could_climb():
    rows = [
        ("c1", -1, date(2019, 1, 5)),
        ("c2", -1, date(2019, 12, 5)),
        ("c2", 2, date(2020, 1, 9)),
        ("c1", 2, date(2020, 2, 9)),
        ("c3", -1, date(2020, 1, 9)),
    ]
    later = [row for row in climbing(*rows) if row[1] >= "2020-01"]
    assert later == [
        ("Purchase", "2020-01", 1, 2),
        ("Purchase", "2020-02", 0, 1),
        ("Purchase", "2020-03", 0, 1),
    ]


def test_who_has_left_could_not_climb():
    rows = [
        ("c1", -1, date(2020, 1, 1)),
        ("c1", FORMER_STEP, FEBRUARY),
        ("c2", -1, date(2020, 1, 1)),
        ("c2", 2, MARCH),
    ]
    assert climbing(*rows) == [("Purchase", "2020-02", 0, 2), ("Purchase", "2020-03", 1, 1)]


CONTRACTS = {"customer_id": "string", "started_on": "date", "churned_on": "date"}


def test_who_churns_is_counted_among_who_was_a_customer_when_the_month_began():
    rows = [
        ("c1", date(2020, 1, 1), FEBRUARY),
        ("c2", date(2020, 1, 1), None),
        ("c3", date(2020, 2, 2), date(2020, 2, 20)),
        ("c4", date(2020, 2, 2), None),
    ]
    spells = ibis.memtable(table(rows, **CONTRACTS))
    found = contract_streams(spells, as_of=date(2020, 5, 1), period="month")
    assert counts(found) == [
        ("all customers", "2020-02", 1, 2),
        ("all customers", "2020-03", 0, 2),
        ("all customers", "2020-04", 0, 2),
    ]


def test_silence_is_dated_by_the_last_order_and_told_once_everybody_could_have_fallen_silent():
    orders = [("c1", JANUARY), ("c2", JANUARY), ("c2", FEBRUARY), ("c3", date(2020, 6, 20))]
    orders = [(*order, 100) for order in orders]
    days = ibis.memtable(table(orders, customer_id="string", ordered_on="date", revenue="int64"))
    spent = spending(days, period="month")
    rows = [("c1", JANUARY, date(2020, 4, 14)), ("c2", FEBRUARY, None), ("c3", orders[3][1], None)]
    spells = ibis.memtable(table(rows, customer_id="string", last_on="date", churned_on="date"))
    found = silence_streams(spent, spells, silence_days=90, as_of=date(2020, 7, 1), period="month")
    assert counts(found) == [
        ("all customers", "2020-01", 1, 2),
        ("all customers", "2020-02", 0, 1),
    ]


def test_each_tier_keeps_its_share_of_spending_while_spending_stays():
    rows = [
        (f"c{who}", date(2020, month, 1 + who % 28), 100 * who)
        for month in range(1, 7)
        for who in range(1, 101)
    ]
    days = ibis.memtable(table(rows, customer_id="string", ordered_on="date", revenue="int64"))
    found = counts(tier_streams(spending(days, period="month"), DEFAULT_TIERS))
    assert {(stream, k, n) for stream, _, k, n in found} == {
        ("platinum", 5, 100),
        ("gold", 15, 100),
    }


@pytest.mark.parametrize("period", ["week", "quarter"])
def test_periods_may_be_weeks_or_quarters(period):
    signals = said(("c1", JANUARY, "price", 1.0), ("c1", FEBRUARY, "price", 1.0))
    assert len(counts(factor_streams(signals, period=period))) == {"week": 2, "quarter": 1}[period]


ORDER_DAYS = {"customer_id": "string", "ordered_on": "date", "is_order": "bool"}


def ordering(*rows, period="month"):
    days = ibis.memtable(table([(*row, True)[:3] for row in rows], **ORDER_DAYS))
    return counts(order_streams(days, period=period))


def test_who_orders_is_counted_among_who_ordered_in_one_of_the_three_periods_before():
    rows = [
        ("c1", date(2020, 1, 5)),
        ("c2", date(2020, 3, 5)),
        ("c1", date(2020, 4, 5)),
        ("c1", date(2020, 4, 6)),
        ("c3", date(2020, 4, 7)),
        ("c4", date(2020, 5, 7)),
        ("c4", date(2020, 6, 7), False),
        ("c2", date(2020, 6, 7)),
        ("c1", date(2020, 8, 7)),
    ]
    assert ordering(*rows) == [
        ("all customers", "2020-04", 1, 2),
        ("all customers", "2020-05", 0, 3),
        ("all customers", "2020-06", 1, 4),
        ("all customers", "2020-07", 0, 4),
        ("all customers", "2020-08", 0, 2),
    ]


def test_orders_of_less_than_four_periods_say_nothing_of_who_orders_again():
    weeks = [("c1", date(2020, 1, 6) + timedelta(days=7 * n)) for n in range(4)]
    assert ordering(*weeks[:3], period="week") == []
    assert ordering(*weeks, period="week") == [("all customers", "2020-01", 1, 1)]


def test_what_a_buyer_spends_in_a_period_counts_the_periods_from_a_day_on():
    rows = [("c1", date(2020, 1, 1), 900), ("c1", date(2020, 2, 1), 100), ("c2", MARCH, 200)]
    spent = ibis.memtable(table(rows, customer_id="string", period_on="date", revenue="int64"))
    assert spent_by_buyer(spent, since=FEBRUARY.replace(day=1)) == pytest.approx(150)
    assert spent_by_buyer(spent, since=date(2021, 1, 1)) is None
