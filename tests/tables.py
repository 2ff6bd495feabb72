"""Literal small tables: rows as tuples, columns by name and Ibis type."""

import ibis
import pyarrow as pa


def table(rows, **columns):
    """A pyarrow table of `rows`, whose columns have the Ibis types given."""
    schema = ibis.schema(columns).to_pyarrow()
    arrays = [pa.array([row[i] for row in rows], type=field.type) for i, field in enumerate(schema)]
    return pa.Table.from_arrays(arrays, schema=schema)
