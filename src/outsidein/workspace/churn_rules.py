"""The rule of churn: what another silence would change, and deciding on one."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import tomlkit
from tomlkit import TOMLDocument

from outsidein.churn.figures import CHURN_SENSITIVITY, CHURNED
from outsidein.churn.sensitivity import under_silence
from outsidein.churn.tables import ORDER_DAYS
from outsidein.figures.figure import Estimate, Figure, read_figure
from outsidein.lake.snapshot_reading import Reading
from outsidein.lake.snapshots import Snapshot
from outsidein.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True)
class TriedSilence:
    """What a length of silence says of the customers of a build.

    Attributes:
        days: The silence (days).
        churned: Share of all who ever ordered who would count as having left today.
        won_back: Share of those who would ever have counted so and ordered again later.
    """

    days: int
    churned: Estimate
    won_back: Estimate

    @property
    def leavers(self) -> int | None:
        """Customers who would count as having left today (count); None where it is not known."""
        return _count(self.churned)

    @property
    def false_alarms(self) -> int | None:
        """Customers who would have counted so and came back (count); None where not known."""
        return _count(self.won_back)


@dataclass(frozen=True, slots=True)
class ChurnTrial:
    """The rule of a build beside another silence.

    Attributes:
        method: How the rule's numbers were computed, and what the rule is.
        now: What the rule says; None where it goes by contracts or could not be measured.
        tried: What the other silence says.
        longest: Days between the first order and the end of the data.
        is_sample: Whether the figures of the build follow a part of these customers only.
    """

    method: str
    now: TriedSilence | None
    tried: TriedSilence | None
    longest: int
    is_sample: bool = False


@dataclass(frozen=True, slots=True)
class ChurnRules:
    """The rule of churn of one project."""

    work: Workspace

    def try_silence(self, days: int | None = None) -> ChurnTrial:
        """Return what the rule of the current build and another silence say.

        Args:
            days: The other silence (days); the rule's own where none is given.
        """
        snapshot = self.work.snapshot()
        figure = _sensitivity(snapshot)
        rule = CHURN_SENSITIVITY.one(figure, CHURNED, times=1.0)
        if figure is None or rule is None or rule.value is None:
            return ChurnTrial("", None, None, 0)
        silence = int(float(rule.group["days"] or 0))
        with self.work.reading(snapshot.number) as reading:
            trial = _trial(reading, silence, days or silence, as_of=snapshot.as_of)
        is_sample = trial.now is not None and trial.now.churned.n != rule.n
        return replace(trial, method=figure.method, is_sample=is_sample)


def declared_silence(document: TOMLDocument, days: int) -> None:
    """Write a silence into the project's file as the rule of churn; other keys stay."""
    table: Any = document.setdefault("churn", tomlkit.table())
    table.pop("habit", None)
    table["rule"] = "silence"
    table["after_days"] = days


def _sensitivity(snapshot: Snapshot) -> Figure | None:
    paths = {path.stem: path for path in snapshot.figures()}
    path = paths.get(CHURN_SENSITIVITY.name)
    return read_figure(path) if path else None


def _trial(reading: Reading, silence: int, days: int, *, as_of: date) -> ChurnTrial:
    rows = reading.table(ORDER_DAYS.name)
    first: date | None = reading.backend.execute(rows.ordered_on.min().cast("date"))
    lengths = {1.0: silence, days / silence: days}
    estimates = list(under_silence(rows, lengths, as_of=as_of))
    tried = [
        TriedSilence(length, *pair)
        for length, pair in zip(
            lengths.values(), zip(estimates[::2], estimates[1::2], strict=True), strict=True
        )
    ]
    longest = (as_of - _day(first)).days if first else days
    return ChurnTrial("", tried[0], tried[-1], max(longest, silence, days))


def _day(moment: date) -> date:
    return date(moment.year, moment.month, moment.day)


def _count(share: Estimate) -> int | None:
    return None if share.value is None or share.n is None else round(share.value * share.n)
