import numpy as np
import pytest


def test_no_two_customers_share_an_email_and_only_households_share_a_phone(large):
    told = large("data/shop_accounts")
    customer = told["account_number"] // 10
    assert len(set(told["email"])) == len(told["email"])
    by_phone = {}
    for phone, who in zip(told["phone"], customer, strict=True):
        if phone:
            by_phone.setdefault(phone, set()).add(int(who))
    shared = [sorted(people) for people in by_phone.values() if len(people) > 1]
    assert shared
    assert all(len(people) == 2 and people[1] == people[0] + 1 for people in shared)
    homes = dict(zip(customer, zip(told["street"], told["city"], strict=True), strict=True))
    assert all(homes[one] == homes[other] for one, other in shared)


def test_as_many_accounts_phones_and_cards_as_declared(large):
    told = large("data/shop_accounts")
    first = told["account_number"] % 10 == 1
    has_phone = np.array([phone is not None for phone in told["phone"]])
    has_card = np.array([card is not None for card in told["loyalty_card"]])
    assert has_phone[first].mean() == pytest.approx(0.95, abs=0.01)
    assert has_card[first].mean() == pytest.approx(0.60, abs=0.015)
    assert (~first).sum() / first.sum() == pytest.approx(0.04 * 34 / 36, abs=0.006)


def test_callers_give_the_phone_of_their_account_but_for_typing_errors(large):
    told, calls = large("data/shop_accounts"), large("data/callers")
    first = told["account_number"] % 10 == 1
    phones = dict(zip(told["account_number"][first] // 10, told["phone"][first], strict=True))
    told_by_shop = [phones[number // 10] for number in calls["caller_number"]]
    known = [pair for pair in zip(calls["phone"], told_by_shop, strict=True) if pair[1]]
    right = np.mean([one == other for one, other in known])
    assert right == pytest.approx(0.98, abs=0.008)
