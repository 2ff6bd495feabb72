"""Backup and restore: one file, the same for either database.

The file is a SQLite store. A backup of either database can be restored into the other, which is
also how a store moves from SQLite to PostgreSQL.
"""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, Engine, MetaData, Table, func, insert, select, text

from outsidein.errors import InputError
from outsidein.store.store_engine import begin_exclusive, migrate, open_store, redacted_url

ROWS_AT_ONCE = 5_000
REVISIONS = "alembic_version"

_IS_OURS = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"


def backup(store: Engine, file: Path) -> dict[str, int]:
    """Write a consistent copy of the store into a file, while others keep writing.

    The file appears complete or not at all.

    Returns:
        Rows by table (count).

    Raises:
        InputError: The file exists.
    """
    if file.exists():
        raise InputError(f"{file} already exists. Name another file for the backup.")
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".backup-") as folder:
        part = Path(folder) / "store.db"
        archive = open_store(part)
        with _begin_consistent_read(store) as source, archive.connect() as target:
            begin_exclusive(target)
            rows = _copy(source, target)
            target.commit()
            target.exec_driver_sql("PRAGMA journal_mode=DELETE")  # one file, without its log
        archive.dispose()
        _flush(part)
        part.rename(file)
    return rows


def restore(
    store: Engine, file: Path, *, replace: bool, then: Callable[[Connection], None] | None = None
) -> dict[str, int]:
    """Restore a backup into the store in one transaction.

    Args:
        store: The store to fill.
        file: A backup, of this version of the package or an older one; it is not changed.
        replace: Whether to delete what the store holds first.
        then: Further work for the same transaction.

    Returns:
        Rows by table (count).

    Raises:
        InputError: The file is missing, is not a complete backup, or the store is not empty and
            `replace` is false.
    """
    if not file.is_file():
        raise InputError(f"There is no backup {file}.")
    with tempfile.TemporaryDirectory(prefix="outsidein-restore-") as folder:
        copied = Path(folder) / "store.db"
        shutil.copyfile(file, copied)
        _check(copied, shown_as=file)
        archive = open_store(copied)  # migrates an older one
        with archive.connect() as source, store.connect() as target:
            begin_exclusive(target)
            _empty(target, replace=replace)
            rows = _copy(source, target)
            if then:
                then(target)
            target.commit()
        archive.dispose()
    return rows


def _check(copied: Path, *, shown_as: Path) -> None:
    """Refuse an incomplete backup before anything is deleted."""
    try:
        with closing(sqlite3.connect(copied)) as opened:
            [integrity] = opened.execute("PRAGMA quick_check(1)").fetchone()
            is_ours = bool(opened.execute(_IS_OURS, (REVISIONS,)).fetchone())
    except sqlite3.DatabaseError as error:
        raise InputError(f"{shown_as} is not a complete backup: {error}.") from error
    if integrity != "ok" or not is_ours:
        raise InputError(f"{shown_as} is not a complete backup.")


def _begin_consistent_read(store: Engine) -> Connection:
    """Open a transaction that sees one consistent state, whatever others write."""
    if store.dialect.name == "sqlite":
        connection = store.connect()
        connection.exec_driver_sql("BEGIN")
        return connection
    return store.connect().execution_options(isolation_level="REPEATABLE READ")


def _empty(target: Connection, *, replace: bool) -> None:
    filled = [table.name for table in _tables(target) if _is_filled(target, table)]
    if filled and not replace:
        raise InputError(
            f"The store at {redacted_url(target.engine.url)} already holds "
            f"{', '.join(sorted(filled))}. "
            "Use --replace to delete that, or restore into an empty store."
        )
    if filled:
        migrate(target, to="base")
        migrate(target)


def _is_filled(connection: Connection, table: Table) -> bool:
    return connection.execute(select(1).select_from(table).limit(1)).first() is not None


def _copy(source: Connection, target: Connection) -> dict[str, int]:
    """Copy every table, referenced tables first."""
    into = {table.name: table for table in _tables(target)}
    rows = {}
    for table in _tables(source):
        rows[table.name] = _copy_table(source, table, target, into[table.name])
        last = _last_number(source, table)
        if last is not None:
            _continue_numbers_after(target, into[table.name], last)
    return rows


def _copy_table(source: Connection, table: Table, target: Connection, into: Table) -> int:
    ordered = select(table).order_by(*table.primary_key.columns)
    copied = 0
    for part in source.execute(ordered).mappings().partitions(ROWS_AT_ONCE):
        target.execute(insert(into), [dict(row) for row in part])
        copied += len(part)
    return copied


def _tables(connection: Connection) -> list[Table]:
    metadata = MetaData()
    metadata.reflect(connection)
    return [table for table in metadata.sorted_tables if table.name != REVISIONS]


def _last_number(connection: Connection, table: Table) -> int | None:
    """The highest key ever generated, even if that row is gone; None if there was none."""
    if not _has_generated_key(table):
        return None
    if connection.dialect.name == "sqlite":
        query = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
        last = connection.execute(query, {"name": table.name}).scalar()
    else:
        sequence = _sequence(connection, table)
        query = text(f"SELECT CASE WHEN is_called THEN last_value END FROM {sequence}")
        last = connection.execute(query).scalar() if sequence else None
    highest = connection.execute(select(func.max(*table.primary_key.columns))).scalar()
    return max((number for number in (last, highest) if number is not None), default=None)


def _continue_numbers_after(connection: Connection, table: Table, last: int) -> None:
    """Continue a table's generated keys after `last`."""
    if connection.dialect.name == "sqlite":
        values = {"name": table.name, "last": last}
        if _is_autoincrement(connection, table):
            delete = text("DELETE FROM sqlite_sequence WHERE name = :name")
            connection.execute(delete, {"name": table.name})
            connection.execute(text("INSERT INTO sqlite_sequence VALUES (:name, :last)"), values)
    elif sequence := _sequence(connection, table):
        connection.execute(text(f"SELECT setval('{sequence}', :last)"), {"last": last})


def _has_generated_key(table: Table) -> bool:
    columns = list(table.primary_key.columns)
    return len(columns) == 1 and columns[0].type.python_type is int


def _sequence(connection: Connection, table: Table) -> str | None:
    (column,) = table.primary_key.columns
    query = text("SELECT pg_get_serial_sequence(:name, :column)")
    names = {"name": f'"{table.name}"', "column": column.name}
    sequence = connection.execute(query, names).scalar()
    return str(sequence) if sequence else None


def _is_autoincrement(connection: Connection, table: Table) -> bool:
    query = text("SELECT sql LIKE '%AUTOINCREMENT%' FROM sqlite_master WHERE name = :name")
    return bool(connection.execute(query, {"name": table.name}).scalar())


def _flush(file: Path) -> None:
    descriptor = os.open(file, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)
