"""The statements in short, which stand on page one of every document, and those withheld."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from outsidein.headlines.rank import MOST
from outsidein.report.evidence import Evidence


@dataclass(frozen=True, slots=True)
class ShownStatement:
    """A sentence that passed the gate.

    Attributes:
        text: The sentence.
        facts: What is known about acting on it, by name: what to do, for whom, at stake, owner.
        figure: Name of the figure that it rests on; its place in the appendix.
    """

    text: str
    facts: tuple[tuple[str, str], ...]
    figure: str


@dataclass(frozen=True, slots=True)
class WithheldStatement:
    """A sentence that the gate kept back, and why."""

    text: str
    reason: str


def statements(evidence: Evidence) -> tuple[ShownStatement, ...]:
    """Return what the build says in short, in its order.

    A note that asks nobody for anything is left to the section of its figure.
    """
    shown = [row for row in evidence.contents.statements if row["is_shown"] and _is_for_use(row)]
    return tuple(_statement(row, evidence) for row in shown[:MOST])


def _is_for_use(row: Mapping[str, Any]) -> bool:
    """Tell whether a statement says what to do, or for whom something was decided."""
    return bool(row["action"] or row.get("audience"))


def _statement(row: Mapping[str, Any], evidence: Evidence) -> ShownStatement:
    worth, worth_of = row.get("worth"), row.get("worth_of")
    facts = {
        "Do": row["action"],
        "For": row.get("audience"),
        "At stake": _amount(evidence.words.money(worth), worth_of) if worth else None,
        "Owner": row.get("owner"),
    }
    figure = str(row.get("figures") or "").partition(",")[0].strip()
    return ShownStatement(
        row["text"], tuple((name, str(value)) for name, value in facts.items() if value), figure
    )


def _amount(money: str, worth_of: str | None) -> str:
    return f"{money}, {worth_of}" if worth_of else money


def withheld(evidence: Evidence) -> tuple[WithheldStatement, ...]:
    """Return what the gate kept back."""
    return tuple(
        WithheldStatement(row["text"], row.get("withheld_because") or "")
        for row in evidence.contents.statements
        if not row["is_shown"]
    )
