"""People, their sign-ins and keys of machines, on both databases."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from outsidein.access.api_keys import OVERLAP, key_of, keys, new_key, revoke_key, rotate_key
from outsidein.access.browsers import IDLE, LONGEST, end_sign_in, sign_in_of
from outsidein.access.people import (
    add_person,
    change_person,
    disable_person,
    enable_person,
    people,
    person_by_email,
    set_password,
)
from outsidein.access.rights import RIGHTS, Right, Role
from outsidein.access.sign_in import (
    LINK_VALID,
    MOST_FOR_ADDRESS,
    MOST_FROM_BROWSER,
    MOST_LINKS,
    WINDOW,
    SignInRefused,
    may_have_link,
    new_link,
    sign_in_with_link,
    sign_in_with_password,
)
from outsidein.errors import InputError, UnknownName

NOW = datetime(2020, 1, 1, tzinfo=UTC)
ANN, PASSWORD = "ann@shop.example", "correct horse battery"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def session(store):
    with Session(store) as session:
        yield session


@pytest.fixture
def ann(session):
    person = add_person(session, email=ANN, name="Ann", role=Role.AGENT, teams={"delivery"}, at=NOW)
    set_password(session, ANN, PASSWORD)
    return person


def sign_in(session, password=PASSWORD, *, email=ANN, address="10.0.0.1", at=NOW):
    return sign_in_with_password(session, email=email, password=password, address=address, at=at)


def test_who_knows_the_password_is_signed_in_and_who_does_not_is_not(session, ann):
    begun = sign_in(session)
    assert sign_in_of(session, begun.token, at=NOW).person.email == ann.email
    assert sign_in(session, "wrong horse battery") is None
    assert sign_in(session, email="nobody@shop.example") is None


@pytest.mark.parametrize("written", ["ANN@shop.example", " ann@Shop.Example "])
def test_an_address_is_the_same_however_it_is_written(session, ann, written):
    assert sign_in(session, email=written).person == person_by_email(session, ann.email)
    with pytest.raises(InputError, match="is there already"):
        add_person(session, email=written, name="", role=Role.VIEWER, teams=(), at=NOW)


def test_neither_passwords_nor_tokens_lie_in_the_store(session, ann):
    begun, link = sign_in(session), new_link(session, ann.email, valid=LINK_VALID, at=NOW)
    key = new_key(session, "wall", rights={Right.SEE_FIGURES}, by="Ann", at=NOW).text
    session.flush()
    tables = ("people", "sign_ins", "sign_in_links", "sign_in_attempts", "api_keys")
    kept = "".join(
        repr(row) for table in tables for row in session.execute(text(f"SELECT * FROM {table}"))
    )
    for secret in (PASSWORD, begun.token, link, key.split("_", 2)[2]):
        assert secret not in kept
    assert "$argon2id$" in kept


def test_guessing_one_persons_password_ends_after_some_attempts_even_with_the_right_one(
    session, ann
):
    for number in range(MOST_FOR_ADDRESS):
        assert sign_in(session, "wrong", address=f"10.0.1.{number}") is None
    with pytest.raises(SignInRefused, match="Too many failed attempts"):
        sign_in(session)
    assert sign_in(session, at=NOW + WINDOW + MINUTE).person.email == ann.email


@pytest.mark.usefixtures("ann")
def test_guessing_many_persons_passwords_from_one_place_ends_too(session):
    for number in range(MOST_FROM_BROWSER):
        assert sign_in(session, email=f"p{number}@shop.example") is None
    with pytest.raises(SignInRefused):
        sign_in(session)
    assert sign_in(session, address="10.0.0.2")


@pytest.mark.usefixtures("ann")
@pytest.mark.parametrize("pause", [IDLE + MINUTE, LONGEST + MINUTE])
def test_a_sign_in_ends_by_itself(session, pause):
    begun = sign_in(session)
    assert sign_in_of(session, begun.token, at=NOW + IDLE - MINUTE)
    assert sign_in_of(session, begun.token, at=NOW + IDLE - MINUTE + pause) is None


@pytest.mark.usefixtures("ann")
def test_a_sign_in_that_is_used_all_the_time_ends_after_a_week(session):
    begun = sign_in(session)
    hours = range(1, int(LONGEST.total_seconds() / 3600))
    assert all(sign_in_of(session, begun.token, at=NOW + timedelta(hours=h)) for h in hours)
    assert sign_in_of(session, begun.token, at=NOW + LONGEST + MINUTE) is None


@pytest.mark.usefixtures("ann")
def test_signing_out_ends_this_browser_and_no_other(session):
    one, other = sign_in(session), sign_in(session)
    end_sign_in(session, one.token)
    assert sign_in_of(session, one.token, at=NOW) is None
    assert sign_in_of(session, other.token, at=NOW)


def test_a_new_password_and_being_disabled_sign_out_every_browser(session, ann):
    first, link = sign_in(session), new_link(session, ann.email, valid=LINK_VALID, at=NOW)
    set_password(session, ann.email, "another horse battery")
    assert sign_in_of(session, first.token, at=NOW) is None
    with pytest.raises(SignInRefused):
        sign_in_with_link(session, link, at=NOW)
    second = sign_in(session, "another horse battery")
    disable_person(session, ann.email, at=NOW)
    assert sign_in_of(session, second.token, at=NOW) is None
    assert sign_in(session, "another horse battery") is None
    enable_person(session, ann.email)
    assert sign_in(session, "another horse battery")


def test_a_new_role_holds_from_the_next_request_on(session, ann):
    begun = sign_in(session)
    change_person(session, ann.email, role=Role.VIEWER)
    assert not sign_in_of(session, begun.token, at=NOW).person.may(Right.SEE_CUSTOMERS)


def test_a_link_signs_in_once_within_its_time_and_the_latest_one_counts(session, ann):
    first = new_link(session, ann.email, valid=LINK_VALID, at=NOW)
    second = new_link(session, ann.email, valid=LINK_VALID, at=NOW)
    with pytest.raises(SignInRefused):
        sign_in_with_link(session, first, at=NOW)
    assert sign_in_with_link(session, second, at=NOW).person.email == ann.email
    with pytest.raises(SignInRefused, match="was used or has expired"):
        sign_in_with_link(session, second, at=NOW)
    third = new_link(session, ann.email, valid=LINK_VALID, at=NOW)
    with pytest.raises(SignInRefused):
        sign_in_with_link(session, third, at=NOW + LINK_VALID)
    assert new_link(session, "nobody@shop.example", valid=LINK_VALID, at=NOW) is None


def test_nobody_can_be_flooded_with_links(session, ann):
    asked = [
        may_have_link(session, ann.email, address=f"10.0.2.{number}", at=NOW)
        for number in range(MOST_LINKS + 2)
    ]
    assert asked == [True] * MOST_LINKS + [False] * 2


def test_the_last_administrator_stays_one(session, ann):
    add_person(
        session, email="eve@shop.example", name="Eve", role=Role.ADMINISTRATOR, teams=(), at=NOW
    )
    with pytest.raises(InputError, match="last administrator"):
        disable_person(session, "eve@shop.example", at=NOW)
    with pytest.raises(InputError, match="last administrator"):
        change_person(session, "eve@shop.example", role=Role.VIEWER)
    change_person(session, ann.email, role=Role.ADMINISTRATOR)
    disable_person(session, "eve@shop.example", at=NOW)
    assert [p.is_disabled for p in people(session)] == [False, True]


@pytest.mark.usefixtures("ann")
@pytest.mark.parametrize("password", ["short", "x" * 257])
def test_a_password_of_no_use_is_refused(session, password):
    with pytest.raises(InputError, match="12 to 256 characters"):
        set_password(session, ANN, password)


@pytest.mark.usefixtures("ann")
def test_a_person_who_is_not_there_is_named(session):
    with pytest.raises(UnknownName, match=r"Did you mean 'ann@shop\.example'"):
        change_person(session, "anna@shop.example", role=Role.VIEWER)


def test_an_agent_works_for_the_own_teams_and_a_manager_for_all(session, ann):
    assert ann.may_work_for("delivery")
    assert not ann.may_work_for("returns")
    manager = change_person(session, ann.email, role=Role.MANAGER, teams=())
    assert manager.may_work_for("returns")
    viewer = change_person(session, ann.email, role=Role.VIEWER, teams={"delivery"})
    assert not viewer.may_work_for("delivery")


def test_every_role_has_rights_and_every_right_somebody_besides_the_administrator_or_only_them():
    assert RIGHTS.keys() == set(Role)
    assert RIGHTS[Role.ADMINISTRATOR] == set(Right)
    others = set().union(*(RIGHTS[role] for role in Role if role != Role.ADMINISTRATOR))
    assert set(Right) - others == {Right.ADMINISTER}


def test_a_key_opens_what_it_may_until_it_is_revoked_or_expires(session):
    made = new_key(session, "wall", rights={Right.SEE_FIGURES}, by="Ann", at=NOW)
    assert key_of(session, made.text, at=NOW).rights == {Right.SEE_FIGURES}
    assert keys(session)[0].used_at == NOW
    assert key_of(session, made.text[:-1], at=NOW) is None
    assert key_of(session, made.text, at=made.key.expires_at) is None
    revoke_key(session, made.key.id, at=NOW)
    assert key_of(session, made.text, at=NOW) is None


def test_a_rotated_key_works_beside_the_new_one_for_a_week(session):
    old = new_key(session, "wall", rights={Right.SEE_FIGURES}, by="Ann", at=NOW)
    new = rotate_key(session, old.key.id, by="Ann", at=NOW)
    assert key_of(session, new.text, at=NOW).rights == {Right.SEE_FIGURES}
    assert key_of(session, old.text, at=NOW + OVERLAP - MINUTE)
    assert key_of(session, old.text, at=NOW + OVERLAP) is None


@pytest.mark.parametrize("nonsense", ["", "oi", "oi__", "oi_x_y", "Bearer", "oi_" + "x" * 9000])
def test_nonsense_is_no_key(session, nonsense):
    assert key_of(session, nonsense, at=NOW) is None
