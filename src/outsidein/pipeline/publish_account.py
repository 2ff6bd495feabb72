"""What a build admitted, and what the build before it did."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import ibis.expr.types as ir
from ibis.backends import BaseBackend

from outsidein.canonical.sql_models import Models
from outsidein.canonical.tables import ADMISSIONS, CANONICAL, REJECTS
from outsidein.lake.queries import first_row
from outsidein.pipeline.publish_checks import Account, Feed
from outsidein.sources.tables import SOURCES
from outsidein.tables.columns import MONEY, REQUIRED_MONEY
from outsidein.tables.snapshot_files import read_declared
from outsidein.tables.snapshot_rows import existing_path, read_declared_rows
from outsidein.tables.table import Column

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class _Reasons:
    """Why rows were rejected: how many rows there are of each origin and reason."""

    rows: Counter[tuple[str, str]]

    def most_common(self, origins: set[str]) -> str:
        """Return the reason of most rows of some origins."""
        reasons: Counter[str] = Counter()
        for (origin, reason), rows in self.rows.items():
            if origin in origins:
                reasons[reason] += rows
        return reasons.most_common(1)[0][0] if reasons else "they do not fit the table"

    def count(self, origin: str) -> int:
        """Return how many rows of an origin were rejected."""
        return sum(rows for (other, _), rows in self.rows.items() if other == origin)


def account_of_build(
    backend: BaseBackend,
    tables: Mapping[str, ir.Table],
    models: Models,
    *,
    as_of: date,
) -> Account:
    """Return what a build admitted while its engine still holds sources and staging queries.

    Args:
        backend: The engine.
        tables: What the build wrote, by name.
        models: The project's models.
        as_of: First day that does not count.
    """
    sources, admissions = (tables[t.name].to_pyarrow().to_pylist() for t in (SOURCES, ADMISSIONS))
    reasons = _reasons(tables[REJECTS.name])
    filled = {row["table"]: tables[row["table"]] for row in admissions if row["admitted"]}
    return Account(
        [
            *_source_feeds(sources, reasons),
            *_table_feeds(admissions, models, reasons),
            *_model_feeds(backend, models, reasons),
        ],
        _sums(filled),
        _days(filled, as_of),
    )


def account_of_snapshot(backend: BaseBackend, folder: Path) -> Account:
    """Return what an earlier build admitted, from its snapshot."""
    sources, admissions = (
        read_declared_rows(table, folder).to_pylist() if existing_path(table, folder) else []
        for table in (SOURCES, ADMISSIONS)
    )
    reasons = _Reasons(Counter())
    filled = {
        row["table"]: read_declared(backend, CANONICAL[row["table"]], folder)
        for row in admissions
        if row["admitted"] and existing_path(CANONICAL[row["table"]], folder)
    }
    return Account(
        [*_source_feeds(sources, reasons), *_table_feeds(admissions, Models(), reasons)],
        _sums(filled),
    )


def _reasons(rejects: ir.Table) -> _Reasons:
    counted = rejects.group_by("origin", "reason").aggregate(rows=lambda t: t.count())
    return _Reasons(
        Counter({(r["origin"], r["reason"]): r["rows"] for r in counted.to_pyarrow().to_pylist()})
    )


def _source_feeds(sources: Rows, reasons: _Reasons) -> Iterator[Feed]:
    for row in sources:
        reason = reasons.most_common({row["source"]})
        counts = (row["rows"], row["rejected"], row["expired"])
        yield Feed("Source", row["source"], *counts, reason=reason)


def _table_feeds(admissions: Rows, models: Models, reasons: _Reasons) -> Iterator[Feed]:
    for row in admissions:
        if row["models"]:
            origins = {query.origin for query in models.by_table.get(row["table"], ())}
            reason = reasons.most_common(origins)
            yield Feed("Table", row["table"], row["admitted"], row["rejected"], reason=reason)


def _model_feeds(backend: BaseBackend, models: Models, reasons: _Reasons) -> Iterator[Feed]:
    """Yield the rows of models that share a table; a model that is alone is its table."""
    for queries in models.by_table.values():
        for query in queries if len(queries) > 1 else ():
            (rows,) = first_row(backend, f"SELECT count(*) FROM ({query.sql})")
            rejected = reasons.count(query.origin)
            reason = reasons.most_common({query.origin})
            yield Feed("Model", query.origin, rows - rejected, rejected, reason=reason)


def _sums(tables: Mapping[str, ir.Table]) -> dict[tuple[str, str], int]:
    sums: dict[tuple[str, str], int] = {}
    for table, rows in tables.items():
        money = [name for name, column in CANONICAL[table].columns.items() if _is_money(column)]
        if money:
            total = rows.aggregate(**{name: rows[name].sum() for name in money})
            [row] = total.to_pyarrow().to_pylist()
            sums |= {(table, name): int(row[name] or 0) for name in money}
    return sums


def _is_money(column: Column) -> bool:
    return column is MONEY or column is REQUIRED_MONEY


def _days(tables: Mapping[str, ir.Table], as_of: date) -> dict[str, list[date]]:
    return {
        table: sorted(_days_before(rows, next(iter(CANONICAL[table].days)), as_of))
        for table, rows in tables.items()
        if CANONICAL[table].days
    }


def _days_before(rows: ir.Table, day: str, as_of: date) -> list[date]:
    days = rows.filter(rows[day] < as_of).select(day).distinct()
    return [row[day] for row in days.to_pyarrow().to_pylist()]
