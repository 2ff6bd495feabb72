"""What speaks against figures of when customers leave."""

from outsidein.churn.figures import (
    CHURN_HAZARD,
    CHURN_RULE,
    SHARE_WITH_KNOWN_START,
    SURVIVAL,
)
from outsidein.figures.figure import Figure
from outsidein.figures.spec import FigureSpec

OF_TENURE: tuple[FigureSpec, ...] = (SURVIVAL, CHURN_HAZARD, CHURN_RULE)
"""Figures that are wrong where those who left early are missing."""


def unknown_start(survival: Figure | None) -> tuple[str, ...]:
    """Return why the start of customers, or those who left early, may be missing.

    Args:
        survival: The figure `SURVIVAL`, if it was published.
    """
    starts = SURVIVAL.select(survival, SHARE_WITH_KNOWN_START)
    return tuple(dict.fromkeys(_clause(e.why) for e in starts if e.value is None and e.why))


def _clause(sentence: str) -> str:
    return f"{sentence[:1].lower()}{sentence[1:]}".rstrip(".")
