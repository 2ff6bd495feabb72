"""Who does not come back after a bad first experience."""

from collections.abc import Iterator

from outsidein.factors.figures import (
    RATIO_OF_RETURNING,
    RETURNED_AFTER_LOW,
    RETURNED_OTHERWISE,
    RETURNING,
)
from outsidein.figures.figure import Estimate
from outsidein.headlines.basis import Basis
from outsidein.headlines.statement import KINDS_OF_EFFECTS, Ground, Kind, Statement
from outsidein.present.figure_view import by

FACTOR = by("factor")
BASE = "of customers watched for a full year"


OVERALL = "overall"
"""How answers about satisfaction as a whole are named among the factors."""


def bad_first_experience(basis: Basis) -> Iterator[Statement]:
    """Say how many fewer come back after a bad first experience of the factor most had one of."""
    lows = basis.numbers(RETURNING, RETURNED_AFTER_LOW)
    for low in sorted(lows, key=lambda e: -(e.n or 0))[:1]:
        group = {"factor": low.group["factor"]}
        other = basis.one(RETURNING, RETURNED_OTHERWISE, **group)
        ratio = basis.one(RETURNING, RATIO_OF_RETURNING, **group)
        if other and ratio:
            yield _statement(basis, low, other, ratio)


def _statement(basis: Basis, low: Estimate, other: Estimate, ratio: Estimate) -> Statement:
    factor, words = FACTOR(low).lower(), basis.words
    return Statement(
        name=f"returning {factor}",
        kind=Kind.DECIDE,
        text=f"After a bad first {_experience(factor)} {words.value(low)} {BASE} ordered "
        f"again, otherwise {words.value(other)}: {words.in_sentence(ratio)} times as many.",
        base=BASE,
        grounds=(
            Ground(spec=RETURNING, estimate=low),
            Ground(spec=RETURNING, estimate=other),
            Ground(spec=RETURNING, estimate=ratio, no_effect=1.0, kinds=KINDS_OF_EFFECTS),
        ),
        action="Make up for it at once, on a part of the customers first, and compare who returns.",
    )


def _experience(factor: str) -> str:
    """Name what was bad: the overall score is no factor of the offer."""
    return "overall score" if factor == OVERALL else f"experience with “{factor}”"
