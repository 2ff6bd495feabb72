"""Decisions of the data owner, written into `data_needs.toml` with all its comments."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import tomlkit
from tomlkit import TOMLDocument
from tomlkit.items import AoT, Table

from outsidein.errors import InputError

APPROVED, VETOED, PROPOSED = "approved", "vetoed", "proposed"
INHERITED = ("department", "purpose", "owner", "retention_days")


@dataclass(frozen=True, slots=True)
class NeedDecision:
    """What a data owner decides of one column.

    Attributes:
        source: Of the column.
        column: Its name.
        is_approved: Whether it may be used; otherwise it is vetoed.
        by: Who decides.
        on: The day.
        department: Who needs it; the need's own unless given, as are the next two.
        purpose: What for.
        owner: Who answers for it.
    """

    source: str
    column: str
    is_approved: bool
    by: str
    on: date
    department: str = ""
    purpose: str = ""
    owner: str = ""

    @property
    def state(self) -> str:
        """State of the need."""
        return APPROVED if self.is_approved else VETOED


def decide_need(document: TOMLDocument, decision: NeedDecision) -> None:
    """Write a decision into a document of needs.

    A veto stands beside the needs that approve the column, and beats them; taking it back lets
    them hold again. A need for this column alone is decided where it stands.

    Raises:
        InputError: No need names the column, and the decision says not what it is for.
    """
    needs = document.setdefault("need", tomlkit.aot())
    naming = [n for n in needs if _names(n, decision)]
    open_needs = [n for n in naming if n.get("state") not in _settled(decision)]
    if any(n.get("state") == decision.state for n in naming):
        if decision.is_approved:
            _take_out(needs, open_needs, decision)
        return
    alone = [n for n in open_needs if len(n["columns"]) == 1]
    if alone:
        _settle(alone[0], decision)
        open_needs.remove(alone[0])
    else:
        _append(needs, naming, decision)
    if decision.is_approved:
        _take_out(needs, open_needs, decision)


def _settled(decision: NeedDecision) -> tuple[str, ...]:
    """States of needs that a decision leaves as they are."""
    return (APPROVED,) if decision.is_approved else (APPROVED, VETOED)


def _names(need: Table, decision: NeedDecision) -> bool:
    is_source = need.get("source") == decision.source
    return is_source and decision.column in need.get("columns", ())


def _settle(need: Table, decision: NeedDecision) -> None:
    need["state"] = decision.state
    need["approver"] = decision.by
    need["decided_on"] = decision.on


def _append(needs: AoT, naming: list[Table], decision: NeedDecision) -> None:
    need = tomlkit.table()
    need["source"] = decision.source
    need["columns"] = [decision.column]
    for key, value in _inherited(naming, decision).items():
        need[key] = value
    _settle(need, decision)
    if needs:
        last = needs[len(needs) - 1]
        if not last.as_string().endswith("\n\n"):
            last.add(tomlkit.nl())
    needs.append(need)


def _inherited(naming: list[Table], decision: NeedDecision) -> dict[str, Any]:
    """Return what the column is for, from a need that names it unless the decision says."""
    template = naming[0] if naming else {}
    values = {key: template[key] for key in INHERITED if key in template}
    values |= {k: v.strip() for k in INHERITED[:3] if (v := getattr(decision, k, "")).strip()}
    if missing := [key for key in INHERITED[:3] if key not in values]:
        raise InputError(f"No need names {decision.column!r} yet: give its {missing[0]}.")
    return values


def _take_out(needs: AoT, open_needs: list[Table], decision: NeedDecision) -> None:
    """Take a column out of needs that are no longer open; a need without columns goes."""
    for need in open_needs:
        columns = [c for c in need["columns"] if c != decision.column]
        if columns:
            need["columns"] = columns
        else:
            needs.remove(need)
