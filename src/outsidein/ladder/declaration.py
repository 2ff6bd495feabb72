"""What a project declares about its ladder."""

from typing import Literal

from pydantic import Field, field_validator

from outsidein.errors import InputError, UnknownName
from outsidein.project.declarations import Declaration
from outsidein.rules.parsing import column_thresholds, condition_columns

STAGES = ("aware", "trial", "purchase", "multiple_purchase", "loyalty")
"""The five steps, from the lowest."""

STAGE_NAMES = {
    "aware": "Aware",
    "trial": "Trial",
    "purchase": "Purchase",
    "multiple_purchase": "Multiple purchase",
    "loyalty": "Loyalty",
}

FEATURES: dict[str, str | None] = {
    "encounters": "encounters",
    "messages": "messages",
    "orders": "orders",
    "trials": "orders",
    "revenue": "orders",
    "orders_90d": "orders",
    "orders_365d": "orders",
    "days_since_order": "orders",
    "categories": "categories",
    "contracts": "contracts",
    "is_under_contract": "contracts",
    "contract_days": "contracts",
    "last_score": "scores",
    "tenure_days": None,
}
"""What a condition of the ladder may name, and which source of events it comes from."""

WINDOWS = {"orders_90d": 90, "orders_365d": 365}
"""Features that count the orders of the last days, and how many days."""

TIME_ALONE = {"contract_days", "tenure_days", "is_under_contract"}
"""Features that time changes while nothing happens."""

HurdleType = Literal["perception", "process", "product"]

ANSWERS: dict[str, str] = {
    "perception": "communication",
    "process": "channel",
    "product": "product",
}
"""The kind of answer that each type of hurdle needs."""


class Ladder(Declaration):
    """`[ladder]` of `outsidein.toml`: per stage the condition of standing on it or above.

    A customer stands on the highest stage whose condition holds. A stage without a condition
    is not observed.
    """

    aware: str | None = None
    trial: str | None = None
    purchase: str | None = None
    multiple_purchase: str | None = None
    loyalty: str | None = None
    hurdles: dict[str, HurdleType] = Field(default_factory=dict)
    """Type of hurdle that a signal's factor speaks of."""

    @field_validator(*STAGES)
    @classmethod
    def _names_known_features(cls, rule: str | None) -> str | None:
        try:
            for name in condition_columns(rule) if rule else ():
                if name not in FEATURES:
                    raise UnknownName("feature", name, FEATURES)
        except InputError as error:
            raise ValueError(str(error)) from error
        return rule

    @property
    def rules(self) -> dict[str, str]:
        """The declared conditions by stage, from the lowest."""
        declared = {stage: getattr(self, stage) for stage in STAGES}
        return {stage: rule for stage, rule in declared.items() if rule}

    @property
    def features(self) -> dict[str, set[int] | None]:
        """Every feature that a condition names, and what it is compared with (None: unknown)."""
        thresholds: dict[str, set[int] | None] = {}
        for rule in self.rules.values():
            for name, numbers in column_thresholds(rule).items():
                before = thresholds.get(name, set())
                thresholds[name] = None if numbers is None or before is None else numbers | before
        return thresholds

    @property
    def look_back(self) -> int:
        """Days that the rules look back for orders."""
        return max((WINDOWS[name] for name in self.features if name in WINDOWS), default=0)

    def is_by_time(self, stage: str) -> bool:
        """Whether time alone brings customers to a stage: whoever stays reaches it."""
        names = set(condition_columns(self.rules[stage]))
        return bool(names) and names <= TIME_ALONE


DEFAULT_LADDER = Ladder(
    aware="encounters > 0 or messages > 0",
    trial="trials > 0",
    purchase="orders >= 1",
    multiple_purchase="orders >= 2",
    loyalty="orders_365d >= 4",
)
"""The ladder of a project that declares none."""
