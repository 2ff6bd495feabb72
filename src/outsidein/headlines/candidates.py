"""The sentences that a build could say, by the noun they are about."""

from collections.abc import Callable, Iterator
from itertools import chain

from outsidein.headlines.basis import Basis
from outsidein.headlines.sentences.churn import (
    left_today,
    revenue_lost,
    riskiest_month,
    rule_to_replace,
)
from outsidein.headlines.sentences.extremes import disasters
from outsidein.headlines.sentences.factors import first_factor
from outsidein.headlines.sentences.failures import losses_after_failures
from outsidein.headlines.sentences.forecast import expected_value
from outsidein.headlines.sentences.ladder import hardest_step
from outsidein.headlines.sentences.objectives import objectives_behind
from outsidein.headlines.sentences.returning import bad_first_experience
from outsidein.headlines.sentences.segments import most_valuable_segment
from outsidein.headlines.sentences.shifts import recording_changes, shifts
from outsidein.headlines.sentences.standards import broken_promises
from outsidein.headlines.sentences.value import (
    best_customers,
    invested_in_what_is_over,
    unprofitable_customers,
)
from outsidein.headlines.statement import Statement

SENTENCES: tuple[Callable[[Basis], Iterator[Statement]], ...] = (
    disasters,
    first_factor,
    bad_first_experience,
    losses_after_failures,
    best_customers,
    unprofitable_customers,
    most_valuable_segment,
    invested_in_what_is_over,
    expected_value,
    rule_to_replace,
    left_today,
    revenue_lost,
    riskiest_month,
    hardest_step,
    shifts,
    recording_changes,
    broken_promises,
    objectives_behind,
)


def statements(basis: Basis) -> list[Statement]:
    """Return all sentences that a build could say, before the gate."""
    return list(chain.from_iterable(write(basis) for write in SENTENCES))
