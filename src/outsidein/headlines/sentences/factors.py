"""What to improve first, by what the whole base of customers would gain."""

from collections.abc import Iterator

from outsidein.canonical.figures import SAMPLING
from outsidein.canonical.sampling_note import sampling_note
from outsidein.factors.figures import (
    FACTOR_VERDICTS,
    IMPORTANCE,
    INITIATIVES,
    NOBODY_YET,
    VALUE_WITH_LOW_ANSWERS,
)
from outsidein.figures.figure import Estimate
from outsidein.headlines.basis import Basis
from outsidein.headlines.finders import gains_by_size
from outsidein.headlines.statement import KINDS_OF_EFFECTS, Ground, Kind, Statement
from outsidein.present.figure_set import FigureSet, number_of
from outsidein.present.figure_view import by
from outsidein.present.overall_scale import OF_ITS_SCALE, overall_scale

BASE = "over all customers who gave feedback"
FACTOR = by("factor")

NOTICEABLE = 0.005
"""Gain, as a share of the scale, from which it is worth a manager's decision."""


def first_factor(basis: Basis) -> Iterator[Statement]:
    """Say which factor would raise satisfaction most if it never failed."""
    gains = gains_by_size(basis)
    if not gains:
        return
    first = gains[0]
    yield Statement(
        name="first_factor",
        kind=Kind.DECIDE,
        text=f"Most would be gained from {_factor(first)}: {in_words(basis, first)}, "
        f"{BASE}, as far as it is a cause.",
        base=BASE,
        grounds=(_above_nothing(basis, first),),
        action=f"Begin with {_factor(first)}{_then(gains[1:])}, and try it on a part of the "
        "customers first.",
        owner=_owner(first),
        worth=_value_at_stake(basis, first),
        worth_of="expected in the year ahead of those who gave it a low answer",
        doubts=_doubts_of_size(basis, first),
    )


def _above_nothing(basis: Basis, gain: Estimate) -> Ground:
    return Ground(
        spec=INITIATIVES,
        estimate=gain,
        no_effect=0.0,
        among=_studied(basis),
        kinds=KINDS_OF_EFFECTS,
    )


def _doubts_of_size(basis: Basis, gain: Estimate) -> tuple[str, ...]:
    """Object to a gain that nobody would notice."""
    scale = overall_scale(basis.figures)
    width = scale.highest - scale.lowest if scale else 1.0
    if number_of(gain) >= NOTICEABLE * width:
        return ()
    unit = scale.words if scale else OF_ITS_SCALE
    return (f"{basis.words.value(gain)} {unit} is less than anybody would notice",)


def in_words(figures: FigureSet, effect: Estimate) -> str:
    """Write an effect on overall satisfaction with its interval and its unit."""
    scale = overall_scale(figures.figures)
    return f"{figures.words.in_sentence(effect)} {scale.words if scale else OF_ITS_SCALE}"


def _studied(basis: Basis) -> int:
    """Count the factors, also those for which nothing is proposed."""
    importance = basis.numbers(FACTOR_VERDICTS, IMPORTANCE)
    return max(len({e.group["factor"] for e in importance}), 1)


def _owner(estimate: Estimate) -> str:
    owner = str(estimate.group.get("owner") or "")
    return "" if owner == NOBODY_YET else owner


def _value_at_stake(basis: Basis, first: Estimate) -> float | None:
    """Sum what customers are expected to bring; in a sample of them it is not the firm's."""
    if sampling_note(basis.figures.get(SAMPLING.name)):
        return None
    e = basis.one(INITIATIVES, VALUE_WITH_LOW_ANSWERS, factor=first.group["factor"])
    return e.value if e else None


def _factor(estimate: Estimate) -> str:
    return f"“{FACTOR(estimate).lower()}”"


def _then(others: list[Estimate]) -> str:
    return f", then {_factor(others[0])}" if others else ""
