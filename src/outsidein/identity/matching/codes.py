"""Records as codes: what blocking rules and a first look at a pair read.

A text is a number, equal where the texts are, so that millions of records are joined and pairs
looked at without following texts. Birth dates stay texts: they are short, and compared by their
digits. Were two texts of one number, a pair would get a closer look for nothing.
"""

from collections.abc import Collection, Sequence

from outsidein.identity.matching.prepared import with_columns
from outsidein.lake.sql import quoted

TEXTS = frozenset({"born"})
FLAGS = ("has_", "several_")


def coded(
    records: str,
    columns: Collection[str],
    *,
    beside: Sequence[str] = ("i",),
    texts: Collection[str] = TEXTS,
) -> str:
    """Say how records become codes.

    Args:
        records: Comparands with their numbers, from `numbered`.
        columns: Which of their columns, and of those reckoned from them.
        beside: Further columns, as they are.
        texts: Those of the columns that stay texts.

    Returns:
        A query: one row per record.
    """
    codes = [f"{_code(name, texts)} AS {quoted(name)}" for name in sorted(columns)]
    read = with_columns(records, columns, beside=beside)
    return f"SELECT {', '.join([*beside, *codes])} FROM ({read})"


def _code(column: str, texts: Collection[str]) -> str:
    name = quoted(column)
    if column in texts or column.startswith(FLAGS):
        return name
    return f"CASE WHEN {name} IS NOT NULL THEN hash({name}) END"
