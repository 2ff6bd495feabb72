import ibis

from outsidein.churn.facts import CHURNED_FACTS, SPELL_FACTS
from outsidein.pipeline.catalogue import CATALOGUE
from outsidein.pipeline.customers import FACTS
from outsidein.profiles.customers import gather_facts_step, with_facts
from outsidein.tables.columns import NUMBER
from outsidein.tables.customer_facts import CustomerFacts
from outsidein.tables.table import Table
from tests.tables import table

PROFILES = ibis.memtable(table([("anna",), ("ben",)], customer_id="string"))
VISITS = Table("visits", "customer", ("customer_id",), {"visits": NUMBER, "other": NUMBER})


def rows(customers):
    connection = ibis.duckdb.connect()
    return connection.to_pyarrow(customers.order_by("customer_id")).to_pylist()


def test_a_customer_without_a_row_has_no_facts_of_it():
    visits = ibis.memtable(
        table([("ben", 3.0, 1.0)], customer_id="string", visits="float64", other="float64")
    )
    facts = CustomerFacts(VISITS, {"visits": NUMBER})
    assert rows(with_facts(PROFILES, [(facts, visits)])) == [
        {"customer_id": "anna", "visits": None},
        {"customer_id": "ben", "visits": 3.0},
    ]


def test_the_latest_spell_says_whether_a_customer_has_churned():
    names = SPELL_FACTS.table.columns
    columns = {name: column.type for name, column in names.items()}
    spells = [
        {"customer_id": "anna", "spell": 1, "is_latest": False, "reason": "price"},
        {"customer_id": "anna", "spell": 2, "is_latest": True},
    ]
    spells = ibis.memtable(table([tuple(s.get(c) for c in columns) for s in spells], **columns))
    customers = with_facts(PROFILES, [(SPELL_FACTS, spells), (CHURNED_FACTS, spells)])
    anna, ben = rows(customers)
    assert (anna["is_churned"], anna["reason"]) == (False, None)
    assert ben["is_churned"] is None


def test_the_step_reads_every_table_that_facts_are_declared_of():
    step = gather_facts_step(CATALOGUE["customers"], FACTS)
    assert {t.name for t in step.reads} == {"profiles", *(facts.table.name for facts in FACTS)}


def test_the_table_of_customers_has_the_columns_of_all_facts_after_those_of_the_profile():
    names = [name for facts in FACTS for name in facts.columns]
    assert list(CATALOGUE["customers"].columns)[-len(names) :] == names
