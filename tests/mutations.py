"""A small valid project of every kind of file, and strategies that spoil it."""

import io
import json
import re
import sqlite3
import tempfile
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import strategies as st

from tests.hostile import HOSTILE_TEXTS, NUMBERS, TIMES

TOML = {
    "outsidein.toml": """name = "Shop"
currency = "EUR"
timezone = "Europe/Berlin"
country = "DE"
as_of = 2020-01-01
keep_builds = 3
[churn]
rule = "silence"
after_days = 90
[value]
gross_margin = 0.4
horizon_days = 365
discount_rate = 0.1
[ladder]
aware = "encounters > 0 or messages > 0"
trial = "trials > 0"
purchase = "orders >= 1"
multiple_purchase = "orders >= 2"
loyalty = "orders_365d >= 4"
[activity.call]
cost = 850
is_failure = true
[schedule]
build = "02:30"
blank_after_days = 30
[[tier]]
name = "gold"
top_share = 0.2
[[tier]]
name = "iron"
[[tier]]
name = "lead"
losses = true
""",
    "sources.toml": """[source.orders]
format = "csv"
path = "raw/orders.csv"
separator = ","
thousands = ","
types = { quantity = "INTEGER", amount = "DECIMAL(12,2)", ordered_at = "TIMESTAMP" }
null_values = ["n/a", "-"]
dated_by = "ordered_at"
[source.people]
format = "json"
path = "raw/people.json"
records = "data.people"
[source.sheet]
format = "excel"
path = "raw/sheet.xlsx"
sheet = "Calls"
types = { seconds = "BIGINT" }
dates = { called_on = "%d.%m.%Y" }
[source.answers]
format = "jsonl"
path = ["raw/answers.jsonl"]
encoding = "utf-8"
[source.visits]
format = "parquet"
path = "raw/visits.parquet"
[source.german]
format = "csv"
path = "raw/german.csv"
separator = ";"
encoding = "cp1252"
decimal = ","
thousands = "."
skip_rows = 1
types = { price = "DECIMAL(10,2)", paid = "BOOLEAN" }
dates = { since = "%d.%m.%y %H:%M" }
[source.cards]
format = "sql"
url = "sqlite:///raw/cards.db"
query = "select id, points from cards"
""",
    "data_needs.toml": """[[need]]
source = "orders"
columns = ["order_id", "person_id", "ordered_at", "quantity", "amount"]
department = "marketing"
purpose = "who buys what"
owner = "head of sales"
approver = "data protection officer"
state = "approved"
decided_on = 2019-01-01
retention_days = 3650
[[need]]
source = "people"
columns = ["person_id", "email", "phone", "name", "city", "born_on"]
department = "marketing"
purpose = "who is who"
owner = "head of sales"
approver = "data protection officer"
state = "approved"
[[need]]
source = "sheet"
columns = ["call", "person", "called_on", "seconds"]
department = "service"
purpose = "calls"
owner = "head of service"
approver = "data protection officer"
state = "approved"
[[need]]
source = "answers"
columns = ["id", "person", "at", "score", "words"]
department = "service"
purpose = "what they say"
owner = "head of service"
approver = "data protection officer"
state = "approved"
[[need]]
source = "german"
columns = ["kunde", "price", "since", "paid"]
department = "sales"
purpose = "contracts"
owner = "head of sales"
approver = "data protection officer"
state = "approved"
[[need]]
source = "cards"
columns = ["id", "points"]
department = "sales"
purpose = "points"
owner = "head of sales"
approver = "data protection officer"
state = "approved"
""",
    "objectives.toml": """[[objective]]
name = "again"
objective = "More buy again"
business_case = "Each further point brings margin."
stakeholders = ["head of sales"]
metric = "share who buy again within 90 days"
baseline = 0.03
baseline_on = 2019-06-30
target = 0.05
due_on = 2020-06-30
cost = 25000
hours = 300
""",
    "segments.toml": """[segment.berlin]
description = "In the capital"
rule = "city = 'Berlin' and (orders + 1) * 2 > 3"
[segment.silent]
rule = "churn_probability > 0.9 or last_on < cast('2019-06-01' as date)"
""",
    "standards.toml": """[standard.waiting]
description = "Nobody waits"
encounters = "kind = 'call'"
measure = "duration_seconds"
period = "week"
owner = "head of service"
[[standard.waiting.target]]
since = 2019-02-01
value = 60
met_by = 0.70
by = "head of service"
reason = "patience ends"
""",
    "factors.toml": """overall = "overall"
period = "quarter"
low_to = 0.25
high_from = 0.9
[factor.delivery]
description = "On the promised day"
answer = "channel"
terms.en = ["delivery", "late", "on time", "rastre*"]
""",
    "beliefs.toml": """author = "head of sales"
sealed_on = 2019-01-15
[[belief]]
factor = "delivery"
class = "hygiene"
""",
    "coding.toml": """languages = ["en", "de"]
themes = 12
new_within_days = 90
shows_verbatims = true
""",
    "behaviour.toml": """[[rule]]
name = "called_again"
sign = "repeated"
kinds = ["call"]
times = 2
within_days = 7
score = 0.2
factor = "delivery"
""",
    "consent.toml": """minimum_response = "service"
[purpose.service]
legal_basis = "contract"
reason = "a response to a problem"
""",
    "alerts.toml": """[alert.late]
on = "encounters"
rule = "kind = 'call' and duration_seconds >= 2"
issue = "delivery"
severity = 3
team = "desk"
playbooks = ["call"]
randomise = true
hold_out = 0.1
causes = ["carrier", "address"]
live_from = 2019-01-02
""",
    "teams.toml": """[team.desk]
lead = "Desk"
members = { Desk = "desk@shop.example", Ann = "https://hooks.shop.example/x" }
timezone = "Europe/Berlin"
open = "08:00-18:00"
holidays = "DE-BE"
capacity = 20
""",
    "surveys/after.toml": """name = "after"
version = "1"
languages = ["en"]
[responses]
source = "answers"
record = ["shop", "person"]
response_id = "id"
answered_at = "at"
[[item]]
name = "recommend"
instrument = "nps"
column = "score"
wording = { en = "How likely?" }
[[item]]
name = "why"
instrument = "text"
column = "words"
ask_if = "recommend <= 6"
wording = { en = "Why?" }
""",
}
TEXTS = {
    "playbooks/call.md": """+++
title = "Your parcel"
issues = ["delivery", "loss"]
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
    "raw/answers.jsonl": """{"id": "a1", "person": "p1", "at": "2019-04-01", "score": 9}
{"id": "a2", "person": "p2", "at": "2019-07-01T10:00:00Z", "score": 3, "words": "late delivery"}
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
    pq.write_table(pa.table({"visit": ["v1"], "person": ["p1"]}), content)
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

ODD_VALUES = [
    *("0", "-1", "1", "2", "99999999999999999999", "-9223372036854775808", "9223372036854775808"),
    *("1" + "0" * 400, "1" * 5000, "1e400", "inf", "-inf", "nan", "0.0", "1e-300", "0.5", "1.0"),
    *('""', '" "', '"\\u0000"', '"a\\nb"', '"\\u2028"', '"\\u001b[31mred"', '"\U0001f4a9"'),
    *(
        "true",
        "false",
        "[]",
        "{}",
        "[[]]",
        "[1]",
        '["a", "a"]',
        '{ a = "b" }',
        "[" * 900 + "]" * 900,
    ),
    *("0001-01-01", "9999-12-31", "1900-02-28", "2020-02-30", "2019-01-01T00:00:00Z", "24:00:00"),
    *('"9999999999-12-31"', '"DECIMAL(99,2)"', '"DECIMAL(0,0)"', '"DECIMAL(38,38)"', '"TIME"'),
    *('"TIMESTAMPTZ"', '"DATE"', '"DOUBLE"', '"%s %n"', '"%Y"', '"%Q%Z%z"', '"excel"', '"%d"'),
    *('"utf-16"', '"idna"', '"rot13"', '"base64"', '"punycode"', '"unicode_escape"', '"utf-7"'),
    *('"mbcs"', '"undefined"', '"raw_unicode_escape"', '"cp037"', '"utf-32-be"', '"hz"', '"big5"'),
    *('"."', '","', '"\\t"', '"\'"', '"*"', '"**/*"', '"/"', '"../../etc/passwd"', '"raw"', '"~"'),
    *('"/dev/null"', '"package:os"', '"package:json/nothing"', '"package:a b/c"', '"raw/*"'),
    *('"raw/orders.csv"', '"raw/sheet.xlsx"', '"raw/people.json"', '"raw/cards.db"', '"[a"', '"?"'),
    *('"csv"', '"json"', '"jsonl"', '"excel"', '"parquet"', '"sql"', '"data.people.0"', '"a..b"'),
    *(
        '"sqlite:///raw/none.db"',
        '"sqlite:///raw/orders.csv"',
        '"postgresql://x"',
        '"x://"',
        '"${A}"',
    ),
    *('"orders"', '"people"', '"amount"', '"order_id"', '"berlin"', '"desk"', '"call"', '"again"'),
    *(
        '"silence"',
        '"contract"',
        '"proposed"',
        '"vetoed"',
        '"signals"',
        '"unspoken"',
        '"2019-01-01"',
    ),
    *(
        '"9-5"',
        '"00:00-24:00"',
        '"08:00-18:00"',
        '"Mars/Base"',
        '"Europe"',
        '"posixrules"',
        '"UTC"',
    ),
    *('"x@y"', '"[a]@b.example"', '"http://"', '"http://[::1"', '"mailto:x"', '"DE-XX"', '"XX"'),
]
CONDITIONS = [
    *("", " ", "1", "true", "null", "orders", "orders %  0 = 1", "orders / 0 > 1", "orders = '1'"),
    *("(" * 400 + "orders" + ")" * 400 + " > 1", "not " * 500 + "true", "-" * 300 + "1 > 0"),
    *("orders > 1" + " and orders > 1" * 1500, "city like '%'", "city like '\\'", "city = '\x00'"),
    *("orders > 99999999999999999999", "orders > 1e999", "orders > 0x1F", "orders > 1_000"),
    *(
        "orders in ()",
        "orders in (1, 'a', null)",
        "orders in (select 1)",
        "orders between 'a' and 2",
    ),
    *("city is not null", "city is true", "city is distinct from 'a'", "cast(city as blob) = 'a'"),
    *("cast('x' as date) > cast('y' as date)", "cast('9' as int) > orders", "cast(city as json)"),
    *("case when true then 1 end = 1", "case city when 'a' then 1 end", "coalesce() = 1"),
    *("coalesce(city)", "length(orders) > 1", "lower(orders) = 'a'", "abs(city) > 1", "abs()"),
    *("lower(city, city) = 'a'", "sleep(5)", "exists(select 1)", "orders > all(1)", "a.b.c = 1"),
    *(
        '"" = 1',
        '"or;ders" = 1',
        "orders; drop table x",
        "orders -- x",
        "/* x",
        "city = 'a",
        "$1 = 1",
    ),
    *("? = 1", ":a = 1", "@a = 1", "orders::date > 1", "orders > interval 1 day", "[1] = [1]"),
    *("{'a': 1}.a = 1", "x -> x + 1", "city collate nocase = 'a'", "city ~ 'a'", "city glob '*'"),
    *("orders > date '2019-13-45'", "last_on > '2019-13-45'", "last_on > 1", "true = 1"),
    *(
        "orders > .5",
        "orders > 5.",
        "orders > 1.2.3",
        "orders > \u0661",
        "orders > \u00b2",
        "\u043e > 1",
    ),
    *(
        "is_churned",
        "churn_probability > 'x'",
        "broke_off_on is null",
        "city || 'x' = 'y'",
        "* > 1",
    ),
    *(
        "count(*) > 1",
        "sum(orders) > 1",
        "orders over () > 1",
        "row_number() over () = 1",
        "1 > 2 > 3",
    ),
]
SQL_TOKENS = [
    *(
        "",
        "(",
        ")",
        "'",
        '"',
        "--",
        "/*",
        ";",
        "select",
        "from",
        "null",
        "*",
        "1/0",
        "0",
        "''",
        "\0",
    ),
    *(
        "99999999999999999999999999999999999999999",
        "1e400",
        "'\U0001f4a9'",
        "chr(0)",
        "'a\0b'",
        "?",
    ),
    *(
        "cast('x' as int)",
        "error('no\nline')",
        "repeat('x', 100000)",
        "interval 1 year",
        "[1]",
        "$1",
    ),
    *(
        "{'a': 1}",
        "date '9999-12-31'",
        "timestamp 'infinity'",
        "'-infinity'::timestamp",
        "'nan'::double",
    ),
    *(
        "'inf'::double",
        "time '10:00'",
        "blob 'a'",
        "uuid '0'",
        "1::hugeint",
        "bit '101'",
        "union all",
    ),
    *(
        "unnest([1, 2])",
        "(select 1)",
        "order by",
        "count(*)",
        "orders",
        "people",
        "nothing",
        "staging",
    ),
    *("bought", "map {}", "strptime('x', '%Q')", "regexp_extract('a', '(')", "'a' similar to '('"),
    *(
        "list_extract([1], 9)",
        "array_value(1)",
        "json('x')",
        "json_extract('{', '$')",
        "substr('a', -9)",
    ),
    *(
        "'x' as source",
        "order_id",
        "order_id as order_id",
        "revenue",
        "trait_x",
        '"trait_"',
        "trait_a b",
    ),
    *(
        "try(1/0)",
        "make_date(9, 99, 9)",
        "date '290000-01-01'",
        "'2020-01-01 BC'::date",
        "exclude (a)",
    ),
    *(
        "(" * 300 + "1" + ")" * 300,
        "1" + " + 1" * 2000,
        "columns('(')",
        "pivot",
        "describe",
        "values (1)",
    ),
]
ODD_BYTES = [
    *(
        b"\0",
        b"\xff",
        b"\xfe\xff",
        b"\xef\xbb\xbf",
        b"\xc3",
        b"\xed\xa0\x80",
        b"\r",
        b"\n",
        b"\r\n",
    ),
    *(
        b'"',
        b"'",
        b",",
        b";",
        b"\t",
        b"\\",
        b"\\u0000",
        b"\\ud800",
        b"[",
        b"{",
        b"}",
        b"]" * 3,
        b"#",
    ),
    *(
        b"=",
        b"\x1a",
        b"\x1b[31m",
        b" ",
        b"\xa0",
        b"\xe2\x80\xa8",
        b"sep=;\n",
        b"null",
        b"NaN",
        b"1e999",
    ),
    *(b"[" * 3000, b'{"a":' * 3000, b"x" * 300_000, b"\n" * 5000, b"," * 5000, b'"' * 4001, b'"""'),
    *(
        b"[[x]]\n",
        b"[source.orders]\n",
        b"a.b.c = 1\n",
        b"\x85",
        b"\x0c",
        b"-",
        b"--",
        b"/*",
        b"0",
        b"9" * 500,
    ),
]
ENCODINGS = ["utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252", "cp037", "utf-7", "latin-1"]


@st.composite
def spoiled_projects(draw):
    """Draw the files of a project, spoiled in one to four ways."""
    files = dict(PROJECT)
    for _ in range(draw(st.sampled_from([1, 1, 1, 2, 3, 4]))):
        spoil = draw(st.sampled_from(_SPOILERS))
        spoil(draw, files)
    return files


def write_files(folder, files):
    """Write the files of a project to a folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def _bytes(draw, files):
    """Change bytes anywhere in a file."""
    name = draw(st.sampled_from(sorted(files)))
    files[name] = _changed(draw, files[name])


def _changed(draw, content):
    at = draw(st.integers(0, len(content)))
    to = min(len(content), at + draw(st.sampled_from([0, 1, 2, 7, 40, 10_000])))
    how = draw(st.sampled_from(["insert", "insert", "cut", "end", "repeat", "flip", "replace"]))
    odd = draw(st.sampled_from(ODD_BYTES) | st.binary(min_size=1, max_size=4))
    return {
        "insert": content[:at] + odd + content[at:],
        "cut": content[:at] + content[to:],
        "end": content[:at],
        "repeat": content[:at] + content[at:to] * 3 + content[to:],
        "flip": content[:at] + bytes(255 - b for b in content[at:to]) + content[to:],
        "replace": content[:at] + odd + content[to:],
    }[how]


def _encoding(draw, files):
    name = draw(st.sampled_from(sorted(set(files) - set(BINARY))))
    text = files[name].decode(errors="replace")
    files[name] = text.encode(draw(st.sampled_from(ENCODINGS)), errors="replace")


def _whole_file(draw, files):
    """Empty or remove a file, or put another in its place."""
    name, other = (draw(st.sampled_from(sorted(files))) for _ in range(2))
    how = draw(st.sampled_from(["empty", "remove", "other", "line ends", "no line end"]))
    content = files.pop(name)
    if how != "remove":
        files[name] = {
            "empty": b"",
            "other": files.get(other, b""),
            "line ends": content.replace(b"\n", b"\r"),
            "no line end": content.rstrip(b"\n"),
        }[how]


_SETTING = re.compile(r"^(\S+) = (.*)$", re.MULTILINE)


def _toml(draw, files):
    """Change one setting of a TOML file."""
    name = draw(st.sampled_from(sorted(TOML)))
    text = files.get(name, b"").decode(errors="replace")
    settings = list(_SETTING.finditer(text))
    if not settings:
        return
    one = draw(st.sampled_from(settings))
    value = draw(st.sampled_from(ODD_VALUES) | st.sampled_from(HOSTILE_TEXTS).map(_quoted))
    line = draw(
        st.sampled_from([f"{one[1]} = {value}"] * 6 + ["", f"{one[1]}x = {value}"])
        | st.sampled_from(HOSTILE_TEXTS).map(lambda key: f"{_quoted(key)} = {value}")
    )
    files[name] = (text[: one.start()] + line + text[one.end() :]).encode(errors="replace")


def _quoted(text):
    return json.dumps(text.encode(errors="replace").decode()).replace("\x7f", "\\u007f")


_OPTIONS = [
    *(
        "separator",
        "encoding",
        "decimal",
        "thousands",
        "skip_rows",
        "header_rows",
        "quote",
        "sheet",
    ),
    *("records", "explode", "dated_by", "null_values", "format", "path", "url", "table", "query"),
]


def _option(draw, files):
    """Add an option to a source."""
    text = files.get("sources.toml", b"").decode(errors="replace")
    heads = list(re.finditer(r"^\[source\.\w+\]\n", text, re.MULTILINE))
    if not heads:
        return
    head = draw(st.sampled_from(heads))
    option = draw(st.sampled_from(_OPTIONS))
    body, end = text[head.end() :].partition("[source")[0], text[head.end() :].partition("[source")
    body = re.sub(rf"^{option} = .*\n", "", body, flags=re.MULTILINE)
    value = draw(st.sampled_from(ODD_VALUES))
    files["sources.toml"] = (
        text[: head.end()] + f"{option} = {value}\n" + body + end[1] + end[2]
    ).encode()


def _type(draw, files):
    """Give columns of a source other types, dates and retentions."""
    kinds = ["TIMESTAMPTZ", "DATE", "TIME", "BOOLEAN", "SMALLINT", "DOUBLE", "DECIMAL(38,0)"]
    kinds += ["DECIMAL(3,3)", "VARCHAR", "BIGINT", "TIMESTAMP"]
    text = files.get("sources.toml", b"").decode(errors="replace")
    old = draw(
        st.sampled_from(['"INTEGER"', '"DECIMAL(12,2)"', '"TIMESTAMP"', '"BIGINT"', '"BOOLEAN"'])
    )
    files["sources.toml"] = text.replace(old, f'"{draw(st.sampled_from(kinds))}"').encode()


_CELL = re.compile(r"[^,;:\"\n{}\[\]]+")


def _cell(draw, files):
    """Change one value of raw data."""
    name = draw(st.sampled_from(sorted(name for name in TEXTS if name.startswith("raw/"))))
    text = files.get(name, b"").decode("cp1252" if "german" in name else "utf-8", errors="replace")
    cells = list(_CELL.finditer(text))
    if not cells:
        return
    cell = draw(st.sampled_from(cells))
    value = draw(st.sampled_from([*HOSTILE_TEXTS, *NUMBERS, *TIMES]))
    value = json.dumps(value)[1:-1] if "json" in name else value
    encoding = draw(st.sampled_from(["utf-8", "cp1252"]))
    text = text[: cell.start()] + value + text[cell.end() :]
    files[name] = text.encode(encoding, errors="replace")


def _sql(draw, files):
    """Change one word of a model."""
    name = draw(st.sampled_from(sorted(SQL)))
    text = files.get(name, b"").decode(errors="replace")
    words = list(re.finditer(r"\w+|'\w*'|[^\w\s]", text))
    if not words:
        return
    word = draw(st.sampled_from(words))
    token = draw(
        st.sampled_from(SQL_TOKENS) | st.sampled_from(HOSTILE_TEXTS).map(lambda t: f"'{t}'")
    )
    text = text[: word.start()] + token + text[word.end() :]
    files[name] = text.encode(errors="replace")


def _rule(draw, files):
    """Write another condition."""
    name = draw(
        st.sampled_from(
            ["segments.toml"] * 3
            + ["outsidein.toml", "alerts.toml", "standards.toml", "surveys/after.toml"]
        )
    )
    text = files.get(name, b"").decode(errors="replace")
    keys = "rule|aware|trial|purchase|multiple_purchase|loyalty|encounters|ask_if"
    rules = list(re.finditer(rf'^({keys}) = ".*"$', text, re.MULTILINE))
    if not rules:
        return
    one = draw(st.sampled_from(rules))
    rule = _quoted(draw(st.sampled_from(CONDITIONS) | st.sampled_from(HOSTILE_TEXTS)))
    files[name] = (text[: one.start()] + f"{one[1]} = {rule}" + text[one.end() :]).encode()


def _inside_workbook(draw, files):
    """Change bytes of one of the parts of the workbook."""
    try:
        with zipfile.ZipFile(io.BytesIO(files["raw/sheet.xlsx"])) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
    except (KeyError, zipfile.BadZipFile, NotImplementedError):
        return
    name = draw(st.sampled_from(sorted(parts)))
    parts[name] = _changed(draw, parts[name])
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for part, inside in parts.items():
            archive.writestr(part, inside)
    files["raw/sheet.xlsx"] = content.getvalue()


_SPOILERS = [
    *(_bytes, _bytes, _encoding, _whole_file, _toml, _toml, _toml, _option, _option, _type),
    *(_cell, _cell, _sql, _sql, _rule, _inside_workbook),
]
