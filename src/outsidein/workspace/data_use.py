"""What a project does with its data: sources, columns and their use, needs, rejected rows."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from glob import glob
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from outsidein import workspace
from outsidein.alerts.declaration import AlertRule
from outsidein.canonical.column_use import ColumnUse, column_use, names_column
from outsidein.errors import InputError, UnknownName
from outsidein.lake.engine import close, connect
from outsidein.pipeline.declared import Declared
from outsidein.pipeline.lineage import dependent_figures
from outsidein.pipeline.project_binding import Binding
from outsidein.sources.declaration import Source
from outsidein.sources.need_edits import NeedDecision, decide_need
from outsidein.sources.needs import NEEDS_FILE, Need, column_approvals, read_needs
from outsidein.workspace.file_changes import FileChange, FileText, edited_toml
from outsidein.workspace.workspace import Workspace

RAW = "raw"
"""Column of a rejected row that may name a person."""

ROWS = 50
"""Rejected rows on one page (count)."""


class SourceState(NamedTuple):
    """A source and what the current build took of it; counts are None before the first build.

    Attributes:
        name: Its name.
        format: How it is read.
        place: Where it lies.
        changed_at: When its newest file was last written, for sources that are files.
        rows: Admitted (count).
        rejected: Count.
        expired: Past their retention (count).
    """

    name: str
    format: str
    place: str
    changed_at: datetime | None
    rows: int | None
    rejected: int | None
    expired: int | None


@dataclass(frozen=True, slots=True)
class ColumnState:
    """A column of a source: who decided on it, and what uses it.

    Attributes:
        source: Its source.
        name: Its name.
        state: Approved, vetoed, proposed or without a need, as the files say now.
        built: The same in the current build; empty if that had no such column.
        needs: The needs that name it.
        models: Models, staging queries and surveys that use it, by their path.
        tables: Canonical tables that those models write.
        figures: Figures that these tables are used for.
        rules: Segments and alerts that name it.
    """

    source: str
    name: str
    state: str
    built: str
    needs: tuple[Need, ...]
    models: tuple[str, ...]
    tables: tuple[str, ...]
    figures: tuple[str, ...]
    rules: tuple[str, ...]

    @property
    def is_used(self) -> bool:
        """Whether any model uses it."""
        return bool(self.models)


class RejectPage(NamedTuple):
    """Rejected rows: how many for which reason, and some of them.

    Attributes:
        reasons: Count, origin and reason, most first; of all rows.
        rows: The rows of the page.
        total: Rows that fit the filter (count).
    """

    reasons: list[dict[str, Any]]
    rows: list[dict[str, Any]]
    total: int


@dataclass(frozen=True, slots=True)
class DataUse:
    """The data of one project."""

    work: Workspace

    def sources(self) -> list[SourceState]:
        """Return the declared sources, with what the current build took of each."""
        built = {row["source"]: row for row in self._built("sources")}
        return [
            _source_state(name, source, built.get(name, {}), folder=self.work.folder)
            for name, source in self.work.check().sources.items()
        ]

    def columns(self) -> list[ColumnState]:
        """Return every column that sources have or needs name, by source."""
        declared, alerts = self.work.check(), self.work.loop().rules
        built = {(row["source"], row["column"]): row["state"] for row in self._built("columns")}
        named = ((need.source, column) for need in declared.needs for column in need.columns)
        use = column_use(declared.models)
        places = dict.fromkeys((*built, *named))
        return [
            self._column(declared, alerts, use, *place, built=built.get(place, ""))
            for place in sorted(places, key=lambda p: list(declared.sources).index(p[0]))
            if place[0] in declared.sources
        ]

    def column(self, source: str, name: str) -> ColumnState:
        """Return one column.

        Raises:
            UnknownName: No source and no need has it.
        """
        columns = {(c.source, c.name): c for c in self.columns()}
        if (source, name) not in columns:
            raise UnknownName(f"column of source {source!r}", name, [c for _, c in columns])
        return columns[source, name]

    def consequences(self, decision: NeedDecision) -> list[str]:
        """Return why the next build would fail: the errors that `outsidein check` would find.

        Raises:
            InputError: The decision cannot be written.
        """
        declared = self.work.check()
        file = workspace.file_changes.FileChanges(self.work).read(NEEDS_FILE)
        needs = _needs_after(file, decision, declared)
        return [self._within(str(error)) for error in self._errors(declared, needs)]

    def decide(
        self, decision: NeedDecision, *, was: str, reason: str, email: str = ""
    ) -> FileChange | None:
        """Write the decision of a data owner; it holds from the next build on.

        Args:
            decision: What is decided.
            was: Hash of `data_needs.toml` as the page showed it.
            reason: Why.
            email: Address of who decides.

        Raises:
            FileConflict: The file changed since.
            InputError: The decision cannot be written.
        """
        return workspace.file_changes.FileChanges(self.work).edit(
            NEEDS_FILE,
            lambda document: decide_need(document, decision),
            was=was,
            by=decision.by,
            reason=reason,
            email=email,
        )

    def rejects(self, *, origin: str = "", reason: str = "", page: int = 1) -> RejectPage:
        """Return rejected rows of the current build, `ROWS` on a page.

        Raises:
            NothingBuilt: Nothing was built yet.
        """
        with self.work.reading() as reading:
            rejects = reading.table("rejects")
            counts = rejects.group_by("origin", "reason").aggregate(rows=rejects.count())
            order = [ibis.desc("rows"), "origin", "reason"]
            reasons = counts.order_by(order).to_pyarrow().to_pylist()
            rows = _filtered(rejects, origin=origin, reason=reason)
            listed = rows.order_by(list(rows.columns)).limit(ROWS, offset=ROWS * (page - 1))
            total = int(rows.count().to_pyarrow().as_py())
            return RejectPage(reasons, listed.to_pyarrow().to_pylist(), total)

    def rejects_table(self, *, origin: str, reason: str, has_rows: bool) -> pa.Table:
        """Return rejected rows as a table.

        Args:
            origin: Only of this source or model; of all if empty.
            reason: Only for this reason; for all if empty.
            has_rows: Whether the rows themselves are part of it; they may name persons.
        """
        with self.work.reading() as reading:
            rows = _filtered(reading.table("rejects"), origin=origin, reason=reason)
            table = rows.order_by(list(rows.columns)).to_pyarrow()
            return table if has_rows else table.drop_columns([RAW])

    def _built(self, table: str) -> list[dict[str, Any]]:
        if not any(snapshot.is_current for snapshot in self.work.snapshots.all()):
            return []
        rows: list[dict[str, Any]] = workspace.tables.arrow_table(
            self.work.snapshot(), table
        ).to_pylist()
        return rows

    def _column(
        self,
        declared: Declared,
        alerts: Mapping[str, AlertRule],
        use: ColumnUse,
        source: str,
        name: str,
        *,
        built: str,
    ) -> ColumnState:
        models = use.models(source, name)
        tables = use.tables_of(models)
        surveys = [s for s in declared.surveys.values() if source in s.sources]
        asked = [f"surveys/{s.name}" for s in surveys if names_column(s.model_dump(), name)]
        return ColumnState(
            source,
            name,
            state_of(declared.needs, source, name),
            built,
            tuple(n for n in declared.needs if n.source == source and name in n.columns),
            (*models, *asked),
            (*tables, *(("signals",) if asked else ())),
            dependent_figures([*tables, *(["signals"] if asked else [])]),
            tuple(_rules(declared, alerts, name)) if models else (),
        )

    def _errors(self, declared: Declared, needs: tuple[Need, ...]) -> list[InputError]:
        backend = connect(timezone=declared.timezone)
        try:
            with TemporaryDirectory(prefix="outsidein-check-") as folder:
                bound = replace(declared, needs=needs)
                binding = Binding(bound, backend, Path(folder), self.work.environment)
                return binding.run(self.work.loop().rules)
        finally:
            close(backend)

    def _within(self, line: str) -> str:
        return line.removeprefix(f"{self.work.folder}/")


def state_of(needs: Collection[Need], source: str, column: str) -> str:
    """Return the state of a column: approved, vetoed, proposed or without a need."""
    groups = column_approvals(needs, source, [column])
    states = ("approved", "vetoed", "proposed", "without a need")
    return next(state for state, group in zip(states, groups, strict=True) if group)


def _rules(declared: Declared, alerts: Mapping[str, AlertRule], column: str) -> Iterator[str]:
    """Yield the segments and alerts that name a column."""
    for name, segment in declared.segments.items():
        if names_column(segment.model_dump(), column):
            yield f"segment {name}"
    for name, rule in alerts.items():
        if names_column(rule.model_dump(), column):
            yield f"alert {name}"


def _needs_after(file: FileText, decision: NeedDecision, declared: Declared) -> tuple[Need, ...]:
    text = edited_toml(file, lambda document: decide_need(document, decision))
    with TemporaryDirectory(prefix="outsidein-needs-") as folder:
        path = Path(folder) / NEEDS_FILE
        path.write_text(text, encoding="utf-8", newline="")
        return read_needs(path, declared.sources)


def _source_state(of: str, source: Source, built: dict[str, Any], *, folder: Path) -> SourceState:
    files = (folder / name for pattern in source.path for name in _matching(folder, pattern))
    newest = max((path.stat().st_mtime for path in files if path.is_file()), default=None)
    return SourceState(
        of,
        source.format,
        source.table or ", ".join(source.path),
        datetime.fromtimestamp(newest, UTC) if newest else None,
        *(built.get(column) for column in ("rows", "rejected", "expired")),
    )


def _matching(folder: Path, pattern: str) -> list[str]:
    return glob(pattern, root_dir=folder, recursive=True)  # noqa: PTH207  Path.glob refuses ".."


def _filtered(rejects: ir.Table, *, origin: str, reason: str) -> ir.Table:
    if origin:
        rejects = rejects.filter(rejects.origin == origin)
    return rejects.filter(rejects.reason == reason) if reason else rejects
