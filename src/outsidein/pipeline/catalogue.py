"""Every table that a build may write."""

from outsidein.canonical.tables import ADMISSIONS, CANONICAL, REJECTS
from outsidein.churn.tables import CHURN_SPELLS, ORDER_DAYS, PREDICTIONS
from outsidein.extremes.tables import CUSTOMER_EXTREMES
from outsidein.factors.tables import BELIEF_SEALS
from outsidein.feedback.tables import ASKED
from outsidein.headlines.tables import STATEMENTS
from outsidein.identity.tables import (
    COMPARED_RECORDS,
    EVIDENCE,
    IDENTIFIER_USE,
    MEMBERSHIPS,
    PROPOSALS,
    SUGGESTED_RELATIONS,
    WITHHELD,
)
from outsidein.ladder.tables import LADDER_SPELLS
from outsidein.pipeline.customers import CUSTOMERS_WITH_FACTS
from outsidein.profiles.tables import PROFILE_ALTERNATIVES, PROFILES
from outsidein.segments.tables import SEGMENT_MEMBERSHIPS
from outsidein.sources.tables import COLUMNS, SOURCES
from outsidein.tables.table_catalogue import Catalogue
from outsidein.text.tables import CODED_SIGNALS, TEXTS, VERBATIMS
from outsidein.value.tables import LIFETIME_VALUES, PROFITS, TIERS

CATALOGUE = Catalogue(
    [
        *CANONICAL.values(),
        *(REJECTS, SOURCES, COLUMNS, ADMISSIONS),
        *(IDENTIFIER_USE, PROPOSALS, COMPARED_RECORDS, EVIDENCE, WITHHELD, MEMBERSHIPS),
        SUGGESTED_RELATIONS,
        *(PROFILES, PROFILE_ALTERNATIVES),
        LADDER_SPELLS,
        *(PROFITS, TIERS, LIFETIME_VALUES),
        *(ORDER_DAYS, CHURN_SPELLS, PREDICTIONS),
        *(CUSTOMERS_WITH_FACTS, SEGMENT_MEMBERSHIPS),
        *(ASKED, CUSTOMER_EXTREMES),
        *(TEXTS, CODED_SIGNALS, VERBATIMS),
        BELIEF_SEALS,
        STATEMENTS,
    ]
)
"""Canonical tables first, then derived ones in the order of their steps."""
