"""Canonical invitations and ladder links of a survey."""

from collections.abc import Callable, Mapping

import ibis
import ibis.expr.types as ir

from outsidein.feedback.declaration import Invited, Survey
from outsidein.feedback.responses import (
    RUNG,
    column,
    prefix_id,
    respondent_record,
    rungs,
    select_columns,
)

ITEM = 100
"""Positions of a response's next ladder start this much higher."""


def invitations(survey: Survey, raw: Mapping[str, ir.Table]) -> ir.Table | None:
    """Return everyone whom a survey asked, with inclusion probability; None without a list.

    Returns:
        One row per person asked: columns of the canonical `invitations`.

    Raises:
        ProjectError: A column is missing, or `where` is invalid.
    """
    invited = survey.invitations
    if invited is None:
        return None
    table = select_columns(survey, invited, raw)

    def own(name: str | None) -> ir.Value:
        return column(survey, table, invited.source, name) if name else ibis.null("string")

    return table.select(
        source=ibis.literal(invited.record[0]),
        record_id=own(invited.record[1]).cast("string"),
        invitation_id=prefix_id(survey, own(invited.invitation_id)),
        survey=ibis.literal(survey.name),
        survey_version=ibis.literal(survey.version),
        encounter_id=own(invited.encounter_id).cast("string"),
        channel=own(invited.channel).cast("string"),
        invited_at=own(invited.invited_at),
        inclusion_probability=_chance(own, invited),
        status=_status(own(invited.status).cast("string"), invited),
    )


def _chance(own: Callable[[str], ir.Value], invited: Invited) -> ir.Value:
    chance = invited.inclusion_probability
    return own(chance) if isinstance(chance, str) else ibis.literal(chance, "float64")


def _status(status: ir.StringValue, invited: Invited) -> ir.StringValue:
    if not invited.statuses:
        return status
    branches = [
        (status == word, ibis.literal(canonical)) for word, canonical in invited.statuses.items()
    ]
    return ibis.cases(*branches, else_=status)


def ladder_links(survey: Survey, raw: Mapping[str, ir.Table]) -> ir.Table | None:
    """Return the steps of a survey's laddering answers; None without such items.

    Returns:
        One row per response and step from one rung to the next: columns of the canonical
        `ladder_links`.

    Raises:
        ProjectError: A column is missing, or `where` is invalid.
    """
    table = select_columns(survey, survey.responses, raw)
    shared = respondent_record(survey, table)
    ladders = [item for item in survey.item if item.instrument == RUNG]

    def wide(name: str) -> ir.Value:
        return column(survey, table, survey.responses.source, name)

    links = []
    for nth, item in enumerate(ladders):
        climbed = table.select(
            source=shared["source"], response_id=shared["response_id"], rungs=rungs(item, wide)
        )
        each = climbed.mutate(from_code=climbed.rungs).unnest("from_code", offset="position")
        steps = each.filter(each.position < each.rungs.length() - 1)
        links.append(
            steps.select(
                "source",
                "response_id",
                "from_code",
                position=steps.position + (1 + nth * ITEM),
                to_code=steps.rungs[steps.position + 1],
            )
        )
    return ibis.union(*links) if links else None
