"""The guide to sources: its examples give the rows that it shows, and it shows every option."""

import csv
import re
import sqlite3
import tomllib
from itertools import pairwise
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from outsidein.sources.declaration import OPTIONS
from tests.sources.shop import Shop

GUIDE = Path(__file__).parents[2] / "docs/guide/sources.md"
_FENCE = re.compile(r"```(\w+)(?: ([^\n]+))?\n(.*?)```", re.DOTALL)
_TABLE = re.compile(r"(?:^\|.*\|\n)+", re.MULTILINE)


def examples():
    """Each declaration, with the files written above it on the page and the table below it."""
    text = GUIDE.read_text("utf-8")
    fences = list(_FENCE.finditer(text))
    files = []
    for fence, following in pairwise([*fences, None]):
        kind, name, content = fence.groups()
        if kind != "toml":
            files.append((kind, name, content))
            continue
        end = following.start() if following else len(text)
        table = _TABLE.search(text, fence.end(), end)
        yield tomllib.loads(content)["source"]["orders"], list(files), table[0]


EXAMPLES = list(examples())


def write(root, kind, name, content):
    path = root / name.partition(":")[0]
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = list(csv.reader(content.splitlines()))
    if kind == "sheet":
        book = openpyxl.load_workbook(path) if path.exists() else openpyxl.Workbook()
        sheet = book.create_sheet(name.partition(": ")[2])
        for row in rows:
            sheet.append(row)
        if "Sheet" in book.sheetnames:
            del book["Sheet"]
        book.save(path)
    elif kind == "parquet":
        table = pa.table(dict(zip(rows[0], map(list, zip(*rows[1:], strict=True)), strict=True)))
        pq.write_table(table, path)
    elif kind == "sqlite":
        path.unlink(missing_ok=True)
        with sqlite3.connect(path) as database:
            database.executescript(content)
        database.close()
    else:
        path.write_text(content, "utf-8")


def cells(line):
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


@pytest.mark.parametrize(("source", "files", "table"), EXAMPLES)
def test_an_example_gives_the_rows_that_the_page_shows(tmp_path, source, files, table):
    for file in files:
        write(tmp_path, *file)
    header, _, *rows = table.splitlines()
    shop = Shop(tmp_path, 1)
    shop.con.execute("SET TimeZone = 'UTC'")
    shop.load(*cells(header), **source)
    wanted = {tuple(cells(row)) for row in rows}
    columns = ", ".join(f'"{name}"' for name in cells(header))
    values = shop.con.execute(f"SELECT {columns} FROM orders").fetchall()
    assert {tuple("" if v is None else str(v) for v in row) for row in values} == wanted


def test_every_option_of_every_format_is_on_the_page():
    used = {option for source, _, _ in EXAMPLES for option in source}
    assert set().union(*OPTIONS.values()) <= used
    assert {source["format"] for source, _, _ in EXAMPLES} == set(OPTIONS)
