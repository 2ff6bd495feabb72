"""Which limits of `[publish]` a build exceeds."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import Literal, NamedTuple

from outsidein.pipeline.declaration import FEWEST_BEFORE_RISE, PublishLimits

FEW = 2
"""Rejected rows that never withhold a build, however few the others are (count)."""

PAUSES = 3
"""How many of its longest pauses a table may be without a new row."""

FORTNIGHT = 14
YEAR = timedelta(days=365)

FEWEST_DAYS = 50
"""Days with rows in a table's last year that it takes to know its pauses (count)."""


class Feed(NamedTuple):
    """Rows that came out of a source or model, or into a table.

    Attributes:
        kind: What it is.
        name: Name of the source or table, or path of the model.
        rows: Rows admitted (count).
        rejected: Rows rejected (count).
        expired: Rows past their retention (count).
        reason: Why most of them were rejected.
    """

    kind: Literal["Source", "Table", "Model"]
    name: str
    rows: int
    rejected: int
    expired: int = 0
    reason: str = ""

    @property
    def read(self) -> int:
        """All rows, whatever became of them (count)."""
        return self.rows + self.rejected + self.expired


@dataclass(frozen=True, slots=True)
class Account:
    """What a build admitted.

    Attributes:
        feeds: Rows by source, by table and, where several models feed a table, by model.
        sums: Sums of money by table and column (minor units).
        days: Days before the as-of day on which a table has rows, in order, by table.
    """

    feeds: Sequence[Feed]
    sums: Mapping[tuple[str, str], int] = field(default_factory=dict)
    days: Mapping[str, Sequence[date]] = field(default_factory=dict)


def exceeded_limits(
    account: Account, before: Account | None, limits: PublishLimits, *, as_of: date
) -> list[str]:
    """Return a sentence for every limit that a build exceeds; empty if it may be published.

    Args:
        account: The build's rows.
        before: Those of the current build; None if there is none.
        limits: The project's limits.
        as_of: First day that does not count.

    Example:
        >>> account = Account([Feed("Table", "records", 90, 10, reason="born_on is no date")])
        >>> [one] = exceeded_limits(account, None, PublishLimits(), as_of=date(2020, 1, 1))
        >>> one.partition(", most")[0]
        'Table records: 10 of 100 rows were rejected (10.0%; the limit is 5.0%)'
    """
    if not any(feed.kind == "Table" for feed in account.feeds):
        return ["No table has a row: tables/ holds no model." + _without_needs(account)]
    return [
        *_without_rows(account, limits),
        *_rejected(account, limits),
        *(_changes(account, before, limits) if before else ()),
        *_stale(account, limits, as_of=as_of),
    ]


def _without_needs(account: Account) -> str:
    is_loaded = any(feed.read for feed in account.feeds)
    return "" if is_loaded else " Nor does data_needs.toml approve any column of a source."


def _without_rows(account: Account, limits: PublishLimits) -> Iterator[str]:
    for feed in account.feeds:
        if feed.rows or feed.name in limits.may_be_empty:
            continue
        if feed.rejected:
            why = f": all {feed.rejected:,} were rejected, most because {feed.reason}"
        elif feed.expired:
            why = f": all {feed.expired:,} are past their retention"
        elif feed.kind == "Source":  # none of its columns is approved; what needs them complains
            continue
        else:
            why = f'; if that is right, add "{feed.name}" to may_be_empty under [publish]'
        yield f"{feed.kind} {feed.name} has no row{why}."


def _rejected(account: Account, limits: PublishLimits) -> Iterator[str]:
    for feed in account.feeds:
        limit = _limits_of(feed, limits).max_rejected
        if feed.rows and feed.rejected > max(FEW, limit * feed.read):
            yield (
                f"{feed.kind} {feed.name}: {feed.rejected:,} of {feed.read:,} rows were rejected "
                f"({feed.rejected / feed.read:.1%}; the limit is {limit:.1%}), most because "
                f"{feed.reason}."
            )


def _changes(account: Account, before: Account, limits: PublishLimits) -> Iterator[str]:
    rows_before = {(feed.kind, feed.name): feed.rows for feed in before.feeds}
    for feed in account.feeds:
        earlier = rows_before.get((feed.kind, feed.name), 0)
        own = _limits_of(feed, limits)
        what = f"{feed.kind} {feed.name}: rows"
        if feed.rows and earlier - feed.rows > max(FEW, own.max_fall_in_rows * earlier):
            yield _changed(what, earlier, feed.rows, own.max_fall_in_rows)
        if feed.kind != "Model" and earlier >= FEWEST_BEFORE_RISE:
            yield from _rise(what, earlier, feed.rows, own.max_rise_in_rows)
    for (table, column), total in account.sums.items():
        earlier = before.sums.get((table, column), 0)
        own = limits.of_table(table)
        what = f"Table {table}: the sum of {column}"
        if earlier > 0 and earlier - total > own.max_fall_in_sums * earlier:
            yield _changed(what, earlier, total, own.max_fall_in_sums)
        if earlier > 0 and rows_before.get(("Table", table), 0) >= FEWEST_BEFORE_RISE:
            yield from _rise(what, earlier, total, own.max_rise_in_sums)


def _rise(what: str, earlier: int, now: int, limit: float) -> Iterator[str]:
    if now - earlier > limit * earlier:
        yield _changed(what, earlier, now, limit)


def _changed(what: str, earlier: int, now: int, limit: float) -> str:
    share = abs(earlier - now) / earlier
    verb = "fell" if now < earlier else "rose"
    return f"{what} {verb} from {earlier:,} to {now:,} (by {share:.1%}; the limit is {limit:.1%})."


def _stale(account: Account, limits: PublishLimits, *, as_of: date) -> Iterator[str]:
    for table, days in account.days.items():
        declared = limits.of_table(table).max_age_days
        limit = _usual_pause(days) if declared is None else declared
        age = (as_of - days[-1]).days - 1 if days else 0
        if limit is not None and age > limit:
            yield (
                f"Table {table}: the newest row is of {days[-1]}, {age:,} days before the last day "
                f"that counts ({as_of - timedelta(days=1)}; the limit is {limit:,} days). If the "
                f"data end there, set as_of = {days[-1] + timedelta(days=1)} in outsidein.toml."
            )


def _usual_pause(days: Sequence[date]) -> int | None:
    """Return the days that a table may be without a new row; None if it has too few days."""
    last_year = [day for day in days if day > days[-1] - YEAR]
    if len(last_year) < FEWEST_DAYS:
        return None
    longest = max((b - a).days for a, b in pairwise(last_year))
    return max(FORTNIGHT, PAUSES * longest)


def _limits_of(feed: Feed, limits: PublishLimits) -> PublishLimits:
    if feed.kind == "Source":
        return limits.of_source(feed.name)
    return limits.of_table(feed.name) if feed.kind == "Table" else limits
