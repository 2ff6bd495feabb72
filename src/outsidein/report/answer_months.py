"""Over which months answers were given, where figures hold several years of them together."""

from outsidein.feedback.figures import FEEDBACK_SCORES, LAST_YEAR
from outsidein.report.evidence import Evidence

MONTHS_OF_A_YEAR = 12
PERIOD, RECENT = "period", "recent"
"""Dimensions of scores: the month of an answer, and the last twelve of them."""


def pooled_months(evidence: Evidence) -> tuple[str, str] | None:
    """Return the first and the last month of answers; None where a year holds them all.

    Example:
        ("2010-05", "2016-05")
    """
    months = {
        str(e.group["group"])
        for e in evidence.view(FEEDBACK_SCORES).select(*FEEDBACK_SCORES.measures, dimension=PERIOD)
    }
    if not months or _place(max(months)) - _place(min(months)) < MONTHS_OF_A_YEAR:
        return None
    return min(months), max(months)


def _place(month: str) -> int:
    year, _, number = month.partition("-")
    return MONTHS_OF_A_YEAR * int(year) + int(number)


def pooled_note(evidence: Evidence) -> str:
    """Say of which months together the answers are; nothing where a year holds them all."""
    months = pooled_months(evidence)
    return f"Answers from {months[0]} to {months[1]} together." if months else ""


def leading_dimension(evidence: Evidence) -> str:
    """Return the dimension of scores to lead with: the last year, where answers go further back."""
    scores = evidence.view(FEEDBACK_SCORES)
    has_recent = bool(scores.numbers(*FEEDBACK_SCORES.measures, dimension=RECENT, group=LAST_YEAR))
    return RECENT if has_recent and pooled_months(evidence) else "all"
