"""Rows turned away on the way in, whole, so that they can be replayed once the cause is fixed."""

import ibis

REJECTS = ibis.schema(
    {
        "origin": "!string",  # source name, or path of the SQL model
        "file": "string",  # file the row stood in, where known
        "line": "int64",  # its line or row number there, counted from 1, where known
        "column": "string",  # column at fault, where one is
        "reason": "!string",  # one sentence, the same for all rows turned away alike
        "raw": "!string",  # the row itself: its text, or its columns as JSON
    }
)
"""Grain: one row per row turned away and reason."""
