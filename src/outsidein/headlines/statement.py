"""A statement: a sentence for a manager, and all that it rests on."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from outsidein.figures.figure import Estimate
from outsidein.figures.spec import FigureSpec

if TYPE_CHECKING:
    import ibis.expr.types as ir


class Kind(StrEnum):
    """What a reader does with a statement."""

    CHANGED = "what changed"
    DECIDE = "what to decide"
    CALL = "whom to call"
    NOTE = "what to know"


KINDS_OF_EFFECTS = 6
"""Factors, returns after a bad experience, failures, months of tenure, segments, shifts: so many
kinds of effects a build looks for, and a firm in which nothing has one is to read of none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """A number that a statement rests on.

    Attributes:
        spec: The figure it comes from.
        estimate: The number.
        no_effect: The value at which there would be nothing to say; None where the statement
            claims no direction.
        among: How many numbers this is the largest of: of many, one is large by chance (count).
        kinds: How many kinds of effects are looked for beside it: of many, one is found by chance
            (count).
    """

    spec: FigureSpec
    estimate: Estimate
    no_effect: float | None = None
    among: int = 1
    kinds: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """The customers whom something is to be done for.

    Attributes:
        name: As in "to be done for ...".
        select: Picks their rows from the table `customers`; a row says whether it can still be
            reached.
    """

    name: str
    select: "Callable[[ir.Table], ir.Table]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A sentence that a build may say, if it passes the gate.

    Attributes:
        name: Unique among the statements of a build.
        kind: What a reader does with it.
        text: The sentence, with the base of each share in it.
        base: Whom its shares are of, word for word as in `text`.
        grounds: The numbers it rests on.
        action: What to do, as a sentence of its own; empty where nothing follows.
        audience: For whom; None where it is not about some customers.
        owner: Who answers for it; empty where nobody is declared.
        worth: What it is about, in minor units of the currency a year; None where unknown.
        worth_of: What that money is, as in "revenue of their last year".
        affected: How many encounters or customers it is about, where no money is known (count).
        is_effect: Whether the worth is what the thing itself takes or brings, and not all that
            those bring whom it is about.
        doubts: Reasons that its own noun has against saying it.
        says: Names of the statements that a heading says again.
    """

    name: str
    kind: Kind
    text: str
    base: str
    grounds: tuple[Ground, ...]
    action: str = ""
    audience: Audience | None = None
    owner: str = ""
    worth: float | None = None
    worth_of: str = ""
    affected: float = 0.0
    is_effect: bool = False
    doubts: tuple[str, ...] = ()
    says: tuple[str, ...] = ()
