"""A figure of a snapshot for notebooks: its table, and how it looks."""

from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import Any

import pyarrow as pa

from outsidein.errors import InputError, UnknownName
from outsidein.figures.figure import Estimate, Figure, read_figure
from outsidein.figures.former_names import present_figure_name
from outsidein.lake.snapshots import Snapshot
from outsidein.present.figure_html import figure_html


@dataclass(frozen=True, slots=True, repr=False)
class ShownFigure:
    """A published figure; a notebook shows its chart and its table.

    Attributes:
        figure: The estimates that belong together, and their method.
        currency: ISO 4217 code of the currency of its amounts.

    Example:
        ```
        figure = project.figure("ladder_steps")
        figure.table                     # a pyarrow Table: one row per estimate
        figure.to_pandas()
        ```
    """

    figure: Figure
    currency: str

    @property
    def name(self) -> str:
        """Name of the figure."""
        return self.figure.name

    @property
    def title(self) -> str:
        """What it shows."""
        return self.figure.title

    @property
    def method(self) -> str:
        """What was computed, from whom, and under which declared rule."""
        return self.figure.method

    @property
    def estimates(self) -> tuple[Estimate, ...]:
        """Its numbers, each with n and interval or the reason there is none."""
        return self.figure.estimates

    @property
    def table(self) -> pa.Table:
        """One row per estimate: groups, measure, unit, n, value, low, high, why.

        Money is in minor units of the currency.
        """
        return self.figure.table()

    def to_pandas(self) -> Any:  # noqa: ANN401  a pandas DataFrame; pandas is no dependency
        """Return the table as a pandas data frame.

        Raises:
            InputError: pandas is not installed.
        """
        _package("pandas")
        return self.table.to_pandas()

    def to_polars(self) -> Any:  # noqa: ANN401  a polars DataFrame; polars is no dependency
        """Return the table as a polars data frame.

        Raises:
            InputError: polars is not installed.
        """
        return _package("polars").from_arrow(self.table)

    def __repr__(self) -> str:
        numbers = len(self.estimates)
        return f"<Figure {self.name}: {self.title}, {numbers} estimate{'s' * (numbers != 1)}>"

    def _repr_html_(self) -> str:
        return figure_html(self.figure, currency=self.currency)


def shown_figure(snapshot: Snapshot, name: str, *, currency: str) -> ShownFigure:
    """Return a figure of a snapshot.

    Raises:
        UnknownName: The snapshot has no such figure.
    """
    paths = {path.stem: path for path in snapshot.figures()}
    name = present_figure_name(name)
    if name not in paths:
        raise UnknownName("figure", name, paths)
    return ShownFigure(read_figure(paths[name]), currency)


def _package(name: str) -> ModuleType:
    """Import a package that is no dependency of this one.

    Raises:
        InputError: It is not installed.
    """
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        raise InputError(f"{name} is not installed: pip install {name}") from error
