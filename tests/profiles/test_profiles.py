from datetime import UTC, date, datetime

import ibis

from outsidein.canonical.known import known_before
from outsidein.canonical.tables import canonical as canonical_table
from outsidein.profiles.first_seen import FIRST_SEEN, customers_first_seen
from outsidein.profiles.golden import golden_profiles
from tests.tables import table

CON = ibis.duckdb.connect()


def rows_of(name, rows, **more):
    columns = {**canonical_table(name).all_columns, "customer_id": "string", **more}
    return ibis.memtable(table([tuple(row.get(c) for c in columns) for row in rows], **columns))


def seen(**counts):
    made = [(customer, n, date(2018, 1, 1)) for customer, n in counts.items()]
    return ibis.memtable(table(made, customer_id="string", records="int64", first_seen_on="date"))


def record(customer, record_id, year, **fields):
    recorded = {"recorded_at": datetime(year, 1, 1, tzinfo=UTC)} if year else {}
    return {"customer_id": customer, "source": "s", "record_id": record_id, **recorded, **fields}


def golden(records, **counts):
    made = rows_of("records", records, trait_home="string")
    found = CON.to_pyarrow(
        golden_profiles(made, seen(**counts)).order_by("customer_id")
    ).to_pylist()
    return [{k: row[k] for k in ("customer_id", "city", "language", "trait_home")} for row in found]


def test_the_value_recorded_last_wins_field_by_field():
    records = [
        record("a", "1", 2016, city="Rio", language="pt", trait_home="flat"),
        record("a", "2", 2018, city="Santos"),
        record("a", "3", 2017, city="Campinas", language="es"),
    ]
    assert golden(records, a=3) == [
        {"customer_id": "a", "city": "Santos", "language": "es", "trait_home": "flat"}
    ]


def test_what_was_recorded_at_once_or_at_no_known_time_is_settled_by_record_id():
    records = [record("a", "1", None, city="Rio"), record("a", "2", None, city="Santos")]
    assert golden(records, a=2)[0]["city"] == "Santos"


def test_a_customer_without_any_record_has_a_profile_of_nulls():
    assert golden([record("a", "1", 2016, city="Rio")], a=1, b=1) == [
        {"customer_id": "a", "city": "Rio", "language": None, "trait_home": None},
        {"customer_id": "b", "city": None, "language": None, "trait_home": None},
    ]


def test_a_customer_is_known_since_the_first_thing_dated_in_any_table():
    canonical = {name: rows_of(name, []) for name in FIRST_SEEN}
    canonical["transactions"] = rows_of(
        "transactions", [{"customer_id": "a", "ordered_on": date(2018, 5, 1)}]
    )
    canonical["messages"] = rows_of(
        "messages",
        [
            {"customer_id": "a", "sent_on": date(2018, 4, 1)},
            {"customer_id": None, "sent_on": date(2010, 1, 1)},
        ],
    )
    members = ibis.memtable(table([("a",), ("a",), ("b",)], customer_id="string"))
    found = customers_first_seen(canonical, members, as_of=date(2019, 1, 1)).order_by("customer_id")
    assert CON.to_pyarrow(found).to_pylist() == [
        {"customer_id": "a", "records": 2, "first_seen_on": date(2018, 4, 1)},
        {"customer_id": "b", "records": 1, "first_seen_on": date(2018, 12, 31)},
    ]


def test_what_was_recorded_only_later_was_not_known():
    orders = rows_of(
        "transactions",
        [
            {"transaction_id": "known", "ordered_on": date(2018, 5, 1)},
            {"transaction_id": "later", "ordered_on": date(2019, 1, 1)},
            {
                "transaction_id": "told later",
                "ordered_on": date(2018, 5, 1),
                "recorded_at": datetime(2019, 1, 1, 9, tzinfo=UTC),
            },
        ],
    )
    kept = CON.to_pyarrow(known_before(orders, date(2019, 1, 1)))
    assert kept.column("transaction_id").to_pylist() == ["known"]
