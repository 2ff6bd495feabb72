from datetime import UTC, datetime

import pytest

from outsidein.cases.declaration import Team
from outsidein.cases.lifecycle import Actor
from outsidein.cases.open import CaseDraft
from tests.stores import lite, store  # noqa: F401  fixtures

NOW = datetime(2024, 3, 4, 10, tzinfo=UTC)  # a Monday


@pytest.fixture
def now():
    return NOW


@pytest.fixture
def draft():
    """Make a draft: `draft("c1", priority=7)`."""

    def make(about, issue="delivery", **changes):
        fields = {
            "about": about,
            "source": "shop",
            "record_id": f"r-{about}",
            "rule": "late",
            "issue": issue,
            "severity": 3,
            "is_kept": False,
            "value": 1_000,
            "priority": 3_000,
            "team": "delivery",
            "owner": None,
            "unit": None,
            "playbook": "call",
            "propensity": 0.5,
            "due_at": NOW,
        }
        return CaseDraft(**fields | changes)

    return make


@pytest.fixture
def teams():
    """Alice leads delivery, in which Bob works too; Charlie is of another team."""
    return {
        "delivery": Team(
            lead="Alice",
            members={"Alice": "alice@firm.de", "Bob": "bob@firm.de"},
            capacity=3,
            escalate_to="care",
            respond_within_hours=8,
        ),
        "care": Team(lead="Charlie", members={"Charlie": "charlie@firm.de"}),
    }


@pytest.fixture
def alice():
    return Actor("Alice", frozenset({"delivery"}), frozenset({"delivery"}))


@pytest.fixture
def bob():
    return Actor("Bob", frozenset({"delivery"}))


@pytest.fixture
def charlie():
    return Actor("Charlie", frozenset({"care"}), frozenset({"care"}))
