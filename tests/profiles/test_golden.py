from collections import Counter
from datetime import UTC, date, datetime

import ibis
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outsidein.canonical.tables import canonical
from outsidein.profiles.declaration import ADDRESS, ProfileSettings
from outsidein.profiles.golden import golden_profiles, losing_values, profile_columns
from tests.tables import table

CON = ibis.duckdb.connect()
CON.raw_sql("SET TimeZone = 'UTC'")
COLUMNS = {
    **canonical("records").all_columns,
    "customer_id": "string",
    "trait_children": "int64",
    "trait_home": "string",
}
CUSTOMERS = {"customer_id": "string", "records": "int64", "first_seen_on": "date"}
FIELDS = [*profile_columns(ibis.table(COLUMNS, name="records"))]


def record(record_id, year=None, *, of="a", source="crm", **fields):
    recorded = datetime(year, 1, 1, tzinfo=UTC) if year else None
    who = {"customer_id": of, "source": source, "record_id": record_id}
    return {**who, "recorded_at": recorded, **fields}


def tables(rows):
    made = table([tuple(row.get(c) for c in COLUMNS) for row in rows], **COLUMNS)
    counted = sorted(Counter(row["customer_id"] for row in rows).items())
    seen = [(customer, n, date(2018, 1, 1)) for customer, n in counted]
    return ibis.memtable(made), ibis.memtable(table(seen, **CUSTOMERS))


def golden(*rows, **stated):
    found = golden_profiles(*tables(rows), settings=ProfileSettings(**stated)).order_by(
        "customer_id"
    )
    return CON.to_pyarrow(found).to_pylist()


def lost(*rows, **stated):
    records, customers = tables(rows)
    rules = ProfileSettings(**stated)
    found = losing_values(
        records, golden_profiles(records, customers, settings=rules), settings=rules
    )
    return CON.to_pyarrow(found.order_by("customer_id", "field", "value")).to_pylist()


def name_by(rule, *rows, **stated):
    return golden(*rows, fields={"name": rule}, **stated)[0]["name"]


def test_the_most_recent_is_of_the_record_recorded_last_that_has_one():
    rows = [record("1", 2016, name="Ann"), record("2", 2018), record("3", 2017, name="Anna")]
    assert name_by("most_recent", *rows) == "Anna"


def test_the_most_frequent_is_of_most_records_however_old():
    rows = [
        *(record("1", 2015, name="Ann"), record("2", 2016, name="Ann")),
        *(record("3", 2018, name="Anna"), record("4", 2019), record("5", 2019)),
        record("6", 2019),
    ]
    assert name_by("most_frequent", *rows) == "Ann"


def test_the_most_trusted_is_of_the_source_named_first_that_has_one():
    rows = [
        record("1", 2018, source="app", name="of the app"),
        record("2", 2015, source="shop", name="of the shop"),
        record("3", 2017, source="crm"),
    ]
    assert name_by("most_trusted", *rows, trusted=["crm", "shop"]) == "of the shop"


def test_sources_that_are_not_named_come_last_and_are_alike():
    rows = [
        record("1", 2018, source="app", name="of the app"),
        record("2", 2017, source="web", name="of the web"),
    ]
    assert name_by("most_trusted", *rows, trusted=["crm"]) == "of the app"


def test_the_longest_has_most_letters():
    rows = [record("1", 2015, name="Zoë Á."), record("2", 2018, name="Zoë")]
    assert name_by("longest", *rows) == "Zoë Á."


def test_of_what_is_no_text_the_longest_is_the_most_recent():
    rows = [record("1", 2015, trait_children=10), record("2", 2018, trait_children=2)]
    assert golden(*rows, default="longest")[0]["trait_children"] == 2


@pytest.mark.parametrize("rule", ["most_recent", "most_frequent", "most_trusted", "longest"])
def test_ties_go_to_the_last_recorded_then_to_source_and_record_id(rule):
    stated = {"trusted": ["app", "web"]} if rule == "most_trusted" else {}
    recent = [record("2", 2015, name="Eva"), record("1", 2016, name="Ada")]
    assert name_by(rule, *recent, **stated) == "Ada"
    unknown = [record("2", name="Eva"), record("1", 2016, name="Ada")]
    assert name_by(rule, *unknown, **stated) == "Ada"
    sources = [record("2", source="crm", name="Eva"), record("1", source="shop", name="Ada")]
    assert name_by(rule, *sources, **stated) == "Ada"
    ids = [record("1", 2016, name="Eva"), record("2", 2016, name="Ada")]
    assert name_by(rule, *ids, **stated) == "Ada"


def test_an_address_is_of_one_record_be_it_incomplete():
    rows = [
        record("1", 2016, street="Rua A 1", postcode="20000", city="Rio", region="RJ"),
        record("2", 2018, city="Santos"),
        record("3", 2019, name="Ann"),
    ]
    found = golden(*rows)[0]
    assert [found[field] for field in ADDRESS] == [None, None, "Santos", None, None]
    assert found["name"] == "Ann"


def test_a_group_follows_its_rule_as_a_whole():
    rows = [
        record("1", 2014, street="Rua A 1", city="Rio", country="BR"),
        record("2", 2015, street="Rua A 1", city="Rio", country="BR"),
        record("3", 2016, street="Rua B 2", city="Rio"),
        record("4", 2017, source="shop", city="Rio", region="Rio de Janeiro, Brasil"),
    ]

    def address(rule):
        found = golden(*rows, fields={"address": rule}, trusted=["crm"])[0]
        return [found[field] for field in ADDRESS]

    assert address("most_frequent") == ["Rua A 1", None, "Rio", None, "BR"]
    assert address("most_trusted") == ["Rua B 2", None, "Rio", None, None]
    assert address("longest") == [None, None, "Rio", "Rio de Janeiro, Brasil", None]


def test_stated_groups_take_the_place_of_the_address():
    rows = [
        record("1", 2016, given_name="Ann", family_name="Lee", city="Rio", region="RJ"),
        record("2", 2018, given_name="Eva", city="Santos"),
    ]
    found = golden(*rows, groups={"customer_id": ["given_name", "family_name"]})[0]
    kept = ("given_name", "family_name", "city", "region")
    assert [found[field] for field in kept] == ["Eva", None, "Santos", "RJ"]


def test_a_group_may_name_a_trait_that_no_record_carries():
    found = golden(record("1", 2016, trait_home="flat"), groups={"home": ["trait_home", "trait_x"]})
    assert found[0]["trait_home"] == "flat"


def test_the_losing_values_say_who_said_so_last_and_how_often():
    rows = [
        record("1", 2014, name="Ann", born_on=date(1980, 1, 2)),
        record("2", 2016, name="Ann", source="shop", born_on=date(1980, 2, 1)),
        record("3", 2015, name="Ann"),
        record("4", 2018, name="Anna"),
        record("5", 2019),
        record("6", 2019, of="b", name="Eve"),
    ]
    shop = {"customer_id": "a", "source": "shop", "record_id": "2"}
    recorded = datetime(2016, 1, 1, tzinfo=UTC)
    crm = {"customer_id": "a", "source": "crm", "record_id": "1"}
    assert lost(
        *rows, default="most_trusted", trusted=["shop"], fields={"name": "most_recent"}
    ) == [
        crm
        | {"recorded_at": datetime(2014, 1, 1, tzinfo=UTC), "records": 1}
        | {"field": "born_on", "value": "1980-01-02", "rule": "most_trusted"},
        shop
        | {"recorded_at": recorded, "records": 3}
        | {"field": "name", "value": "Ann", "rule": "most_recent"},
    ]


def test_what_a_group_leaves_out_is_among_the_losing_values_under_its_rule():
    rows = [record("1", 2016, street="Rua A 1", city="Rio"), record("2", 2018, city="Rio")]
    found = lost(*rows, fields={"address": "most_recent"}, default="longest")
    assert [(row["field"], row["value"], row["rule"]) for row in found] == [
        ("street", "Rua A 1", "most_recent")
    ]


def test_records_that_agree_lose_nothing():
    assert lost(record("1", 2016, name="Ann"), record("2", 2018, name="Ann"), record("3")) == []


texts = st.sampled_from([None, "", "a", "b", "Bb", "Ccc"])
said = st.fixed_dictionaries(
    {
        "customer_id": st.sampled_from("abcd"),
        "source": st.sampled_from(["crm", "shop", "app"]),
        "recorded_at": st.sampled_from([None, *(datetime(y, 1, 1, tzinfo=UTC) for y in (1, 2, 3))]),
        **dict.fromkeys(("name", "street", "city", "trait_home"), texts),
        "born_on": st.sampled_from([None, date(1980, 1, 2), date(1981, 1, 2)]),
        "trait_children": st.sampled_from([None, 0, 1, 10]),
    }
)
records_said = st.lists(said, min_size=1, max_size=16).map(
    lambda rows: [{**row, "record_id": str(n)} for n, row in enumerate(rows)]
)
RULES = st.sampled_from(["most_recent", "most_frequent", "most_trusted", "longest"])
stated_rules = st.fixed_dictionaries(
    {
        "default": RULES,
        "fields": st.dictionaries(st.sampled_from(["name", "address", "trait_home"]), RULES),
        "trusted": st.sampled_from([["shop"], ["shop", "crm"], ["app", "crm", "shop"]]),
        "groups": st.sampled_from([{"address": ADDRESS}, {"address": ["city", "trait_children"]}]),
    }
)


def survivor(rows, fields, rule, trusted):
    """The record that survives, worked out by hand: sorted by what the rule says."""
    known = [row for row in rows if any(row.get(field) is not None for field in fields)]

    def standing(row):
        alike = [other for other in known if all(other.get(f) == row.get(f) for f in fields)]
        texts = [row[f] for f in fields if isinstance(row.get(f), str)]
        measure = {
            "most_recent": 0,
            "most_frequent": len(alike),
            "most_trusted": -([*trusted, row["source"]].index(row["source"])),
            "longest": len("".join(texts)),
        }[rule]
        since = row["recorded_at"] or datetime.min.replace(tzinfo=UTC)
        return measure, row["recorded_at"] is not None, since, row["source"], row["record_id"]

    return max(known, key=standing, default={})


@settings(max_examples=20)
@given(records_said, stated_rules)
def test_every_field_is_that_of_the_record_its_rule_prefers(rows, stated):
    rules = ProfileSettings(**stated)
    for found in golden(*rows, **stated):
        own = [row for row in rows if row["customer_id"] == found["customer_id"]]
        for field in FIELDS:
            unit = rules.groups.get(rules.group_of(field), [field])
            wins = survivor(own, unit, rules.rule_of(field), rules.trusted)
            assert found[field] == wins.get(field), field


@settings(max_examples=6)
@given(records_said.flatmap(lambda rows: st.tuples(*[st.permutations(rows)] * 2)), stated_rules)
def test_the_order_of_rows_changes_nothing(orders, stated):
    one, other = orders
    assert golden(*one, **stated) == golden(*other, **stated)
    assert lost(*one, **stated) == lost(*other, **stated)


@settings(max_examples=20)
@given(records_said, stated_rules)
def test_golden_and_losing_values_together_are_all_that_records_say(rows, stated):
    kept = {
        (row["customer_id"], field, str(row[field]))
        for row in golden(*rows, **stated)
        for field in FIELDS
        if row[field] is not None
    }
    others = lost(*rows, **stated)
    keys = [(row["customer_id"], row["field"], row["value"]) for row in others]
    everything = Counter(
        (row["customer_id"], field, str(row[field]))
        for row in rows
        for field in FIELDS
        if row.get(field) is not None
    )
    assert len(set(keys)) == len(keys)
    assert kept.isdisjoint(keys)
    assert kept | set(keys) == set(everything)
    assert [row["records"] for row in others] == [everything[key] for key in keys]


@pytest.mark.parametrize("dialect", ["duckdb", "pyspark"])
def test_it_can_be_said_to_both_engines(dialect):
    rules = ProfileSettings(
        trusted=("crm",),
        fields={"name": "longest", "address": "most_trusted", "gender": "most_frequent"},
    )
    records = ibis.table(COLUMNS, name="records")
    made = golden_profiles(records, ibis.table(CUSTOMERS, name="customers"), settings=rules)
    written = ibis.table(made.schema(), name="profiles")
    others = losing_values(records, written, settings=rules)
    one, two = (str(ibis.to_sql(told, dialect=dialect)) for told in (made, others))
    assert ("MAX_BY(" in one, "EXPLODE(" in two) == (dialect == "pyspark",) * 2
