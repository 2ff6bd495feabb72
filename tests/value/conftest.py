from datetime import date

import ibis
import pyarrow as pa
import pytest

from outsidein.canonical.known import known_before
from outsidein.canonical.order_totals import orders_from_lines
from outsidein.value.inputs import ValueInputs

AS_OF = date(2024, 7, 1)

COLUMNS = {
    "customers": {"customer_id": "string", "first_seen_on": "date"},
    "transactions": {
        "customer_id": "string",
        "source": "string",
        "transaction_id": "string",
        "line": "int64",
        "ordered_on": "date",
        "revenue": "int64",
        "discount": "int64",
        "cost": "int64",
        "is_return": "boolean",
        "is_trial": "boolean",
        "customisation_cost": "int64",
        "recorded_at": "timestamp('UTC', 6)",
    },
    "encounters": {
        "customer_id": "string",
        "started_on": "date",
        "kind": "string",
        "cost": "int64",
        "caused_by": "string",
        "recorded_at": "timestamp('UTC', 6)",
    },
    "messages": {
        "customer_id": "string",
        "sent_on": "date",
        "cost": "int64",
        "recorded_at": "timestamp('UTC', 6)",
    },
    "contracts": {
        "customer_id": "string",
        "source": "string",
        "contract_id": "string",
        "started_on": "date",
        "ended_on": "date",
        "price": "int64",
        "cost": "int64",
        "period": "string",
        "recorded_at": "timestamp('UTC', 6)",
    },
}

DEFAULTS = {
    "customers": {"first_seen_on": date(2024, 1, 1)},
    "transactions": {
        "source": "shop",
        "transaction_id": "t1",
        "line": 1,
        "ordered_on": date(2024, 3, 1),
        "revenue": 0,
        "discount": 0,
        "is_return": False,
        "is_trial": False,
    },
    "encounters": {"started_on": date(2024, 3, 1), "kind": "call"},
    "messages": {"sent_on": date(2024, 3, 1)},
    "contracts": {"source": "shop", "contract_id": "k1", "period": "month"},
}


@pytest.fixture
def firm(con):
    """What was known before a day, from rows as dicts (the rest by default) or from tables."""

    def known(*, as_of=AS_OF, timezone="UTC", **tables):
        made = {}
        for name, columns in COLUMNS.items():
            schema = ibis.schema(columns).to_pyarrow()
            rows = tables.get(name, [])
            if not isinstance(rows, pa.Table):
                rows = pa.Table.from_pylist([DEFAULTS[name] | row for row in rows], schema=schema)
            made[name] = con.create_table(name, ibis.memtable(rows), overwrite=True)
        con.raw_sql(f"SET TimeZone = '{timezone}'")
        cut = {name: known_before(table, as_of) for name, table in made.items()}
        placed = orders_from_lines(cut.pop("transactions"))
        return ValueInputs(**cut, orders=placed, as_of=as_of)

    return known
