"""What changed in the answers from before an initiative to after it."""

from typing import NamedTuple

import numpy as np

from outsidein.factors.declaration import FactorSettings, Initiative
from outsidein.factors.figures import CHANGE_IN_HIGH_ANSWERS, CHANGE_IN_LOW_ANSWERS
from outsidein.factors.study import Study
from outsidein.figures.figure import FEWEST, Estimate, Group
from outsidein.stats.factors.ratings import SLACK, Bools, Floats, Ints
from outsidein.stats.proportion import difference
from outsidein.stats.trend import trend_score

CLEAR_TREND = 1.96
"""Score of a trend that one in twenty series without any exceeds."""


class _Answers(NamedTuple):
    """The answers about a factor: whether each is of the kind counted, its day and its customer."""

    hits: Bools
    days: Floats
    customers: Ints

    def where(self, rows: Bools) -> "_Answers":
        return _Answers(self.hits[rows], self.days[rows], self.customers[rows])

    def counts(self) -> tuple[int, int]:
        """Count the customers with such an answer, and those with any."""
        return len(np.unique(self.customers[self.hits])), len(np.unique(self.customers))


def actual_change(
    each: Initiative, everybody: Study | None, settings: FactorSettings, group: Group
) -> Estimate:
    """Return the change in a share of customers from before an initiative to after it.

    Where the share moved that way before the start already, there is none: what came after would
    have come without the initiative, too.
    """
    measure = CHANGE_IN_HIGH_ANSWERS if each.work == "build" else CHANGE_IN_LOW_ANSWERS
    if each.done_on is None:
        return measure.unanswered("not done yet", group=group)
    if everybody is None or each.factor not in everybody.ratings.factors:
        return measure.unanswered("no customer spoke of it", group=group)
    answers = _answers(each, everybody, settings)
    before = answers.where(answers.days < (each.begins_on or each.done_on).toordinal())
    after = answers.where(answers.days >= each.done_on.toordinal())
    hits, n = before.counts()
    hits_after, n_after = after.counts()
    if min(n, n_after) < FEWEST:
        return measure.unanswered(f"too little: {n} customers before, {n_after} after", group=group)
    apart = difference(hits_after, n_after, hits, n)
    if trend := _earlier_trend(before, apart.difference):
        kind = "high" if each.work == "build" else "low"
        why = f"not compared, for the share of {kind} answers {trend} before the start already"
        return measure.unanswered(why, group=group)
    n_least = min(apart.n_a, apart.n_b)
    return measure.estimate(n_least, apart.difference, apart.low, apart.high, group=group)


def _answers(each: Initiative, everybody: Study, settings: FactorSettings) -> _Answers:
    ratings = everybody.ratings
    scores = ratings.scores[:, ratings.factors.index(each.factor)]
    is_built = each.work == "build"
    hits = scores >= settings.high_from - SLACK if is_built else scores <= settings.low_to + SLACK
    days = everybody.occasions["signalled_on"].to_pylist()
    ordinals = np.array([day.toordinal() for day in days], dtype=np.float64)
    return _Answers(hits, ordinals, ratings.customer).where(~np.isnan(scores))


def _earlier_trend(before: _Answers, change: float) -> str:
    """Return in a word how a share moved before the start, where it moved as it did after."""
    score = trend_score(before.hits, before.days, before.customers)
    if abs(score) < CLEAR_TREND or score * change <= 0:
        return ""
    return "fell" if change < 0 else "rose"
