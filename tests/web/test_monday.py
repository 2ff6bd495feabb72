"""The first page: whom to call, and what changed since the last visit."""

import shutil
from datetime import UTC, datetime, timedelta

import pytest

from outsidein.access.rights import Role
from outsidein.workspace.project import Project
from tests.web.site import PASSWORD, address_of, sign_in, site_of

MONDAY, DAY = "/p/shop/monday", timedelta(days=1)


class Clock:
    """A clock that stands until somebody moves it."""

    def __init__(self):
        self.now = datetime.now(tz=UTC) + DAY  # after the build of the shop

    def __call__(self):
        return self.now


@pytest.fixture(scope="module")
def shop(built_shop, tmp_path_factory):
    folder = shutil.copytree(built_shop, tmp_path_factory.mktemp("monday") / "shop")
    project = Project(folder, clock=Clock())
    project.people.add(address_of(Role.MANAGER), role=Role.MANAGER, name="Ann", by="test")
    project.people.set_password(address_of(Role.MANAGER), PASSWORD, by="test")
    return project


@pytest.fixture(scope="module")
def web(shop):
    with site_of(shop) as browser:
        yield browser


def test_who_comes_back_reads_what_changed_since(web, shop):
    sign_in(web, Role.MANAGER)
    assert "Since your last visit" not in web.get(MONDAY).text
    shop.workspace.clock.now += DAY
    sign_in(web, Role.MANAGER)
    assert "Nothing has changed: no build, no decision, no case." in web.get(MONDAY).text
    shop.workspace.clock.now += DAY / 2
    text = shop.files.read("outsidein.toml")
    changed = text.text.replace("after_days = 90", "after_days = 120")
    shop.files.change(
        "outsidein.toml", changed, was=text.sha256, by="Ida", reason="They come <b>back</b>."
    )
    shop.rollback(1, by="Ida")
    shop.workspace.clock.now += DAY
    sign_in(web, Role.MANAGER)
    page = web.get(MONDAY).text
    assert "Ida changed outsidein.toml: They come &lt;b&gt;back&lt;/b&gt;." in page
    assert "build 1 was published by Ida" in page
    shop.workspace.clock.now += DAY
    sign_in(web, Role.MANAGER)
    assert "They come" not in web.get(MONDAY).text.partition("Since your last visit")[2]
