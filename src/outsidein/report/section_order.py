"""The sections of a report in the order a reader goes through them: extremes first."""

from outsidein.present.blocks import Section
from outsidein.report.evidence import Evidence
from outsidein.report.exhibits import SectionSpec
from outsidein.report.sections.cases import TODAYS_CASES
from outsidein.report.sections.churn import CHURN
from outsidein.report.sections.extremes import EXTREMES
from outsidein.report.sections.factors import FACTORS
from outsidein.report.sections.feedback import FEEDBACK
from outsidein.report.sections.identity import IDENTITY
from outsidein.report.sections.ladder import LADDER
from outsidein.report.sections.objectives import WHERE_OBJECTIVES_STAND
from outsidein.report.sections.shifts import LASTING_SHIFTS
from outsidein.report.sections.standards import SERVICE_STANDARDS
from outsidein.report.sections.texts import TEXTS
from outsidein.report.sections.worth import WORTH

SECTIONS: tuple[SectionSpec, ...] = (
    WHERE_OBJECTIVES_STAND,
    TODAYS_CASES,
    EXTREMES,
    FACTORS,
    TEXTS,
    FEEDBACK,
    IDENTITY,
    LADDER,
    WORTH,
    CHURN,
    SERVICE_STANDARDS,
    LASTING_SHIFTS,
)


def sections(evidence: Evidence) -> list[Section]:
    """Return the sections that a report shows.

    Every report says who customers are, where they stand, what they are worth and when they
    leave, or what is missing of it. The others are there where they have a number: not every
    firm asks its customers.
    """
    return [section.show(evidence) for section in SECTIONS if section.is_shown(evidence)]
