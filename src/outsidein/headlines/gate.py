"""The gate: what a statement has to pass before it is said."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from statistics import NormalDist

from outsidein.canonical.sampling_note import SamplingNote
from outsidein.figures.figure import COUNTED, Estimate, Unit
from outsidein.headlines.consistency import Conflict
from outsidein.headlines.doubts import RESTS_ON_CHURN_RULE
from outsidein.headlines.statement import Ground, Statement
from outsidein.present.wording import Wording

TAIL = 0.025
"""Probability that a number lies beyond one end of its interval."""

FEWEST = 30
"""Customers that a number of a headline rests on at least."""

FEWEST_REACHABLE = 10
"""Customers of an audience, fewer of whom make no advice to a manager but a case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What the checks ask beside the statement itself.

    Attributes:
        words: How numbers are written.
        conflicts: Answers that contradict the leading answer to the same question.
        reachable: Customers of each audience who can be reached, by the name of the audience.
        sampling: How the data were drawn; None where no source is a sample.
        rejected_rule: The project's rule of churn, where its own customers contradict it.
    """

    words: Wording
    conflicts: tuple[Conflict, ...]
    reachable: Mapping[str, int]
    sampling: SamplingNote | None = None
    rejected_rule: str = ""


Check = Callable[[Statement, Circumstances], str | None]


def objections(statement: Statement, circumstances: Circumstances) -> list[str]:
    """Return why a statement is not to be said; nothing where it passes every check."""
    answers = (check(statement, circumstances) for check in CHECKS)
    return [*statement.doubts, *(answer for answer in answers if answer)]


def doubts_of_data(statement: Statement, circumstances: Circumstances) -> list[str]:
    """Return why the numbers of a statement, and a picture of them, are not to be believed.

    The other checks are about the sentence: a number whose interval holds no effect, or about
    customers who cannot be reached, may be shown for what it is.
    """
    answers = (check(statement, circumstances) for check in CHECKS_OF_DATA)
    return [*statement.doubts, *(answer for answer in answers if answer)]


def _enough_data(statement: Statement, _: Circumstances) -> str | None:
    counts = [g.estimate.n for g in statement.grounds if g.estimate.n is not None]
    if counts and min(counts) < FEWEST:
        return f"it rests on {min(counts):,} customers: a headline needs {FEWEST}"
    return None


def _direction(statement: Statement, circumstances: Circumstances) -> str | None:
    for ground in statement.grounds:
        if ground.no_effect is not None and not _excludes(ground, ground.no_effect):
            reason = f"does not exclude that there is no effect{_of_many(ground)}"
            return f"{_interval(ground, circumstances)} {reason}"
    return None


def _of_many(ground: Ground) -> str:
    largest = f" for the largest of {ground.among} numbers" if ground.among > 1 else ""
    sought = f", where {ground.kinds} kinds of effects are looked for" if ground.kinds > 1 else ""
    return f"{largest}{sought}"


def _excludes(ground: Ground, no_effect: float) -> bool:
    e = ground.estimate
    if e.low is None and e.high is None:
        return e.why == COUNTED and e.value != no_effect
    wider = _widening(ground.among * ground.kinds)
    is_above = e.low is not None and _from_value(e, e.low, wider) > no_effect
    return is_above or (e.high is not None and _from_value(e, e.high, wider) < no_effect)


def _widening(among: int) -> float:
    """Return how much wider an interval of 95 % is that holds for each of so many numbers."""
    normal = NormalDist()
    return normal.inv_cdf(1 - TAIL / among) / normal.inv_cdf(1 - TAIL)


def _from_value(e: Estimate, end: float, wider: float) -> float:
    return end if e.value is None else e.value + wider * (end - e.value)


def _interval(ground: Ground, circumstances: Circumstances) -> str:
    e = ground.estimate
    evidence = circumstances.words.interval(e)
    return f"the interval of “{e.measure}”, {evidence}," if evidence else f"“{e.measure}”"


def _consistent(statement: Statement, circumstances: Circumstances) -> str | None:
    for conflict in circumstances.conflicts:
        if any(conflict.concerns(g.spec, g.estimate) for g in statement.grounds):
            return conflict.text
    return None


def _rule_holds(statement: Statement, circumstances: Circumstances) -> str | None:
    """Object to what rests on a rejected rule of churn, unless the statement did so itself."""
    rests = any(g.spec.name in RESTS_ON_CHURN_RULE for g in statement.grounds)
    if not rests or not circumstances.rejected_rule or statement.doubts:
        return None
    return f"it counts who is gone {circumstances.rejected_rule}"


def _base(statement: Statement, _: Circumstances) -> str | None:
    needs_base = any(g.estimate.unit is Unit.SHARE for g in statement.grounds)
    if not needs_base and not statement.base:
        return None
    if statement.base and statement.base in f"{statement.text} {statement.action}":
        return None
    return "it does not say whom its numbers are about"


def _actionable(statement: Statement, circumstances: Circumstances) -> str | None:
    audience = statement.audience
    if audience is None:
        return None
    reachable = circumstances.reachable[audience.name]
    if reachable >= FEWEST_REACHABLE:
        return None
    those = "none" if not reachable else f"only {reachable}"
    return f"{those} of {audience.name} can still be reached as a customer"


def _followed(statement: Statement, circumstances: Circumstances) -> str | None:
    sampling = circumstances.sampling
    return sampling.objection_to(g.spec for g in statement.grounds) if sampling else None


CHECKS_OF_DATA: tuple[Check, ...] = (_consistent, _rule_holds, _followed)

CHECKS: tuple[Check, ...] = (
    *(_enough_data, _direction, _consistent),
    *(_rule_holds, _base, _actionable, _followed),
)


def joined_reasons(reasons: Iterable[str]) -> str:
    """Join the reasons for withholding a statement as one sentence."""
    text = "; ".join(reasons)
    return f"{text[:1].upper()}{text[1:]}."
