"""A project whose customers, goods and comments are hostile texts: from sources to exports."""

import csv
import io
import json
import re
import sqlite3
from collections import Counter

import duckdb
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils.exceptions import IllegalCharacterError
from typer.testing import CliRunner

import outsidein
from outsidein.cli import main
from outsidein.lake.csv_files import without_formulas
from outsidein.report.documents import Document
from tests.hostile import CORPUS
from tests.markup import Markup
from tests.projects import NEED, write_shop

TEXTS = {what: text for what, text in CORPUS.items() if 0 < len(text) < 1_000}
FORMATS = {
    "csv": 'format = "csv"\npath = "raw/texts.csv"',
    "excel": 'format = "excel"\npath = "raw/texts.xlsx"',
    "jsonl": 'format = "jsonl"\npath = "raw/texts.jsonl"',
    "json": 'format = "json"\npath = "raw/texts.json"',
    "sqlite": 'format = "sql"\nurl = "sqlite:///raw/texts.db"\ntable = "texts"',
    "parquet": 'format = "parquet"\npath = "raw/texts.parquet"',
}
OBEYED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
PURPOSE = '[purpose.service]\nlegal_basis = "contract"\nreason = "about an order"\n'
RECORDS = " union all ".join(
    f"select '{name}' as source, what as record_id, note as name, note as city, "
    f"note as trait_note from from_{name}"
    for name in FORMATS
)
ORDERS = """
select 'shop' as source, order_id as transaction_id, person_id as record_id, ordered_at,
       quantity, 1000 as revenue, note as product
from (select *, row_number() over (order by order_id) % 60 as n from orders)
join (select note, row_number() over (order by what) as n from from_parquet) using (n)
"""
SIGNALS = """
select 'texts' as source, what as signal_id, what as record_id, 'direct' as kind,
       timestamp '2019-12-01' as signalled_at, note || ' the parcel was late' as "text",
       case when what in ('script', 'sql', 'backslash', 'colour', 'NUL') then note end as factor,
       'factor' as level, 'own' as subject, note as product
from from_parquet
"""


def write_texts(folder):
    """Write the texts in each format; returns those that each can hold."""
    held = dict.fromkeys(FORMATS, TEXTS)
    rows = list(TEXTS.items())
    text = io.StringIO(newline="")
    csv.writer(text).writerows([("what", "note"), *rows])
    (folder / "texts.csv").write_bytes(text.getvalue().encode())
    objects = [{"what": what, "note": note} for what, note in rows]
    (folder / "texts.jsonl").write_text("\n".join(map(json.dumps, objects)))
    (folder / "texts.json").write_text(json.dumps(objects, ensure_ascii=False), encoding="utf-8")
    table = pa.table({"what": list(TEXTS), "note": list(TEXTS.values())})
    pq.write_table(table, folder / "texts.parquet")
    with sqlite3.connect(folder / "texts.db") as database:
        database.execute("create table texts (what text primary key, note text)")
        database.executemany("insert into texts values (?, ?)", rows)
    return held | {"excel": write_workbook(folder / "texts.xlsx")}


def write_workbook(path):
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("texts")
    sheet.append(["what", "note"])
    held = {}
    for what, note in TEXTS.items():
        try:
            cell = WriteOnlyCell(sheet, value=note)
        except IllegalCharacterError:
            continue  # no workbook holds it
        cell.data_type = "s"  # no formula
        sheet.append([what, cell])
        held[what] = note.replace("\r\n", "\n") if note.strip() else None  # as cells hold texts
    book.save(path)
    return held


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    folder = write_shop(tmp_path_factory.mktemp("hostile") / "shop")
    held = write_texts(folder / "raw")
    sources = "".join(f"[source.from_{name}]\n{how}\n" for name, how in FORMATS.items())
    needs = "".join(
        NEED.format(source=f"from_{name}", columns='["what", "note"]', state="approved")
        for name in FORMATS
    )
    for file, more in {"sources.toml": sources, "data_needs.toml": needs}.items():
        (folder / file).write_text((folder / file).read_text() + more)
    (folder / "consent.toml").write_text(PURPOSE)
    models = {"records/texts": RECORDS, "transactions/orders": ORDERS, "signals/texts": SIGNALS}
    for name, sql in models.items():
        (folder / "tables" / name).parent.mkdir(exist_ok=True)
        (folder / "tables" / f"{name}.sql").write_text(sql)
    project = outsidein.open(folder)
    project.held = held
    project.build()
    return project


def test_each_text_arrives_unchanged_or_its_row_is_rejected_with_a_reason(shop):
    records = shop.table("records").to_pylist()
    for name in FORMATS:
        arrived = {r["record_id"]: r["trait_note"] for r in records if r["source"] == name}
        assert arrived == {w: text for w, text in shop.held[name].items() if w != "NUL"}
    rejects = Counter(row["reason"] for row in shop.table("rejects").to_pylist())
    assert rejects == {
        "contains a NUL byte": 1,  # the line of the CSV file
        "name contains a NUL byte": len(FORMATS) - 2,  # no workbook holds one
        "factor contains a NUL byte": 1,
        "product contains a NUL byte": 3,
    }


def test_every_document_of_them_is_well_formed_and_has_no_markup_of_theirs(shop):
    for document in Document:
        page = shop.report(document=document).read_text(encoding="utf-8")
        assert Markup(page).obeyed == set()
        assert not OBEYED.search(page)


def test_every_figure_of_them_is_shown_in_a_notebook(shop):
    for name in shop.figures():
        shown = shop.figure(name)._repr_html_()
        assert Markup(shown).obeyed == set()
        assert not OBEYED.search(shown)


def test_an_export_holds_every_text_and_no_formula(shop, tmp_path, rounds):
    read = {
        "csv": lambda: rows_of(tmp_path / "csv/records.csv"),
        "parquet": lambda: pq.read_table(tmp_path / "parquet/records.parquet").to_pylist(),
        "duckdb": lambda: duckdb.connect(str(tmp_path / "duckdb/outsidein.duckdb"), read_only=True)
        .sql("select * from main.records").to_arrow_table().to_pylist(),
    }  # fmt: skip
    for file_format, rows in list(read.items())[: rounds(3)]:
        folder = tmp_path / file_format
        shop.export(folder, tables=None, file_format=file_format, personal="all", purpose="service")
        notes = {row["record_id"]: row["trait_note"] for row in rows() if row["source"] == "sqlite"}
        assert set(notes) == set(TEXTS) - {"NUL"}
        expected = pa.array([TEXTS[what] for what in notes])
        is_csv = file_format == "csv"
        assert (
            list(notes.values()) == (without_formulas(expected) if is_csv else expected).to_pylist()
        )
        assert not is_csv or not [n for n in notes.values() if n.lstrip(" \u2066").startswith("=")]


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("is_json", [False, True])
def test_the_command_prints_one_line_per_row_and_obeys_nothing(shop, is_json):
    options = ["--rows", "1000", "-p", str(shop.folder), *(["--json"] if is_json else [])]
    for name in ("records", "signals", "rejects"):
        result = CliRunner().invoke(main, ["tables", "show", name, *options])
        assert result.exit_code == 0
        assert not OBEYED.search(result.stdout)
        rows = shop.table(name).num_rows
        if is_json:
            assert len(json.loads(result.stdout)) == rows
        else:
            head, *lines = result.stdout.rstrip("\n").split("\n")
            assert {line.count("\t") for line in lines} == {head.count("\t")}
            assert len(lines) == rows
