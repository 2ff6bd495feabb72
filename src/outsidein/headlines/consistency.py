"""Pairs of figures that answer the same question, and what happens where they differ."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from outsidein.figures.figure import Estimate
from outsidein.figures.spec import FigureSpec, Measure
from outsidein.present.figure_set import FigureSet
from outsidein.present.figure_view import Key
from outsidein.value import figures as value

NEAR = 0.05
"""How far two shares may lie apart whose intervals do not meet."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Where a figure answers a question.

    Attributes:
        spec: The figure.
        measure: The measure.
        group: The group of all customers, or whichever the question is about.
        read: Turns the estimate's number into the answer, such as the share that is left of it.
    """

    spec: FigureSpec
    measure: Measure
    group: tuple[tuple[str, Key], ...] = ()
    read: Callable[[float], float] = field(default=lambda x: x)

    def estimates(self, figures: FigureSet) -> list[Estimate]:
        """Return the estimates that answer."""
        return figures.numbers(self.spec, self.measure, **dict(self.group))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two answers to one question; where they differ, the leading one is believed."""

    question: str
    leading: Answer
    other: Answer
    agree: Callable[[list[float], list[float]], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """An answer that contradicts the leading one."""

    question: str
    other: Answer
    text: str

    def concerns(self, spec: FigureSpec, estimate: Estimate) -> bool:
        """Tell whether a number is of the measure that contradicts the leading answer."""
        measure = self.other.measure
        return spec.name == self.other.spec.name and (
            estimate.measure == measure.name or measure.fields(estimate.measure) is not None
        )


def conflicts(figures: FigureSet) -> Iterator[Conflict]:
    """Return the answers of a build that contradict the leading answer to their question."""
    for pair in PAIRS:
        leading, other = pair.leading.estimates(figures), pair.other.estimates(figures)
        if leading and other and not pair.agree(*_read(pair, leading, other)):
            text = (
                f"to “{pair.question}” the figure {pair.other.spec.name} answers "
                f"{_worded(figures, pair.other, other)}, where {pair.leading.spec.name} answers "
                f"{_worded(figures, pair.leading, leading)}"
            )
            yield Conflict(question=pair.question, other=pair.other, text=text)


def _read(
    pair: Pair, leading: list[Estimate], other: list[Estimate]
) -> tuple[list[float], list[float]]:
    return _numbers(pair.leading, leading), _numbers(pair.other, other)


def _numbers(answer: Answer, estimates: list[Estimate]) -> list[float]:
    return [answer.read(e.value) for e in estimates if e.value is not None]


def _worded(figures: FigureSet, answer: Answer, estimates: list[Estimate]) -> str:
    return f"{figures.words.value(estimates[0])} ({answer.measure.name})"


def near(leading: list[float], other: list[float]) -> bool:
    """Tell whether shares are much the same.

    Example:
        >>> near([0.89], [0.92]), near([0.6], [0.97])
        (True, False)
    """
    return abs(leading[0] - other[0]) <= NEAR


def same_sum(leading: list[float], other: list[float]) -> bool:
    """Tell whether amounts add up to the same, but for rounding.

    Example:
        >>> same_sum([300.0], [100.0, 201.0]), same_sum([300.0], [100.0, 100.0])
        (True, False)
    """
    return abs(sum(leading) - sum(other)) <= max(1.0 + len(other), abs(sum(leading)) * 1e-6)


PAIRS: tuple[Pair, ...] = (
    Pair(
        question="How much profit is there?",
        leading=Answer(value.PROFITABILITY, value.TOTAL, (("step", "profit"),)),
        other=Answer(value.WHALE_CURVE, value.PROFIT, (("curve", "with own failures"),)),
        agree=same_sum,
    ),
    Pair(
        question="How much profit is there?",
        leading=Answer(value.PROFITABILITY, value.TOTAL, (("step", "profit"),)),
        other=Answer(value.TIERS, value.PROFIT),
        agree=same_sum,
    ),
)
"""Declared pairs; every build checks them all."""
