"""CSV files whose texts no spreadsheet reads as formulas."""

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

FORMULA = r"^['\p{C}\p{Z}]*[=+\-@\x{FF1D}\x{FF0B}\x{FF0D}\x{FF20}]|^'*[\t\r\n]"
"""Begins as a formula does, after any apostrophes, spaces and invisible characters.

The signs count in either width.
"""

NUMBER = r"^[-+]?[0-9]+([.,][0-9]+)*([eE][-+]?[0-9]+)?%?$"
"""A number as text, which is no formula whatever its sign."""


def write_csv(batches: Iterable[pa.RecordBatch], schema: pa.Schema, path: Path) -> None:
    """Write rows as CSV: UTF-8, texts in quotation marks, nulls empty, no text a formula."""
    with pa_csv.CSVWriter(path, schema) as writer:
        for batch in batches:
            columns = [_written(column) for column in batch.columns]
            writer.write_batch(pa.record_batch(columns, schema=schema))


def write_csv_table(table: pa.Table, path: Path) -> None:
    """Write a table in memory as `write_csv` does."""
    write_csv(table.to_batches(), table.schema, path)


def without_formulas(texts: pa.Array) -> pa.Array:
    """Put an apostrophe before each text that a spreadsheet could read as a formula.

    A text that already begins with apostrophes and then as a formula gets one more, so that
    taking one away gives back what was there.

    Example:
        >>> without_formulas(pa.array(["=1+1", "-5", "'t Hooft", None])).to_pylist()
        ["'=1+1", '-5', "'t Hooft", None]
    """
    is_number = pc.match_substring_regex(texts, NUMBER)
    is_formula = pc.and_not(pc.match_substring_regex(texts, FORMULA), is_number)
    return pc.if_else(is_formula, pc.binary_join_element_wise("'", texts, ""), texts)


def _written(column: pa.Array) -> pa.Array:
    return without_formulas(column) if pa.types.is_string(column.type) else column
