import hashlib

import numpy as np
import pytest

from outsidein.errors import InputError
from outsidein.simulate.course import course
from outsidein.simulate.simulation import simulate
from outsidein.simulate.streams import BLOCK
from tests.simulate.firms import firm

FEW = {"months": 6}


def hashes(folder):
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path):
    one, again, other = (
        hashes(simulate(firm(**FEW), tmp_path / name, customers=300, seed=seed).folder)
        for name, seed in (("one", 1), ("again", 1), ("other", 2))
    )
    assert one == again
    assert one["data/order_lines/000000.parquet"] != other["data/order_lines/000000.parquet"]


def test_the_firm_is_the_same_however_many_processes_work_on_it(tmp_path):
    told = firm(**FEW)
    alone, together = (
        hashes(simulate(told, tmp_path / name, customers=BLOCK + 50, seed=1, workers=n).folder)
        for name, n in (("alone", 1), ("together", 2))
    )
    assert alone == together


def test_a_block_does_not_depend_on_the_others():
    alone = course(firm(**FEW), seed=3, block=1, first=BLOCK, size=200)
    course(firm(**FEW), seed=3, block=0, first=0, size=100)
    after = course(firm(**FEW), seed=3, block=1, first=BLOCK, size=200)
    assert all(np.array_equal(alone.orders[name], after.orders[name]) for name in alone.orders)


def test_blocks_do_not_share_chance():
    one, other = (course(firm(**FEW), seed=3, block=b, first=0, size=200) for b in (0, 1))
    assert not np.array_equal(one.people.rate, other.people.rate)
    assert len(one.orders["who"]) != len(other.orders["who"])


def test_a_folder_with_a_project_is_left_alone(tmp_path):
    (tmp_path / "outsidein.toml").write_text("name = 'mine'\n")
    with pytest.raises(InputError, match="holds a project already"):
        simulate(firm(**FEW), tmp_path, customers=10, seed=1)
    assert [path.name for path in tmp_path.iterdir()] == ["outsidein.toml"]


def test_a_firm_of_one_customer_without_failures_playbooks_and_experiments_can_be_simulated(
    tmp_path,
):
    lone = firm(failure={}, playbook={}, experiment={}, campaign={}, **FEW)
    rows = simulate(lone, tmp_path / "lone", customers=1, seed=1).rows
    assert (rows["shop_accounts"], rows["complaints"], rows["messages"]) == (1, 0, 0)


RECORDS = {
    "shop": ("shop_accounts", "order_lines", "deliveries", "complaints", "messages", "assignments"),
    "calls": ("callers", "calls"),
    "survey": ("respondents", "responses"),
    "billing": ("subscriptions",),
}
NUMBERS = ("account_number", "caller_number", "respondent_number", "number")


def test_every_record_of_every_export_belongs_to_a_customer(large):
    records = large("truth/records")
    assert set(records["customer"]) == set(range(20_000))
    for source, tables in RECORDS.items():
        known = records["record_id"][records["source"] == source].astype(np.int64)
        assert len(known) == len(set(known))
        for table in tables:
            rows = large(f"data/{table}")
            column = next(name for name in NUMBERS if name in rows)
            assert np.isin(rows[column], known).all(), table


def test_nothing_happens_after_the_last_day_or_before_a_customer_joined(large):
    truth = large("truth/customers")
    joined = truth["joined_on"].astype("datetime64[s]")
    for table, column in (
        ("order_lines", "ordered_at"),
        ("deliveries", "delivered_at"),
        ("complaints", "complained_at"),
        ("store_visits", "visited_at"),
    ):
        rows = large(f"data/{table}")
        at = rows[column].astype("datetime64[s]")
        assert (at < np.datetime64("2026-01-01")).all(), table
        assert (at >= joined[rows["account_number"] // 10]).all(), table


def test_who_has_left_orders_no_more(large):
    truth, lines = large("truth/customers"), large("data/order_lines")
    left = truth["churned_on"].astype("datetime64[D]")[lines["account_number"] // 10]
    sold = ~lines["is_return"] & ~np.isnat(left)
    ordered = lines["ordered_at"].astype("datetime64[D]")
    assert (ordered[sold] <= left[sold]).all()
