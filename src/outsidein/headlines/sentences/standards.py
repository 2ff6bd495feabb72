"""Promises that are not kept."""

from collections.abc import Iterator

from outsidein.figures.figure import Estimate
from outsidein.headlines.basis import Basis
from outsidein.headlines.statement import Ground, Kind, Statement
from outsidein.present.figure_set import number_of
from outsidein.present.wording import label, share
from outsidein.standards.figures import (
    BROKEN,
    PROMISED_SHARE,
    SHARE_MISSED_NOW,
    STANDARDS,
    TARGET,
    is_found_from_data,
    promise_in_words,
)

BASE = "of the encounters it covers"


def broken_promises(basis: Basis) -> Iterator[Statement]:
    """Say which promise is not kept, how often too often, and who answers for it."""
    for e in basis.numbers(STANDARDS, SHARE_MISSED_NOW):
        if e.group["promise"] != BROKEN:
            continue
        standard, owner = promise_in_words(e), str(e.group["owner"] or "")
        allowed = _allowed(basis, e)
        too_many = 0.0 if allowed is None else _too_many(e, allowed)
        yield Statement(
            name="promise " + str(e.group["standard"]).replace("_", " "),
            kind=Kind.DECIDE,
            text=f"The promise “{standard}” is not kept: {basis.words.in_sentence(e)} {BASE} "
            f"missed {_what(basis, e)} over the {e.group['window']}{_promise(allowed, too_many)}.",
            base=BASE,
            grounds=(Ground(spec=STANDARDS, estimate=e, no_effect=0.0),),
            action=f"{label(owner or 'its owner')} decides what to do, or what can be promised.",
            owner=owner,
            affected=too_many,
            doubts=tuple(_doubts_of_target(basis, e)),
        )


def _doubts_of_target(basis: Basis, missed: Estimate) -> Iterator[str]:
    """Object to a target that was found from data: nobody promised it to customers."""
    target = basis.one(STANDARDS, TARGET, standard=missed.group["standard"])
    if target is not None and is_found_from_data(target):
        yield (
            f"the target of {basis.words.value(target)} ({basis.words.interval(target)}) was found "
            "from the data: nobody promised it"
        )


def _what(basis: Basis, missed: Estimate) -> str:
    """Name what was missed: the target, where it is a number that may differ from the promise."""
    target = basis.one(STANDARDS, TARGET, standard=missed.group["standard"])
    if target is None or target.value is None:
        return "it"
    return f"its target of {basis.words.value(target)}"


def _allowed(basis: Basis, missed: Estimate) -> float | None:
    """Return which share may miss the standard by its promise; None where it promises none."""
    promised = basis.one(STANDARDS, PROMISED_SHARE, standard=missed.group["standard"])
    if promised is None or promised.value is None:
        return None
    return round(1 - promised.value, 6)


def _too_many(missed: Estimate, allowed: float) -> float:
    """Count the encounters that missed the standard beyond those that may."""
    return max(0.0, (number_of(missed) - allowed) * _encounters(missed))


def _encounters(missed: Estimate) -> float:
    return float(missed.group.get("encounters") or missed.n or 0)


def _promise(allowed: float | None, too_many: float) -> str:
    """Say how many may miss the standard, by its promise, and how many more did."""
    if allowed is None:
        return ""
    more = f": some {too_many:,.0f} too many" if too_many >= 1 else ""
    return f"; at most {share(allowed)} may{more}"
