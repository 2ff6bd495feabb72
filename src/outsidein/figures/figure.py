"""A figure: estimates that belong together, with the method that made them."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from outsidein.errors import TooLittleData
from outsidein.lake.csv_files import write_csv_table

FEWEST = 10
"""No aggregate over fewer customers is shown."""

MEASURED_IN = "measured_in"
"""Group that holds the unit of a plain number, in words, where a project's column sets it."""

SIGNIFICANT_DIGITS = 9
"""Published floats keep these: enough for money, too few to show on how many threads they ran."""

Group = Mapping[str, str | int | float | None]


class Unit(StrEnum):
    """What an estimate counts in."""

    CUSTOMERS = "customers"
    SHARE = "share"  # 0 to 1
    POINTS = "points"  # difference of two shares, -1 to 1
    MONEY = "money"  # minor units of the project's currency
    DAYS = "days"
    MONTHS = "months"
    ORDERS = "orders"
    NUMBER = "number"


class Interval(Protocol):
    """What estimators return: some value with `low`, `high` and `n`."""

    @property
    def low(self) -> float: ...  # noqa: D102
    @property
    def high(self) -> float: ...  # noqa: D102
    @property
    def n(self) -> int: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Estimate:
    """One number of a figure.

    `n` counts the customers it rests on; without a `value`, `why` says why there is none; without
    `low` and `high`, `why` says why there is no interval ("counted, not estimated").
    """

    measure: str
    unit: Unit
    n: int | None
    value: float | None = None
    low: float | None = None
    high: float | None = None
    why: str | None = None
    group: Group = field(default_factory=dict)


COUNTED = "counted, not estimated"
"""Why a number of all customers, rather than of a sample of them, has no interval."""


COMPUTED_WITH = "computed with "
"""Begins the reason of a number that rests on an assumption, in place of an interval."""


@dataclass(frozen=True, slots=True)
class Figure:
    """Estimates that belong together.

    `groups` names the columns the estimates are told apart by, `method` says in one or two
    sentences what was computed, from whom, and under which declared rule. `partition` names the
    group that parts all customers, where it is not the only one. `basis` says what the figure rests
    on that nobody counted, as in "an assumed margin of 35 %"; empty where all was recorded.
    """

    name: str
    title: str
    method: str
    groups: tuple[str, ...]
    estimates: tuple[Estimate, ...]
    partition: str | None = None
    basis: str = ""

    def table(self) -> pa.Table:
        """Return one row per group and measure: groups, measure, unit, n, value, low, high, why."""
        columns: dict[str, Any] = {
            name: pa.array([estimate.group.get(name) for estimate in self.estimates])
            for name in self.groups
        }
        columns |= {
            name: pa.array([_plain(getattr(estimate, name)) for estimate in self.estimates], kind)
            for name, kind in _COLUMNS.items()
        }
        about = {"name": self.name, "title": self.title, "method": self.method}
        about |= {"partition": self.partition} if self.partition else {}
        about |= {"basis": self.basis} if self.basis else {}
        return pa.table(columns).replace_schema_metadata(
            {"figure": json.dumps(about | {"groups": self.groups})}
        )


_COLUMNS = {
    "measure": pa.string(),
    "unit": pa.string(),
    "n": pa.int64(),
    "value": pa.float64(),
    "low": pa.float64(),
    "high": pa.float64(),
    "why": pa.string(),
}


def estimated(
    measure: str, unit: Unit, answer: Interval, *, value: str, group: Group | None = None
) -> Estimate:
    """Wrap an estimator's answer, whose field `value` is the number itself."""
    number = getattr(answer, value)
    return Estimate(measure, unit, answer.n, number, answer.low, answer.high, None, group or {})


def counted(
    measure: str, unit: Unit, number: float, *, n: int, group: Group | None = None
) -> Estimate:
    """Wrap a number that is a fact about all customers at hand and so has no interval."""
    return Estimate(measure, unit, n, number, None, None, COUNTED, group or {})


def unanswered(measure: str, unit: Unit, why: str, *, group: Group | None = None) -> Estimate:
    """Say why there is no number."""
    return Estimate(measure, unit, None, why=why, group=group or {})


def too_little(
    measure: str, unit: Unit, error: TooLittleData, *, group: Group | None = None
) -> Estimate:
    """Say that there is too little data for a number."""
    return Estimate(measure, unit, error.n, why=str(error), group=group or {})


def assuming(figure: Figure, basis: str, *, rests: Callable[[Estimate], bool]) -> Figure:
    """Say what a figure rests on that nobody counted.

    A number that would read "counted, not estimated" then says so with the assumption.

    Args:
        figure: The figure.
        basis: As in "an assumed margin of 35 %"; empty where nothing was assumed.
        rests: Tells whether an estimate rests on it.

    Example:
        >>> profit = counted("profit", Unit.MONEY, 120, n=30)
        >>> figure = Figure("tiers", "Tiers", "", (), (profit,))
        >>> assuming(figure, "an assumed margin of 35 %", rests=lambda e: True).estimates[0].why
        'computed with an assumed margin of 35 %'
    """
    if not basis or not any(e.value and rests(e) for e in figure.estimates):
        return figure
    why = f"{COMPUTED_WITH}{basis}"
    estimates = tuple(
        replace(e, why=why) if e.why == COUNTED and rests(e) else e for e in figure.estimates
    )
    return replace(figure, estimates=estimates, basis=basis)


def protect(figure: Figure) -> Figure:
    """Hide every estimate that rests on fewer than `FEWEST` customers.

    Where a single part of all customers is hidden, the next smallest is hidden with it, for
    otherwise it could be had by subtracting the others from the total.

    Example:
        >>> few = counted("profit", Unit.MONEY, 120, n=3, group={"tier": "gold"})
        >>> protect(Figure("tiers", "Tiers", "", ("tier",), (few,))).estimates[0].why
        'fewer than 10 customers'
    """
    hidden = {index for index, e in enumerate(figure.estimates) if _is_few(e.n)}
    for alike in _parts_of_a_whole(figure):
        few = [index for index in alike if index in hidden]
        others = sorted(
            (index for index in alike if index not in hidden and figure.estimates[index].n),
            key=lambda index: figure.estimates[index].n or 0,
        )
        total = sum(figure.estimates[index].n or 0 for index in few)
        if 0 < total < FEWEST and len(others) > 1:
            hidden.add(others[0])
    return replace(
        figure,
        estimates=tuple(
            _hide(e) if index in hidden else e for index, e in enumerate(figure.estimates)
        ),
    )


def write_figure(figure: Figure, folder: Path) -> None:
    """Write a figure's protected table as Parquet and CSV."""
    table = protect(figure).table()
    pq.write_table(table, folder / f"{figure.name}.parquet")
    write_csv_table(table, folder / f"{figure.name}.csv")


def read_figure(path: Path) -> Figure:
    """Read a figure written by `write_figure`."""
    with pq.ParquetFile(path) as file:  # read_table would load pandas
        table = file.read()
    about = json.loads(table.schema.metadata[b"figure"])
    groups = tuple(about.pop("groups"))
    estimates = tuple(_estimate(row, groups) for row in table.to_pylist())
    return Figure(**about, groups=groups, estimates=estimates)


def _estimate(row: dict[str, Any], groups: Sequence[str]) -> Estimate:
    group = {name: row.pop(name) for name in groups}
    return Estimate(**row | {"unit": Unit(row["unit"])}, group=group)


def _parts_of_a_whole(figure: Figure) -> list[list[int]]:
    """Return the places of the estimates that differ in nothing but the partition."""
    only = figure.groups[0] if len(figure.groups) == 1 else None
    partition = figure.partition or only
    if partition is None:
        return []
    parts: dict[tuple[Any, ...], list[int]] = {}
    for index, estimate in enumerate(figure.estimates):
        rest = (estimate.group.get(name) for name in figure.groups if name != partition)
        parts.setdefault((estimate.measure, *rest), []).append(index)
    return list(parts.values())


def _is_few(n: int | None) -> bool:
    return n is not None and 0 < n < FEWEST


def _hide(estimate: Estimate) -> Estimate:
    why = f"fewer than {FEWEST} customers" if _is_few(estimate.n) else "hidden to protect another"
    return replace(estimate, n=None, value=None, low=None, high=None, why=why)


def _plain(value: Any) -> Any:  # noqa: ANN401  what a column holds
    """Round a float; whether a zero is negative depends on the processor, so none is."""
    if isinstance(value, float):
        return float(f"{value:.{SIGNIFICANT_DIGITS}g}") + 0.0
    return value
