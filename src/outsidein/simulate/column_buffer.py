"""Rows that come to be part by part, as columns."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Columns = Mapping[str, Array]
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class ColumnBuffer:
    """Columns of equal length, grown by parts and numbered from `first` on."""

    def __init__(self, *, first: int = 0) -> None:
        self._parts: list[dict[str, Array]] = []
        self._next = first

    def add(self, **columns: Array) -> Ints:
        """Add rows and return their numbers."""
        length = len(next(iter(columns.values())))
        numbers = np.arange(self._next, self._next + length, dtype=np.int64)
        self._next += length
        self._parts.append({"number": numbers, **columns})
        return numbers

    def columns(self) -> dict[str, Array]:
        """Return all rows; there is a part at least, and every part has the same columns."""
        names = self._parts[0]
        return {name: np.concatenate([part[name] for part in self._parts]) for name in names}


def select_rows(columns: Columns, kept: Array) -> dict[str, Array]:
    """Keep some rows, by mask or place."""
    return {name: column[kept] for name, column in columns.items()}
