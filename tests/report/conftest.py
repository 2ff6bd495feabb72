import html
import re

import pytest

from outsidein.report.documents import Document
from outsidein.report.write import write_report
from tests.report.figures_of_a_shop import shop


@pytest.fixture(scope="session")
def documents(tmp_path_factory):
    """The three documents of a shop, as they lie side by side."""
    folder = tmp_path_factory.mktemp("report")
    paths = {document: write_report(shop(), folder, document) for document in Document}
    return {document: path.read_text(encoding="utf-8") for document, path in paths.items()}


@pytest.fixture(scope="session")
def page(documents):
    return documents[Document.APPENDIX]


@pytest.fixture(scope="session")
def words(page):
    return words_of(page)


def words_of(page):
    """What a reader reads: no tags, plain spaces."""
    without_style = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", without_style)))
