"""One estimate beside its truth, and the truth itself, read."""

import json
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from outsidein.errors import InputError
from outsidein.figures.figure import Estimate, Figure
from outsidein.figures.spec import FigureSpec, Measure
from outsidein.simulate.declaration import Firm

Figures = Mapping[str, Figure]


class Beside(NamedTuple):
    """A published estimate beside the truth.

    Attributes:
        what: Figure, group and measure.
        truth: The true value, in the estimate's unit.
        estimate: What was published.
        low: Its interval; None where a number was counted.
        high: Likewise.
        n: Customers it rests on (count).
        covered: Whether the interval holds the truth; None without an interval.
    """

    what: str
    truth: float
    estimate: float
    low: float | None
    high: float | None
    n: int | None
    covered: bool | None


class Truth:
    """The folder `truth` of a simulated project.

    Raises:
        InputError: There is none.
    """

    def __init__(self, folder: Path) -> None:
        if not (folder / "firm.json").exists():
            problem = "holds no truth; `outsidein simulate new` makes a project that has it"
            raise InputError(f"{folder} {problem}.")
        self._folder = folder

    @cached_property
    def firm(self) -> Firm:
        """What the firm was like."""
        saved = json.loads((self._folder / "firm.json").read_text("utf-8"))
        return Firm.model_validate(saved["firm"])

    @cached_property
    def customers(self) -> Mapping[str, Any]:
        """One element per true customer."""
        return _columns(pq.read_table(self._folder / "customers"))

    @cached_property
    def responses(self) -> Mapping[str, Any]:
        """One element per invitation."""
        return _columns(pq.read_table(self._folder / "responses"))

    @cached_property
    def records(self) -> Mapping[str, Any]:
        """One element per record."""
        return _columns(pq.read_table(self._folder / "records"))

    @cached_property
    def retention(self) -> Mapping[tuple[str, int], int]:
        """Customers by month of their first order and months since in which they ordered."""
        rows = pq.read_table(self._folder / "retention").to_pylist()
        customers: dict[tuple[str, int], int] = {}
        for row in rows:
            key = (row["cohort"], row["months_since"])
            customers[key] = customers.get(key, 0) + row["customers"]
        return customers

    @cached_property
    def hazards(self) -> Mapping[str, Any]:
        """One element per segment, month and reason."""
        return _columns(pq.read_table(self._folder / "hazards.parquet"))

    @cached_property
    def factors(self) -> list[dict[str, Any]]:
        """One row per factor, segment and year."""
        rows: list[dict[str, Any]] = pq.read_table(self._folder / "factors.parquet").to_pylist()
        return rows


def _columns(table: pa.Table) -> Mapping[str, Any]:
    return {
        name: np.asarray(table[name].to_numpy(zero_copy_only=False)) for name in table.column_names
    }


def estimates(figures: Figures, name: str) -> Iterator[tuple[Figure, Estimate]]:
    """Yield the estimates of a figure, none where a build does not publish it."""
    figure = figures.get(name)
    if figure:
        yield from ((figure, estimate) for estimate in figure.estimates)


def estimates_of(
    figures: Figures, spec: FigureSpec, measure: Measure, **group: str | float | None
) -> Iterator[tuple[Figure, Estimate]]:
    """Yield the estimates of a measure, none where a build does not publish the figure."""
    figure = figures.get(spec.name)
    if figure:
        selected = spec.select(figure, measure, **group)
        yield from ((figure, estimate) for estimate in selected)


def beside(figure: Figure, estimate: Estimate, truth: float) -> Iterator[Beside]:
    """Set one estimate beside its truth; nothing where it was not published."""
    if estimate.value is None:
        return
    group = ", ".join(f"{name} {value}" for name, value in estimate.group.items() if value)
    what = " | ".join(part for part in (figure.name, group, estimate.measure) if part)
    covered = None
    if estimate.low is not None and estimate.high is not None:
        covered = bool(estimate.low <= truth <= estimate.high)
    yield Beside(
        what, float(truth), estimate.value, estimate.low, estimate.high, estimate.n, covered
    )
