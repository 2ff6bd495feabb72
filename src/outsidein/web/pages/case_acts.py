"""What the buttons of a case do."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from outsidein.cases.lifecycle import STEPS, EventKind
from outsidein.errors import InputError, UnknownName
from outsidein.workspace.cases import Cases

Text = Annotated[str, Field(max_length=4_000)]
Choice = Annotated[str, Field(max_length=400)]


class CaseForm(BaseModel):
    """What was typed on the page of a case, and which button was pressed."""

    model_config = ConfigDict(str_strip_whitespace=True)

    act: Choice = ""
    note: Text = ""
    to: Choice = ""
    owner: Choice = ""
    cause: Choice = ""
    verdict: Choice = ""
    step: Text = ""
    until: Choice = ""


@dataclass(frozen=True, slots=True)
class CaseAct:
    """One thing that somebody does to a case."""

    cases: Cases
    number: int
    form: CaseForm
    by: str

    @property
    def timezone(self) -> str:
        """Whose clocks a moment of the form is read on: those of the case's team."""
        team = self.cases.show(self.number).team
        return team.timezone if team else "UTC"

    def add(self, kind: EventKind, **more: str) -> None:
        """Add an event with what was typed."""
        details = more | ({"note": self.form.note} if self.form.note else {})
        self.cases.add_event(self.number, kind, by=self.by, details=details)


def do(act: CaseAct) -> None:
    """Do what the pressed button stands for.

    Raises:
        InputError: The state of the case or the rights of the member do not allow it, or
            something is missing; nothing was done.
    """
    name = act.form.act
    if name not in ACTS:
        raise UnknownName("button", name, ACTS)
    ACTS[name](act)


def _accept(act: CaseAct) -> None:
    act.cases.accept(act.number, by=act.by)


def _note(act: CaseAct) -> None:
    if not act.form.note:
        raise InputError("Write the note first.")
    act.add(EventKind.NOTE)


def _contact(channel: str) -> Callable[[CaseAct], None]:
    return lambda act: act.add(EventKind.NOTE, channel=channel)


def _step(kind: EventKind) -> Callable[[CaseAct], None]:
    return lambda act: act.add(kind)


def _tick(*, is_done: bool) -> Callable[[CaseAct], None]:
    return lambda act: act.cases.tick(act.number, act.form.step, is_done=is_done, by=act.by)


def _assign(act: CaseAct) -> None:
    if not act.form.owner:
        raise InputError("Choose whom to assign the case to.")
    act.cases.assign(act.number, act.form.owner, by=act.by)


def _hand_over(act: CaseAct) -> None:
    if not act.form.to:
        raise InputError("Choose the team to hand the case over to.")
    act.cases.hand_over(act.number, act.form.to, reason=act.form.note, by=act.by)


def _escalate(act: CaseAct) -> None:
    act.cases.escalate(act.number, reason=act.form.note, by=act.by)


def _snooze(act: CaseAct) -> None:
    until = _moment(act.form.until, act.timezone)
    act.cases.snooze(act.number, until, reason=act.form.note, by=act.by)


def _wake(act: CaseAct) -> None:
    act.cases.wake(act.number, by=act.by)


def _moment(written: str, timezone: str) -> datetime:
    """Return a moment that a field for day and time holds, on the clocks of a team."""
    try:
        return datetime.fromisoformat(written).replace(tzinfo=ZoneInfo(timezone))
    except ValueError:
        raise InputError("Enter the day and the time when the case comes back.") from None


def _close(act: CaseAct) -> None:
    form = act.form
    if not form.cause:
        raise InputError("Enter the root cause.")
    conclusions = {"cause": form.cause, "verdict": form.verdict}
    act.cases.done(act.number, note=form.note, by=act.by, **conclusions)


def _verdict(act: CaseAct) -> None:
    act.cases.record_verdict(act.number, act.form.verdict, by=act.by)


ACTS: Mapping[str, Callable[[CaseAct], None]] = {
    "accept": _accept,
    "note": _note,
    "call": _contact("phone"),
    "mail": _contact("email"),
    "tick": _tick(is_done=True),
    "untick": _tick(is_done=False),
    "assign": _assign,
    "hand_over": _hand_over,
    "escalate": _escalate,
    "snooze": _snooze,
    "wake": _wake,
    "close": _close,
    "verdict": _verdict,
    **{kind.value: _step(kind) for kind in STEPS},
}
"""What each button does, by its value."""
