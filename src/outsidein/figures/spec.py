"""What a noun declares of its figures: groups, measures with unit and direction, and method."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from string import Formatter
from typing import Any

from outsidein.errors import TooLittleData, Undeclared
from outsidein.figures.figure import COUNTED, Estimate, Figure, Group, Interval, Unit


class Better(StrEnum):
    """Which way a measure is good."""

    MORE = "more"
    LESS = "less"


class Follows(StrEnum):
    """Whom a figure follows over time, and so what a sample of rows does to it."""

    NOBODY = "nobody"
    ALL = "all customers"  # also those of whom rows may be missing
    WHOLE = "customers held with all their rows, where there are any"


ALL_DAYS = "over all days of the data"
"""Period of a figure that pools whatever was recorded."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A number that a figure may hold: its name, its unit, and which way is good.

    A name may have fields, such as `within {days} days`; `named` fills them, `fields` reads them
    back. `better` is None where neither way is good in itself.
    """

    name: str
    unit: Unit
    better: Better | None = None

    def named(self, **fields: object) -> "Measure":
        """Fill the fields of the name.

        Example:
            >>> Measure("within {days} days", Unit.SHARE).named(days=90).name
            'within 90 days'
        """
        return replace(self, name=self.name.format(**fields))

    def outcome_of(self, change: Estimate) -> str | None:
        """Return whether a change is "better" or "worse"; None where its interval holds neither.

        Example:
            >>> low_answers = Measure("change in low answers", Unit.POINTS, Better.LESS)
            >>> low_answers.outcome_of(low_answers.estimate(900, -0.06, -0.08, -0.04))
            'better'
        """
        if self.better is None or change.low is None or change.high is None:
            return None
        if change.low <= 0 <= change.high:
            return None
        return "better" if (change.low > 0) == (self.better is Better.MORE) else "worse"

    def fields(self, name: str) -> dict[str, str] | None:
        """Read the fields out of the name of an estimate; None if it is of another measure.

        Example:
            >>> Measure("within {days} days", Unit.SHARE).fields("within 90 days")
            {'days': '90'}
        """
        match = _pattern(self.name).fullmatch(name)
        return match.groupdict() if match else None

    def estimate(
        self,
        n: int | None,
        value: float | None = None,
        low: float | None = None,
        high: float | None = None,
        *,
        why: str | None = None,
        group: Group | None = None,
    ) -> Estimate:
        """Make an estimate out of its parts."""
        return Estimate(self.name, self.unit, n, value, low, high, why, group or {})

    def estimated(self, answer: Interval, *, value: str, group: Group | None = None) -> Estimate:
        """Wrap an estimator's answer, whose field `value` is the number itself."""
        number = getattr(answer, value)
        return self.estimate(answer.n, number, answer.low, answer.high, group=group)

    def counted(self, number: float, *, n: int, group: Group | None = None) -> Estimate:
        """Wrap a number that is a fact about all customers at hand and so has no interval."""
        return self.estimate(n, number, why=COUNTED, group=group)

    def unanswered(self, why: str, *, group: Group | None = None) -> Estimate:
        """Say why there is no number."""
        return self.estimate(None, why=why, group=group)

    def too_little(self, error: TooLittleData, *, group: Group | None = None) -> Estimate:
        """Say that there is too little data for a number."""
        return self.estimate(error.n, why=str(error), group=group)


@dataclass(frozen=True, slots=True)
class FigureSpec:
    """The declaration of a figure: it is published and read through it.

    `groups` names the columns by which its estimates are told apart. `measures` may hold a name in
    two units, such as the limits of shares and of numbers; who asks for it gets both. `title` and
    `method` may have fields, such as `{horizon_days}`, which are filled on publishing.
    `partition` names the group that parts all customers, where it is not the only one. `follows`
    says whose whole history its numbers take, `period` over which time they go.
    """

    name: str
    title: str
    groups: tuple[str, ...]
    measures: tuple[Measure, ...]
    method: str
    partition: str | None = None
    follows: Follows = Follows.NOBODY
    period: str = "as of today"

    def figure(self, estimates: Iterable[Estimate], **fields: object) -> Figure:
        """Publish estimates as this figure.

        Args:
            estimates: In the order in which they are to be shown.
            fields: What fills the fields of title and method.

        Raises:
            Undeclared: An estimate has a measure, a unit or a group that is not declared.
        """
        published = tuple(estimates)
        for estimate in published:
            self._check(estimate)
        return Figure(
            self.name,
            self.title.format(**fields),
            " ".join(self.method.format(**fields).split()),
            self.groups,
            published,
            self.partition,
        )

    def select(
        self, figure: Figure | None, measure: Measure, /, **group: str | float | None
    ) -> list[Estimate]:
        """Return the estimates of a measure within a group, in their order.

        Args:
            figure: As published by this spec; None where a build has none.
            measure: A declared one, with its fields filled, or not to ask for all of them.
            group: Columns of the group and their values; others may be anything.

        Raises:
            Undeclared: The figure, the measure or a column of the group is not declared.
        """
        self.measure(measure.name)
        self._check_groups(group)
        if figure is None:
            return []
        if figure.name != self.name:
            raise Undeclared("figure", figure.name, [self.name])
        covers = measure.fields if measure in self.measures else measure.name.__eq__
        return [
            estimate
            for estimate in figure.estimates
            if covers(estimate.measure) not in (None, False)
            and all(estimate.group.get(name) == value for name, value in group.items())
        ]

    def one(
        self, figure: Figure | None, measure: Measure, /, **group: str | float | None
    ) -> Estimate | None:
        """Return the first estimate that `select` would; None where there is none."""
        return next(iter(self.select(figure, measure, **group)), None)

    def measure(self, name: str) -> Measure:
        """Return the declared measure that covers the name of an estimate.

        Raises:
            Undeclared: None does.
        """
        return self._covering(name)[0]

    def _covering(self, name: str) -> list[Measure]:
        covering = [m for m in self.measures if m.name == name or m.fields(name) is not None]
        if not covering:
            raise Undeclared(f"measure of {self.name}", name, [m.name for m in self.measures])
        return covering

    def _check(self, estimate: Estimate) -> None:
        measure, *others = self._covering(estimate.measure)
        units = [measure.unit, *(other.unit for other in others)]
        if estimate.unit not in units:
            kind = f"unit of {measure.name!r} in {self.name}"
            raise Undeclared(kind, estimate.unit.value, units)
        if measure.name == estimate.measure and _pattern(measure.name).groups:
            raise Undeclared(f"measure of {self.name}, fields filled,", measure.name, [])
        self._check_groups(estimate.group)

    def _check_groups(self, group: Group) -> None:
        for name in group:
            if name not in self.groups:
                raise Undeclared(f"group of {self.name}", name, self.groups)


@cache
def _pattern(name: str) -> re.Pattern[str]:
    """Match the names that a measure has once its fields are filled."""
    parts: list[Any] = list(Formatter().parse(name))
    return re.compile(
        "".join(
            re.escape(text) + (f"(?P<{field}>.*)" if field else "") for text, field, *_ in parts
        ),
        re.DOTALL,
    )
