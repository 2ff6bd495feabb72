"""Birth dates too different to be typing errors of one person's date."""

import numpy as np
from numpy.typing import NDArray

Days = NDArray[np.datetime64]
Flags = NDArray[np.bool_]
Letters = NDArray[np.uint8]
Places = NDArray[np.int64]

FAR_APART = 3
"""Edits between two birth dates, from which on no slip of the keyboard explains them."""

_WIDTH = 10  # of an ISO date


def are_usable(born: Days) -> Flags:
    """Say which birth dates tell anything: those known and not the first of January.

    Example:
        >>> are_usable(np.array(["1980-05-04", "1980-01-01", "NaT"], "datetime64[D]")).tolist()
        [True, False, False]
    """
    is_new_year = born == born.astype("datetime64[Y]").astype("datetime64[D]")
    is_usable: Flags = ~np.isnat(born) & ~is_new_year
    return is_usable


def are_incompatible(left: Days, right: Days) -> Flags:
    """Say which pairs of birth dates are no one person's.

    Three edits or more lie between their ISO texts, where exchanging two adjacent digits is one
    edit, and day and month are not merely exchanged. A date that is missing, or the first of
    January, is compatible with any.

    Example:
        >>> a = np.array(["1980-05-04", "1980-05-04", "1980-05-04"], "datetime64[D]")
        >>> b = np.array(["1980-04-05", "1980-05-14", "1971-12-23"], "datetime64[D]")
        >>> are_incompatible(a, b).tolist()
        [False, False, True]
    """
    is_incompatible: Flags = (
        left != right
    )  # missing dates differ from any, and go with the unusable
    days, places = np.unique(
        np.concatenate([left[is_incompatible], right[is_incompatible]]), return_inverse=True
    )
    one, other = np.split(places, 2)
    is_usable = are_usable(days)
    are_both_usable = is_usable[one] & is_usable[other]
    apart = np.zeros(len(one), dtype=np.bool_)
    apart[are_both_usable] = _are_far(_texts(days), one[are_both_usable], other[are_both_usable])
    is_incompatible[is_incompatible] = apart
    return is_incompatible


def _are_far(texts: Letters, one: Places, other: Places) -> Flags:
    """Say of which texts three edits or more make the other, in cheaper ways where these do."""
    digits = np.stack([(texts == ord(digit)).sum(axis=1) for digit in "0123456789"], axis=1)
    # An edit brings or takes one letter at most, and as many edits as letters differ are enough.
    strange = np.abs(digits[one] - digits[other]).sum(axis=1) // 2
    far: Flags = strange >= FAR_APART
    differing = (texts[one] != texts[other]).sum(axis=1)
    unsure = np.flatnonzero(~far & (differing >= FAR_APART))
    left, right = texts[one[unsure]], texts[other[unsure]]
    far[unsure] = (_edits(left, right) >= FAR_APART) & ~_is_exchanged(left, right)
    return far


def is_incompatible_pair(left: int, right: int) -> bool:
    """Say it of one pair of usable dates, given in days since 1970.

    Quicker for single pairs than `is_incompatible_pair`, which is quicker for many.

    Example:
        >>> is_incompatible_pair(0, 1), is_incompatible_pair(100, 9_999)
        (False, True)
    """
    one, other = (str(np.datetime64(day, "D")) for day in (left, right))
    if sum(a != b for a, b in zip(one, other, strict=True)) < FAR_APART:
        return False
    is_exchanged = one[:5] + one[8:] + "-" + one[5:7] == other
    return not is_exchanged and _edits_between(one, other) >= FAR_APART


def _edits_between(one: str, other: str) -> int:
    before: list[int] = []
    above = list(range(len(other) + 1))
    for i, a in enumerate(one):
        row = [i + 1]
        for j, b in enumerate(other):
            best = min(above[j] + (a != b), above[j + 1] + 1, row[j] + 1)
            if i and j and a == other[j - 1] and b == one[i - 1]:
                best = min(best, before[j - 1] + 1)
            row.append(best)
        before, above = above, row
    return above[-1]


def _texts(born: Days) -> Letters:
    texts = np.datetime_as_string(born).astype(f"S{_WIDTH}")
    return np.ascontiguousarray(texts).view(np.uint8).reshape(-1, _WIDTH)


def _is_exchanged(one: Letters, other: Letters) -> Flags:
    """Day as month and month as day, in one year."""
    exchanged = one[:, [0, 1, 2, 3, 4, 8, 9, 7, 5, 6]]
    same: Flags = (exchanged == other).all(axis=1)
    return same


def _edits(one: Letters, other: Letters) -> NDArray[np.int8]:
    """Optimal string alignment distance of each row of `one` to that of `other`."""
    above: list[NDArray[np.int8]] = []
    row = [np.full(len(one), j, dtype=np.int8) for j in range(_WIDTH + 1)]
    for i in range(1, _WIDTH + 1):
        before, above, row = above, row, [np.full(len(one), i, dtype=np.int8)]
        for j in range(1, _WIDTH + 1):
            changed = (one[:, i - 1] != other[:, j - 1]).astype(np.int8)
            best = np.minimum(np.minimum(above[j], row[j - 1]) + 1, above[j - 1] + changed)
            if i > 1 and j > 1:
                crossed = (one[:, i - 1] == other[:, j - 2]) & (one[:, i - 2] == other[:, j - 1])
                best = np.where(crossed, np.minimum(best, before[j - 2] + 1), best)
            row.append(best.astype(np.int8))
    return row[-1]
