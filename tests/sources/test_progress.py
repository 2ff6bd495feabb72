import io
from itertools import count

from rich.console import Console

from outsidein.sources.progress import ConsoleProgress


def loaded_with(shop, *, is_terminal):
    shop.write("a.csv", "id\n1\n2\n")
    text = io.StringIO()
    console = Console(file=text, force_terminal=is_terminal, width=80)
    ticks = count()
    shop.load(
        "id",
        format="csv",
        path="a.csv",
        progress=ConsoleProgress(console, clock=lambda: next(ticks)),
    )
    return text.getvalue()


def test_each_source_leaves_one_line_with_rows_pace_and_bytes(shop):
    assert loaded_with(shop, is_terminal=False) == "orders: 2 rows, 2 rows/s, 7 bytes\n"


def test_a_terminal_keeps_the_same_line(shop):
    assert "orders: 2 rows, " in loaded_with(shop, is_terminal=True)


def test_nothing_is_shown_unless_asked(shop, capsys):
    shop.write("a.csv", "id\n1\n")
    shop.load("id", format="csv", path="a.csv")
    assert capsys.readouterr() == ("", "")
