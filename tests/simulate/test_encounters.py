import numpy as np
import pytest

from outsidein.simulate.declaration import read_firm

SHIFTED = np.datetime64("2025-04-01")


def test_depots_keep_their_promises_as_declared_and_shift_on_the_declared_day(large):
    told = large("data/deliveries")
    promised = told["promised_at"].astype("datetime64[s]")
    late = told["delivered_at"].astype("datetime64[s]") > promised
    ordered = promised.astype("datetime64[D]") - 3
    # What was ordered in the last fortnight may be late and not yet there.
    seen = ordered < np.datetime64("2025-12-15")
    south = (told["depot"] == "depot_south") & seen
    for rows, kept in (
        (south & (ordered < SHIFTED), 0.92),
        (south & (ordered >= SHIFTED), 0.80),
        (seen & (told["depot"] == "depot_north"), 0.93),
    ):
        error = np.sqrt(kept * (1 - kept) / rows.sum())
        assert abs((~late[rows]).mean() - kept) < 4 * error


def test_teams_resolve_calls_as_declared_and_drift(large):
    told = large("data/calls")
    years = (told["called_at"].astype("datetime64[s]") - np.datetime64("2023-01-17")).astype(float)
    years /= 365.25 * 86_400
    night = told["team"] == "team_night"
    expected = np.where(night, 0.75 - 0.02 * years, 0.85)
    for rows in (night, ~night):
        error = np.sqrt(0.25 / rows.sum())
        assert abs(told["is_resolved"][rows].mean() - expected[rows].mean()) < 4 * error


def test_waiting_times_have_the_declared_median(large):
    told = large("data/store_visits")
    for store, median in (("store_lisbon", 240), ("store_porto", 300)):
        waits = told["wait_seconds"][told["store"] == store]
        assert np.median(waits) == pytest.approx(median, rel=0.04)


def test_late_deliveries_cause_calls_and_complaints_as_often_as_declared(large):
    told, calls, complaints = (large(f"data/{n}") for n in ("deliveries", "calls", "complaints"))
    late = told["delivered_at"] > told["promised_at"]
    early_enough = told["delivered_at"].astype("datetime64[D]") < np.datetime64("2025-12-15")
    numbers = set(told["delivery_number"][late & early_enough])
    failure = read_firm().failure["late_delivery"]
    for table, share in ((calls, failure.call), (complaints, failure.complaint)):
        caused = sum(1 for cause in table["caused_by"] if cause in numbers)
        error = np.sqrt(share * (1 - share) / len(numbers))
        assert abs(caused / len(numbers) - share) < 4 * error


def test_effects_come_after_their_causes(large):
    told, calls = large("data/deliveries"), large("data/calls")
    at = dict(zip(told["delivery_number"], told["delivered_at"], strict=True))
    pairs = [
        (at[cause], when)
        for cause, when in zip(calls["caused_by"], calls["called_at"], strict=True)
        if cause in at
    ]
    assert len(pairs) > 500
    assert all(before < after for before, after in pairs)


def test_playbooks_recover_the_declared_shares_of_complaints(large):
    told = large("data/complaints")
    for name, playbook in read_firm().playbook.items():
        rows = told["playbook"] == name
        error = np.sqrt(playbook.recovery * (1 - playbook.recovery) / rows.sum())
        assert abs(told["is_recovered"][rows].mean() - playbook.recovery) < 4 * error
