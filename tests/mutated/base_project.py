"""A small valid project that has every kind of file, as text and bytes."""

import io
import json
import sqlite3
import tempfile
from datetime import date
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

from tests.mutated.base_declarations import TOML

TEXTS = {
    "playbooks/call.md": """+++
title = "Your parcel"
issues = ["delivery", "loss"]
cost = 250
minimum_response = "We know of it. Sorry."
+++
1. Call.
""",
    "raw/orders.csv": """order_id,person_id,ordered_at,quantity,amount
o1,p1,2019-03-01 10:00:00,1,"1,200.50"
o2,p1,2019-05-01 10:00:00,2,12.00
o3,p2,2019-06-01 10:00:00,1,n/a
o4,p3,2019-10-27 02:30:00,3,7.25
""",
    "raw/people.json": json.dumps(
        {
            "data": {
                "people": [
                    {"person_id": "p1", "email": "ann@mail.example", "phone": "+49 30 901820"},
                    {"person_id": "p2", "name": "Bo Weiß", "city": "Berlin", "email": None},
                    {"person_id": 3, "born_on": "1980-02-29", "city": "Kiel", "name": "Cy"},
                ]
            }
        },
        ensure_ascii=False,
    ),
    "raw/answers.jsonl": """{"id": "a1", "person": "p1", "at": "2019-04-01", "score": 9, "stars": 5}
{"id": "a2", "person": "p2", "at": "2019-07-01T10:00Z", "score": 3, "words": "late", "stars": "bad"}
""",
    "raw/german.csv": """Export vom 1.1.2020
kunde;price;since;paid
p1;1.234,50;01.02.19 10:00;true
p2;7,00;02.02.19 23:59;false
""",
}
SQL = {
    "tables/staging/bought.sql": "select *, quantity * 2 as twice from orders\n",
    "tables/transactions/orders.sql": """select 'shop' as source, order_id as transaction_id,
  person_id as record_id, ordered_at, quantity,
  cast(amount * 100 as bigint) as revenue
from bought
""",
    "tables/records/people.sql": """select 'shop' as source, person_id as record_id, city, name,
  try_cast(born_on as date) as born_on, length(name) as trait_length from people
""",
    "tables/identifiers/contact.sql": """select 'shop' as source, person_id as record_id,
  'email' as kind, email as value from people where email is not null
union all
select 'shop', person_id, 'phone', phone from people where phone is not null
""",
    "tables/encounters/calls.sql": """select 'shop' as source, call as encounter_id,
  person as record_id, called_on as started_at, 'phone' as channel, 'call' as kind,
  seconds as duration_seconds from sheet
""",
    "tables/encounters/visits.sql": """select 'shop' as source, visit as encounter_id,
  person as record_id, "at" as started_at, 'store' as channel, 'visit' as kind,
  spent as duration_seconds from visits
""",
    "tables/records/cards.sql": """select 'cards' as source, id as record_id,
  points as trait_points from cards
""",
    "tables/contracts/german.sql": """select 'shop' as source, kunde as contract_id,
  kunde as record_id, since as started_on, cast(price * 100 as bigint) as price from german
""",
}


def _workbook():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Calls"
    for row in (
        ["call", "person", "called_on", "seconds"],
        ["c1", "p1", "01.02.2019", 30],
        ["c2", "p2", "03.02.2019", 12],
        ["c3", "p2", "04.02.2019", 7],
    ):
        sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _parquet():
    content = io.BytesIO()
    visits = pa.table(
        {
            "visit": ["v1", "v2"],
            "person": ["p1", "p3"],
            "at": pa.array([1_550_000_000, 1_560_000_000], pa.timestamp("s", "UTC")),
            "spent": pa.array([12, 30], pa.int32()),
        }
    )
    pq.write_table(visits, content)
    return content.getvalue()


def _database():
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cards.db"
        with sqlite3.connect(path) as con:
            con.execute("create table cards (id text, points integer)")
            con.execute("insert into cards values ('k1', 10), ('k2', 12)")
        con.close()
        return path.read_bytes()


BINARY = {
    "raw/sheet.xlsx": _workbook(),
    "raw/visits.parquet": _parquet(),
    "raw/cards.db": _database(),
}
PROJECT = {name: text.encode() for name, text in (TOML | TEXTS | SQL).items()} | BINARY
PROJECT["raw/german.csv"] = TEXTS["raw/german.csv"].encode("cp1252")
AS_OF = date(2020, 1, 1)
