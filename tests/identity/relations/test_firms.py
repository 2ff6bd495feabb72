"""Twenty-seven business contacts of five firms, as five systems would hold them."""

from datetime import date

import ibis
import numpy as np
import pytest

from benchmarks.firms import contacts as contacts_of
from benchmarks.firms import measure
from outsidein.canonical.tables import canonical
from outsidein.identity.declaration import FirewallSettings
from outsidein.identity.records.identifiers import normalise_identifiers
from outsidein.identity.records.record_codes import assign_codes, describe_records
from outsidein.identity.relations.firm_names import company_domain, name_key
from outsidein.identity.relations.firms import resolve_firms
from outsidein.identity.relations.suggested_relations import (
    AT_ONE_ADDRESS,
    OF_ONE_NAME,
    WITH_FIRM,
    combine_suggestions,
    relations_from_withheld,
    suggest_employees,
    suggest_households,
)
from outsidein.lake.scratch import Scratch
from tests.identity.world import CON, SETTINGS, records_table, resolve
from tests.tables import table

DESK = "+49 89 1234567"  # of Müller
FRONT = "+44 20 79460000"  # of Acme
FIRM = {"party_kind": "organisation"}
ORG = "organisation_name"
TRUTH = {
    "mueller": {
        "m0": {**FIRM, "name": "Müller & Söhne GmbH"},
        "m1": {ORG: "Mueller und Soehne", "email": "a.ott@mueller-soehne.de", "phone": DESK},
        "m2": {ORG: "MÜLLER & SÖHNE GMBH", "phone": DESK},
        "m3": {"email": "k.baum@mueller-soehne.de", "phone": DESK},
        "m4": {"email": "zentrale@vertrieb.mueller-soehne.de"},
        "m5": {"phone": DESK, "email": "lotte77@gmx.de"},
        "m6": {ORG: "Müller + Söhne G.m.b.H."},
    },
    "acme": {
        "a0": {**FIRM, ORG: "ACME Ltd", "email": "info@acme.co.uk"},
        "a1": {ORG: "Acme Limited", "email": "jo@acme.co.uk", "phone": FRONT},
        "a2": {ORG: "The Acme Company", "phone": FRONT},
        "a3": {"email": "pat@acme.co.uk"},
        "a4": {"phone": FRONT},
        "a5": {ORG: "Acme plc", "email": "sam@gmail.com"},
        "a6": {**FIRM, ORG: "Acme P.L.C."},
    },
    "lyon": {
        "l0": {**FIRM, ORG: "Café Lyon S.A.R.L."},
        "l1": {ORG: "Cafe Lyon", "email": "marie@cafelyon.fr"},
        "l2": {"email": "luc@cafelyon.fr"},
        "l3": {ORG: "CAFE LYON SARL", "email": "luc@orange.fr"},
    },
    "norte": {
        "n0": {ORG: "Aços Norte Ltda.", "email": "rui@acosnorte.com.br"},
        "n1": {ORG: "ACOS NORTE LTDA"},
        "n2": {"email": "ana@acosnorte.com.br"},
    },
    "bits": {
        "b0": {**FIRM, ORG: "Bits and Bolts, Inc."},
        "b1": {ORG: "Bits & Bolts", "email": "di@bitsbolts.io"},
        "b2": {ORG: "Bits & Bolts Group", "email": "ed@bitsbolts.io"},
        "b3": {"email": "flo@bitsbolts.io"},
    },
    "": {
        "x0": {"email": "kim@gmail.com"},
        "x1": {ORG: "GmbH", "phone": "+49 30 5556677"},
    },
}  # fmt: skip


def contacts():
    named = {name: fields for of in TRUTH.values() for name, fields in of.items()}
    columns = canonical("identifiers").all_columns
    rows = [
        {"source": "s", "record_id": name, "kind": kind, "value": fields[kind]}
        for name, fields in named.items()
        for kind in ("email", "phone")
        if kind in fields
    ]
    facts = ("party_kind", "name", ORG)
    described = {n: {k: v for k, v in f.items() if k in facts} for n, f in named.items()}
    made = table([tuple(row.get(c) for c in columns) for row in rows], **columns)
    return records_table(described), ibis.memtable(made)


@pytest.fixture(scope="module")
def resolved():
    records, identifiers = contacts()
    return resolve_firms(
        CON, records, normalise_identifiers(identifiers, country=None), settings=SETTINGS
    )


def test_contacts_are_resolved_to_their_firms(resolved):
    found = {}
    for row in resolved.to_pylist():
        found.setdefault(row["firm"], set()).add(row["record_id"])
    expected = [set(of) for firm, of in TRUTH.items() if firm]
    assert sorted(map(sorted, found.values())) == sorted(map(sorted, expected))


def test_it_is_said_what_each_was_derived_from(resolved):
    why = {row["record_id"]: row["derived_from"] for row in resolved.to_pylist()}
    assert [why[n] for n in ("m3", "m2", "m5", "a4")] == [
        "mail domain",
        "name of the organisation",
        "phone of the firm",
        "phone of the firm",
    ]
    names = {row["firm_name"] for row in resolved.to_pylist() if row["record_id"][0] in "ab"}
    assert names == {"ACME Ltd", "Bits & Bolts"}


def test_people_are_tied_to_the_first_record_of_a_firm_that_has_one(resolved):
    found = suggest_employees(CON, ibis.memtable(resolved)).to_pylist()
    tied = {(row["record_id"], row["to_record_id"]) for row in found}
    assert tied == {
        *((f"m{i}", "m0") for i in range(1, 7)),
        *((f"a{i}", "a0") for i in range(1, 6)),
        *((f"l{i}", "l0") for i in range(1, 4)),
        *((f"b{i}", "b0") for i in range(1, 4)),
    }
    assert {row["kind"] for row in found} == {"employee"}


def firm_of(names, **identifiers):
    """Firm of each record, of {record: name} and of (record, value) by kind."""
    return resolved_from({n: {ORG: name} for n, name in names.items()}, **identifiers)


def resolved_from(facts, **identifiers):
    """Firm of each record, of {record: fields} and of (record, value) by kind."""
    described = records_table(facts)
    columns = canonical("identifiers").all_columns
    known = [("s", n, kind, value) for kind, of in identifiers.items() for n, value in of]
    rows = [row + (None,) * (len(columns) - 4) for row in known]
    made = ibis.memtable(table(rows, **columns))
    found = resolve_firms(
        CON, described, normalise_identifiers(made, country=None), settings=SETTINGS
    )
    return {row["record_id"]: row["firm"] for row in found.to_pylist()}


def test_a_domain_beside_many_names_ties_no_firms():
    emails = [(n, f"{n}@provider.net") for n in "abc"]
    found = firm_of({"a": "Acme", "b": "Bolts", "c": "Cafe"}, email=emails)
    assert found == {"a": "acme", "b": "bolts", "c": "cafe"}


def test_a_name_with_many_domains_ties_no_firms():
    emails = [("a", "x@north.com"), ("b", "x@south.com"), ("c", "x@west.com")]
    found = firm_of(dict.fromkeys("abcd", "City Works"), email=emails)
    assert found == {"a": "north.com", "b": "south.com", "c": "west.com"}


def test_a_phone_of_two_firms_tells_nothing():
    phones = [(n, DESK) for n in "abcdx"]
    names = {"a": "Acme", "b": "Acme", "c": "Cafe", "d": "Cafe", "x": None}
    assert sorted(firm_of(names, phone=phones)) == [*"abcd"]


def test_who_writes_from_a_clients_domain_is_of_the_firm_they_name_and_joins_no_firms():
    names = dict.fromkeys("abcd", "Acme") | dict.fromkeys("wxyz", "Zorro")
    emails = [(n, f"{n}@apex.com") for n in "abc"] + [(n, f"{n}@zeta.com") for n in "xyzd"]
    found = firm_of(names, email=[*emails, ("w", "w@apex.com"), ("w", "w@zeta.com")])
    assert found == dict.fromkeys("abcd", "acme") | dict.fromkeys("wxyz", "zeta.com")


def firm_in(towns, **identifiers):
    """Firm of each record of one name, of {record: (party_kind, city)}."""
    facts = {n: {"party_kind": k, "city": city, ORG: "Roth Bau"} for n, (k, city) in towns.items()}
    return resolved_from(facts, **identifiers)


def test_a_name_in_two_towns_is_two_firms_and_of_who_tells_no_town_nothing_is_known():
    org, person = "organisation", "person"
    towns = {"a": (org, "Kiel"), "b": (org, "Ulm"), "c": (person, "ULM"), "d": (person, None)}
    assert firm_in(towns) == {"a": "roth bau, kiel", "b": "roth bau, ulm", "c": "roth bau, ulm"}
    emails = [("a", "info@roth.de"), ("d", "d@roth.de")]
    assert firm_in(towns, email=emails)["d"] == firm_in(towns, email=emails)["a"]


def test_branches_that_share_a_domain_are_one_firm():
    towns = {"a": ("organisation", "Kiel"), "b": ("organisation", "Ulm")}
    found = firm_in(towns, email=[("a", "info@roth-bau.de"), ("b", "ulm@roth-bau.de")])
    assert found["a"] == found["b"]


def test_a_domain_that_is_spelt_like_its_firm_is_no_mail_providers():
    names = dict.fromkeys("abc", "Acme Bau") | {"x": "Kern", "y": "Lotz", "z": "Mohr"}
    emails = [(n, f"{n}@acme-bau.de") for n in "abcx"]
    assert firm_of(names, email=emails)["a"] == "acme bau"
    shared = firm_of(names, email=[(n, f"{n}@kielnet.de") for n in "axyz"])
    assert len({shared[n] for n in "axyz"}) == 4


def test_a_domain_without_a_name_is_of_the_one_firm_spelt_like_it():
    names = {"a": "Müller & Söhne Bau GmbH", "b": None, "c": None}
    emails = [("b", "b@mueller-soehne-bau.de"), ("c", "c@other.de")]
    found = firm_of(names, email=emails)
    assert (found["a"] == found["b"], found["c"]) == (True, "other.de")


def test_a_misspelt_name_with_the_firms_phone_is_of_the_firm():
    names = dict.fromkeys("ab", "Nordwind Logistik") | {"c": "Nordwnd Log.", "d": "Optik Roth"}
    found = firm_of(names, phone=[(n, DESK) for n in "abcd"])
    assert (found["c"], found["d"]) == ("nordwind logistik", "optik roth")


def test_an_organisations_own_phone_tells_its_people():
    facts = {"a": {"party_kind": "organisation", ORG: "Acme"}, "b": {}}
    assert resolved_from(facts, phone=[("a", DESK), ("b", DESK)])["b"] == "acme"
    facts["a"]["party_kind"] = "person"
    assert "b" not in resolved_from(facts, phone=[("a", DESK), ("b", DESK)])


def test_of_invented_firms_nearly_all_contacts_and_jobs_are_found_and_hardly_any_is_wrong():
    found = measure(CON, contacts_of(300, seed=1))
    assert found.firms.precision.value > 0.97
    assert found.firms.recall.value > 0.88
    assert found.employee_precision.value > 0.985
    assert found.employee_recall.value > 0.88


def evaluated(function, *texts):
    rows = ibis.memtable(table(list(enumerate(texts)), i="int64", text="string"))
    found = rows.mutate(key=function(rows.text)).order_by("i")
    return CON.to_pyarrow(found).column("key").to_pylist()


def test_a_name_is_reduced_to_what_tells_the_firm():
    assert evaluated(
        name_key, "Müller & Co. KG", "MUELLER", "S.A.", "Wąż sp. z o.o.", "東京 Inc"
    ) == [
        "muller",
        "muller",
        None,
        "waz",
        "東京",
    ]


def test_a_company_domain_is_what_a_firm_registers():
    emails = ("a@mail.acme.co.uk", "a@acme.com", "a@web.de", "a@yahoo.com.br", "no address", None)
    assert evaluated(company_domain, *emails) == ["acme.co.uk", "acme.com", None, None, None, None]


HOME = {"street": "1 High St.", "postcode": "N1", "family_name": "Lee"}


def homes(records, together_as=()):
    customer = {name: name for name in records} | dict(together_as)
    told = records_table(records)
    numbers = assign_codes(Scratch(CON), told, before=None)
    place = {name: n for n, name in enumerate(sorted(records))}
    founder = np.array([place[customer[name]] for name in sorted(records)])
    described = describe_records(Scratch(CON), told, numbers)
    found = suggest_households(CON, described, founder, numbers, settings=FirewallSettings())
    return [(row["record_id"], row["to_record_id"]) for row in found.to_pylist()]


def test_customers_of_one_name_at_one_address_are_a_household():
    records = {
        "a": {**HOME, "given_name": "Ann", "born_on": date(1980, 5, 4)},
        "b": {**HOME, "given_name": "Bob", "street": "1  high st"},
        "c": {**HOME, "given_name": "Ann M.", "born_on": date(2011, 11, 23)},
        "d": {**HOME, "given_name": "A."},
        "e": {**HOME, "given_name": "Eve", "family_name": "Kim"},
        "f": {**HOME, "given_name": "Flo", "street": None},
        "g": {**HOME, "party_kind": "organisation"},
        "h": {**HOME, "given_name": "Ann"},
        "i": {**HOME, "given_name": "Ivy"},
    }
    assert homes(records, {"i": "b"}) == [("b", "a"), ("c", "a")]


def test_a_home_is_one_however_it_is_spaced_and_none_where_a_part_says_nothing():
    records = {
        "a": {**HOME, "given_name": "Ann"},
        "b": {**HOME, "given_name": "Bob", "street": "1\tHigh St", "family_name": " LEE"},
        "c": {**HOME, "given_name": "Cy", "postcode": "n1 "},
        "d": {**HOME, "given_name": "Di", "postcode": None, "city": "N1."},
        "e": {**HOME, "given_name": "Eve", "street": " . "},
        "f": {**HOME, "given_name": "Flo", "street": ","},
        "g": {**HOME, "given_name": "Gus", "postcode": None},
    }
    assert homes(records) == [("b", "a"), ("c", "a"), ("d", "a")]


def test_an_institution_is_no_household():
    records = {f"r{i:02}": {**HOME, "given_name": f"N{i}"} for i in range(11)}
    assert homes(records) == []
    assert len(homes(dict(list(records.items())[:10]))) == 9


def test_what_the_firewall_kept_apart_becomes_a_relation_where_it_can():
    records = {
        "a": {"family_name": "Lee", "born_on": date(1980, 5, 4)},
        "b": {"family_name": "LEE", "born_on": date(2011, 11, 23)},
        "c": {"party_kind": "organisation"},
        "d": {"family_name": "Kim", "born_on": date(1951, 7, 30)},
    }
    ties = [(y, x, "email", x + y) for y, x in ("ba", "ca", "da", "dc")]
    found = resolve(records, ties=ties)
    suggested = relations_from_withheld(CON, found.effect.withheld, found.facts, found.numbers)
    expected = [("a", "c", "employee", WITH_FIRM), ("d", "c", "employee", WITH_FIRM),
                ("b", "a", "household", OF_ONE_NAME)]  # fmt: skip
    columns = ("record_id", "to_record_id", "kind", "derived_from")
    assert [tuple(row[c] for c in columns) for row in suggested.to_pylist()] == expected
    declared = canonical("relations").all_columns
    known = {
        "source": "s",
        "record_id": "a",
        "to_source": "s",
        "to_record_id": "c",
        "kind": "employee",
    }
    said = ibis.memtable(table([tuple(known.get(c) for c in declared)], **declared))
    rest = CON.to_pyarrow(combine_suggestions(suggested, suggested, declared=said)).to_pylist()
    assert sorted((r["record_id"], r["kind"]) for r in rest) == [
        ("b", "household"),
        ("d", "employee"),
    ]
    assert AT_ONE_ADDRESS not in {row["derived_from"] for row in rest}
