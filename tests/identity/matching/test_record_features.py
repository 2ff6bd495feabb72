import ibis
import pyarrow as pa
import pytest

from benchmarks.identity_data import RECORD_COLUMNS
from outsidein.identity.matching.record_features import record_features
from outsidein.identity.records.identifiers import normalise_identifiers

NO_IDENTIFIERS = {"source": "string", "record_id": "string", "kind": "string", "value": "string"}


def compared(con, *, identifiers=(), ignore=(), **record):
    """The comparands of one record, without what is null."""
    kinds = {name: "date" if name == "born_on" else "string" for name in RECORD_COLUMNS}
    kinds |= dict.fromkeys((name for name in record if name not in kinds), "string")
    row = {"source": "shop", "record_id": "1", "party_kind": "person", **record}
    held = [{"source": "shop", "record_id": "1", "kind": k, "value": v} for k, v in identifiers]
    one = pa.Table.from_pylist([row], schema=ibis.schema(kinds).to_pyarrow())
    ids = pa.Table.from_pylist(held, schema=ibis.schema(NO_IDENTIFIERS).to_pyarrow())
    told = normalise_identifiers(ibis.memtable(ids), country="GB")
    found = record_features(ibis.memtable(one), told, ignore=ignore)
    [row] = con.to_pyarrow(found).to_pylist()
    keys = ("source", "record_id", "party_kind")
    return {name: value for name, value in row.items() if value is not None and name not in keys}


@pytest.mark.parametrize(
    ("written", "family"),
    [
        ("Müller", "muller"),
        ("Ødegård", "odegard"),
        ("Łukasiewicz", "lukasiewicz"),
        ("Иванов", "ivanov"),
        ("Παπαδόπουλος", "papadopoylos"),
        ("O'Neill", "oneill"),
        ("van der Berg", "berg"),
        ("de la Cruz", "cruz"),
        ("von", "von"),
        ("Smith Jr.", "smith"),
    ],
)
def test_a_family_name_is_written_in_plain_letters_without_particles(con, written, family):
    assert compared(con, family_name=written) == {"family": family}


def test_further_given_names_stand_apart_from_the_first(con):
    told = compared(con, given_name="Anna B.", family_name="Klein", name="Dr. Anna Berta Klein")
    assert told == {"given": "anna", "family": "klein", "more_names": "b berta"}


@pytest.mark.parametrize("name", ["Hans Müller", "Müller, Hans", "Herr Hans Müller"])
def test_a_whole_name_stands_in_for_given_and_family_name(con, name):
    assert compared(con, name=name) == {"given": "hans", "family": "muller"}


@pytest.mark.parametrize(
    "name", ["ACME Trading Ltd", "Acme Trading S.A.", "Acme Trading GmbH & Co. KG", "ácme trading"]
)
def test_an_organisation_is_compared_without_its_legal_form(con, name):
    assert compared(con, organisation_name=name) == {"organisation": "acme trading"}


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("Anna+shop@Example.org", "anna@example.org"),
        ("an.na+x@gmail.com", "anna@gmail.com"),
        ("anna@googlemail.com", "anna@gmail.com"),
        ("an.na@example.org", "an.na@example.org"),
    ],
)
def test_aliases_of_a_mailbox_are_one_address(con, written, address):
    assert compared(con, identifiers=[("email", written)]) == {"emails": [address]}


def test_an_address_is_taken_apart(con):
    told = compared(con, street="12a Main Street, Flat 3", postcode="SW1A 1AA", city="Köln")
    assert told == {
        "street": "main",
        "house": "12a",
        "building": "flat 3",
        "postcode": "sw1a1aa",
        "city": "koln",
    }


def test_other_identifiers_are_held_by_kind_and_ignored_kinds_are_not(con):
    identifiers = [("Loyalty", "A 1"), ("device", "d-1"), ("phone", "020 7946 0018")]
    told = compared(con, identifiers=identifiers, ignore=["Device"])
    assert told == {"phones": ["+442079460018"], "others": ["loyalty:a 1"]}


def test_traits_of_text_are_compared(con):
    assert compared(con, trait_job="Café owner") == {"trait_job": "cafe owner"}


def test_records_may_be_any_expression(con):
    kinds = {name: "date" if name == "born_on" else "string" for name in RECORD_COLUMNS}
    rows = [
        {"source": "shop", "record_id": n, "party_kind": "person", "given_name": "Ann"}
        for n in ("1", "2")
    ]
    records = ibis.memtable(pa.Table.from_pylist(rows, schema=ibis.schema(kinds).to_pyarrow()))
    none = ibis.memtable(ibis.schema(NO_IDENTIFIERS).to_pyarrow().empty_table())
    rest = records.anti_join(records.filter(records.record_id == "1"), ["source", "record_id"])
    [row] = con.to_pyarrow(
        record_features(rest, normalise_identifiers(none, country="GB"))
    ).to_pylist()
    assert (row["record_id"], row["given"]) == ("2", "ann")
