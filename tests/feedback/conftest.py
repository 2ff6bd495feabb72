from datetime import UTC, datetime

import ibis
import pyarrow as pa
import pytest

from outsidein.canonical.tables import canonical


def at(day, hour=12):
    """Noon of a day."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


@pytest.fixture
def canon(con):
    """Makes a canonical table with `customer_id` of the rows given, null where they say nothing."""

    def make(name, rows=()):
        columns = canonical(name).all_columns | {"customer_id": "string"}
        schema = ibis.schema(columns).to_pyarrow()
        made = pa.Table.from_pylist([DEFAULTS.get(name, {}) | row for row in rows], schema=schema)
        return con.create_table(f"{name}_{len(con.list_tables())}", ibis.memtable(made))

    return make


DEFAULTS = {
    "encounters": {"source": "desk", "channel": "phone", "kind": "call"},
    "transactions": {
        "source": "desk",
        "line": 1,
        "is_return": False,
        "is_trial": False,
        "is_cancelled": False,
    },
    "signals": {"source": "desk", "kind": "direct", "subject": "own", "level": "factor"},
    "invitations": {"source": "desk", "survey": "after", "survey_version": "1"},
    "consents": {"source": "desk", "channel": "any", "topic": "any"},
}
