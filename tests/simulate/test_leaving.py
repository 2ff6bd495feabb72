import numpy as np
import pytest
from scipy.stats import norm

from outsidein.simulate.course import course
from outsidein.simulate.hazards import STAYS, monthly_churn_rates, reasons
from outsidein.simulate.people import DAY
from tests.simulate.firms import firm, of_one_segment, without_failures

MONTH = 30


def months_at_risk(run, customers=slice(None)):
    """Whole months of tenure observed, and the month of leaving (-1: stayed), by definition."""
    last = np.datetime64("2026-01-01").astype("datetime64[s]").astype(np.int64)
    joined, left = run.people.joined[customers], run.left_at[customers]
    whole = (last - joined) // (MONTH * DAY)
    month = np.where(left == STAYS, -1, (left - joined) // (MONTH * DAY))
    return whole, np.where(month >= whole, -1, month)


def test_customers_leave_at_the_declared_rate_of_their_month():
    declared = (0.10, 0.05, 0.02)
    told = without_failures(of_one_segment, contract={"hazard": declared})
    whole, month = months_at_risk(course(told, seed=1, block=0, first=0, size=20_000))
    for number, rate in enumerate((*declared, declared[-1])):
        at_risk = ((whole > number) & ((month < 0) | (month >= number))).sum()
        left = (month == number).sum()
        expected = 1 - np.exp(-rate)
        assert abs(left / at_risk - expected) < 4 * np.sqrt(expected / at_risk)


def test_the_month_after_a_late_delivery_has_the_declared_multiple_of_the_hazard():
    late = {"late_delivery": {"factor": "delivery", "reason": "delivery", "jump": 4.0}}
    units = {
        "depot": {"kind": "delivery", "kept": 0.5},
        "store": {"kind": "visit"},
        "team": {"kind": "call"},
    }
    told = of_one_segment(
        failure=late, unit=units, playbook={}, contract={"hazard": [0.03], "frailty": 0.0}
    )
    run = course(told, seed=2, block=0, first=0, size=20_000)
    late_ones = run.systems.deliveries.columns()
    is_late = late_ones["at"] > late_ones["promised"]
    who, at = late_ones["who"][is_late], late_ones["at"][is_late]
    whole, month = months_at_risk(run)
    failed = np.zeros((20_000, told.months + 2), np.bool_)
    # What comes in the last four hours of a month counts for the next.
    number = (at - run.people.joined[who] + 4 * 3600) // (MONTH * DAY)
    failed[who, np.minimum(number, told.months + 1)] = True
    counts = np.zeros((2, 2))
    for current in range(1, told.months):
        here = (whole > current) & ((month < 0) | (month >= current))
        after = failed[:, current - 1]
        for place, group in enumerate((here & ~after, here & after)):
            counts[place] += group.sum(), (group & (month == current)).sum()
    hazards = -np.log1p(-counts[:, 1] / counts[:, 0])
    spread = np.sqrt((1 / counts[:, 1]).sum())
    assert abs(np.log(hazards[1] / hazards[0]) - np.log(4.0)) < 3.5 * spread
    assert norm.sf(np.log(hazards[1] / hazards[0]) / spread) < 1e-6


def test_recovery_undoes_the_jump():
    failures = {"late_delivery": {"factor": "delivery", "reason": "d", "jump": 3.0, "complaint": 1}}
    always, never = (
        course(
            firm(failure=failures, playbook={"only": {"share": 1, "recovery": recovery}}),
            seed=1, block=0, first=0, size=2_000,
        ).jumps
        for recovery in (1.0, 0.0)
    )  # fmt: skip
    assert always[0] == pytest.approx(always[1])
    assert (never[0] > 1.01 * never[1]).all()


def test_rates_of_all_reasons_add_up_and_a_failure_adds_to_its_own_reason_only():
    told = firm()
    run = course(told, seed=1, block=0, first=0, size=50)
    here, none = np.arange(50), np.zeros((3, 50), np.bool_)
    calm = monthly_churn_rates(told, run.people, here, 0, none)
    late = none.copy()
    late[0] = True
    after = monthly_churn_rates(told, run.people, here, 0, late)
    place = reasons(told).index("delivery")
    assert after.total == pytest.approx(calm.total * 3.0)
    assert after.by_reason[place] == pytest.approx(calm.total * 2.0)
    others = np.delete(np.arange(len(reasons(told))), place)
    assert after.by_reason[others] == pytest.approx(calm.by_reason[others])


def test_the_true_hazards_hold_what_the_subscriptions_file_shows(large):
    truth, told = large("truth/hazards.parquet"), large("data/subscriptions")
    started, ended = (told[name].astype("datetime64[D]") for name in ("started_on", "ended_on"))
    observed = (np.datetime64("2026-01-01") - started).astype(np.int64)
    stayed = np.where(np.isnat(ended), observed, (ended - started).astype(np.int64))
    for month in (1, 6, 12, 24):
        whole = observed >= month * MONTH
        at_risk = whole & (stayed >= (month - 1) * MONTH)
        left = at_risk & (stayed < month * MONTH)
        rows = truth["month"] == month
        expected = truth["expected"][rows].sum()
        reasons_told = len(set(truth["reason"]))
        assert truth["at_risk"][rows].sum() == reasons_told * at_risk.sum()
        assert abs(left.sum() - expected) < 4 * np.sqrt(expected)


def test_reasons_come_as_often_as_their_hazards_say(large):
    truth, told = large("truth/hazards.parquet"), large("data/subscriptions")
    started, ended = (told[name].astype("datetime64[D]") for name in ("started_on", "ended_on"))
    until = started + ((np.datetime64("2026-01-01") - started).astype(int) // MONTH) * MONTH
    left = ~np.isnat(ended) & (ended < until)
    said = np.where([reason is None for reason in told["reason"]], "unknown", told["reason"])
    for reason in sorted(set(truth["reason"])):
        expected = truth["expected"][truth["reason"] == reason].sum()
        found = (left & (said == reason)).sum()
        assert abs(found - expected) < 4 * np.sqrt(expected), reason
