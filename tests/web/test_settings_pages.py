"""Settings: who may come in, with which key, and who did what."""

import re
import shutil
from datetime import timedelta

import pytest

from outsidein.access.rights import Right, Role
from outsidein.delivery.outbox import OutgoingDelivery, post_delivery
from outsidein.delivery.statements import DeliveryState
from outsidein.web.visit import COOKIE
from outsidein.workspace.project import Project
from tests.web.site import NOW, PASSWORD, address_of, form_token, sign_in, site_of, with_people

ADMIN = Role.ADMINISTRATOR
TEAM = '[team.care]\nlead = "Bo"\nmembers = { Bo = "bo@shop.example" }\n'


@pytest.fixture(scope="module")
def folder(built_shop, tmp_path_factory):
    folder = shutil.copytree(built_shop, tmp_path_factory.mktemp("settings") / "shop")
    (folder / "teams.toml").write_text(TEAM)
    with_people(folder).close()
    return folder


@pytest.fixture
def shop(folder, tmp_path):
    return Project(shutil.copytree(folder, tmp_path / "shop"), clock=lambda: NOW)


@pytest.fixture
def web(shop):
    with site_of(shop) as browser:
        sign_in(browser, ADMIN)
        yield browser


def send(web, path, **form):
    return web.post(f"/p/shop/{path}", data=form | {"form_token": form_token(web)})


def person(shop, email):
    return next(p for p in shop.people.everybody() if p.email == email)


def test_a_person_is_added_with_a_link_that_is_shown_once(shop, web):
    answer = send(
        web, "settings/people", email="bo@shop.example", role="agent", name="<b>Bo", teams="care"
    )
    assert answer.status_code == 200
    assert "&lt;b&gt;Bo" in answer.text
    link = re.search(r"http://127\.0\.0\.1:8000(/sign-in/[\w-]+)", answer.text)[1]
    assert "/sign-in/" not in web.get("/p/shop/settings").text
    assert person(shop, "bo@shop.example").teams == {"care"}
    assert web.post(link).headers["location"] == "/"
    assert web.get("/p/shop/settings").status_code == 403


def test_role_and_teams_change_and_who_is_disabled_is_out_at_once(shop, web):
    email = address_of(Role.VIEWER)
    change = {"email": email, "role": "agent", "teams": ["care"]}
    assert send(web, "settings/people/change", **change).status_code == 303
    assert (person(shop, email).role, person(shop, email).teams) == (Role.AGENT, {"care"})
    assert send(web, "settings/people/disable", email=email).status_code == 303
    assert person(shop, email).is_disabled
    assert send(web, "settings/people/enable", email=email).status_code == 303
    assert not person(shop, email).is_disabled
    assert send(web, "settings/people/change", email=email, role="king").status_code == 422


def test_the_last_administrator_stays_one(shop, web):
    answer = send(web, "settings/people/disable", email=address_of(ADMIN))
    assert answer.status_code == 422
    assert "is the last administrator" in answer.text
    assert not person(shop, address_of(ADMIN)).is_disabled


def test_a_key_is_shown_once_rotated_and_taken_away(shop, web):
    answer = send(web, "settings/keys", name="wall", rights=[Right.SEE_FIGURES.value])
    text = re.search(r"<code>(oi[\w.-]+)</code>", answer.text)[1]
    assert text not in web.get("/p/shop/settings/keys").text
    assert shop.people.key_of(text).rights == {Right.SEE_FIGURES}
    [key] = shop.people.api_keys()
    rotated = send(web, f"settings/keys/{key.id}/rotate").text
    new = re.search(r"<code>(oi[\w.-]+)</code>", rotated)[1]
    assert send(web, f"settings/keys/{key.id}/revoke").status_code == 303
    assert shop.people.key_of(text) is None
    assert shop.people.key_of(new) is not None
    assert send(web, "settings/keys", name="idle").status_code == 422


def test_the_audit_is_filtered_and_paged(shop, web):
    for place in range(60):
        with shop.act("test.done", f"thing:{place}", by="Ann <i>Lee"):
            pass
    first = web.get("/p/shop/settings/audit", params={"who": "Ann <i>Lee"}).text
    assert first.count("test.done") == 50
    assert "<i>Lee" not in first
    address = re.search(r'rel="next" href="([^"]+)"', first)[1].replace("&amp;", "&")
    assert web.get(address).text.count("test.done") == 10
    assert web.get("/p/shop/settings/audit?about=thing:7").text.count("test.done") == 1
    assert "No act fits" in web.get("/p/shop/settings/audit?since=2030-01-01").text


def test_held_mails_are_released_or_dropped(shop, web):
    with shop.workspace.acts.batch() as session:
        for number, to in enumerate(("ann@shop.example", "bo@shop.example")):
            mail = OutgoingDelivery(
                key=f"k{number}",
                kind="mail",
                to=to,
                subject="<u>Hi",
                body="",
                about="x",
                due_at=NOW,
            )
            post_delivery(session, mail)
    hold(shop)
    page = web.get("/p/shop/settings/deliveries").text
    assert "held: 2" in page
    assert "<u>Hi" not in page
    assert send(web, "settings/deliveries/release", to="ann@shop.example").status_code == 303
    assert send(web, "settings/deliveries/drop", to="bo@shop.example").status_code == 303
    assert {d.to: d.state for d in shop.operations.deliveries()} == {
        "ann@shop.example": DeliveryState.WAITING,
        "bo@shop.example": DeliveryState.GIVEN_UP,
    }
    assert "waiting: 1" in web.get("/p/shop/settings/deliveries?state=waiting").text
    [gone] = shop.operations.deliveries(state=DeliveryState.GIVEN_UP)
    assert send(web, "settings/deliveries/retry", delivery=gone.id).status_code == 303
    assert shop.operations.delivery_counts()["waiting"] == 2


def hold(shop):
    """Hold everything that waits, as the outbox does with too many mails to one recipient."""
    with shop.workspace.store.begin() as connection:
        connection.exec_driver_sql("UPDATE deliveries SET state = 'held'")


def test_only_administrators_have_settings(web):
    for role in set(Role) - {ADMIN}:
        sign_in(web, role)
        assert "/settings" not in web.get("/p/shop/account").text
        assert send(web, "settings/people/disable", email="x").status_code == 403


def test_a_new_password_needs_the_current_one_and_signs_other_browsers_out(shop, web):
    other = web.cookies[COOKIE]
    sign_in(web, ADMIN)
    new = "a longer battery"
    for current, again in (("wrong", new), (PASSWORD, "another battery")):
        form = {"current": current, "new": new, "again": again}
        assert send(web, "account/password", **form).status_code == 422
    form = {"current": PASSWORD, "new": new, "again": new}
    answer = send(web, "account/password", **form)
    assert answer.headers["location"] == "/p/shop/account?changed=1"
    assert "Your other browsers are signed out" in web.get(answer.headers["location"]).text
    assert shop.people.signed_in(other) is None
    assert shop.people.sign_in(address_of(ADMIN), new, address="x")
    assert not shop.people.sign_in(address_of(ADMIN), PASSWORD, address="x")


def test_who_has_no_password_sets_the_first_one(shop, web):
    shop.people.add("eve@shop.example", role=Role.VIEWER, by="test")
    link = shop.people.link("eve@shop.example", valid=timedelta(hours=1), by="test")
    web.cookies.clear()
    web.post(link.removeprefix("http://127.0.0.1:8000"))
    assert "Current password" not in web.get("/p/shop/account").text
    assert send(web, "account/password", new="short", again="short").status_code == 422
    assert send(web, "account/password", new=PASSWORD, again=PASSWORD).status_code == 303
    assert person(shop, "eve@shop.example").has_password
