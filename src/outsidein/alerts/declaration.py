"""What a project declares of its alerts."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from outsidein.cases.declaration import Team
from outsidein.cases.lifecycle import DISASTER
from outsidein.cases.playbooks import Playbook, playbooks_for
from outsidein.errors import InputError, ProjectError, nearest
from outsidein.project.declarations import Declaration
from outsidein.project.one_line import Line
from outsidein.rules.parsing import condition_columns

SALES = ("sales", "marketing", "promotion", "offer", "order", "delivery")
"""Purposes of messages and kinds of encounters that are no word said to a customer."""

AlertKind = Literal["encounters", "signals", "silence", "unspoken"]
"""What a rule looks at: rows as they are recorded, or customers as they stand on a day."""

ROW_KINDS: tuple[AlertKind, ...] = ("encounters", "signals")
"""Kinds that look at rows; the others look at customers, by `STANDING_FACTS` in `candidates`."""

Share = Annotated[float, Field(ge=0, lt=1)]


class AlertRule(Declaration):
    """`[alert.NAME]` of `alerts.toml`."""

    on: AlertKind
    rule: str
    """SQL condition over the facts of the row and of its customer."""

    issue: Line
    """One case is open per customer and issue."""

    severity: Annotated[int, Field(ge=1, le=5)] = 3
    team: str
    playbooks: tuple[str, ...] = ()
    """Those valid, the preferred first; none: those that name the issue."""

    live_from: date | None = None
    """What was recorded before is history; a rule without it can be tried and never fires."""

    open_within_days: Annotated[int, Field(ge=1)] = 7
    """What is older on the build's day opens no case when first seen: one notice sums it up."""

    complaint: bool = False
    """Whether the customer complained: the case goes all the way and never lapses."""

    delight: bool = False
    """Whether it is good news, which goes to the employee who earned it and opens no case."""

    randomise: bool = False
    """Whether chance decides between valid playbooks."""

    hold_out: Share = 0.0
    """Share of cases left alone by chance, to tell what the work is worth."""

    causes: tuple[str, ...] = ()
    """Root causes to choose from; anything goes where there are none."""

    against: str | None = None
    """Rows to compare with on trial; all rows of the table on which the rule is silent if not."""

    sales: tuple[str, ...] = SALES
    """Of `unspoken`: what counts as no word."""

    @property
    def is_of_rows(self) -> bool:
        """Whether it looks at rows as they are recorded, not at customers on a day."""
        return self.on in ROW_KINDS

    @property
    def is_kept(self) -> bool:
        """Whether its cases are complaints or disasters."""
        return self.complaint or self.severity >= DISASTER

    @property
    def named(self) -> set[str]:
        """Facts that its conditions name."""
        return condition_columns(self.rule) | (
            condition_columns(self.against) if self.against else set()
        )

    @model_validator(mode="after")
    def _fits(self) -> "AlertRule":
        if self.delight and (self.complaint or self.playbooks or self.hold_out):
            raise ValueError("a delight opens no case: no complaint, playbooks or hold-out with it")
        if self.is_kept and self.hold_out:
            raise ValueError("a complaint or disaster is never held out")
        return self


class AlertsFile(Declaration):
    """`alerts.toml`."""

    alert: dict[Line, AlertRule] = Field(default_factory=dict)


def check_alerts(
    rules: Mapping[str, AlertRule],
    teams: Mapping[str, Team],
    playbooks: Mapping[str, Playbook],
    *,
    unreadable: Collection[str] = (),
) -> None:
    """Check that every rule's team, playbooks and conditions are there.

    Args:
        rules: By name.
        teams: By name.
        playbooks: By name.
        unreadable: Names of playbooks that are there and cannot be read.

    Raises:
        ProjectError: The first thing that is wrong, by file and key.
    """
    for name, rule in rules.items():
        place = f"alert.{name}"
        if rule.team not in teams:
            problem = f"there is no team {rule.team!r}. {nearest(rule.team, teams)}"
            raise ProjectError("alerts.toml", f"{place}.team", problem)
        for book in rule.playbooks:
            if book not in playbooks and book not in unreadable:
                problem = f"there is no playbook {book!r}. {nearest(book, playbooks)}"
                raise ProjectError("alerts.toml", f"{place}.playbooks", problem)
        if rule.is_kept and not unreadable and not valid_playbooks(rule, playbooks):
            problem = "a complaint or disaster needs a playbook, for its minimum response"
            raise ProjectError("alerts.toml", f"{place}.playbooks", problem)
        try:
            columns = rule.named
        except InputError as error:
            raise ProjectError("alerts.toml", f"{place}.rule", str(error)) from error
        if not columns:
            raise ProjectError("alerts.toml", f"{place}.rule", "names no fact to decide by")


def valid_playbooks(rule: AlertRule, playbooks: Mapping[str, Playbook]) -> tuple[str, ...]:
    """Return the playbooks a case of the rule may get, the preferred first."""
    if rule.playbooks:
        return rule.playbooks
    return tuple(book.name for book in playbooks_for(playbooks, rule.issue))
