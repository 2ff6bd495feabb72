import html
import re

import pytest

from outsidein.report.write import write_report
from tests.report.figures_of_a_shop import shop


@pytest.fixture(scope="session")
def page(tmp_path_factory):
    return write_report(shop(), tmp_path_factory.mktemp("report")).read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def words(page):
    return words_of(page)


def words_of(page):
    """What a reader reads: no tags, plain spaces."""
    without_style = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", without_style)))
