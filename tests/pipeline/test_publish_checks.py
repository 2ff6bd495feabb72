"""Limits on what a build may publish, by hand on small accounts."""

from datetime import date, timedelta

import pytest

from outsidein.errors import ProjectError
from outsidein.pipeline.declaration import PublishLimits, TableLimits, check_limits
from outsidein.pipeline.publish_checks import Account, Feed, exceeded_limits

AS_OF = date(2020, 1, 1)
LIMITS = PublishLimits()


def table(rows, rejected=0, name="transactions", **more):
    return Feed("Table", name, rows, rejected, reason="it is late", **more)


def exceeded(account, before=None, limits=LIMITS):
    return exceeded_limits(account, before, limits, as_of=AS_OF)


def days(*, every, until, count=60):
    return [until - timedelta(days=every * back) for back in reversed(range(count))]


def test_a_twentieth_of_the_rows_may_be_rejected_and_no_more():
    assert exceeded(Account([table(95, 5)])) == []
    [sentence] = exceeded(Account([table(94, 6)]))
    assert sentence == (
        "Table transactions: 6 of 100 rows were rejected (6.0%; the limit is 5.0%), most because "
        "it is late."
    )


def test_two_rejected_rows_never_withhold_a_build_and_three_may():
    assert exceeded(Account([table(1, 2)])) == []
    assert len(exceeded(Account([table(1, 3)]))) == 1


def test_a_table_without_a_row_is_withheld_unless_it_may_be_empty():
    empty = Account([table(50, name="records"), table(0)])
    [sentence] = exceeded(empty)
    assert 'add "transactions" to may_be_empty under [publish]' in sentence
    assert exceeded(empty, limits=PublishLimits(may_be_empty=("transactions",))) == []
    [sentence] = exceeded(Account([table(50, name="records"), table(0, 1)]))
    assert "all 1 were rejected, most because it is late" in sentence


def test_rows_may_fall_by_a_fifth_against_the_current_build_and_no_more():
    before = Account([table(100)])
    assert exceeded(Account([table(80)]), before) == []
    [sentence] = exceeded(Account([table(79)]), before)
    assert "rows fell from 100 to 79 (by 21.0%; the limit is 20.0%)" in sentence
    assert exceeded(Account([table(79)])) == []


def test_a_sum_may_fall_by_a_fifth_though_no_row_is_gone():
    def account(revenue):
        return Account([table(100)], sums={("transactions", "revenue"): revenue})

    assert exceeded(account(8_000), account(10_000)) == []
    [sentence] = exceeded(account(100), account(10_000))
    assert "the sum of revenue fell from 10,000 to 100" in sentence


@pytest.mark.parametrize("kind", ["Source", "Table"])
def test_rows_may_triple_against_the_current_build_and_no_more(kind):
    def account(rows):
        return Account([table(500), Feed(kind, "orders", rows, 0)])

    assert exceeded(account(300), account(100)) == []
    [sentence] = exceeded(account(301), account(100))
    assert sentence == (
        f"{kind} orders: rows rose from 100 to 301 (by 201.0%; the limit is 200.0%)."
    )
    assert exceeded(account(301)) == []
    assert exceeded(account(9_900), account(99)) == []
    assert exceeded(account(301), account(100), PublishLimits(max_rise_in_rows=2.1)) == []


def test_a_sum_may_triple_though_no_row_came():
    def account(revenue, rows=100):
        return Account([table(rows)], sums={("transactions", "revenue"): revenue})

    assert exceeded(account(30_000), account(10_000)) == []
    [sentence] = exceeded(account(1_000_000), account(10_000))
    assert "the sum of revenue rose from 10,000 to 1,000,000" in sentence
    assert exceeded(account(1_000_000, rows=99), account(10_000, rows=99)) == []
    wide = PublishLimits(table={"transactions": TableLimits(max_rise_in_sums=99)})
    assert exceeded(account(1_000_000), account(10_000), wide) == []


def test_a_table_may_be_silent_for_thrice_its_longest_pause_and_for_a_fortnight_at_least():
    def account(every, age):
        newest = AS_OF - timedelta(days=1 + age)
        return Account([table(100)], days={"transactions": days(every=every, until=newest)})

    assert exceeded(account(1, 14)) == []
    [sentence] = exceeded(account(1, 15))
    assert "15 days before the last day that counts (2019-12-31; the limit is 14 days)" in sentence
    assert "set as_of = 2019-12-17" in sentence
    assert exceeded(account(6, 18)) == []
    assert len(exceeded(account(6, 19))) == 1


def test_a_declared_age_holds_for_its_table_only():
    newest = AS_OF - timedelta(days=4)
    account = Account([table(9)], days={name: [newest] for name in ("transactions", "signals")})
    limits = PublishLimits(table={"transactions": TableLimits(max_age_days=2)})
    [sentence] = exceeded(account, limits=limits)
    assert sentence.startswith("Table transactions: the newest row is of 2019-12-28, 3 days")


def test_a_project_without_models_or_needs_is_told_of_both():
    [sentence] = exceeded(Account([Feed("Source", "orders", 0, 0)]))
    assert "tables/ holds no model" in sentence
    assert "Nor does data_needs.toml approve" in sentence


def test_limits_of_what_the_project_does_not_have_are_refused_with_the_nearest_name():
    def check(**declared):
        limits = PublishLimits.model_validate(declared)
        check_limits(limits, sources=["orders"], models=["tables/records/people.sql"])

    check(may_be_empty=["orders", "signals", "tables/records/people.sql"])
    with pytest.raises(ProjectError, match=r"publish\.source\.order: .*Did you mean 'orders'"):
        check(source={"order": {"max_rejected": 0.1}})
    with pytest.raises(ProjectError, match="Did you mean 'signals'"):
        check(may_be_empty=["signal"])
    with pytest.raises(ValueError, match="Did you mean 'transactions'"):
        check(table={"transaction": {"max_rejected": 0.1}})
