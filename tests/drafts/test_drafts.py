"""`init --from`: exports that a firm has become sources, proposed needs and models that build."""

import csv
import json
import re
import sqlite3
import tomllib
from datetime import date

import pyarrow.parquet as pq
import pytest

from outsidein.canonical.admission import admit
from outsidein.canonical.query import read_query
from outsidein.canonical.tables import canonical
from outsidein.drafts.header_rows import header_place
from outsidein.drafts.known_exports import known_exports, recognised
from outsidein.drafts.writing import write_draft
from outsidein.errors import InputError
from outsidein.lake.engine import connect
from outsidein.lake.queries import sql_parser
from outsidein.sources.declaration import read_sources
from outsidein.sources.load import load_sources
from outsidein.sources.needs import read_needs
from tests.sources.workbooks import workbook

GENERAL = {
    "orders": ["Bestellnr", "Kundennr", "Bestelldatum", "Umsatz", "Menge", "Artikel"],
    "customers": ["Kundennr", "E-Mail", "Telefon", "Vorname", "Nachname", "PLZ", "Ort"],
    "lines of orders": ["Bestellnr", "Artikel", "Einzelpreis", "Menge"],
    "reviews": ["review_id", "rating", "review_date", "review_text", "order_id"],
    "subscriptions": ["abo_nr", "kunde_nr", "tarif", "beginn", "ende", "preis", "intervall"],
    "calls": ["call_id", "customer_id", "started_at", "duration_seconds", "agent", "outcome"],
    "tickets": ["Ticket Nr.", "Kunde Nr", "E-Mail", "Erstellt am", "Gelöst am", "Status", "Kanal"],
    "messages of chats": ["conversation_id", "sender", "sent_at", "message", "visitor_id"],
}
"""Columns that firms without a known product may have, by title of the export."""


WORDS = {
    "status": "Paid",
    "stage": "Closed Won",
    "finished": "True",
    "inbound": "True",
    "interval": "year",
    "currency": "usd",
}
"""What a role holds where any text will not do."""
TODAY = date(2024, 6, 30)
ORDERS = ["order_id", "customer_id", "order_date", "amount"]


def columns_of(export):
    if export.is_general:
        return GENERAL[export.title]
    return [names[0] for names in export.columns.values()]


def write_rows(path, header, *rows, mark=",", encoding="utf-8", above=""):
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding=encoding, newline="") as file:
        file.write(above)
        csv.writer(file, delimiter=mark).writerows([header, *rows])
    return path


def value(export, parts, column, n):
    """A value for a column of an export: what its role wants."""
    role = next((role for role, name in parts.items() if name == column), "")
    if role in export.dates:
        return f"2024-05-0{n} 09:00:00"
    if role in export.numbers:
        return f"{n}.00"
    if role in ("email", "name"):
        return f"ana{n}@shop.example"
    if role == "order":
        return f"{export.joined_to or export.title} {n}"
    if role == "response":
        return f"R_{n}"
    return WORDS.get(role, f"{role or 'x'}{n}")


@pytest.fixture(scope="module")
def drafted(tmp_path_factory):
    """A project drafted from one small export of every kind, approved and built."""
    root = tmp_path_factory.mktemp("drafted")
    paths = []
    for export in known_exports():
        columns = columns_of(export)
        parts = export.cast(columns)
        rows = [[value(export, parts, c, n) for c in columns] for n in (1, 2)]
        name = re.sub(r"\W+", "_", export.title)
        paths.append(write_rows(root / "exports" / f"{name}.csv", columns, *rows))
    drafts = write_draft(root / "shop", paths, today=TODAY).sources
    return drafts, approve(root / "shop")


def approve(folder):
    """Approve the proposed needs of a project."""
    needs = folder / "data_needs.toml"
    text = needs.read_text("utf-8").replace('approver = ""', 'approver = "Ben"')
    needs.write_text(text.replace('state = "proposed"', 'state = "approved"'), "utf-8")
    return folder


@pytest.mark.parametrize("export", known_exports(), ids=lambda export: export.title)
def test_an_export_is_recognised_by_its_columns(export):
    found, parts = recognised(columns_of(export))
    assert found.title == export.title
    assert export.required <= set(parts)


def test_every_known_export_becomes_models_that_build_without_a_reject(drafted):
    drafts, folder = drafted
    assert {draft.looked_at.export.title for draft in drafts} == {e.title for e in known_exports()}
    assert all(draft.models for draft in drafts)
    counts = admitted(folder)
    assert counts["transactions"] == (14, 0)
    assert counts["records"][0] >= 20
    assert {rejected for _, rejected in counts.values()} == {0}


def admitted(folder):
    """Rows admitted and rejected of each canonical table that a project's models fill (counts)."""
    backend = connect(timezone="Europe/Berlin")
    sources = read_sources(folder / "sources.toml")
    load_sources(
        backend,
        sources,
        read_needs(folder / "data_needs.toml", sources),
        root=folder,
        spool=folder / "spool",
        as_of=date(2024, 12, 31),
        environment={},
    )
    return {place.name: counts_of(backend, place) for place in folder.glob("tables/*/")}


def counts_of(backend, place):
    with sql_parser() as parse:
        models = [read_query(path, parse=parse) for path in sorted(place.glob("*.sql"))]
    outcome = admit(
        backend,
        canonical(place.name),
        models,
        currency="USD",
        rows_to=place / "rows.parquet",
        rejects_to=place / "rejects.parquet",
    )
    return outcome.admitted, outcome.rejected


def test_a_project_takes_the_currency_of_its_exports(drafted):
    _, folder = drafted
    assert tomllib.loads((folder / "outsidein.toml").read_text("utf-8"))["currency"] == "USD"


def test_needs_are_proposed_for_the_columns_that_models_read_and_no_other(drafted):
    drafts, folder = drafted
    needs = tomllib.loads((folder / "data_needs.toml").read_text("utf-8"))["need"]
    by_source = {need["source"]: need["columns"] for need in needs}
    tickets = by_source["tickets_of_zendesk"]
    assert "Requester email" in tickets
    assert "Requester" not in tickets
    assert {draft.looked_at.layout.name for draft in drafts} == set(by_source)


def options_of(tmp_path, *files):
    write_draft(tmp_path / "shop", list(files), today=TODAY)
    text = (tmp_path / "shop" / "sources.toml").read_text("utf-8")
    return tomllib.loads(text)["source"]


def test_a_german_export_below_a_title_is_read_as_it_is_written(tmp_path):
    path = write_rows(
        tmp_path / "Bestellungen Mai.csv",
        ["Bestellnr", "Kundennr", "Bestelldatum", "Größe", "Umsatz"],
        ["10", "1", "14.07.2023", "L", "1.234,50"],
        ["11", "2", "15.07.2023", "M", "9,90"],
        mark=";",
        encoding="cp1252",
        above="Bestellungen Stand Mai\n\n",
    )
    assert options_of(tmp_path, path) == {
        "bestellungen_mai": {
            "format": "csv",
            "path": "../Bestellungen Mai.csv",
            "encoding": "cp1252",
            "separator": ";",
            "skip_rows": 2,
            "types": {"Umsatz": "DECIMAL(18,2)"},
            "dates": {"Bestelldatum": "%d.%m.%Y"},
            "decimal": ",",
            "thousands": ".",
            "dated_by": "Bestelldatum",
        }
    }


def test_a_day_that_may_be_a_month_is_asked_about(tmp_path):
    path = write_rows(
        tmp_path / "a.csv",
        ["order_id", "customer_id", "order_date", "amount"],
        [1, 2, "03/04/2024", 5],
    )
    (draft,) = write_draft(tmp_path / "shop", [path], today=TODAY).sources
    assert draft.looked_at.unsure == ("order_date",)
    assert "is the day first or the month?" in (tmp_path / "shop/sources.toml").read_text("utf-8")


def test_sheets_with_the_same_header_are_one_source(tmp_path):
    may = [["Sales"], [], ORDERS, [1, 2, 45000, 5]]
    june = [["Sales"], [], ORDERS, [2, 2, 45001, 5]]
    workbook(tmp_path / "sales.xlsx", May=may, June=june, Notes=[["nothing"]])
    source = options_of(tmp_path, tmp_path / "sales.xlsx")["sales"]
    assert (source["sheet"], source["skip_rows"]) == (["May", "June"], 2)
    assert source["dates"] == {"order_date": "excel"}


def test_records_inside_a_json_document_are_found_and_exploded(tmp_path):
    order = {
        "id": 1,
        "number": "7",
        "status": "completed",
        "date_created_gmt": "2024-05-02T09:00:00",
        "billing": {"email": "ana@shop.example"},
        "line_items": [{"name": "Tea", "quantity": 2, "total": "19.90"}],
    }
    path = tmp_path / "orders.json"
    path.write_text(json.dumps({"meta": {}, "orders": [order]}), "utf-8")
    source = options_of(tmp_path, path)["orders"]
    assert (source["records"], source["explode"]) == ("orders", "line_items")


def test_the_tables_of_a_database_are_sources(tmp_path):
    with sqlite3.connect(tmp_path / "shop.db") as database:
        database.execute("create table orders (order_id, customer_id, order_date, amount)")
        database.execute("insert into orders values (1, 2, '2024-05-02', 9.9)")
    database.close()
    assert options_of(tmp_path, tmp_path / "shop.db")["orders"]["url"] == "sqlite:///../shop.db"


TABLES = """
create table customers (CustomerID integer, Name text, Phone text);
insert into customers values (1, 'Ana', '030 1234567'), (2, 'Ben', null);
create table employees (EmployeeID integer, FirstName text, LastName text, Phone text);
create table orders (OrderID text, CustomerID integer, Ordered timestamp, Total numeric);
insert into orders values ('7', 1, '2024-05-02', 10.74), ('8', 2, '2024-05-03', 4);
create table order_details (OrderID integer, SKU text, UnitPrice numeric, Quantity integer,
    Discount numeric);
insert into order_details values (7, 'tea', 2.50, 3, 0), (7, 'mug', 4.05, 1, 0.2),
    (8, 'tea', 2, 2, 0);
insert into employees values (1, 'Cem', 'Kaya', '030 111');
create table suppliers (SupplierID integer, Name text, Phone text);
insert into suppliers values (1, 'Tea Ltd', '030 222');
create table returns (OrderID integer, Reason text);
"""


@pytest.fixture(scope="module")
def relational(tmp_path_factory):
    """A project drafted from a database whose orders and lines are two tables."""
    root = tmp_path_factory.mktemp("relational")
    with sqlite3.connect(root / "shop.db") as database:
        database.executescript(TABLES)
    database.close()
    drafts = write_draft(root / "shop", [root / "shop.db"], today=TODAY).sources
    return {draft.looked_at.layout.name: draft for draft in drafts}, approve(root / "shop")


def test_lines_are_joined_to_their_orders_and_an_order_counts_once(relational):
    drafts, folder = relational
    assert drafts["order_details"].line() == (
        "order_details: lines of orders, 3 rows -> transactions, joined to orders"
    )
    assert [path.stem for path in folder.glob("tables/transactions/*.sql")] == ["order_details"]
    assert admitted(folder)["transactions"] == (3, 0)
    rows = pq.read_table(folder / "tables/transactions/rows.parquet").to_pylist()
    assert [(r["transaction_id"], r["product"], r["record_id"], r["revenue"]) for r in rows] == [
        ("7", "mug", "1", 324),
        ("7", "tea", "1", 750),
        ("8", "tea", "2", 400),
    ]


def test_needs_of_orders_hold_the_columns_that_their_lines_read(relational):
    _, folder = relational
    needs = tomllib.loads((folder / "data_needs.toml").read_text("utf-8"))["need"]
    (columns,) = [need["columns"] for need in needs if need["source"] == "orders"]
    assert columns == ["OrderID", "CustomerID", "Ordered"]


def test_customers_without_an_email_are_customers_and_other_people_are_not(relational):
    drafts, _ = relational
    title = {name: d.looked_at.export and d.looked_at.export.title for name, d in drafts.items()}
    assert title["customers"] == "customers"
    assert title["employees"] is None
    assert title["suppliers"] is None


def test_a_table_without_rows_is_left_out(relational):
    drafts, _ = relational
    assert "returns" not in drafts


def test_every_list_of_a_json_document_is_a_source_and_invoices_repeat_no_amounts(tmp_path):
    order = {"id": 1, "date": "2024-05-02T09:00:00", "customer_id": 3, "status": "cancelled"}
    invoice = {"id": 9, "order_id": 1, "date": "2024-05-03", "customer_id": 3, "total": 12.5}
    path = tmp_path / "shop.json"
    document = {
        "orders": [order | {"total_ex_taxes": 10.5, "total": 12.5}],
        "invoices": [invoice],
        "customers": [{"id": 3, "first_name": "Ana", "last_name": "May", "email": "a@x.example"}],
        "categories": [{"id": 1, "name": "tea"}],
        "settings": {"mode": "dark"},
    }
    path.write_text(json.dumps(document), "utf-8")
    write_draft(tmp_path / "shop", [path], today=TODAY)
    sources = tomllib.loads((tmp_path / "shop/sources.toml").read_text("utf-8"))["source"]
    assert {name: source["records"] for name, source in sources.items()} == {
        name: name for name in ("customers", "orders", "invoices", "categories")
    }
    (model,) = (tmp_path / "shop/tables/transactions").glob("*.sql")
    assert model.stem == "orders"
    assert admitted(approve(tmp_path / "shop"))["transactions"] == (1, 0)
    (row,) = pq.read_table(model.with_name("rows.parquet")).to_pylist()
    assert (row["revenue"], row["is_cancelled"]) == (1050, True)


def test_a_net_amount_goes_before_the_total_and_profit_gives_the_cost(tmp_path):
    path = write_rows(
        tmp_path / "sales.csv",
        ["Order ID", "Customer ID", "Customer Name", "Order Date", "Sales", "Quantity", "Profit"],
        ["A1", "C1", "Ana May", "2024-05-02", "19.996", "2", "-5.004"],
    )
    write_draft(tmp_path / "shop", [path], today=TODAY)
    assert admitted(approve(tmp_path / "shop"))["transactions"] == (1, 0)
    (row,) = pq.read_table(tmp_path / "shop/tables/transactions/rows.parquet").to_pylist()
    assert (row["revenue"], row["cost"], row["quantity"]) == (2000, 2500, 2)


def test_the_models_of_a_dbt_project_are_sources(tmp_path):
    columns = {name: {"name": name} for name in ORDERS}
    manifest = {
        "metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json"},
        "nodes": {
            "model.shop.orders": {
                "resource_type": "model",
                "name": "orders",
                "schema": "marts",
                "columns": columns,
            },
            "test.shop.unique": {"resource_type": "test", "name": "unique"},
        },
    }
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(manifest), "utf-8")
    source = options_of(tmp_path, path)["orders"]
    assert source["query"] == "select * from marts.orders"
    assert (tmp_path / "shop/tables/transactions/orders.sql").exists()


def test_what_is_not_recognised_is_declared_and_left_to_its_owner(tmp_path):
    path = write_rows(tmp_path / "a.csv", ["alpha", "beta"], [1, 2])
    (draft,) = write_draft(tmp_path / "shop", [path], today=TODAY).sources
    assert draft.line() == "a: not recognised, 1 rows; write its models"
    assert not list((tmp_path / "shop/tables").glob("*/*.sql"))


def test_a_file_that_is_missing_is_named(tmp_path):
    with pytest.raises(InputError, match=r"none\.csv: there is no such file"):
        write_draft(tmp_path / "shop", [tmp_path / "none.csv"], today=TODAY)


def test_amounts_with_the_noise_of_floating_point_are_numbers(tmp_path):
    rows = [[1, 2, "2024-05-02", "84.74000000000001"], [2, 2, "2024-05-03", "5"]]
    path = write_rows(tmp_path / "orders.csv", ORDERS, *rows)
    assert options_of(tmp_path, path)["orders"]["types"]["amount"] == "DOUBLE"
    assert admitted(approve(tmp_path / "shop"))["transactions"] == (2, 0)


def settings_of(folder):
    return tomllib.loads((folder / "outsidein.toml").read_text("utf-8"))


def test_data_that_ended_long_ago_set_the_day_of_the_project(tmp_path):
    path = write_rows(tmp_path / "a.csv", ORDERS, [1, 2, "24.03.2017", 5], [2, 2, "31.12.2017", 6])
    write_draft(tmp_path / "shop", [path], today=TODAY)
    assert settings_of(tmp_path / "shop")["as_of"] == date(2018, 1, 1)


def test_data_of_this_month_leave_the_day_to_the_clock(tmp_path):
    path = write_rows(tmp_path / "a.csv", ORDERS, [1, 2, "2024-06-20", 5])
    write_draft(tmp_path / "shop", [path], today=TODAY)
    assert "as_of" not in settings_of(tmp_path / "shop")


def test_models_that_another_source_may_leave_empty_do_not_withhold_a_build(tmp_path):
    orders = write_rows(tmp_path / "orders.csv", ORDERS, [1, 2, "2024-06-20", 5])
    people = ["customer_id", "email", "first_name", "last_name", "city"]
    row = [2, "ana@shop.example", "Ana", "Ito", "Bonn"]
    customers = write_rows(tmp_path / "customers.csv", people, row)
    write_draft(tmp_path / "shop", [orders, customers], today=TODAY)
    limits = settings_of(tmp_path / "shop")["publish"]
    assert limits["may_be_empty"] == ["tables/records/orders.sql"]


def test_two_rows_of_a_header_name_a_column_together(tmp_path):
    groups = ["Bestellung", "", "", "Kunde", ""]
    names = ["Nr", "Datum", "Umsatz", "Nr", "Name"]
    path = write_rows(
        tmp_path / "verkauf.csv",
        groups,
        names,
        ["10", "14.05.2024", "1.234,50", "7", "Ana May"],
        ["11", "15.05.2024", "9,90", "8", "Ben Ito"],
        mark=";",
        above="Verkäufe;;;;\nStand: 31.05.2024;;;;\n",
    )
    source = options_of(tmp_path, path)["verkauf"]
    assert (source["skip_rows"], source["header_rows"]) == (2, 2)
    assert source["dates"] == {"Bestellung Datum": "%d.%m.%Y"}
    assert admitted(approve(tmp_path / "shop"))["transactions"] == (2, 0)


@pytest.mark.parametrize(
    "rows",
    [
        [["id", "name", "town"], ["1", "Ana", "Bonn"]],
        [["Firm", "Tea House"], ["id", "name", "town", "zip"], ["1", "Ana", "Bonn", "1"]],
        [["first", "last", "phone"], ["Ana", "May", ""], ["Ben", "Ito", "030 1"]],
        [["As of:", "", "May"], ["id", "name", "town", "zip"], ["1", "Ana", "Bonn", "1"]],
    ],
)
def test_titles_and_rows_of_words_are_no_header(rows):
    assert header_place(rows).rows == 1


def test_a_title_below_empty_rows_of_a_sheet_is_skipped(tmp_path):
    rows = [[], [], ["Sales"], ORDERS, [1, 2, "2024-05-02", 5], [2, 2, "2024-05-03", 6]]
    workbook(tmp_path / "sales.xlsx", May=rows)
    assert options_of(tmp_path, tmp_path / "sales.xlsx")["sales"]["skip_rows"] == 3
    assert admitted(approve(tmp_path / "shop"))["transactions"] == (2, 0)


@pytest.mark.parametrize(
    ("amounts", "units", "currency"),
    [
        (["EUR 1.234,50", "12,50 €"], ["EUR", "€"], "EUR"),
        (["$12.00", "-$1,200.00"], ["$"], "USD"),
        (["Fr. 1\u2019200.50", "Fr. 7"], ["Fr."], "CHF"),
    ],
)
def test_amounts_beside_a_currency_are_numbers_in_it(tmp_path, amounts, units, currency):
    rows = [[n, n, "2024-06-20", amount] for n, amount in enumerate(amounts)]
    path = write_rows(tmp_path / "a.csv", ORDERS, *rows)
    source = options_of(tmp_path, path)["a"]
    assert (source["units"], source["types"]["amount"]) == (units, "DECIMAL(18,2)")
    assert settings_of(tmp_path / "shop")["currency"] == currency
    assert admitted(approve(tmp_path / "shop"))["transactions"] == (2, 0)


def test_amounts_in_several_currencies_stay_text(tmp_path):
    rows = [[1, 1, "2024-06-20", "$5.00"], [2, 2, "2024-06-20", "5.00 €"]]
    path = write_rows(tmp_path / "a.csv", ORDERS, *rows)
    assert "amount" not in options_of(tmp_path, path)["a"]["types"]


def test_currency_and_zone_are_guesses_with_their_reason(tmp_path):
    path = write_rows(
        tmp_path / "people.csv",
        ["customer_id", "email", "country"],
        [1, "ana@x.example", "Schweiz"],
        [2, "ben@x.example", "Schweiz"],
        [3, "cem@x.example", "Japan"],
    )
    draft = write_draft(tmp_path / "shop", [path], today=TODAY)
    assert [(s.name, s.value) for s in draft.settings] == [
        ("currency", "CHF"),
        ("timezone", "Europe/Zurich"),
        ("country", "CH"),
    ]
    text = (tmp_path / "shop" / "outsidein.toml").read_text("utf-8")
    assert "# A guess: that of most people in CH. Correct it where it is wrong.\ntimezone" in text


def test_what_is_stated_is_not_guessed(tmp_path):
    path = write_rows(tmp_path / "a.csv", ORDERS, [1, 2, "2024-06-20", "5 €"])
    stated = {"currency": "USD", "timezone": "America/Toronto"}
    draft = write_draft(tmp_path / "shop", [path], today=TODAY, stated=stated)
    assert [s.reason for s in draft.settings][:2] == ["", ""]
    settings = settings_of(tmp_path / "shop")
    assert (settings["currency"], settings["timezone"]) == ("USD", "America/Toronto")
    assert settings["country"] == "CA"


def large_rows():
    """Rows of orders from 2014 on, more than are looked at; the newest is in the middle."""
    day = ["2014-01-01"] * 25_000
    day[12_500] = "2017-12-31"
    return [[n, n % 50, day[n], f"{n}.50", "x" * 200] for n in range(25_000)]


@pytest.mark.parametrize("kind", ["csv", "json", "sql"])
def test_of_a_large_source_the_ends_are_looked_at_and_all_of_its_days(tmp_path, kind):
    columns = [*ORDERS, "note"]
    path = tmp_path / "orders.csv"
    if kind == "csv":
        write_rows(path, columns, *large_rows())
    elif kind == "json":
        path = path.with_suffix(".json")
        records = [dict(zip(columns, row, strict=True)) for row in large_rows()]
        path.write_text(json.dumps({"data": {"orders": records}}), "utf-8")
    else:
        path = path.with_suffix(".db")
        with sqlite3.connect(path) as database:
            database.execute(f"create table orders ({', '.join(columns)})")
            database.executemany("insert into orders values (?, ?, ?, ?, ?)", large_rows())
        database.close()
    (draft,) = write_draft(tmp_path / "shop", [path], today=TODAY).sources
    assert draft.looked_at.share < 1
    assert draft.looked_at.rows == pytest.approx(25_000, rel=0.02)
    assert "about " in draft.line()
    assert settings_of(tmp_path / "shop")["as_of"] == date(2018, 1, 1)


def test_a_sample_is_cut_between_rows_where_quoted_values_have_several_lines(tmp_path):
    rows = [[n, n % 50, "2024-06-20", n, "a\nb,c\n" * 40] for n in range(20_000)]
    path = write_rows(tmp_path / "orders.csv", [*ORDERS, "note"], *rows)
    (draft,) = write_draft(tmp_path / "shop", [path], today=TODAY).sources
    assert draft.looked_at.share < 1
    assert draft.looked_at.rows == pytest.approx(20_000, rel=0.02)
