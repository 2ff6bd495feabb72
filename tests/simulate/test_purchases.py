import numpy as np
import pytest

from outsidein.simulate.course import course
from outsidein.simulate.hazards import STAYS
from outsidein.simulate.people import DAY
from outsidein.simulate.year_ahead import expected_year_ahead
from tests.simulate.firms import firm, of_one_segment, without_failures

LAST = np.datetime64("2026-01-01").astype("datetime64[s]").astype(np.int64)


def run_of(told, *, seed=1, size=20_000):
    return course(told, seed=seed, block=0, first=0, size=size)


def test_customers_order_at_their_own_rate_while_they_stay():
    told = without_failures(campaign={}, experiment={}, purchases={"december": 1.0})
    run = run_of(told)
    ends = np.minimum(run.left_at, LAST)
    months = (ends - run.people.joined) / (30 * DAY)
    expected_orders = (run.people.rate * months).sum()
    assert abs(len(run.orders["who"]) - expected_orders) < 4 * np.sqrt(expected_orders)


def test_rates_are_as_unequal_as_declared():
    told = of_one_segment({"order_shape": 2.0})
    rate = run_of(told).people.rate
    assert rate.mean() == pytest.approx(0.5, rel=0.03)
    assert rate.var() == pytest.approx(0.25 / 2, rel=0.08)


def test_december_has_the_declared_multiple_of_orders():
    told = without_failures(campaign={}, experiment={}, purchases={"december": 2.0})
    run = run_of(told)
    ends = np.minimum(run.left_at, LAST)
    days = np.zeros(2)
    for year in (2023, 2024, 2025):
        first, last = (
            np.datetime64(f"{year}-{d}").astype("datetime64[s]").astype(np.int64)
            for d in ("12-01", "12-31")
        )
        overlap = np.minimum(ends, last + DAY) - np.maximum(run.people.joined, first)
        days[0] += (run.people.rate * np.maximum(overlap, 0)).sum()
    months = run.orders["at"].astype("datetime64[s]").astype("datetime64[M]").astype(int) % 12 + 1
    in_december = (months == 12).sum()
    assert in_december / (days[0] / (30 * DAY)) == pytest.approx(2.0, rel=0.05)


def test_an_arm_changes_orders_by_the_declared_share_and_only_in_its_window():
    arms = {"hold_out": {"share": 1, "is_holdout": True}, "gift": {"share": 1, "uplift": 0.5}}
    told = without_failures(
        campaign={}, experiment={"gift": {"on": "2025-06-01", "days": 90, "arm": arms}}
    )
    run = run_of(told)
    (done,) = run.treatments.experiments
    here = done.eligible & (run.left_at > done.at)
    for begins, multiple in ((done.at, 1.5), (done.at - 90 * DAY, 1.0)):
        inside = (run.orders["at"] >= begins) & (run.orders["at"] < begins + 90 * DAY)
        counts = np.bincount(run.orders["who"][inside], minlength=20_000)
        held, treated = (counts[here & (done.arm == arm)] for arm in (0, 1))
        ratio = treated.mean() / held.mean()
        spread = np.sqrt(sum(c.var() / c.mean() ** 2 / len(c) for c in (held, treated)))
        assert abs(ratio - multiple) < 4 * spread * multiple


def test_who_unsubscribed_is_not_written_to_again_and_half_of_the_others_are():
    told = firm()
    spring, summer, autumn = run_of(told).treatments.campaigns
    assert [c.name for c in (spring, summer, autumn)] == [
        "spring_offer",
        "summer_news",
        "autumn_offer",
    ]
    assert not (summer.unsubscribed & autumn.eligible).any()
    assert summer.unsubscribed.sum() > 50
    assert spring.sent[spring.eligible].mean() == pytest.approx(0.5, abs=0.02)


def test_the_orders_and_renewals_expected_come_true():
    """The expectation as of a year before the end, against what that year brought."""
    told = firm(campaign={}, experiment={})
    run = run_of(told)
    cut = LAST - 365 * DAY
    here = (run.people.joined < cut) & (run.left_at > cut)
    ahead = expected_year_ahead(told, run.people, run.treatments, run.jumps, at=cut, active=here)
    year = (run.orders["at"] >= cut) & here[run.orders["who"]]
    assert year.sum() == pytest.approx(ahead.orders.sum(), rel=0.03)
    months = (np.minimum(run.left_at, LAST) - cut) // (30 * DAY)
    assert months[here].sum() == pytest.approx(ahead.renewals.sum(), rel=0.02)
    assert (run.left_at == STAYS).any()


def test_the_year_ahead_repeats_the_campaigns_of_the_year_before():
    offer = {"days": 120, "sent": 0.9, "uplift": 1.0, "unsubscribes": 0.0}
    twice = {"first": {"on": "2024-06-01", **offer}, "second": {"on": "2025-06-01", **offer}}
    declared = firm(campaign=twice, experiment={})
    run = run_of(declared)
    cut = LAST - 365 * DAY
    active = (run.people.joined < cut) & (run.left_at > cut)
    span = {"at": cut, "active": active}
    year = expected_year_ahead(declared, run.people, run.treatments, run.jumps, **span)
    ordered = (run.orders["at"] >= cut) & active[run.orders["who"]]
    assert ordered.sum() == pytest.approx(year.orders.sum(), rel=0.03)


def test_lines_of_an_order_cost_what_their_category_says(large):
    lines = large("data/order_lines")
    sold = ~lines["is_return"]
    full = lines["revenue"] + lines["discount"]
    for category, cost in (("food", 0.70), ("clothes", 0.50)):
        rows = sold & (lines["category"] == category)
        assert lines["cost"][rows].sum() / full[rows].sum() == pytest.approx(cost, abs=0.002)
    orders = len(np.unique(lines["order_number"]))
    assert sold.sum() / orders == pytest.approx(4.0, rel=0.01)
