"""Objectives that are behind their plan."""

from collections.abc import Iterator

from outsidein.figures.figure import Estimate
from outsidein.headlines.basis import Basis
from outsidein.headlines.doubts import RESTS_ON_CHURN_RULE, rule_doubts
from outsidein.headlines.statement import Ground, Kind, Statement
from outsidein.objectives.figures import BEHIND, MISSED, OBJECTIVES, TARGET, TODAY
from outsidein.present.display_tables import group_text


def objectives_behind(basis: Basis) -> Iterator[Statement]:
    """Say which objective is behind its plan, or missed, and where it stands."""
    for e in basis.numbers(OBJECTIVES, *TODAY.values()):
        if e.group["standing"] in (BEHIND, MISSED):
            yield _statement(basis, e)


def _statement(basis: Basis, today: Estimate) -> Statement:
    objective, words = str(today.group["objective"]), basis.words
    targets = basis.numbers(OBJECTIVES, *TARGET.values(), objective=objective)
    target = f", the target is {words.value(targets[0])}" if targets else ""
    base = group_text(today.group["metric"])
    return Statement(
        name=f"objective {objective}",
        kind=Kind.DECIDE,
        text=f"The objective “{objective}” is {today.group['standing']}: {base} is "
        f"{words.in_sentence(today)} {today.group['period']}{target} by {today.group['due_on']}.",
        base=base,
        grounds=(Ground(spec=OBJECTIVES, estimate=today),),
        action="Decide what to change, or which target can be kept.",
        owner=_owner(basis, objective),
        doubts=_doubts_of_rule(basis, objective),
    )


def _doubts_of_rule(basis: Basis, objective: str) -> tuple[str, ...]:
    metrics = (each.metric for each in basis.objectives if each.name == objective)
    metric = next(metrics, "")
    if isinstance(metric, str) or metric.figure not in RESTS_ON_CHURN_RULE:
        return ()
    return rule_doubts(basis)


def _owner(basis: Basis, objective: str) -> str:
    declared = (each for each in basis.objectives if each.name == objective)
    return next((each.stakeholders[0] for each in declared), "")
