"""Writes docs/guide/tables.md from the catalogue of tables; a test checks that it is current."""

from collections.abc import Iterator
from pathlib import Path

from outsidein.canonical.tables import CANONICAL
from outsidein.pipeline.catalogue import CATALOGUE
from outsidein.tables.table import Column, Table

PAGE = Path(__file__).parent / "guide" / "tables.md"

INTRODUCTION = """# Tables

Every table of a snapshot, made from the catalogue `outsidein.pipeline.catalogue.CATALOGUE`. Read
one in Python with `outsidein.open(folder).table("tiers")`, or open the Parquet file in
`.outsidein/lake/builds`. Rows are ordered by key; money is in minor units of the project's
currency, times (`..._at`) are in UTC and days (`..._on`) in the project's time zone.

The column *personal* says what is personal data: **direct** is a person's name, address, birth
date, identifier, characteristics or own words; **pseudonym** is a key that leads to one person.
All columns of a row with a pseudonym are about that person.
"""

CANONICAL_INTRODUCTION = """\
Filled by the SQL models in `tables/<name>/`; every project has all of them. A value in a
*required* column is never missing: a row without one is rejected, unless a default fills it.
"""


def page() -> str:
    """Word the page."""
    kept = [table for table in CATALOGUE.values() if table.is_kept]
    derived = [table for table in kept if table.name not in CANONICAL]
    parts = [INTRODUCTION, "## Canonical tables\n", CANONICAL_INTRODUCTION]
    parts += ["\n".join(section(table)) for table in CANONICAL.values()]
    parts += ["## Derived tables\n", "Written by the steps of a build.\n"]
    parts += ["\n".join(section(table)) for table in derived]
    return "\n".join(parts)


def section(table: Table) -> Iterator[str]:
    """Yield the lines about one table."""
    yield from (f"### {table.name}", "", f"One row per {table.grain}.", "")
    yield f"Key: {', '.join(f'`{name}`' for name in table.key)}." if table.key else "No key."
    if not table.is_in_key_order:
        yield "Rows stand in the order in which the project declares what they describe."
    if table.open_prefix:
        yield f"A project may add columns that begin with `{table.open_prefix}`: personal, direct."
    if table.formerly:
        yield f"Older snapshots hold it as {', '.join(f'`{name}`' for name in table.formerly)}."
    yield from ("", "| column | type | required | personal | meaning |", "|---|---|---|---|---|")
    for name, kind in table.all_columns.items():
        yield row(name, kind, table.columns.get(name, Column(kind)))
    yield ""


def row(name: str, kind: str, column: Column) -> str:
    """Word one column."""
    plain = kind.replace("timestamp('UTC', 6)", "timestamp")
    is_required = "yes" if column.required else ""
    older = f"formerly {', '.join(f'`{old}`' for old in column.formerly)}"
    meaning = "; ".join([column.meaning] * bool(column.meaning) + [older] * bool(column.formerly))
    return f"| `{name}` | {plain} | {is_required} | {column.personal or ''} | {meaning} |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
