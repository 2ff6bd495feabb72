"""Purchase histories, collapsed to the distinct ones."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from outsidein.errors import InputError
from outsidein.stats.lifetime.arrays import Ints, Vector

DENSE_KEYS = 1 << 26


@dataclass(frozen=True, eq=False)
class Histories:
    """Distinct purchase histories and how many customers share each.

    Attributes:
        frequency: Repeat purchases, the first one not counted (count).
        recency: Time from the first to the last purchase, 0 without repeats (time units).
        T: Time from the first purchase to the end of observation (time units).
        customers: Customers who share exactly this history (count).
    """

    frequency: Ints
    recency: Vector
    T: Vector
    customers: Ints

    def __post_init__(self) -> None:
        if len({column.shape for column in (self.frequency, self.recency, self.T)}) > 1:
            raise InputError("frequency, recency and T must be equally long.")
        if self.customers.shape != self.frequency.shape:
            raise InputError("customers must be as long as frequency.")
        if np.any(self.customers < 0):
            raise InputError("customers must be 0 or more; there is a negative one.")
        _check_times(self.frequency, self.recency, self.T)

    @property
    def total_customers(self) -> int:
        """Customers over all rows (count)."""
        return int(self.customers.sum())

    @property
    def repeaters(self) -> int:
        """Customers who bought again (count)."""
        return int(self.customers[self.frequency > 0].sum())


def compress_histories(
    frequency: ArrayLike, recency: ArrayLike, T: ArrayLike, *, days_per_unit: float = 7
) -> tuple[Histories, NDArray[np.intp]]:
    """Collapse customers to their distinct histories.

    The likelihood of every purchase model depends on a customer through
    (frequency, recency, T) only, so that fitting the distinct triples with
    their counts is exact. Times come in whole days, which makes triples equal
    exactly, and leave in units of `days_per_unit` days.

    Args:
        frequency: Repeat purchases per customer (count).
        recency: First to last purchase per customer (whole days).
        T: First purchase to the end of observation per customer (whole days).
        days_per_unit: Days in one time unit of the model: 7 gives weeks (days).

    Returns:
        The distinct histories, ordered by frequency, T and recency; and for
        each customer the row of their history, so that `values[rows]` spreads
        values per row over the customers.

    Raises:
        InputError: Lengths differ, a value is missing, negative or not whole,
            recency exceeds T, or a customer without repeats has a recency.

    Example:
        >>> histories, rows = compress_histories([2, 0, 2], [70, 0, 70], [273, 273, 273])
        >>> histories.frequency.tolist(), histories.customers.tolist(), rows.tolist()
        ([0, 2], [1, 2], [1, 0, 1])
        >>> histories.recency.tolist(), histories.T.tolist()
        ([0.0, 10.0], [39.0, 39.0])

    Source:
        Fader, Hardie & Lee (2005), "Counting Your Customers the Easy Way",
        Marketing Science 24(2), section 4: (x, t_x, T) is sufficient.
    """
    if not days_per_unit > 0:
        raise InputError(f"days_per_unit must be above 0; it is {days_per_unit}.")
    x, t_x, span = (
        _int_array(frequency, "frequency"),
        _int_array(recency, "recency"),
        _int_array(T, "T"),
    )
    if not x.shape == t_x.shape == span.shape:
        raise InputError("frequency, recency and T must be equally long.")
    _check_times(x, t_x, span)
    base = int(span.max(initial=0)) + 1
    if (int(x.max(initial=0)) + 1) * base * base >= 1 << 63:
        raise InputError("frequency and T are too large to be real counts and days.")
    keys, rows, customers = distinct_histories((x * base + span) * base + t_x)
    rest, days_last = np.divmod(keys, base)
    count, days = np.divmod(rest, base)
    return Histories(count, days_last / days_per_unit, days / days_per_unit, customers), rows


def distinct_histories(keys: Ints) -> tuple[Ints, NDArray[np.intp], Ints]:
    """Return the sorted distinct keys, the place of each key among them, and their counts."""
    top = int(keys.max(initial=-1)) + 1
    if top <= min(DENSE_KEYS, 16 * keys.size):
        seen = np.zeros(top, dtype=np.bool_)
        seen[keys] = True
        distinct = np.flatnonzero(seen).astype(np.int64)
        place = np.cumsum(seen, dtype=np.int32) - np.int32(1)
        rows = place[keys].astype(np.intp)
    else:
        ordered = np.sort(keys)
        distinct = ordered[np.flatnonzero(np.diff(ordered, prepend=-1))]
        rows = np.searchsorted(distinct, keys)
    return distinct, rows, np.bincount(rows, minlength=distinct.size).astype(np.int64)


def _int_array(values: ArrayLike, name: str) -> Ints:
    array = np.asarray(values)
    if array.ndim != 1:
        raise InputError(f"{name} must be one value per customer; it has {array.ndim} dimensions.")
    if array.size == 0 or array.dtype.kind in "iu":
        return array.astype(np.int64, copy=False)
    if array.dtype.kind != "f":
        raise InputError(f"{name} must be whole numbers; it is {array.dtype}.")
    if not np.all(np.isfinite(array)):
        raise InputError(f"{name} has missing or infinite values; leave those customers out.")
    if np.any(array != np.floor(array)):
        raise InputError(f"{name} must be whole numbers; it has fractions.")
    return array.astype(np.int64)


def _check_times(frequency: Ints, recency: Vector | Ints, span: Vector | Ints) -> None:
    for name, values in (("frequency", frequency), ("recency", recency), ("T", span)):
        if values.dtype.kind == "f" and not np.all(np.isfinite(values)):
            raise InputError(f"{name} has missing or infinite values; leave those customers out.")
        if values.size and values.min() < 0:
            raise InputError(f"{name} must be 0 or more; its lowest value is {values.min()}.")
    if beyond := int(np.count_nonzero(recency > span)):
        raise InputError(f"recency exceeds T for {beyond} rows; no purchase can follow the end.")
    if odd := int(np.count_nonzero((frequency == 0) & (recency > 0))):
        raise InputError(f"recency must be 0 without repeat purchases; it is not for {odd} rows.")
