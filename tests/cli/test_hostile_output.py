"""Whatever a name or a message holds, a terminal and a log show it and obey nothing of it."""

import io
import json
import logging
import re
import sys

import pytest

from outsidein.cli.console import print_json, print_table
from outsidein.cli.groups import print_error
from outsidein.cli.visible_console import RecordFormatter, VisibleConsole
from outsidein.errors import InputError
from tests.hostile import CORPUS, LINES, LONE_SURROGATE, TERMINAL

TEXTS = {**CORPUS, "lone surrogate": LONE_SURROGATE}
OBEYED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


@pytest.fixture(params=TEXTS, ids=str)
def text(request):
    return TEXTS[request.param]


def terminal(width=40):
    return VisibleConsole(
        file=io.StringIO(), force_terminal=True, no_color=True, width=width, soft_wrap=True
    )


def test_a_row_of_a_table_is_one_line_of_as_many_cells(capsys, text):
    print_table(("name", "n"), [(text, 1)])
    head, row, end = capsys.readouterr().out.split("\n")
    assert (head, end) == ("name\tn", "")
    assert len(row.split("\t")) == 2
    assert not OBEYED.search(row)


def test_json_gives_back_what_was_put_in(capsys, text):
    print_json([{"name": text}])
    printed = capsys.readouterr().out
    assert json.loads(printed) == [{"name": text}]
    assert not OBEYED.search(printed)


def test_an_error_is_one_line(capsys, text):
    print_error(InputError(f"There is no segment {text}"))
    line, end = capsys.readouterr().err.split("\n")
    assert line.startswith("Error: There is no segment")
    assert end == ""
    assert not OBEYED.search(line)


@pytest.mark.parametrize("text", TERMINAL.values(), ids=TERMINAL)
def test_a_terminal_shows_controls_and_marks_instead_of_obeying_them(text):
    console = terminal()
    console.print(text, markup=False, highlight=False)
    shown = console.file.getvalue()
    assert not OBEYED.search(shown)
    assert "red" not in text or "red" in shown


@pytest.mark.parametrize("text", (LINES | TERMINAL).values(), ids=LINES | TERMINAL)
def test_only_the_beginning_of_a_record_of_the_log_begins_a_line(text):
    try:
        int(f"x{text}")
    except ValueError:
        caught = sys.exc_info()
    record = logging.LogRecord("x", logging.ERROR, "x.py", 1, "failed: %s", (text,), caught)
    first, *rest = (
        RecordFormatter("2020-01-02 %(levelname)s %(message)s").format(record).split("\n")
    )
    assert first.startswith("2020-01-02 ERROR failed: ")
    assert all(line.startswith("  ") for line in rest)
    assert not OBEYED.search("".join([first, *rest]))
