import ibis
import pyarrow as pa
import pytest

from outsidein.canonical.tables import canonical
from outsidein.factors.declaration import FactorSettings

FILLED = {
    "signals": {
        "source": "survey",
        "kind": "direct",
        "level": "factor",
        "subject": "own",
        "scale_low": 1.0,
        "scale_high": 5.0,
    }
}


@pytest.fixture
def canon(con):
    """Makes a canonical table with `customer_id` of the rows given, null where they say nothing."""

    def make(name, rows=()):
        columns = canonical(name).all_columns | {"customer_id": "string"}
        schema = ibis.schema(columns).to_pyarrow()
        made = pa.Table.from_pylist([FILLED.get(name, {}) | row for row in rows], schema=schema)
        return con.create_table(f"{name}_{len(con.list_tables())}", ibis.memtable(made))

    return make


@pytest.fixture
def settings():
    return FactorSettings()
