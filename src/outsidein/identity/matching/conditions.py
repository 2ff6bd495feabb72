"""Conditions over two prepared records `l` and `r`, in DuckDB's SQL."""

import re

from outsidein.lake.sql import quoted

_COLUMN = re.compile(r'\b[lr]\.(?:"((?:[^"]|"")+)"|(\w+))')


def columns_of(*conditions: str) -> set[str]:
    """Columns of a record that conditions read.

    Example:
        >>> sorted(columns_of(equal("given", "city")))
        ['city', 'given']
    """
    matches = (names for condition in conditions for names in _COLUMN.findall(condition))
    return {name.replace('""', '"') or plain for name, plain in matches}


def both_known(column: str) -> str:
    """Neither side of a column is null."""
    name = quoted(column)
    return f"l.{name} IS NOT NULL AND r.{name} IS NOT NULL"


def equal(*columns: str) -> str:
    """All columns are equal."""
    return " AND ".join(f"l.{quoted(c)} = r.{quoted(c)}" for c in columns)


def similar(column: str, least: float) -> str:
    """Jaro-Winkler similarity of at least so much (0 to 1)."""
    name = quoted(column)
    return f"jaro_winkler_similarity(l.{name}, r.{name}) >= {least}"


def one_typo(column: str) -> str:
    """One letter added, left out, changed or two swapped, in a text of at least four.

    Texts of one length are told by how many places differ, others by their edit distance; the
    distance with swaps, which costs most, is left for two places that differ. Each stands in a
    CASE of its own: DuckDB evaluates all sides of an AND, but a CASE only where it holds.
    """
    one, other = f"l.{quoted(column)}", f"r.{quoted(column)}"
    is_swapped = f"damerau_levenshtein({one}, {other}) = 1"
    as_long = f"CASE hamming({one}, {other}) WHEN 1 THEN true WHEN 2 THEN {is_swapped} END"
    return (
        f"CASE WHEN least(length({one}), length({other})) > 3 "
        f"AND abs(strlen({one}) - strlen({other})) <= 1 THEN CASE WHEN {similar(column, 0.75)} "
        f"THEN CASE WHEN strlen({one}) = strlen({other}) THEN {as_long} "
        f"ELSE levenshtein({one}, {other}) = 1 END END END IS TRUE"
    )


def first_or_last_equal(column: str) -> str:
    """The first or the last letter is the same, as it is where there is but one typo.

    Reads the columns `first_of_<column>` and `last_of_<column>`.
    """
    return f"({equal('first_of_' + column)} OR {equal('last_of_' + column)})"


def both_long(column: str) -> str:
    """Both texts have more than three letters."""
    name = quoted("is_long_" + column)
    return f"(l.{name} AND r.{name})"


def two_typos(column: str) -> str:
    """Two letters added, left out, changed or swapped, in a text of at least six."""
    one, other = f"l.{quoted(column)}", f"r.{quoted(column)}"
    return (
        f"CASE WHEN least(length({one}), length({other})) > 5 "
        f"AND abs(length({one}) - length({other})) <= 2 "
        f"AND (left({one}, 1) = left({other}, 1) OR right({one}, 1) = right({other}, 1)) "
        f"THEN CASE WHEN {similar(column, 0.75)} "
        f"THEN damerau_levenshtein({one}, {other}) = 2 ELSE false END ELSE false END"
    )


def value_in_common(first: str, several: str) -> str:
    """A value in common, where most records have but one; lists are only met where they must."""
    one, other = (f"{side}.{quoted(several)}" for side in "lr")
    return (
        f"CASE WHEN {equal(first)} THEN true WHEN {either_flag('several_' + several)} "
        f"THEN list_has_any({one}, {other}) ELSE false END"
    )


def either_flag(flag: str) -> str:
    """A flag is up on either side."""
    return f"(l.{quoted(flag)} OR r.{quoted(flag)})"


def digits_differ(number: int) -> str:
    """So many digits of the birth dates differ."""
    return (
        "CASE WHEN length(l.born) = length(r.born) "
        f"THEN hamming(l.born, r.born) = {number} ELSE false END"
    )
