"""How many of a segment have churned, by contracts and by silence."""

from dataclasses import replace
from datetime import date, timedelta

import ibis
import pytest

from outsidein.strategy.churn_answers import CHURNED, churn_answers
from tests.strategy.test_after_scores import AS_OF, SILENCE, sheet
from tests.tables import table


def segment_sheet(*, gone, kept, first_seen_on, silence):
    rows = [(f"c{n:02}", "all", n < gone, 100.0, None, first_seen_on) for n in range(gone + kept)]
    people = table(
        rows,
        customer_id="string",
        segment="string",
        is_churned="boolean",
        revenue_per_month="float64",
        reason="string",
        first_seen_on="date",
    )
    whole = sheet(spells=[(who, first_seen_on, None) for who, *_ in rows], silence=silence)
    return replace(whole, in_segments=ibis.memtable(people))


def churned(of):
    return next(e for e in churn_answers(of) if e.measure == CHURNED.name)


@pytest.mark.parametrize("silence", [None, SILENCE])
def test_the_share_that_churned_is_of_all_in_the_segment(silence):
    long_ago = AS_OF - timedelta(days=1000)
    answer = churned(segment_sheet(gone=5, kept=15, first_seen_on=long_ago, silence=silence))
    assert (answer.value, answer.n) == (pytest.approx(0.25), 20)


def test_nobody_is_called_loyal_who_came_too_lately_to_be_called_gone():
    lately = date(2023, 12, 1)
    answer = churned(segment_sheet(gone=0, kept=20, first_seen_on=lately, silence=SILENCE))
    assert answer.value is None
    assert "too lately" in answer.why
