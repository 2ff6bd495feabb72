"""Every candidate through the gate, in the order in which a manager reads them."""

from dataclasses import dataclass, replace

from outsidein.canonical.figures import SAMPLING
from outsidein.canonical.sampling_note import sampling_note
from outsidein.figures.figure import COMPUTED_WITH
from outsidein.headlines.audiences import reachable_of
from outsidein.headlines.basis import Basis
from outsidein.headlines.candidates import statements
from outsidein.headlines.consistency import Conflict, conflicts
from outsidein.headlines.doubts import rejected_rule
from outsidein.headlines.gate import Circumstances, joined_reasons, objections
from outsidein.headlines.pairs import PAIRS
from outsidein.headlines.rank import rank_key
from outsidein.headlines.statement import Kind, Statement
from outsidein.present.figure_set import FigureSet
from outsidein.present.money_scale import NBSP
from outsidein.strategy.figures import STRATEGY
from outsidein.value.figures import TIERS


@dataclass(frozen=True, slots=True)
class JudgedStatement:
    """A statement, how many of its audience can be reached, and why it is withheld, if it is."""

    statement: Statement
    reachable: int | None
    withheld_because: str | None


RESTS_ON_MARGIN = {STRATEGY.name: TIERS}
"""Figures whose profit is that of another, which says with which margin it was computed."""


def judged(basis: Basis) -> list[JudgedStatement]:
    """Let every statement through the gate, what is said first, in the order of its rank."""
    candidates = [with_assumption(each, basis) for each in statements(basis)]
    audiences = {s.audience.name: s.audience for s in candidates if s.audience}
    reachable = {name: reachable_of(a, basis.customers) for name, a in audiences.items()}
    circumstances = Circumstances(
        words=basis.words,
        conflicts=tuple(conflicts(basis, PAIRS)),
        reachable=reachable,
        sampling=sampling_note(basis.figures.get(SAMPLING.name)),
        rejected_rule=rejected_rule(basis),
    )
    answers = [_judged(each, circumstances) for each in candidates]
    answers += [_contradicted(each) for each in circumstances.conflicts]
    return sorted(
        answers, key=lambda each: (each.withheld_because is not None, *rank_key(each.statement))
    )


def with_assumption(statement: Statement, figures: FigureSet) -> Statement:
    """Say with a statement what its figures rest on that nobody counted."""
    specs = [RESTS_ON_MARGIN.get(ground.spec.name, ground.spec) for ground in statement.grounds]
    bases = (figures.view(spec).figure.basis for spec in specs)
    assumed = next((basis for basis in bases if basis), None)
    if not assumed:
        return statement
    unbroken = assumed.replace(" %", f"{NBSP}%")
    return replace(statement, text=f"{statement.text} {COMPUTED_WITH.capitalize()}{unbroken}.")


def _contradicted(conflict: Conflict) -> JudgedStatement:
    """Keep a contradiction on record, whether or not a statement rests on it."""
    name = f"answer of {conflict.other.spec.name} to: {conflict.question}"
    statement = Statement(name=name, kind=Kind.NOTE, text=conflict.question, base="", grounds=())
    return JudgedStatement(statement, None, joined_reasons([conflict.text]))


def _judged(statement: Statement, circumstances: Circumstances) -> JudgedStatement:
    reasons = objections(statement, circumstances)
    sampling = circumstances.sampling
    base = sampling.base_of(g.spec for g in statement.grounds) if sampling else ""
    statement = replace(statement, text=f"{statement.text} {base}".rstrip())
    audience = statement.audience
    reachable = circumstances.reachable[audience.name] if audience else None
    return JudgedStatement(statement, reachable, joined_reasons(reasons) if reasons else None)
