from datetime import UTC, datetime

import ibis
import pyarrow as pa
import pytest

from outsidein.canonical.tables import canonical


@pytest.fixture
def canon(con):
    """Makes a canonical table with `customer_id` of the rows given, null where they say nothing."""

    def make(name, rows=()):
        columns = canonical(name).all_columns | {"customer_id": "string"}
        schema = ibis.schema(columns).to_pyarrow()
        filled = [DEFAULTS.get(name, {}) | row for row in rows]
        made = pa.Table.from_pylist(filled, schema=schema)
        return con.create_table(f"{name}_{len(con.list_tables())}", ibis.memtable(made))

    return make


DEFAULTS = {
    "transactions": {
        "source": "shop",
        "line": 1,
        "revenue": 0,
        "discount": 0,
        "is_return": False,
        "is_cancelled": False,
        "is_trial": False,
    },
    "contracts": {"source": "billing", "period": "month"},
    "encounters": {"source": "desk", "channel": "phone", "kind": "call"},
    "signals": {"source": "survey", "kind": "direct", "subject": "own"},
}


@pytest.fixture
def orders(canon):
    """Makes transactions of (customer, day, revenue) or of (customer, day)."""

    def make(*rows, **more):
        return canon(
            "transactions",
            [
                {
                    "customer_id": customer,
                    "ordered_on": day,
                    "ordered_at": datetime(day.year, day.month, day.day, 12, tzinfo=UTC),
                    "revenue": revenue[0] if revenue else 0,
                    "transaction_id": f"{i}",
                    **more,
                }
                for i, (customer, day, *revenue) in enumerate(rows)
            ],
        )

    return make


@pytest.fixture
def shown():
    """Reads a figure as {(group values, measure): (value, n)}."""

    def read(figure):
        return {(*e.group.values(), e.measure): (e.value, e.n) for e in figure.estimates}

    return read
