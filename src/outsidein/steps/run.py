"""What a build gives each of its steps."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TypeVar

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from ibis.backends import BaseBackend

from outsidein.errors import Undeclared, nearest
from outsidein.figures.figure import Figure, read_figure, write_figure
from outsidein.figures.spec import FigureSpec
from outsidein.lake.constants import (
    Constants,
    read_table_with_constants,
    spool_table_with_constants,
)
from outsidein.lake.engine import read_table, spool_table
from outsidein.lake.scratch import Scratch, scratch
from outsidein.steps.step import Step
from outsidein.tables.snapshot_files import (
    check_columns,
    declared_path,
    read_declared,
    write_declared,
    write_declared_rows,
)
from outsidein.tables.snapshot_rows import existing_path
from outsidein.tables.table import Table

SEED = 20_050_101
"""Of every random draw: the same customers give the same intervals."""

FIGURES = "figures"
"""Folder of a snapshot in which its figures lie."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Build:
    """One build: its inputs, its folders, and what its steps have written so far.

    Attributes:
        backend: The engine.
        declarations: The project's declarations by their type.
        as_of: First day that does not count.
        number: Number of the build.
        folder: Snapshot that is being written.
        spool: Folder for what only this build reads.
        before: Folder of the snapshot before; None where there is none.
    """

    backend: BaseBackend
    declarations: Mapping[type, object]
    as_of: date
    number: int
    folder: Path
    spool: Path
    before: Path | None = None
    tables: dict[str, ir.Table] = field(default_factory=dict)
    figures: dict[str, Figure] = field(default_factory=dict)

    def run(self, step: Step) -> None:
        """Run a step and write its figures.

        Raises:
            Undeclared: The step reads, writes or publishes what it does not declare.
            RuntimeError: It does not write all that it declares.
        """
        run = Run(self, step)
        for figure in step.run(run):
            run.publish(figure)
        missing = [table.name for table in step.writes if table.name not in self.tables]
        if missing:
            raise RuntimeError(f"Step {step.name!r} did not write {', '.join(missing)}.")


@dataclass(frozen=True, slots=True)
class Run:
    """A build as one of its steps may use it: only what the step declares is within reach."""

    build: Build
    step: Step

    @property
    def backend(self) -> BaseBackend:
        """The engine."""
        return self.build.backend

    @property
    def as_of(self) -> date:
        """First day that does not count."""
        return self.build.as_of

    @property
    def number(self) -> int:
        """Number of the build."""
        return self.build.number

    @property
    def spool_folder(self) -> Path:
        """Folder for files that only this step reads."""
        return self.build.spool

    def declaration(self, kind: type[T]) -> T:
        """Return the project's declaration of a type.

        Raises:
            Undeclared: The project has none of it.
        """
        declaration = self.build.declarations.get(kind)
        if not isinstance(declaration, kind):
            available = [each.__name__ for each in self.build.declarations]
            raise Undeclared("declaration of the project", kind.__name__, available)
        return declaration

    def rng(self, name: str) -> np.random.Generator:
        """Return a seeded generator of random numbers.

        Args:
            name: What is drawn, unique among all steps.
        """
        seed = np.random.SeedSequence([SEED, *name.encode()])
        return np.random.default_rng(seed)

    def read(self, table: Table) -> ir.Table:
        """Return a table that an earlier step or this one wrote."""
        own = (*self.step.writes, *self.step.may_write)
        self._check("table that is read by", table, (*self.step.reads, *own))
        return _written(self.build.tables, "table", table.name)

    def read_before(self, table: Table) -> ir.Table | None:
        """Return a table of the snapshot before; None where there is none."""
        self._check("table of the snapshot before that is read by", table, self.step.reads_before)
        before = self.build.before
        if before is None or existing_path(table, before) is None:
            return None
        return read_declared(self.backend, table, before)

    def figure(self, spec: FigureSpec | str) -> Figure:
        """Return a figure that an earlier step published, with groups of any size."""
        self._check("figure that is read by", spec, self.step.reads_figures)
        return _written(self.build.figures, "figure", name_of(spec))

    def figure_if_published(self, spec: FigureSpec | str) -> Figure | None:
        """Return a figure that an earlier step may publish; None where it did not."""
        self._check("figure that is read by", spec, self.step.reads_figures)
        return self.build.figures.get(name_of(spec))

    def figure_before(self, spec: FigureSpec | str) -> Figure | None:
        """Return a figure of the snapshot before; None where there is none."""
        kind = "figure of the snapshot before that is read by"
        self._check(kind, spec, self.step.reads_figures_before)
        before = self.build.before
        path = before / FIGURES / f"{name_of(spec)}.parquet" if before else None
        return read_figure(path) if path and path.exists() else None

    def write(self, table: Table, rows: ir.Table | pa.Table) -> ir.Table:
        """Write a table and return it as it now lies.

        A table that the snapshot keeps is written in the order of its key; rows in memory must
        be in that order already. Any other table is written in no order.

        Args:
            table: The declaration.
            rows: Exactly the declared columns, in their order.
        """
        self._check_writes(table)
        if isinstance(rows, pa.Table):
            path = write_declared_rows(table, rows, self._folder(table))
            written = read_table(self.backend, path)
        elif table.is_kept:
            written = write_declared(self.backend, table, rows, self._folder(table))
        else:
            check_columns(table, rows.schema())
            written = spool_table(self.backend, rows, self._path(table))
        return self._keep(table, written)

    def write_with_constants(self, table: Table, rows: ir.Table, constants: Constants) -> ir.Table:
        """Write a table that the snapshot does not keep, without its constant columns.

        Args:
            table: The declaration.
            rows: Exactly the declared columns, in their order.
            constants: Columns that hold one value in every row, and the value.
        """
        self._check_writes(table)
        check_columns(table, rows.schema())
        return self._keep(
            table, spool_table_with_constants(self.backend, rows, self._path(table), constants)
        )

    def define(self, table: Table, rows: ir.Table) -> ir.Table:
        """Declare a table that is computed wherever it is read, and written nowhere."""
        self._check_writes(table)
        check_columns(table, rows.schema())
        return self._keep(table, rows)

    def path(self, table: Table) -> Path:
        """Return where a step that writes a file itself has to write a table."""
        self._check_writes(table)
        return self._path(table)

    def path_of(self, table: Table) -> Path:
        """Return where a table lies that an earlier step wrote."""
        self._check("table that is read by", table, self.step.reads)
        return self._path(table)

    def adopt(self, table: Table) -> ir.Table:
        """Take over a table that the step wrote itself to `path`."""
        rows = read_table_with_constants(self.backend, self.path(table))
        check_columns(table, rows.schema())
        return self._keep(table, rows)

    def spool(self, rows: ir.Table, name: str) -> ir.Table:
        """Write what only this step reads, more than once, and return it as it now lies.

        Args:
            rows: Any expression.
            name: Name of the file, unique in the step.
        """
        path = self.build.spool / "steps" / f"{len(self.build.tables)}.{name}.parquet"
        return spool_table(self.backend, rows, path)

    def scratch(self) -> AbstractContextManager[Scratch]:
        """Open a scratch of temporary tables, which are dropped on its exit."""
        return scratch(self.backend)

    def publish(self, figure: Figure) -> None:
        """Write a figure that the step declares."""
        self._check("figure of", figure, self.step.figures)
        self.build.figures[figure.name] = figure
        write_figure(figure, self.build.folder / FIGURES)

    def _check_writes(self, table: Table) -> None:
        self._check("table that is written by", table, (*self.step.writes, *self.step.may_write))

    def _check(
        self,
        kind: str,
        item: Table | FigureSpec | Figure | str,
        declared: tuple[Table, ...] | tuple[FigureSpec | str, ...],
    ) -> None:
        names = [name_of(each) for each in declared]
        if name_of(item) not in names:
            raise Undeclared(f"{kind} step {self.step.name!r}", name_of(item), names)

    def _folder(self, table: Table) -> Path:
        return self.build.folder if table.is_kept else self.build.spool

    def _path(self, table: Table) -> Path:
        return declared_path(table, self._folder(table))

    def _keep(self, table: Table, rows: ir.Table) -> ir.Table:
        self.build.tables[table.name] = rows
        return rows


def name_of(item: Table | FigureSpec | Figure | str) -> str:
    """Return the name of a table or figure."""
    return item if isinstance(item, str) else item.name


def _written(items: Mapping[str, T], kind: str, name: str) -> T:
    if name not in items:
        raise RuntimeError(f"No step has written {kind} {name!r}. {nearest(name, items)}")
    return items[name]
