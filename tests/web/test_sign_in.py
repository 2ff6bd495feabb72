"""Signing in as browsers do it, and as attackers try it."""

import shutil

import pytest

from outsidein.access.rights import Right, Role
from outsidein.web.visit import COOKIE
from tests.web.site import PASSWORD, address_of, form_token, sign_in, site_of, with_people

MONDAY = "/p/shop/monday"
ANN = Role.MANAGER


@pytest.fixture
def shop(built_shop, tmp_path):
    return with_people(shutil.copytree(built_shop, tmp_path / "shop"))


@pytest.fixture
def web(shop):
    with site_of(shop) as browser:
        yield browser


def test_who_signs_in_comes_back_to_the_page_that_was_wanted(web):
    wanted = web.get("/p/shop/figures?q=whale")
    assert wanted.headers["location"] == "/sign-in?to=/p/shop/figures%3Fq%3Dwhale"
    page = web.get(wanted.headers["location"])
    assert 'name="to" value="/p/shop/figures?q=whale"' in page.text
    answer = sign_in(web, ANN, to="/p/shop/figures?q=whale")
    assert answer.headers["location"] == "/p/shop/figures?q=whale"
    assert web.get(answer.headers["location"]).status_code == 200


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:1", ""]
)
def test_no_sign_in_leads_to_another_site(web, elsewhere):
    assert sign_in(web, ANN, to=elsewhere).headers["location"] == "/"


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(web):
    cookie = sign_in(web, ANN).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


def test_a_cookie_that_was_planted_before_is_not_the_one_after_signing_in(web):
    web.cookies.set(COOKIE, "planted")
    form = {"email": address_of(ANN), "password": PASSWORD}
    web.post("/sign-in", data=form)
    assert web.cookies.get(COOKIE, domain="127.0.0.1") != "planted"
    web.cookies.clear()
    web.cookies.set(COOKIE, "planted")
    assert web.get(MONDAY).status_code == 303


def test_wrong_address_and_wrong_password_read_the_same(web):
    form = {"email": "nobody@shop.example", "password": PASSWORD}
    nobody = web.post("/sign-in", data=form)
    wrong = web.post("/sign-in", data=form | {"email": address_of(ANN), "password": "wrong one"})
    assert nobody.status_code == wrong.status_code == 422
    assert nobody.text == wrong.text


def test_a_link_is_asked_for_with_the_same_words_whoever_asks(web, shop):
    answers = {
        web.post("/sign-in/link", data={"email": email}).text
        for email in (address_of(ANN), "nobody@shop.example")
    }
    assert len(answers) == 1
    [mail] = [d for d in shop.operations.deliveries() if d.about == "sign-in"]
    assert mail.to == address_of(ANN)


def test_opening_a_link_uses_nothing_up_and_its_button_signs_in_once(web, shop):
    path = shop.people.link(address_of(ANN), by="test").removeprefix("http://127.0.0.1:8000")
    for _ in range(2):
        assert web.get(path).status_code == 200
    assert web.get(MONDAY).status_code == 303
    assert web.post(path).headers["location"] == "/"
    assert web.get(MONDAY).status_code == 200
    assert web.post(path).status_code == 422


def test_signing_out_ends_the_sign_in_and_not_only_the_cookie(web):
    sign_in(web, ANN)
    token = web.cookies[COOKIE]
    web.post("/sign-out")
    web.cookies.set(COOKIE, token)
    assert web.get(MONDAY).status_code == 303


def test_a_host_that_is_not_ours_is_refused(web):
    assert web.get("/sign-in", headers={"Host": "evil.example"}).status_code == 400


@pytest.mark.parametrize(
    ("site", "status"), [("cross-site", 403), ("same-site", 403), ("same-origin", 303)]
)
def test_a_form_with_the_right_token_counts_only_from_a_page_of_this_site(web, shop, site, status):
    sign_in(web, ANN)
    form = {
        "form_token": form_token(web),
        "was": shop.files.read("outsidein.toml").sha256,
        "tier": shop.workspace.file.tier[0].name,
        "decision": "keep",
        "reason": "They come by themselves.",
    }
    header = {"Sec-Fetch-Site": site}
    assert web.post("/p/shop/value/policies", data=form, headers=header).status_code == status


def test_a_form_with_the_token_of_somebody_else_is_refused(web):
    sign_in(web, Role.ADMINISTRATOR)
    of_another = form_token(web)
    sign_in(web, ANN)
    assert web.post("/p/shop/value/policies", data={"form_token": of_another}).status_code == 403


def test_a_machine_gets_what_its_key_may_and_is_told_when_it_is_none(web, shop):
    made = shop.people.add_key("wall", rights=[Right.SEE_FIGURES], by="test")
    header = {"Authorization": f"Bearer {made.text}"}
    assert web.get("/p/shop/figures/ladder_steps.csv", headers=header).status_code == 200
    shop.people.revoke_key(made.key.id, by="test")
    refused = web.get("/p/shop/figures/ladder_steps.csv", headers=header)
    assert refused.status_code == 401
    assert refused.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("path", ["/sign-in", MONDAY, "/p/shop/nowhere", "/sign-in/x", "/nowhere"])
def test_every_answer_carries_the_headers_that_protect_it(web, path):
    sign_in(web, ANN)
    headers = web.get(path).headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "path", ["/p/other/monday", "/p/shop/figures/..%2f..%2fstore.db", "/p/shop/figures/nothing"]
)
def test_what_is_not_there_is_said_to_be_not_there(web, path):
    sign_in(web, ANN)
    assert web.get(path).status_code in {404, 422}
    assert "There is no" in web.get(path).text
