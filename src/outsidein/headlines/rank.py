"""The order of statements: what is worth most and surest comes first."""

from outsidein.headlines.statement import Kind, Statement

MOST = 7
"""Sentences in short at most."""

_URGENCY = {Kind.CALL: 0, Kind.CHANGED: 1, Kind.DECIDE: 2, Kind.NOTE: 3}


def rank_key(statement: Statement) -> tuple[bool, bool, float, int, float, str]:
    """Order statements by what they are worth, those without a worth by what is to be done.

    Of those that ask for the same, the one that concerns more encounters or customers comes
    first. A note asks for nothing, whatever money it is about, and so comes after what does. What
    an effect takes or brings by measurement comes before all that the customers concerned bring,
    of which nobody knows how much acting would change.
    """
    worth = statement.worth or 0.0
    is_note = statement.kind is Kind.NOTE
    is_measured = statement.is_effect and worth > 0
    urgency, affected = _URGENCY[statement.kind], statement.affected
    return is_note, not is_measured, -worth, urgency, -affected, statement.name
