"""One question, one answer: what happens where two figures answer it differently."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from outsidein.figures.figure import Estimate
from outsidein.figures.spec import FigureSpec, Measure
from outsidein.present.figure_set import FigureSet
from outsidein.present.figure_view import Key

Numbers = Mapping[tuple[Key, ...], float]
"""Numbers by what they are about."""

NEAR = 0.05
"""How far two shares may lie apart and still be the same answer."""

THIRD = 1 / 3


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureAnswer:
    """Where a figure answers a question.

    Attributes:
        spec: The figure.
        measure: The measure.
        group: Values of the groups that the question is about.
        by: The group whose values tell several numbers apart.
        is_about: Keeps the estimates that the question is about.
        read: Turns a number into the answer, such as a share into what is left of it.
    """

    spec: FigureSpec
    measure: Measure
    group: tuple[tuple[str, Key], ...] = ()
    by: tuple[str, ...] = ()
    is_about: Callable[[Estimate], bool] = field(default=lambda _: True)
    read: Callable[[float], float] = field(default=lambda x: x)

    def estimates(self, figures: FigureSet) -> list[Estimate]:
        """Return the estimates that answer; none where one of them is hidden or missing."""
        chosen = figures.select(self.spec, self.measure, **dict(self.group))
        about = [e for e in chosen if self.is_about(e)]
        return about if all(e.value is not None for e in about) else []

    def numbers(self, estimates: Iterable[Estimate]) -> Numbers:
        """Return the answers by what they are about."""
        return {
            tuple(e.group.get(name) for name in self.by or e.group): self.read(e.value)
            for e in estimates
            if e.value is not None
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionPair:
    """Two answers to one question; where they differ, the leading one is believed."""

    question: str
    leading: FigureAnswer
    other: FigureAnswer
    agree: Callable[[Numbers, Numbers], bool]

    def conflict(self, figures: FigureSet) -> "Conflict | None":
        """Return how the figures of a build contradict each other, if they do."""
        leading, other = self.leading.estimates(figures), self.other.estimates(figures)
        if not leading or not other:
            return None
        if self.agree(self.leading.numbers(leading), self.other.numbers(other)):
            return None
        text = (
            f"to “{self.question}” {_worded(figures, self.other, other)}, but "
            f"{_worded(figures, self.leading, leading)}"
        )
        return Conflict(question=self.question, other=self.other, text=text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """An answer that contradicts the leading one."""

    question: str
    other: FigureAnswer
    text: str

    def concerns(self, spec: FigureSpec, estimate: Estimate) -> bool:
        """Tell whether a number is of the measure that contradicts the leading answer."""
        measure = self.other.measure
        return spec.name == self.other.spec.name and (
            estimate.measure == measure.name or measure.fields(estimate.measure) is not None
        )


def conflicts(figures: FigureSet, pairs: Iterable[QuestionPair]) -> Iterator[Conflict]:
    """Return the answers of a build that contradict the leading answer to their question."""
    for pair in pairs:
        if conflict := pair.conflict(figures):
            yield conflict


def _worded(figures: FigureSet, answer: FigureAnswer, estimates: list[Estimate]) -> str:
    first = figures.words.value(estimates[0])
    more = " and more" if len(estimates) > 1 else ""
    return f"“{answer.spec.title}” says {first}{more} ({estimates[0].measure})"


def near(leading: Numbers, other: Numbers) -> bool:
    """Tell whether shares are much the same, wherever both figures have one.

    Example:
        >>> near({("a",): 0.89}, {("a",): 0.92}), near({("a",): 0.6}, {("a",): 0.97})
        (True, False)
    """
    return all(abs(leading[key] - other[key]) <= NEAR for key in leading.keys() & other.keys())


def near_overall(leading: Numbers, other: Numbers) -> bool:
    """Tell whether two shares are much the same, whatever groups their figures name.

    Example:
        >>> near_overall({("a",): 0.89}, {(): 0.92})
        True
    """
    return abs(next(iter(leading.values())) - next(iter(other.values()))) <= NEAR


def near_if_alone(leading: Numbers, other: Numbers) -> bool:
    """Tell whether two shares are much the same, where the other figure has one for everybody.

    A figure that answers for parts of the customers only does not answer the question.

    Example:
        >>> near_if_alone({(None,): 0.4}, {("contract",): 0.4, ("no contract",): 0.7})
        True
        >>> near_if_alone({(None,): 0.1}, {("no contract",): 0.9})
        False
    """
    return len(other) > 1 or near_overall(leading, other)


def same_sum(leading: Numbers, other: Numbers) -> bool:
    """Tell whether amounts add up to the same, but for rounding.

    Example:
        >>> same_sum({(): 300}, {("a",): 100, ("b",): 201}), same_sum({(): 300}, {("a",): 100})
        (True, False)
    """
    whole, parts = sum(leading.values()), sum(other.values())
    return abs(whole - parts) <= max(1.0 + len(other), abs(whole) * 1e-6)


def first_matters(leading: Numbers, other: Numbers) -> bool:
    """Tell whether what is first by one number has at least a third of the most by the leading one.

    Compared is what both have a number for.

    Example:
        >>> leading = {("a",): 0.5, ("b",): 0.3, ("c",): 0.1}
        >>> first_matters(leading, {("b",): 2.0, ("c",): 1.0})
        True
        >>> first_matters(leading, {("b",): 2.0, ("c",): 3.0})
        True
        >>> first_matters(leading, {("a",): 2.0, ("c",): 3.0})
        False
    """
    common = leading.keys() & other.keys()
    if not common:
        return True
    first = max(common, key=lambda key: other[key])
    return leading[first] >= THIRD * max(leading[key] for key in common)
