"""What can we do next week without spending a cent?"""

from outsidein.figures.figure import Estimate
from outsidein.strategy.figures import (
    EXPECTED_TO_CHURN,
    FAILURE_COST,
    UNANSWERED_MESSAGES,
    UNKNOWN_RISK,
    VALUE_AT_STAKE,
)
from outsidein.strategy.questions import (
    FREE,
    Answers,
    StrategySheet,
    group,
    not_answerable,
    per_segment,
)

LIKELY = 0.5
"""A customer is expected to churn above this probability."""


def costless_action_answers(sheet: StrategySheet) -> Answers:
    """Whom to speak to first, which failures to stop, which messages to leave unsent."""
    inside = sheet.in_segments
    at_risk = (inside.churn_probability > LIKELY) & (inside.value > 0)
    rows = per_segment(
        inside.group_by("segment").aggregate(
            predicted=inside.churn_probability.count(),
            at_risk=at_risk.fill_null(False).cast("int64").sum(),  # noqa: FBT003
            at_stake=inside.value.sum(where=at_risk).cast("int64"),
            failed=(inside.failure_cost > 0).cast("int64").sum(),
            failure_cost=inside.failure_cost.sum().cast("int64"),
        )
    )
    unanswered_messages = _unanswered_messages(sheet)
    for segment, row in sorted(rows.items()):
        of = group(segment, FREE)
        if row["predicted"]:
            n = row["at_risk"]
            yield EXPECTED_TO_CHURN.counted(n, n=n, group=of)
            yield VALUE_AT_STAKE.counted(row["at_stake"] or 0, n=n, group=of)
        else:
            yield from not_answerable([segment], FREE, UNKNOWN_RISK, needs="a prediction")
        yield FAILURE_COST.counted(row["failure_cost"] or 0, n=row["failed"], group=of)
        yield _messages(unanswered_messages.get(segment), of)


def _unanswered_messages(sheet: StrategySheet) -> dict[str, dict[str, int]]:
    messages, outcomes = sheet.canonical["messages"], sheet.canonical["message_outcomes"]
    answered = outcomes.filter(outcomes.outcome == "answered")
    with_answer = messages.semi_join(answered, ["source", "message_id"])
    never = messages.anti_join(with_answer.filter(with_answer.customer_id.notnull()), "customer_id")
    joined = never.join(sheet.members, "customer_id")
    return per_segment(
        joined.group_by("segment").aggregate(n=joined.customer_id.nunique(), sent=joined.count())
    )


def _messages(row: dict[str, int] | None, of: dict[str, str]) -> Estimate:
    if row is None:
        why = "not answerable: needs messages and what became of them"
        return UNANSWERED_MESSAGES.unanswered(why, group=of)
    return UNANSWERED_MESSAGES.counted(row["sent"], n=row["n"], group=of)
