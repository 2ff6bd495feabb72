"""What a simulated firm is like: `simulation.toml`, each parameter with its unit."""

import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from outsidein.project.declarations import Declaration, declare, read_toml

MONTH = 30
"""Days of a month of tenure, as break-off is counted."""

Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0)]
AtLeastZero = Annotated[float, Field(ge=0)]
Kind = Literal["delivery", "visit", "call"]


class SegmentTruth(Declaration):
    """`[segment.NAME]`: customers who are alike."""

    share: Positive
    """Weight among segments; the weights are brought to a sum of 1."""
    orders: Positive
    """Mean orders a month (count)."""
    order_shape: Positive = 1.5
    """Shape of the gamma distribution of customers' rates; smaller is more unequal."""
    spend: Positive = 1.0
    """Multiplies every price."""
    break_off: Positive = 1.0
    """Multiplies the hazard of breaking off."""
    contract: Share = 0.0
    """Share of customers under contract."""
    prospects: Share = 0.0
    """Share who register and never order."""
    calls: AtLeastZero = 0.05
    """Calls a month that no failure of the firm's caused (count)."""
    satisfaction: Share = 0.6
    """Mean satisfaction without low or high factors, as a share of the scale."""
    portuguese: Share = 0.0
    """Share who write Portuguese; the others write English."""


class Channel(Declaration):
    """`[channel.NAME]`: where customers order."""

    share: Positive
    """Weight among channels."""
    delivers: bool
    """Whether orders are delivered; otherwise the customer visits a store."""


class Shift(Declaration):
    """`[[unit.NAME.shift]]`: a day from which a unit keeps another standard."""

    on: date
    kept: Share | None = None
    """Promises kept, or calls resolved, from then on (share)."""
    wait: Positive | None = None
    """Median waiting time from then on (seconds)."""


class Unit(Declaration):
    """`[unit.NAME]`: a depot, store or team, and how well it keeps its standard."""

    kind: Kind
    share: Positive = 1.0
    """Weight among the units of its kind."""
    kept: Share = 1.0
    """Deliveries: made by the promised moment. Calls: resolved (share)."""
    kept_drift: float = 0.0
    """What is added to `kept` each year since the first day."""
    wait: Positive = 120.0
    """Median waiting time of visits and calls (seconds)."""
    wait_spread: Positive = 0.6
    """Standard deviation of the waiting time's logarithm."""
    shift: tuple[Shift, ...] = ()


class Failure(Declaration):
    """`[failure.NAME]`: a bad encounter, and what follows from it."""

    factor: str
    """The factor it makes low."""
    jump: Positive = 1.0
    """Multiplies the hazard of breaking off in the 30 days after."""
    reason: str
    """The reason that those give who leave because of it."""
    complaint: Share = 0.0
    """Probability of a complaint."""
    call: Share = 0.0
    """Probability of a call because of it."""
    low: Share = 0.7
    """Probability that the factor is then rated low."""
    limit: Positive | None = None
    """Waiting time above which a visit is one (seconds)."""


class Effect(Declaration):
    """What one segment makes of a factor; what is left out is as for all."""

    penalty: Annotated[float, Field(le=0)] | None = None
    reward: Annotated[float, Field(ge=0)] | None = None
    penalty_drift: float | None = None
    reward_drift: float | None = None


class Words(Declaration):
    """`[factor.NAME.words.LANGUAGE]`: how customers speak of a factor."""

    terms: Annotated[tuple[str, ...], Field(min_length=1)]
    """Words that name it."""
    good: Annotated[tuple[str, ...], Field(min_length=1)]
    """Clauses of those who rate it high."""
    bad: Annotated[tuple[str, ...], Field(min_length=1)]
    """Clauses of those who rate it low."""


class FactorTruth(Declaration):
    """`[factor.NAME]`: what a low or high rating does to satisfaction, as shares of its scale."""

    description: str
    answer: Literal["communication", "product", "channel"]
    """The kind of answer it needs."""
    low: Share
    """Probability of a rating of 1 or 2 out of 5, without a failure."""
    high: Share
    """Probability of a rating of 5, without a failure."""
    experienced: Share = 1.0
    """Share of responses that rate it."""
    penalty: Annotated[float, Field(le=0)]
    """Added to satisfaction by a low rating, in the first year (share of the scale)."""
    reward: Annotated[float, Field(ge=0)]
    """Added by a high rating, in the first year (share of the scale)."""
    penalty_drift: float = 0.0
    """Added to `penalty` each year."""
    reward_drift: float = 0.0
    """Added to `reward` each year."""
    segment: dict[str, Effect] = Field(default_factory=dict)
    words: dict[Literal["en", "pt"], Words] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _leaves_a_middle(self) -> Self:
        if self.low + self.high > 1:
            raise ValueError("low and high are above 1 together")
        return self


class SurveyTruth(Declaration):
    """`[survey]`: who is asked, and who answers."""

    invited: Share
    """Probability of being invited in a month without failure."""
    invited_after_failure: Share
    """Probability of being invited in a month with one."""
    answers: Annotated[float, Field(gt=0, lt=1)]
    """Probability of answering where satisfaction is 0.6 of the scale."""
    slope: float = 0.0
    """Added to the log-odds of answering per 0.1 of satisfaction; below 0: the angry answer."""
    extremes: AtLeastZero = 0.0
    """Added to the log-odds per 0.1 of distance from 0.6."""
    precision: Positive = 14.0
    """Of satisfaction around its mean: parameters of its beta distribution add up to this."""
    halo: Annotated[float, Field(ge=0, lt=1)] = 0.2
    """Correlation between a customer's ratings that no failure made."""
    comments: Share = 0.4
    """Share of responses with words."""
    typing_errors: Share = 0.1
    """Share of phrases with a typing error."""


class Purchases(Declaration):
    """`[purchases]`: what an order is."""

    lines: Annotated[float, Field(ge=1)] = 4.0
    """Mean lines of an order (count)."""
    spread: AtLeastZero = 0.35
    """Standard deviation between customers of the logarithm of what they spend a line."""
    trial: Share = 0.1
    """Share of first orders that are trials."""
    returned: Share = 0.02
    """Share of orders of which a line comes back."""
    discount: Share = 0.1
    """Share of orders with a tenth off."""
    december: Positive = 1.0
    """Multiplies orders in December."""


class Category(Declaration):
    """`[category.NAME]`: goods."""

    share: Positive
    price: Positive
    """Median price of a line (minor units)."""
    spread: AtLeastZero = 0.4
    """Standard deviation of the price's logarithm."""
    cost: Share = 0.6
    """What the goods cost (share of the price)."""


class ContractTruth(Declaration):
    """`[contract]`: the subscription, and how customers leave, with one or without."""

    price: Annotated[int, Field(gt=0)]
    """A month (minor units)."""
    cost: Annotated[int, Field(ge=0)]
    """A month (minor units)."""
    hazard: Annotated[tuple[AtLeastZero, ...], Field(min_length=1)]
    """Rate of breaking off in each month of tenure without failures; the last one stays."""
    frailty: AtLeastZero = 0.2
    """Variance between customers of what multiplies their hazard (mean 1)."""
    reasons: Annotated[dict[str, Positive], Field(min_length=1)]
    """Weights of the reasons that no failure made."""
    unsaid: Share = 0.1
    """Share of those who leave without telling why."""


class Campaign(Declaration):
    """`[campaign.NAME]`: a message to a random part of those who may be written to."""

    on: date
    days: Annotated[int, Field(gt=0)] = 30
    """How long it works (days)."""
    sent: Annotated[float, Field(gt=0, lt=1)] = 0.5
    """Probability of being sent; the others are the hold-out."""
    uplift: Annotated[float, Field(ge=-1)] = 0.0
    """What it adds to the rate of orders (share)."""
    discount: Annotated[int, Field(ge=0, le=100)] = 10
    """What the message claims (per cent off)."""
    kept: Share = 0.95
    """Probability that the claim is kept."""
    unsubscribes: Share = 0.01
    """Probability of unsubscribing after it."""
    cost: Annotated[int, Field(ge=0)] = 2
    """Of a message (minor units)."""


class Arm(Declaration):
    """`[experiment.NAME.arm.NAME]`: what is done to some."""

    share: Positive
    uplift: Annotated[float, Field(ge=-1)] = 0.0
    """What it adds to the rate of orders (share)."""
    segment: dict[str, Annotated[float, Field(ge=-1)]] = Field(default_factory=dict)
    """The same where a segment differs."""
    is_holdout: bool = False


class Experiment(Declaration):
    """`[experiment.NAME]`: customers of a day, randomised into arms."""

    on: date
    days: Annotated[int, Field(gt=0)] = 60
    """How long it works and is measured (days)."""
    arm: Annotated[dict[str, Arm], Field(min_length=2)]


class PlaybookTruth(Declaration):
    """`[playbook.NAME]`: a way to answer a complaint, given at random."""

    share: Positive
    recovery: Share
    """Probability that the customer is recovered: the failure's jump in hazard is undone."""


class IdentityTruth(Declaration):
    """`[identity]`: what makes it hard to see that two records are one customer."""

    second_account: Share = 0.04
    """Share of customers with a second shop account."""
    household: Share = 0.2
    """Share of customers who live with the one before them."""
    shared_phone: Share = 0.2
    """Share of households with one landline that both give."""
    typing_errors: Share = 0.02
    """Share of names, e-mails and phones typed wrongly."""
    consents: Share = 0.7
    """Share of customers who may be written to."""


class Firm(Declaration):
    """`simulation.toml`: the whole firm."""

    name: str
    as_of: date
    months: Annotated[int, Field(ge=6, le=120)]
    """Months of 30 days before `as_of` in which customers come."""
    segment: Annotated[dict[str, SegmentTruth], Field(min_length=1)]
    channel: Annotated[dict[str, Channel], Field(min_length=1)]
    unit: dict[str, Unit]
    failure: dict[Literal["late_delivery", "long_wait", "unresolved_call"], Failure]
    factor: Annotated[dict[str, FactorTruth], Field(min_length=1)]
    survey: SurveyTruth
    purchases: Purchases = Purchases()
    category: Annotated[dict[str, Category], Field(min_length=1)]
    contract: ContractTruth
    campaign: dict[str, Campaign] = Field(default_factory=dict)
    experiment: dict[str, Experiment] = Field(default_factory=dict)
    playbook: dict[str, PlaybookTruth] = Field(default_factory=dict)
    identity: IdentityTruth = IdentityTruth()
    cost: dict[str, Annotated[int, Field(ge=0)]] = Field(default_factory=dict)
    """What an encounter costs, by kind (minor units)."""

    @field_validator("unit")
    @classmethod
    def _every_kind_has_units(cls, units: dict[str, Unit]) -> dict[str, Unit]:
        for kind in ("delivery", "visit", "call"):
            if not any(unit.kind == kind for unit in units.values()):
                raise ValueError(f"there is no unit of kind {kind!r}; add one")
        return units

    @model_validator(mode="after")
    def _names_what_there_is(self) -> Self:
        for name, failure in self.failure.items():
            if failure.factor not in self.factor:
                raise ValueError(f"failure {name!r} makes {failure.factor!r} low, which is no factor")
        effects = {name: factor.segment for name, factor in self.factor.items()}
        arms = {
            f"{name}.{arm}": told.segment
            for name, experiment in self.experiment.items()
            for arm, told in experiment.arm.items()
        }
        for name, segments in (effects | arms).items():
            if unknown := sorted(set(segments) - set(self.segment)):
                raise ValueError(f"{name!r} names the segment {unknown[0]!r}, which there is not")
        return self

    @property
    def first_on(self) -> date:
        """The first day on which customers come."""
        return self.as_of - timedelta(days=MONTH * self.months)

    def effect(self, factor: str, segment: str, year: int) -> tuple[float, float]:
        """Return the true penalty and reward of a factor in a segment and calendar year.

        Returns:
            Penalty (at most 0) and reward (at least 0), as shares of satisfaction's scale.
        """
        told, own = self.factor[factor], self.factor[factor].segment.get(segment, Effect())
        years = year - self.first_on.year
        penalty, reward, penalty_drift, reward_drift = (
            getattr(told, name) if getattr(own, name) is None else getattr(own, name)
            for name in ("penalty", "reward", "penalty_drift", "reward_drift")
        )
        return min(penalty + years * penalty_drift, 0.0), max(reward + years * reward_drift, 0.0)


def read_firm(path: Path | None = None) -> Firm:
    """Read `simulation.toml`; what it leaves out is as in the firm that comes along.

    Tables such as `[survey]` are completed key by key; of tables with names of your own, such as
    `[segment.NAME]`, the file's replace all that come along.

    Raises:
        ProjectError: Something in it is wrong, by file and key.

    Example:
        >>> firm = read_firm()
        >>> firm.effect("delivery", "families", 2025)[0] < -0.1
        True
    """
    table = default_table()
    if path is None:
        return declare(Firm, table, file="simulation.toml")
    return declare(Firm, completed(table, read_toml(path)), file=path)


def default_text() -> str:
    """The text of the `simulation.toml` that comes along."""
    return files("outsidein.simulate").joinpath("simulation.toml").read_text("utf-8")


def default_table() -> dict[str, Any]:
    """The firm that comes along, as a table."""
    return tomllib.loads(default_text())


SETTINGS = ("survey", "purchases", "contract", "identity")
"""Tables with keys of ours, completed key by key."""


def completed(table: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Lay what is given over a table."""
    laid = {
        key: table[key] | value if key in SETTINGS and key in table else value
        for key, value in given.items()
    }
    return {**table, **laid}
