import pytest

from outsidein.errors import ProjectError
from outsidein.text.declaration import read_coding

FILE = """
languages = ["pt", "en"]

[sample.reasons]
source = "coded_reasons"
language = "pt"
factors = { late = "delivery" }
"""


def test_a_file_is_read_with_its_defaults(tmp_path):
    (tmp_path / "coding.toml").write_text(FILE)
    coding = read_coding(tmp_path / "coding.toml")
    assert coding.languages == ("pt", "en")
    assert not coding.shows_verbatims
    assert coding.sample["reasons"].text == "text"


def test_without_the_file_texts_are_english_and_nothing_is_quoted(tmp_path):
    coding = read_coding(tmp_path / "coding.toml")
    assert (coding.languages, coding.shows_verbatims, coding.sample) == (("en",), False, {})


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('languages = ["português"]', r"coding.toml: languages.0: 'português' is invalid"),
        ("themes = 1", "coding.toml: themes: 1 is invalid"),
        ("theme = 3", r"coding.toml: theme: is unknown here. Did you mean 'themes'\?"),
    ],
)
def test_what_cannot_be_is_named(tmp_path, line, message):
    (tmp_path / "coding.toml").write_text(line)
    with pytest.raises(ProjectError, match=message):
        read_coding(tmp_path / "coding.toml")


def test_a_scale_upside_down_is_refused(tmp_path):
    (tmp_path / "coding.toml").write_text(FILE + "rating_low = 5\nrating_high = 1\n")
    with pytest.raises(ProjectError, match="rating_low is not below rating_high"):
        read_coding(tmp_path / "coding.toml")
