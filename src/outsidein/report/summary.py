"""In short: the sentences of the build that passed the gate."""

from outsidein.headlines.rank import MOST
from outsidein.report.evidence import Evidence


def in_short(evidence: Evidence) -> tuple[str, ...]:
    """Return the first sentences that a build says, each with what to do."""
    shown = [row for row in evidence.contents.statements if row["is_shown"]]
    return tuple(f"{row['text']} {row['action']}".strip() for row in shown[:MOST])
