from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import URLSafeSerializer

from outsidein.delivery.links import CaseAction, CaseVerb, read_action, sign_action
from outsidein.errors import InputError

NOW = datetime(2020, 1, 1, tzinfo=UTC)
SECRET = "a secret that nobody knows"  # noqa: S105
ACTION = CaseAction("17", CaseVerb.DONE, "ann@shop.example")


@given(st.text(), st.sampled_from(CaseVerb), st.text())
def test_a_link_says_what_was_signed(case, verb, who):
    action = CaseAction(case, verb, who)
    token = sign_action(SECRET, action, NOW)
    assert read_action(SECRET, token, NOW + timedelta(days=13)) == action
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")


def test_a_link_expires():
    token = sign_action(SECRET, ACTION, NOW, valid=timedelta(hours=1))
    read_action(SECRET, token, NOW + timedelta(minutes=59))
    with pytest.raises(InputError, match="has expired"):
        read_action(SECRET, token, NOW + timedelta(hours=1))


@given(st.data())
def test_a_link_of_which_one_character_was_changed_opens_nothing(data):
    token = sign_action(SECRET, ACTION, NOW)
    place = data.draw(st.integers(0, len(token) - 2))  # the last one carries two unused bits
    letter = data.draw(st.sampled_from("AZaz09-_.").filter(lambda new: new != token[place]))
    with pytest.raises(InputError, match="is invalid or incomplete"):
        read_action(SECRET, token[:place] + letter + token[place + 1 :], NOW)


@pytest.mark.parametrize("token", ["", ".", "x", "a.b.c", "../../etc"])
def test_nonsense_opens_nothing(token):
    with pytest.raises(InputError, match="is invalid or incomplete"):
        read_action(SECRET, token, NOW)


def test_neither_another_secret_nor_another_purpose_opens_a_case():
    with pytest.raises(InputError, match="is invalid or incomplete"):
        read_action("another", sign_action(SECRET, ACTION, NOW), NOW)
    other = URLSafeSerializer(SECRET, salt="survey").dumps(["17", "done", "ann", 2**40])
    with pytest.raises(InputError, match="is invalid or incomplete"):
        read_action(SECRET, other, NOW)
