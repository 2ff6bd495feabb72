"""Odd values, conditions, SQL and bytes that are written into files of a project."""

import re
from datetime import date, datetime, time
from decimal import Decimal

import pyarrow as pa


def _split(text: str) -> list[str]:
    """Return the parts of a text that stand on lines of their own or two spaces apart."""
    return re.split(r"\s{2,}|\n", text.strip())


TOML_VALUES = [
    *_split(r"""
0  -1  1  2  7  0.5  1.0  0.0  1e-300  1e400  inf  -inf  nan  true  false  []  {}  [[]]  [1]
99999999999999999999  -9223372036854775808  9223372036854775808  1000000000000  36525  36526
["a", "a"]  ["orders"]  { a = "b" }  { a = 1 }  0001-01-01  9999-12-31  1900-02-28  2020-02-30
2019-01-01T00:00:00Z  2019-01-01T10:00:00  24:00:00  10:00:00  1800-01-01  2199-12-31
""  "\u0000"  "a\nb"  "\u2028"  "\u001b[31mred"  "💩"  "9999999999-12-31"  "2019-01-01"
"DECIMAL(99,2)"  "DECIMAL(0,0)"  "DECIMAL(38,38)"  "TIME"  "TIMESTAMPTZ"  "DATE"  "DOUBLE"
"%s %n"  "%Y"  "%Q%Z%z"  "excel"  "%d"  "utf-16"  "idna"  "rot13"  "base64"  "punycode"
"unicode_escape"  "utf-7"  "mbcs"  "undefined"  "raw_unicode_escape"  "cp037"  "utf-32-be"
"hz"  "big5"  "."  ","  "\t"  "'"  "*"  "**/*"  "/"  "../../etc/passwd"  "raw"  "~"  "?"  "[a"
"/dev/null"  "package:os"  "package:json/nothing"  "package:a b/c"  "raw/*"  "raw/orders.csv"
"raw/sheet.xlsx"  "raw/people.json"  "raw/cards.db"  "csv"  "json"  "jsonl"  "excel"  "parquet"
"sql"  "data.people.0"  "a..b"  "sqlite:///raw/none.db"  "sqlite:///raw/orders.csv"  "x://"
"postgresql://x"  "${A}"  "orders"  "people"  "amount"  "order_id"  "berlin"  "desk"  "call"
"again"  "silence"  "contract"  "proposed"  "vetoed"  "signals"  "unspoken"  "encounters"
"9-5"  "00:00-24:00"  "08:00-18:00"  "Mars/Base"  "Europe"  "posixrules"  "UTC"  "DE-XX"  "XX"
"x@y"  "[a]@b.example"  "http://"  "http://[::1"  "mailto:x"  "late"  "repeated"  "abandoned"
"most_trusted"  "longest"  "customers"  "rows"  "day"  "month"  "year"  "quarter"  "de"  "xx"
"hygiene"  "enhancer"  "where disasters begin"  "rating"  "kano"  "ladder"  "choice"  "text"
"where"  "middle"  "share"  "unit"  "product"  "high"  "overall"  "delivery"  "id"  "score"
"""),
    *(
        '" "',
        "1" + "0" * 400,
        "1" * 5000,
        "0x" + "f" * 5000,
        "[" * 900 + "]" * 900,
        '"' + "x" * 9000,
    ),
]
CONDITIONS = [
    *_split(r"""
1  true  null  orders  orders % 0 = 1  orders / 0 > 1  orders = '1'  city like '%'  city like '\'
orders > 99999999999999999999  orders > 1e999  orders > 0x1F  orders > 1_000  orders in ()
orders in (1, 'a', null)  orders in (select 1)  orders between 'a' and 2  city is not null
city is true  city is distinct from 'a'  cast(city as blob) = 'a'  cast(city as json)
cast('x' as date) > cast('y' as date)  cast('9' as int) > orders  coalesce() = 1  coalesce(city)
cast(city as bigint) > 1  cast(city as date) < first_seen_on  cast(orders as text) = '1'
orders * 9223372036854775807 > 1  orders - 9223372036854775807 * 2 < 1  abs(-orders) % orders = 0
case when true then 1 end = 1  case city when 'a' then 1 end  length(orders) > 1  abs()
lower(orders) = 'a'  abs(city) > 1  lower(city, city) = 'a'  sleep(5)  exists(select 1)
orders > all(1)  a.b.c = 1  "" = 1  "or;ders" = 1  orders; drop table x  orders -- x  /* x
city = 'a  $1 = 1  ? = 1  :a = 1  @a = 1  orders::date > 1  orders > interval 1 day  [1] = [1]
{'a': 1}.a = 1  x -> x + 1  city collate nocase = 'a'  city ~ 'a'  city glob '*'
orders > date '2019-13-45'  last_on > '2019-13-45'  last_on > 1  true = 1  orders > .5
orders > 5.  orders > 1.2.3  is_churned  churn_probability > 'x'
broke_off_on is null  city || 'x' = 'y'  * > 1  count(*) > 1  sum(orders) > 1
orders over () > 1  row_number() over () = 1  1 > 2 > 3  kind = 'call'  duration_seconds > 1
kind = 'call' and started_at < '2019-02-03'  kind in ('call', 1)  waited_seconds / 0.0 > 1
outcome is null and employee like '%a%'  score < 3  text like '%late%'  silent_days > 30
recommend > 6  recommend between 0 and 99999999999  recommend = 'x'  encounters > 0
"""),
    *("orders > \u0661", "orders > \u00b2", "\u043e > 1"),
    *("", " ", "(" * 400 + "orders" + ")" * 400 + " > 1", "not " * 500 + "true"),
    *("-" * 300 + "1 > 0", "orders > 1" + " and orders > 1" * 1500, "city = '\x00'"),
]
SQL_TOKENS = [
    *_split(r"""
(  )  '  --  /*  ;  select  from  null  *  1/0  0  ''  1e400  '💩'  chr(0)  ?  cast('x' as int)
99999999999999999999999999999999999999999  repeat('x', 100000)  interval 1 year  [1]  $1
{'a': 1}  date '9999-12-31'  timestamp 'infinity'  '-infinity'::timestamp  'nan'::double
'inf'::double  time '10:00'  blob 'a'  uuid '0'  1::hugeint  bit '101'  union all  order by
unnest([1, 2])  (select 1)  count(*)  orders  people  nothing  staging  bought  map {}
strptime('x', '%Q')  regexp_extract('a', '(')  'a' similar to '('  list_extract([1], 9)
array_value(1)  json('x')  json_extract('{', '$')  substr('a', -9)  'x' as source  order_id
order_id as order_id  revenue  trait_x  trait_a b  try(1/0)  make_date(9, 99, 9)  exclude (a)
date '290000-01-01'  '2020-01-01 BC'::date  columns('(')  pivot  describe  values (1)  limit 0
true  0.1::float  1::uhugeint  'a'::enum('a')  row(1, 2)  [[1], []]  array[1]  e'\x00'  x'ff'
timestamptz '2019-10-27 02:30:00'  time '24:00'  timestamp_ns '2019-01-01'  interval '-1' day
1::decimal(38, 38)  union_value(a := 1)  struct_pack(a := 1)  lower(null)  sum(1) over ()
row_number() over ()  where false  group by all  distinct  qualify true  lag(1) over ()
"""),
    *("", '"', "\0", "'a\0b'", "error('no\nline')", '"trait_"', "(" * 300 + "1" + ")" * 300),
    "1" + " + 1" * 2000,
]
ODD_BYTES = [
    *(b"\0", b"\xff", b"\xfe\xff", b"\xef\xbb\xbf", b"\xc3", b"\xed\xa0\x80", b"\r", b"\n"),
    *(b"\r\n", b'"', b"'", b",", b";", b"\t", b"\\", b"\\u0000", b"\\ud800", b"[", b"{", b"}"),
    *(b"]]]", b"#", b"=", b"\x1a", b"\x1b[31m", b" ", b"\xa0", b"\xe2\x80\xa8", b"sep=;\n"),
    *(b"null", b"NaN", b"1e999", b'"""', b"[[x]]\n", b"[source.orders]\n", b"a.b.c = 1\n"),
    *(b"\x85", b"\x0c", b"-", b"--", b"/*", b"0", b"9" * 500, b"[" * 3000, b'{"a":' * 3000),
    *(b"x" * 300_000, b"\n" * 5000, b"," * 5000, b'"' * 4001),
]
ENCODINGS = ["utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252", "cp037", "utf-7", "latin-1"]

CELLS = [
    *(None, True, 0, -1, 2**31, 2**53 + 1, 2**63 - 1, -(2**63), 1.5, 1e300, -0.0, 1e-320),
    *("", " ", "x", "1.234,56", "12,5", "NULL", "=1+1", "#REF!", "01.02.2019", "\ufeffa", "a\0b"),
    *("a\nb", "x" * 40_000, "\U0001f4a9", "2019-02-30", "p1", "c1", "42", "1e999", "true"),
    *(date(1900, 1, 1), date(9999, 12, 31), datetime(2019, 2, 3, 4, 5, 6), time(23, 59)),  # noqa: DTZ001
]
"""Values of single cells, of the types that workbooks and databases hold."""

DATABASE_CELLS = [
    *(b"", b"\xff\xfe", b"abc\0", 2**63 - 1, -(2**63), 9e999, -9e999, 1.5, "14", "9.8", None, ""),
    *("\ud7ff", "a\0b", "x" * 40_000, "2019-01-01", "24:00", "k1", True),
]
PARQUET_COLUMNS = [
    *(pa.nulls(2), pa.array([True, None]), pa.array([2**63 - 1, -(2**63)]), pa.array(["x", ""])),
    *(
        pa.array([2**64 - 1, 0], pa.uint64()),
        pa.array([1.5, float("nan")]),
        pa.array(["p1", "1,5"]),
    ),
    *(
        pa.array([float("inf"), None]),
        pa.array([Decimal("9" * 38), None]),
        pa.array([b"\xff", b""]),
    ),
    *(pa.array([[1, 2], []]), pa.array([{"a": 1}, None]), pa.array([date(1, 1, 1), date.max])),
    *(pa.array([time(1, 2, 3), None]), pa.array([2**63 - 1, 0], pa.timestamp("ns"))),
    *(pa.array([-(2**62), 0], pa.timestamp("us", "UTC")), pa.array([2**40, 0], pa.timestamp("s"))),
    *(pa.array([1, 2], pa.duration("us")), pa.array(["p1", None]).dictionary_encode()),
    *(
        pa.array(["p1", "p2"], pa.large_string()),
        pa.array([Decimal(1), None], pa.decimal256(60, 5)),
    ),
    *(
        pa.array([b"ab", b"cd"], pa.binary(2)),
        pa.array([[("a", 1)], None], pa.map_("string", "int8")),
    ),
    *(pa.array([86_400_000, None], pa.date64()), pa.array(["2019-01-01", "2019-02-30"])),
]
JSON_VALUES = [
    *("null", "true", "0", "-1", "1.5", "1e999", "-0", "9007199254740993", "1" * 400, "NaN"),
    *('""', '"x"', '"\\u0000"', '"\\ud800"', '"2019-01-01"', "[]", "{}", "[1, [2]]", '{"a": {}}'),
    *('{"a": 1, "a": 2}', "[" * 2000, "[" * 400 + "]" * 400, '"p1"', "01", "+1", "'x'", "", "{"),
]
