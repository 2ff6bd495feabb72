"""Records as hash codes, which blocking rules and the prefilter read.

A text is a number, equal where the texts are, so that millions of records are joined and pairs
looked at without following texts. Birth dates stay texts: they are short, and compared by their
digits. Were two texts of one number, a pair would get a closer look for nothing.
"""

from collections.abc import Collection, Mapping, Sequence

from outsidein.identity.matching.blocking import BlockingRule
from outsidein.identity.matching.duckdb.prepared_records import select_columns_sql
from outsidein.lake.sql import quoted

FLAGS = ("has_", "several_", "is_")


def hash_columns_sql(
    records: str, columns: Collection[str], *, beside: Sequence[str] = ("i",)
) -> str:
    """Return the SQL that hashes columns of records.

    Args:
        records: Prepared records, a table or query.
        columns: Which of their columns.
        beside: Further columns, as they are.

    Returns:
        A query: one row per record.
    """
    codes = [f"{_code(name)} AS {quoted(name)}" for name in sorted(columns)]
    read = select_columns_sql(records, columns, beside=beside)
    return f"SELECT {', '.join([*beside, *codes])} FROM ({read})"


def blocking_keys_sql(
    records: str,
    rules: Mapping[BlockingRule, str | None],
    bits: str,
    *,
    beside: Sequence[str] = ("i",),
) -> str:
    """Return the SQL that computes one key per blocking rule.

    Args:
        records: Prepared records, a table or query.
        rules: Blocking rules, each with a condition under which alone it is to find a record.
        bits: Table of what agreeing on values adds, read by the conditions as `b`.
        beside: Further columns, as they are.

    Returns:
        A query: one row per record, its keys `k0`, `k1`, ... null where a rule is not to find it.
    """
    keys = (
        f"CASE WHEN {rule.has_columns_sql} AND {condition or 'true'} "
        f"THEN hash({', '.join(f'p.{name}' for name in rule.names)}) END AS k{place}"
        for place, (rule, condition) in enumerate(rules.items())
    )
    read = select_columns_sql(records, {c for rule in rules for c in rule.columns}, beside=beside)
    copied = [f"p.{name}" for name in beside]
    return f"SELECT {', '.join([*copied, *keys])} FROM ({read}) p JOIN {bits} b USING (i)"


def _code(column: str) -> str:
    name = quoted(column)
    if column == "born" or column.startswith(FLAGS):
        return name
    return f"CASE WHEN {name} IS NOT NULL THEN hash({name}) END"
