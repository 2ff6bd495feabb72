import csv
import io
import tempfile
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from outsidein.canonical.tables import REJECTS
from outsidein.errors import ProjectError, SourceError
from tests.sources.shop import Shop


def test_columns_arrive_as_text_in_the_order_of_files_and_lines(shop):
    shop.write("data/b.csv", "id,price\n03,4.50\n")
    shop.write("data/a.csv", 'id,price\n02,\n01,"1,5"\n')
    loaded = shop.load("id", "price", format="csv", path="data/*.csv")
    assert shop.rows() == [("02", None), ("01", "1,5"), ("03", "4.50")]
    assert (loaded.rows, loaded.rejected, loaded.rejects) == (3, 0, None)
    assert [file.path for file in loaded.files] == ["data/a.csv", "data/b.csv"]


def test_a_fingerprint_is_the_files_size_and_sha256(shop):
    shop.write("a.csv", "id\n1\n")
    (file,) = shop.load("id", format="csv", path="a.csv").files
    assert (file.bytes, file.sha256) == (
        5,
        "7cde7fb64fd82bd152710cf238e017b9ab46c0592483edc067ba4f6c75fac108",
    )


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_the_most_frequent_mark_of_the_header_outside_quotes(shop, separator):
    others = ",,,;;;\t\t\t|||".replace(separator, "")
    shop.write("a.csv", f'id{separator}"a{others}b"{separator}c\n1{separator}2{separator}3\n')
    shop.load("id", "c", format="csv", path="a.csv")
    assert shop.rows() == [("1", "3")]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1252", "latin-1", "utf-16", "utf-16-le", "utf-32"]
)
def test_any_encoding_gives_the_same_texts(shop, encoding):
    text = 'id;name\r\n1;"Zoë\nß"\r\n' + "".join(f"{n};Ünal\r\n" for n in range(90_000))
    shop.write("a.csv", text.encode(encoding))
    declared = "utf-8" if encoding == "utf-8-sig" else encoding
    shop.load("name", format="csv", path="a.csv", encoding=declared)
    rows = shop.rows()
    assert rows[0] == ("Zoë\nß",)
    assert rows[1:] == [("Ünal",)] * 90_000


def test_an_undecodable_byte_is_named_with_its_offset_even_far_into_the_file(shop):
    head = b"id,name\n" + b"1,Z\xc3\xbcrich\n" * 200_000
    shop.write("a.csv", head + b"2,Fran\xe7ois\n")
    with pytest.raises(
        SourceError, match=rf'a\.csv: is not utf-8 at byte {len(head) + 6}; .*encoding = "cp1252"'
    ):
        shop.load("id", format="csv", path="a.csv")


def test_types_are_exact_and_what_does_not_fit_is_turned_away_with_its_line(shop):
    shop.write(
        "a.csv",
        "id;price;day;secret\n"
        "1;1,50;2024-01-01;s\n"
        "2;1.234,50;2024-01-02;s\n"
        "3;1,239;2024-01-03;s\n"
        '"4\n";2;2024-01-04;s\n'
        "5;-7;01/02/2024;s\n"
        "6;;;s\n",
    )
    loaded = shop.load(
        "id", "price", "day", format="csv", path="a.csv", decimal=",",
        types={"price": "DECIMAL(9,2)", "day": "DATE"},
    )  # fmt: skip
    assert shop.con.execute("SELECT id, price::VARCHAR, day::VARCHAR FROM orders").fetchall() == [
        ("1", "1.50", "2024-01-01"),
        ("4\n", "2.00", "2024-01-04"),
        ("6", None, None),
    ]
    assert shop.rejects(loaded) == [
        ("a.csv", 3, "price", "does not fit DECIMAL(9,2)",
         '{"id":"2","price":"1.234,50","day":"2024-01-02"}'),
        ("a.csv", 4, "price", "does not fit DECIMAL(9,2)",
         '{"id":"3","price":"1,239","day":"2024-01-03"}'),
        ("a.csv", 7, "day", "does not fit DATE", '{"id":"5","price":"-7","day":"01/02/2024"}'),
    ]  # fmt: skip
    assert (loaded.rows, loaded.rejected) == (3, 3)


@pytest.mark.parametrize(
    ("kind", "fits", "misfit"),
    [
        ("INTEGER", "12", "1.7"),
        ("INTEGER", "-3", "1e3"),
        ("SMALLINT", "32767", "32768"),
        ("DOUBLE", "1e3", "1_000"),
        ("TIMESTAMP", "2024-01-01 10:00", "2024-01-01T10:00:00+02:00"),
        ("TIMESTAMPTZ", "2024-01-01T10:00:00+02:00", "2024-01-01 10:00"),
        ("DATE", "2024-02-29", "2023-02-29"),
        ("DATE", "2024-02-29", "2024-02-28 10:00"),
        ("TIME", "10:00", "2024-01-01 10:00"),
        ("BOOLEAN", "true", "maybe"),
    ],
)
def test_no_type_rounds_cuts_or_guesses(shop, kind, fits, misfit):
    shop.write("a.csv", f"id\n{fits}\n{misfit}\n")
    loaded = shop.load("id", format="csv", path="a.csv", types={"id": kind})
    assert (loaded.rows, loaded.rejected) == (1, 1)


def test_with_a_decimal_comma_a_point_is_no_decimal_mark(shop):
    shop.write("a.csv", "price\n1,5\n1.234\n")
    loaded = shop.load(
        "price", format="csv", path="a.csv", separator=";", decimal=",", types={"price": "DOUBLE"}
    )
    assert shop.rows() == [(1.5,)]
    assert loaded.rejected == 1


def test_rows_of_another_width_and_an_open_quote_are_turned_away_whole(shop):
    shop.write("a.csv", 'id,name\n1,"two\nlines"\n2\n3,x,y\n\n4,ok\n5,"cut off\nhere')
    loaded = shop.load("name", format="csv", path="a.csv")
    assert shop.rows() == [("two\nlines",), ("ok",)]
    assert shop.rejects(loaded) == [
        ("a.csv", 4, None, "has too few columns: 1 instead of 2", "2\n"),
        ("a.csv", 5, None, "has too many columns: 3 instead of 2", "3,x,y\n"),
        ("a.csv", 8, None, "a quote is opened and never closed", '5,"cut off\nhere'),
    ]
    assert pq.read_schema(loaded.rejects) == REJECTS.schema.to_pyarrow()


def test_skipped_lines_other_quotes_and_marks_for_null_are_heeded(shop):
    shop.write("a.csv", "report of May\n\nid,name\n1,'a,b'\n2,NA\n3,'NA'\n4,n/a\n")
    shop.load("id", "name", format="csv", path="a.csv", skip_rows=1, quote="'", null_values=["NA"])
    assert shop.rows() == [("1", "a,b"), ("2", None), ("3", None), ("4", "n/a")]


def test_without_quoting_a_quote_is_a_letter_like_any_other(shop):
    shop.write("a.csv", 'id\tsize\n1\t"5\n2\t6"\n')
    shop.load("size", format="csv", path="a.csv", quote="")
    assert shop.rows() == [('"5',), ('6"',)]


def test_old_mac_line_ends_are_read(shop):
    shop.write("a.csv", "id,name\r1,a\r2,b\r")
    shop.load("name", format="csv", path="a.csv")
    assert shop.rows() == [("a",), ("b",)]


def test_a_file_with_a_header_only_counts_among_others(shop):
    shop.write("a.csv", "id\n")
    shop.write("b.csv", "id\n1\n")
    loaded = shop.load("id", format="csv", path=["b.csv", "a.csv"])
    assert (loaded.rows, len(loaded.files)) == (1, 2)


def test_columns_may_stand_in_another_order_in_another_file(shop):
    shop.write("a.csv", "id,name\n1,x\n")
    shop.write("b.csv", "name,id\ny,2\n")
    shop.load("id", "name", format="csv", path="*.csv")
    assert shop.rows() == [("1", "x"), ("2", "y")]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"a.csv": ""}, "a.csv: is empty, without even a header line"),
        ({"a.csv": "\n\n"}, "a.csv: is empty, without even a header line"),
        ({"a.csv": "id,name\n"}, "a.csv: has no rows; a source needs at least one"),
        ({"a.csv": "1,Ann\n2,Bob\n"}, "a.csv: has no header: its first line holds the value '1'"),
        ({"a.csv": "id,x,ID\n1,2,3\n"}, "its header names the same column twice: 'id' and 'ID'"),
        ({"a.csv": "id,name,id\n1,2,3\n"}, "names the same column twice: 'id' and 'id'"),
        ({"a.csv": b"PK\x03\x04...."}, "a.csv: is not a text file but a ZIP archive or Excel"),
        ({"a.csv": b"PAR1...."}, "a.csv: is not a text file but a Parquet file"),
        ({"a.csv": b"id\n\x00\x01"}, "a.csv: is not text in utf-8: it is full of NUL bytes"),
        ({"a.csv": "id\n1\n".encode("utf-16")}, 'a.csv: is UTF-16 text; say encoding = "utf-16"'),
        (
            {"a.csv": "id,nome\n1,x\n"},
            (
                "the source changed its columns: 'name' is missing; new and without a need: "
                "'nome'. Rename it in data_needs.toml and the models, or restore it"
            ),
        ),
        (
            {"a.csv": "id,name\n1,x\n", "b.csv": "id,names\n1,x\n"},
            "b.csv: has other columns than a.csv: it lacks 'name' and adds 'names'",
        ),
        (
            {"a.csv": "id,name\n1\n"},
            "none of its 1 rows is valid; the first is a.csv, line 2: has too few columns",
        ),
        ({"orders.csv": "id,name\n"}, "orders.csv: has no rows"),
    ],
)
def test_what_cannot_be_read_is_one_clear_line(shop, files, message):
    for name, content in files.items():
        shop.write(name, content)
    with pytest.raises(SourceError) as error:
        shop.load("id", "name", format="csv", path="*.csv")
    assert message in str(error.value)
    assert str(error.value).startswith("Source 'orders': ")
    assert "\n" not in str(error.value)


def test_no_file_names_the_nearest_ones(shop):
    shop.write("data/orders_1.csv", "id\n1\n")
    with pytest.raises(
        SourceError,
        match=r"no file matches 'data/order\*\.cvs'\. In data/: Did you mean 'orders_1\.csv'\?",
    ):
        shop.load("id", format="csv", path="data/order*.cvs")


def test_a_typed_column_that_is_not_there_is_named(shop):
    shop.write("a.csv", "price\n1\n")
    with pytest.raises(ProjectError, match=r"source\.orders\.types: .*'prise'.*mean 'price'\?"):
        shop.load("price", format="csv", path="a.csv", types={"prise": "INTEGER"})


cell = st.text(st.sampled_from('ab1,;"\n\r é'), max_size=5)
tables = st.integers(1, 4).flatmap(
    lambda width: st.tuples(
        st.lists(st.lists(cell, min_size=width, max_size=width), min_size=1, max_size=12),
        st.just(width),
    )
)


def written(rows, width, separator, line_end):
    text = io.StringIO()
    has_return = any("\r" in value for row in rows for value in row)  # not quoted by Python 3.11
    quoting = csv.QUOTE_ALL if has_return else csv.QUOTE_MINIMAL
    writer = csv.writer(text, delimiter=separator, lineterminator=line_end, quoting=quoting)
    writer.writerows([[f"c{n}" for n in range(width)], *rows])
    return text.getvalue()


def load_text(text, width, separator, **options):
    with tempfile.TemporaryDirectory() as folder:
        shop = Shop(Path(folder), 2)
        shop.write("a.csv", text)
        names = [f"c{n}" for n in range(width)]
        loaded = shop.load(*names, format="csv", path="a.csv", separator=separator, **options)
        return loaded, shop.rows(), shop.rejects(loaded) if loaded.rejects else []


@settings(max_examples=100)
@given(
    table=tables,
    separator=st.sampled_from(",;|\t"),
    line_end=st.sampled_from(["\n", "\r\n"]),
    bom=st.sampled_from(["", "\ufeff"]),
)
def test_what_pythons_csv_module_wrote_is_read_as_it_was(table, separator, line_end, bom):
    rows, width = table
    text = bom + written(rows, width, separator, line_end)
    loaded, got, _ = load_text(text, width, separator)
    assert got == [tuple(value or None for value in row) for row in rows]
    assert (loaded.rows, loaded.rejected) == (len(rows), 0)


@settings(max_examples=150)
@given(body=st.text(st.sampled_from('ab,"\n\r é'), max_size=25), typed=st.booleans())
@example(body='a,"b', typed=False)
@example(body='"a"b,"c""d"\r\r\n\n x,y', typed=True)
def test_nothing_is_lost_of_any_file_and_the_rows_are_those_of_pythons_csv_module(body, typed):
    text = f"c0,c1\nfirst,row\n{body}"
    records = [row for row in csv.reader(io.StringIO(text, newline="")) if row][1:]
    types = {"types": {"c1": "TIME"}} if typed else {}
    text = text.replace("first,row", "first,10:00") if typed else text

    loaded, got, turned_away = load_text(text, 2, ",", **types)

    assert loaded.rows + loaded.rejected == len(records)
    assert loaded.rejected == len(turned_away)
    if not typed:
        wanted = [tuple(v or None for v in row) for row in records if len(row) == 2]
        open_quotes = [r for r in turned_away if "quote" in r[3] and len(records[-1]) == 2]
        assert got == (wanted[:-1] if open_quotes else wanted)
        assert all(text.split("first,row\n", 1)[1].find(raw) >= 0 for *_, raw in turned_away)


def test_a_link_to_a_file_that_is_gone_is_named_and_not_left_out(shop):
    shop.write("a-1.csv", "id\n1\n")
    (shop.root / "a-2.csv").symlink_to(shop.root / "gone.csv")
    with pytest.raises(SourceError, match=r"a-2\.csv: is a link to a file that is not there"):
        shop.load("id", format="csv", path="a-*.csv")
