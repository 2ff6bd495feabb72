"""Which streams a declared change touches: at once, or through what follows from it."""

from collections.abc import Iterator
from typing import NamedTuple

from outsidein.simulate.changes import Change
from outsidein.simulate.declaration import Firm
from outsidein.simulate.offering import Failure

Stream = tuple[str, str]
"""Kind and name, as `shifts` has them; an empty name stands for all of the kind."""

STANDARDS = {"delivery": "delivery", "visit": "waiting", "call": "support"}
"""The standard of the project that comes along, by what its units do."""

ANSWERING = "answering"
"""The standard of calls whose target the callers set, where they have a patience."""

_FAILURES = {
    ("delivery", "kept"): "late_delivery",
    ("visit", "wait"): "long_wait",
    ("call", "kept"): "unresolved_call",
}
"""The failure that a unit's value makes rarer or more frequent."""

OVERALL = ("low scores", "overall")
"""What customers think on the whole follows from every factor."""

JUDGED = ("low scores", "factor named", "disasters")
"""Kinds of streams that stand still where nothing declared touches them.

The others drift in any simulated firm: its customers come at a steady pace and grow older, so
that fewer churn and fewer climb.
"""


class Touched(NamedTuple):
    """Streams that a change touches.

    Attributes:
        at_once: Those whose share it is meant to change.
        later: Those that may follow.
    """

    at_once: tuple[Stream, ...]
    later: tuple[Stream, ...]


def touched(firm: Firm, change: Change) -> Touched:
    """Tell which streams a change touches.

    Example:
        >>> from outsidein.simulate.changes import changes
        >>> from outsidein.simulate.declaration import read_firm
        >>> firm = read_firm()
        >>> touched(firm, next(changes(firm))).at_once
        (('disasters', 'delivery'), ('low scores', 'delivery'))
    """
    if change.of == "unit":
        return _of_unit(firm, firm.unit[change.name].kind, change.what)
    if change.of == "factor":
        named = (("low scores", change.name),) if change.what == "low" else ()
        return Touched(named, (OVERALL, ("theme", "")))
    if change.of == "contract":
        return Touched((("churn", ""),), ())
    spending = ("spending of a tier", "")
    if change.what == "spend":
        return Touched((spending,), ())
    later = (spending, ("disasters", ""), ("stage reached", ""), ("churn", ""))
    return Touched((("ordering again", ""),), later)


def _of_unit(firm: Firm, kind: str, what: str) -> Touched:
    name = _FAILURES.get((kind, what))
    failure = _failure(firm, name)
    if failure is None:
        return Touched((), ())
    at_once = (("disasters", STANDARDS[kind]), ("low scores", failure.factor))
    later = [("factor named", failure.factor), OVERALL, ("theme", ""), ("churn", "")]
    support = _failure(firm, "unresolved_call")
    if failure.call and support and name != "unresolved_call":
        later += [("disasters", STANDARDS["call"])]
        later += [(of, support.factor) for of in ("low scores", "factor named")]
    return Touched(at_once, tuple(later))


def _failure(firm: Firm, name: str | None) -> Failure | None:
    return next((failure for kind, failure in firm.failure.items() if kind == name), None)


def moving(firm: Firm) -> Iterator[Stream]:
    """Yield the streams that move though nothing is declared to shift: drifts and seasons."""
    for unit in firm.unit.values():
        if unit.kept_drift:
            for streams in _of_unit(firm, unit.kind, "kept"):
                yield from streams
    drifts = [d for one in firm.factor.values() for d in (one.penalty_drift, one.reward_drift)]
    if any(drifts):
        yield OVERALL
    moves = [campaign.uplift for campaign in firm.campaign.values()]
    moves += [arm.uplift for one in firm.experiment.values() for arm in one.arm.values()]
    if firm.purchases.december != 1 or any(moves):
        yield ("disasters", "")


def within(stream: Stream, streams: tuple[Stream, ...]) -> bool:
    """Say whether a stream is among some.

    Example:
        >>> within(("theme", "queue"), (("theme", ""),))
        True
    """
    return stream in streams or (stream[0], "") in streams
