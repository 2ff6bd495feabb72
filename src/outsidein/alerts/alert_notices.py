"""Notices about alerts: a new case, praise, and a summary of rows that are too old for cases."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from outsidein.alerts.declaration import AlertRule
from outsidein.cases.declaration import Team
from outsidein.cases.lifecycle import DISASTER
from outsidein.cases.notices import Notice
from outsidein.cases.open import CaseDraft
from outsidein.cases.waiting import PRAISE


def opened_notice(case: int, draft: CaseDraft, team: Team, now: datetime) -> Notice:
    """Return the notice of a new case, to its owner, or to the lead if it has none."""
    return Notice(
        key=f"case:{case}:opened",
        kind="case_opened",
        to=team.address(draft.owner),
        subject=f"Case {case}: {draft.issue}",
        body="\n".join(_opened_lines(draft, team)),
        about=f"case:{case}",
        due_at=now,
        asks=team.reader(draft.owner),
        team=draft.team,
        is_urgent=draft.severity >= DISASTER,
    )


def _opened_lines(draft: CaseDraft, team: Team) -> Iterator[str]:
    yield f"New. Respond by {team.local(draft.due_at)}."
    if draft.is_kept:
        what = "A disaster" if draft.severity >= DISASTER else "A complaint"
        yield f"{what}: it must be answered, and it never lapses."


def praise_notice(
    name: str, rule: AlertRule, row: Mapping[str, Any], team: Team, *, team_name: str, now: datetime
) -> Notice:
    """Return praise for the employee who earned it; to the lead if they are no member."""
    employee = row.get("employee")
    about = f"alert:{name}:{row['source']}:{row['key']}"
    return Notice(
        key=about,
        kind=PRAISE,
        to=team.address(employee),
        subject=f"A delighted customer: {rule.issue}",
        body=f"For {employee or 'the whole team'}, on {row['happened_on']}.",
        about=about,
        due_at=now,
        reader=team.reader(employee),
        team=team_name,
    )


def failed_notice(
    name: str, row: Mapping[str, Any], error: str, team: Team, team_name: str, *, now: datetime
) -> Notice:
    """Return the notice that the work on an alert failed, to the lead of the rule's team."""
    about = f"alert:{name}:{row['source']}:{row['key']}"
    return Notice(
        key=f"{about}:failed",
        kind="failed",
        to=team.address(None),
        subject=f"An alert of rule {name} opened no case",
        body=f"The work on it failed ({error}), so no case was opened. `outsidein alerts list "
        f"--rule NAME` shows the reason. Record {row['key']} of {row['source']} is to be "
        "answered by hand.",
        about=f"rule:{name}",
        due_at=now,
        reader=team.lead,
        team=team_name,
    )


def failed_rule_notice(
    name: str, error: str, team: Team, team_name: str, *, build: int, now: datetime
) -> Notice:
    """Return the notice that a rule could not be run on a build, to the lead of its team."""
    return Notice(
        key=f"rule:{name}:failed:{build}",
        kind="failed",
        to=team.address(None),
        subject=f"Alert rule {name} failed",
        body=f"The rule could not be run on build {build} ({error}), so it fired on nothing. "
        "`outsidein check` and the log of the worker show the reason. The rule looks at the same "
        "rows again after the next build, or after a change of its file.",
        about=f"rule:{name}",
        due_at=now,
        reader=team.lead,
        team=team_name,
    )


def summary_notice(
    name: str,
    rule: AlertRule,
    rows: Sequence[Mapping[str, Any]],
    team: Team,
    *,
    first_alert: int,
    now: datetime,
) -> Notice:
    """Return one notice about rows for which no case was opened, to the lead of the rule's team."""
    days = sorted(row["happened_on"] for row in rows)
    many = "s" * (len(rows) != 1)
    return Notice(
        key=f"rule:{name}:old:{first_alert}",
        kind="old_rows",
        to=team.address(None),
        subject=f"{len(rows)} alert{many} of rule {name}, {days[0]} to {days[-1]}",
        body=f"These were more than {rule.open_within_days} days old when a build first had them, "
        "which is too late for a response. `outsidein alerts list --rule NAME` lists them.",
        about=f"rule:{name}",
        due_at=now,
        reader=team.lead,
        team=rule.team,
    )
