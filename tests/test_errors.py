import pytest

from outsidein.errors import InputError, ProjectError, UnknownName
from tests.hostile import CORPUS, LONE_SURROGATE

TEXTS = {**CORPUS, "lone surrogate": LONE_SURROGATE}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_an_error_for_the_reader_is_one_line_of_visible_marks_whatever_it_quotes(text):
    for error in (
        InputError(text),
        ProjectError(f"{text}.toml", text, f"near {text}"),
        UnknownName("segment", text, [text, "berlin"]),
    ):
        assert str(error).isprintable()
