"""Loads sources: one DuckDB view each, with approved columns only."""

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NamedTuple

import duckdb
from ibis.backends import BaseBackend

from outsidein.errors import ProjectError, SourceError, nearest
from outsidein.lake.sql import file_list, literal, quoted
from outsidein.sources.declaration import Source
from outsidein.sources.files import Fingerprint
from outsidein.sources.needs import (
    Need,
    approved_columns,
    check_needs,
    column_approvals,
    retention_days,
)
from outsidein.sources.progress import Progress, SilentProgress
from outsidein.sources.readers import ReadTask, SourceRows, read_source
from outsidein.sources.selection import SelectedColumn, Selection, select_rows
from outsidein.sources.spool import RejectWriter

FETCH_ROWS = 10_000


@dataclass(frozen=True, slots=True)
class LoadedSource:
    """The result for one source: rows + rejected + expired are the rows of its files.

    Without an approved column nothing is read but the columns' names: there is no view,
    and no rows. `rejects` is a Parquet file with the columns of `REJECTS`.
    """

    name: str
    rows: int
    rejected: int
    expired: int
    columns_loaded: tuple[str, ...]
    columns_without_need: tuple[str, ...]
    columns_vetoed: tuple[str, ...]
    columns_proposed: tuple[str, ...]
    files: tuple[Fingerprint, ...]
    rejects: Path | None

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns that the data have."""
        by_need = (self.columns_loaded, self.columns_vetoed, self.columns_proposed)
        return tuple(name for group in (*by_need, self.columns_without_need) for name in group)


def load_sources(
    backend: BaseBackend,
    sources: Mapping[str, Source],
    needs: Iterable[Need],
    *,
    root: Path,
    spool: Path,
    as_of: date,
    environment: Mapping[str, str],
    progress: Progress | None = None,
    is_head_only: bool = False,
) -> list[LoadedSource]:
    """Make each source a view of its name, with the columns that have an approved need.

    Parquet is read in place; everything else is streamed to `spool` first, in the order of
    files and lines, so that it may be larger than memory. The
    views need these files for as long as they live. Sets DuckDB's
    `preserve_insertion_order`, on which the order of rows depends.

    Args:
        backend: Where the views are created: DuckDB.
        sources: Each source under its name.
        needs: Which columns may be kept.
        root: The project's folder.
        spool: Folder for the files written; those of an earlier load are overwritten.
        as_of: The day from which retention counts back.
        environment: Values for `${NAME}` in database addresses.
        progress: Shows the reading; silent unless given.
        is_head_only: Whether the first rows of large CSV files will do.

    Returns:
        One per source, in the order given.

    Raises:
        ProjectError: A need or an option names what is not there, or contradicts another.
        SourceError: Data is missing, empty, or cannot be read as declared.
    """
    needs = tuple(needs)
    progress = progress or SilentProgress()
    check_needs(needs, sources)
    spool.mkdir(parents=True, exist_ok=True)
    con = backend.con
    con.execute("SET preserve_insertion_order = true")
    loaded = []
    for name, source in sources.items():
        progress.started(name)
        task = _task(
            con,
            name,
            source,
            needs,
            root=root,
            spool=spool,
            environment=environment,
            progress=progress,
            is_head_only=is_head_only,
        )
        one = _load_one(task, needs, as_of=as_of)
        progress.finished(rows=one.rows, size=sum(file.bytes for file in one.files))
        loaded.append(one)
    return loaded


def _task(
    con: duckdb.DuckDBPyConnection,
    name: str,
    source: Source,
    needs: tuple[Need, ...],
    *,
    root: Path,
    spool: Path,
    environment: Mapping[str, str],
    progress: Progress,
    is_head_only: bool,
) -> ReadTask:
    approved = approved_columns(needs, name)
    return ReadTask(
        con=con,
        name=name,
        source=source,
        approved=approved,
        in_needs=frozenset(c for need in needs if need.source == name for c in need.columns),
        is_limited=any(retention_days(needs, name, column) is not None for column in approved),
        root=root,
        spool=spool,
        environment=environment,
        rejects=RejectWriter(name, spool / f"{name}.rejects.parquet"),
        advance=progress.advanced,
        is_head_only=is_head_only,
    )


def _load_one(task: ReadTask, needs: tuple[Need, ...], *, as_of: date) -> LoadedSource:
    _remove_earlier_load(task)
    reading = read_source(task)
    _refuse_unknown_options(task, reading)
    rows, expired = (0, 0)
    if reading.kept:
        _refuse_empty(task, reading)
        rows, expired = _make_view(task, reading, needs, as_of=as_of)
        if rows + expired == 0:
            raise _no_valid_row(task)
    if reading.wants_conversion:
        shutil.rmtree(task.parts)
    rejects = task.rejects.close()
    stands = column_approvals(needs, task.name, reading.columns)
    return LoadedSource(
        name=task.name,
        rows=rows,
        rejected=task.rejects.count,
        expired=expired,
        columns_loaded=stands.approved,
        columns_without_need=stands.without_need,
        columns_vetoed=stands.vetoed,
        columns_proposed=stands.proposed,
        files=reading.fingerprints,
        rejects=rejects,
    )


def _remove_earlier_load(task: ReadTask) -> None:
    """Remove the files of an earlier load: they may contain columns vetoed since."""
    shutil.rmtree(task.parts, ignore_errors=True)
    for end in ("parquet", "rejects.parquet"):
        (task.spool / f"{task.name}.{end}").unlink(missing_ok=True)


def _make_view(
    task: ReadTask, reading: SourceRows, needs: tuple[Need, ...], *, as_of: date
) -> tuple[int, int]:
    """Create the view; return its rows and the expired ones (counts)."""
    columns = [
        SelectedColumn(name, f"c{place}", fit, kind, retention_days(needs, task.name, name))
        for place, (name, fit, kind) in enumerate(
            zip(reading.kept, reading.fits, reading.kinds, strict=True)
        )
    ]
    chosen = select_rows(reading.relation, columns, dated_by=task.source.dated_by, as_of=as_of)
    read_rows = sum(piece.rows for piece in reading.pieces)
    if not (reading.wants_conversion or task.is_limited):
        values = ", ".join(f"{c.place} AS {quoted(c.name)}" for c in columns)
        _create_view(task, f"SELECT {values} FROM {reading.relation}")
        return read_rows, 0
    written = _write_typed(task, chosen) if reading.wants_conversion else None
    _create_view(task, chosen.kept if written is None else written.query)
    if written is not None and written.rows == read_rows:
        return read_rows, 0
    _write_rejects(task, reading, chosen)
    (rows, expired), *_ = task.con.execute(chosen.counts).fetchall()
    return rows, expired


class _TypedRows(NamedTuple):
    query: str
    rows: int


def _create_view(task: ReadTask, query: str) -> None:
    task.con.execute(f"CREATE OR REPLACE VIEW {quoted(task.name)} AS {query}")


def _write_typed(task: ReadTask, chosen: Selection) -> _TypedRows:
    """Write the typed rows once, in order."""
    path = task.spool / f"{task.name}.parquet"
    (rows,), *_ = task.con.execute(
        f"COPY ({chosen.kept}) TO {literal(str(path))} (FORMAT parquet)"
    ).fetchall()
    return _TypedRows(f"SELECT * FROM read_parquet({file_list([path])})", rows)


def _write_rejects(task: ReadTask, reading: SourceRows, chosen: Selection) -> None:
    shown = {str(piece.path): piece.shown for piece in reading.pieces}
    rows = task.con.cursor().execute(chosen.turned_away)
    while batch := rows.fetchmany(FETCH_ROWS):
        for path, line, column, reason, raw in batch:
            task.rejects.add(shown[path], line, column, reason, raw)


def _refuse_unknown_options(task: ReadTask, reading: SourceRows) -> None:
    """Refuse a dating or typed column that the data does not have."""
    options = [("types", name) for name in task.source.types]
    if task.source.dated_by is not None:
        options.append(("dated_by", task.source.dated_by))
    for option, name in options:
        if name not in reading.columns:
            raise ProjectError(
                "sources.toml",
                f"source.{task.name}.{option}",
                f"the data has no column {name!r}. {nearest(name, reading.columns)}",
            )


def _refuse_empty(task: ReadTask, reading: SourceRows) -> None:
    if sum(piece.rows for piece in reading.pieces) > 0:
        return
    if task.rejects.count:
        raise _no_valid_row(task)
    names = ", ".join(piece.shown for piece in reading.pieces)
    raise SourceError(task.name, f"{names}: has no rows; a source needs at least one")


def _no_valid_row(task: ReadTask) -> SourceError:
    task.rejects.close()
    return SourceError(
        task.name,
        f"none of its {task.rejects.count} rows is valid; the first is {task.rejects.first}",
    )
