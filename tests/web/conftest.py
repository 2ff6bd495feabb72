import pytest

import outsidein
from tests.projects import write_shop
from tests.web.visitor import ARGUMENTS, CHROMIUM


@pytest.fixture(scope="session")
def built_shop(tmp_path_factory):
    """Folder of a small built project; copy it before changing anything."""
    folder = write_shop(tmp_path_factory.mktemp("built") / "shop", people=40)
    with outsidein.open(folder) as project:
        project.build(publish_anyway="a project of tests")
    return folder


@pytest.fixture(scope="module")
def chromium():
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()
