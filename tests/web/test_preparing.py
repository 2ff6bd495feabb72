"""A build is made ready before somebody asks for it."""

import shutil

from outsidein.web.preparing import Preparing
from outsidein.web.serving import site_app
from outsidein.workspace.project import Project


def test_each_build_is_prepared_once_and_customers_are_found_at_once(built_shop, tmp_path):
    shop = Project(shutil.copytree(built_shop, tmp_path / "shop"))
    site = site_app([shop]).state.site
    preparing = Preparing(site)
    assert not shop.customers.is_indexed
    assert preparing.look() == ["shop"]
    assert shop.customers.is_indexed
    assert preparing.look() == []


def test_a_project_that_was_never_built_keeps_nobody_else_waiting(built_shop, tmp_path):
    shop = Project(shutil.copytree(built_shop, tmp_path / "shop"))
    ignored = shutil.ignore_patterns(".outsidein")
    empty = Project(shutil.copytree(built_shop, tmp_path / "empty", ignore=ignored))
    site = site_app([empty, shop]).state.site
    assert Preparing(site).look() == ["shop-2"]
