"""Two servers behind one address: one store on PostgreSQL, one lake."""

import re
from contextlib import ExitStack

import pytest

import outsidein
from outsidein.access.rights import Right, Role
from outsidein.workspace.project import Project
from tests.projects import write_shop
from tests.web.site import NOW, form_token, sign_in, site_of, with_people

POLICIES = "/p/shop/value/policies"


@pytest.fixture(scope="module")
def shop(postgres, tmp_path_factory):
    folder = write_shop(tmp_path_factory.mktemp("two") / "shop", people=20)
    url = postgres.empty().render_as_string(hide_password=False)
    file = folder / "outsidein.toml"
    file.write_text(f'{file.read_text()}\n[store]\nurl = "{url}"\n')
    with outsidein.open(folder) as project:
        project.build(publish_anyway="a project of tests")
    with with_people(folder) as known:
        yield known


@pytest.fixture(scope="module")
def servers(shop):
    with ExitStack() as stack:
        opened = [stack.enter_context(Project(shop.folder, clock=lambda: NOW)) for _ in range(2)]
        yield [stack.enter_context(site_of(project)) for project in opened]


def signed_in(servers, role):
    """Sign in at the first server and take the cookie to the second."""
    one, other = servers
    sign_in(one, role)
    other.cookies.clear()
    for name, value in one.cookies.items():
        other.cookies.set(name, value)
    return one, other


def test_who_signed_in_at_one_decides_at_the_other_once(shop, servers):
    one, other = signed_in(servers, Role.MANAGER)
    form = {
        "form_token": form_token(one),
        "was": shop.files.read("outsidein.toml").sha256,
        "tier": shop.workspace.file.tier[0].name,
        "decision": "invest",
        "reason": "They come back.",
    }
    assert other.post(POLICIES, data=form).status_code == 303
    assert "They come back." in one.get(POLICIES).text
    assert one.post(POLICIES, data=form).status_code == 303  # pressed twice: the same decision
    late = one.post(POLICIES, data=form | {"decision": "stop"})  # on a page of before
    assert "changed" in late.text
    assert len(shop.files.history(path="outsidein.toml")) == 1


def test_a_sign_out_at_one_and_a_revoked_key_hold_at_the_other(shop, servers):
    one, other = signed_in(servers, Role.MANAGER)
    assert other.get("/p/shop/monday").status_code == 200
    one.post("/sign-out", data={"form_token": form_token(one)})
    assert other.get("/p/shop/monday").status_code == 303
    key = shop.people.add_key("wall", rights=[Right.SEE_FIGURES], by="test")
    header = {"Authorization": f"Bearer {key.text}"}
    assert [s.get("/p/shop/figures", headers=header).status_code for s in servers] == [200, 200]
    shop.people.revoke_key(key.key.id, by="test")
    assert [s.get("/p/shop/figures", headers=header).status_code for s in servers] == [401, 401]


def test_a_build_is_shown_by_both_servers_from_the_next_request_on(shop, servers):
    for web in signed_in(servers, Role.ANALYST):
        assert web.get("/p/shop/tables/customers").status_code == 200
    with outsidein.open(shop.folder) as project:
        number = project.build(publish_anyway="a project of tests").snapshot.number
    for web in signed_in(servers, Role.ANALYST):
        assert web.get("/p/shop/tables/customers").status_code == 200
        assert number == web.app.state.site.project("shop").presented().number
        page = web.get("/p/shop/monday").text
        assert re.search(rf"\b[Bb]uild {number}\b", page)
