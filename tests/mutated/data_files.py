"""Ways to spoil raw data by its structure: headers, types, tables."""

import re
import sqlite3
from contextlib import closing
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
from openpyxl.utils.exceptions import IllegalCharacterError

from tests.mutated.base_project import BINARY
from tests.mutated.odd_values import CELLS, DATABASE_CELLS, JSON_VALUES, PARQUET_COLUMNS

_HEADERS = ["", " ", '""', "order_id", "ORDER_ID", "kunde", "a\0b", "\ufeffprice", "x" * 9_000]
_HEADERS += ["select", "a b", "_raw", "c0", "1", "a.b", "\u2028", "'", "file", "line", "NULL"]
_DECLARED = ["", "text", "integer", "real", "blob", "numeric", "decimal(10,2)", "datetime"]
_DECLARED += ["date", "boolean", "bigint", "odd type", "varchar(3)", "time"]


def _header(rng, files):
    """Repeat, rename, add or remove a column of delimited text."""
    name = rng.choice(["raw/orders.csv", "raw/german.csv"])
    mark, encoding = (";", "cp1252") if "german" in name else (",", "utf-8")
    lines = files.get(name, b"").decode(encoding, errors="replace").split("\n")
    place = min(1 if "german" in name else 0, len(lines) - 1)
    columns = lines[place].split(mark)
    at = rng.randint(0, len(columns) - 1)
    odd = rng.choice(_HEADERS)
    lines[place] = mark.join(
        {
            "repeat": [*columns, columns[at]],
            "rename": [*columns[:at], odd, *columns[at + 1 :]],
            "add": [*columns[:at], odd, *columns[at:]],
            "remove": [*columns[:at], *columns[at + 1 :]],
        }[rng.choice(["repeat", "rename", "add", "remove"])]
    )
    kept = lines[: rng.choice([len(lines), len(lines), place + 1, place + 2])]
    files[name] = "\n".join(kept).encode(encoding, errors="replace")


def _json_value(rng, files):
    """Write another value, of any type, in place of one in a JSON file."""
    name = rng.choice(["raw/people.json", "raw/answers.jsonl"])
    text = files.get(name, b"").decode(errors="replace")
    values = list(re.finditer(r'(?<=: )("[^"]*"|[\w.+-]+)|\{[^{}]*\}|\[[^\[\]]*\]', text))
    if values:
        one, new = rng.choice(values), rng.choice(JSON_VALUES)
        files[name] = (text[: one.start()] + new + text[one.end() :]).encode()


def _workbook_cell(rng, files):
    """Write a value of any type into a workbook, or another sheet, or a second header."""
    book = openpyxl.load_workbook(BytesIO(BINARY["raw/sheet.xlsx"]))
    sheet = book.active
    try:
        for _ in range(rng.randint(1, 3)):
            row, column = rng.randint(1, 6), rng.randint(1, 5)
            sheet.cell(row, column).value = rng.choice(CELLS)
    except (IllegalCharacterError, ValueError):  # the library writes no such value
        return
    how = rng.choice(["", "", "title", "sheet", "merge", "no rows"])
    if how == "title":
        sheet.insert_rows(1, amount=rng.randint(1, 3))
    elif how == "sheet":
        book.create_sheet(rng.choice(["Other", "Calls2"]), index=0)
    elif how == "merge":
        sheet.merge_cells("A1:B2")
    elif how == "no rows":
        sheet.delete_rows(2, 9)
    content = BytesIO()
    book.save(content)
    files["raw/sheet.xlsx"] = content.getvalue()


def _parquet_column(rng, files):
    """Give a column of the Parquet file values of another type, or repeat or remove it."""
    names = ["visit", "person", "at", "spent"]
    columns = {name: pa.array(["v1", "v2"]) for name in names}
    for name in rng.sample(names, rng.randint(1, 2)):
        columns[name] = rng.choice(PARQUET_COLUMNS)
    rows = rng.choice([2, 2, 2, 0])
    labels = {
        "": names,
        "repeat": ["visit", "person", "at", "at"],
        "case": ["visit", "person", "at", "AT"],
        "rename": ["visit", "person", "", "a\0b"],
    }[rng.choice(["", "", "", "repeat", "case", "rename"])]
    content = BytesIO()
    table = pa.Table.from_arrays([columns[name].slice(0, rows) for name in names], labels)
    pq.write_table(table, content)
    files["raw/visits.parquet"] = content.getvalue()


def _database_table(rng, files):
    """Give the database other columns and values, or another table, or none."""
    kinds = [rng.choice(_DECLARED) for _ in range(2)]
    rows = [rng.choices(DATABASE_CELLS, k=2) for _ in range(rng.randint(0, 3))]
    name = rng.choice(["cards"] * 6 + ["card", "CARDS"])
    second = rng.choice(["points"] * 6 + ["point", "POINTS", "a b"])
    with TemporaryDirectory() as folder:
        path = Path(folder) / "cards.db"
        with closing(sqlite3.connect(path)) as con, con:
            con.execute(f'create table "{name}" (id {kinds[0]}, "{second}" {kinds[1]})')
            con.executemany(f'insert into "{name}" values (?, ?)', rows)
            if rng.random() < 0.5:
                con.execute("create view v as select * from nobody")
        files["raw/cards.db"] = path.read_bytes()


DATA_SPOILERS = (_header, _header, _json_value, _workbook_cell, _parquet_column, _database_table)
