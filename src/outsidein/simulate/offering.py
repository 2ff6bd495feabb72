"""What `simulation.toml` says of customers, units, factors and purchases."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from outsidein.project.declarations import FIRST_DAY, Declaration

Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0)]
AtLeastZero = Annotated[float, Field(ge=0)]
Name = Annotated[str, Field(pattern="^[a-z][a-z0-9_]*$")]
"""Names go into SQL, file names and columns."""

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
    churn: Positive = 1.0
    """Multiplies the hazard of churning."""
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


class ServiceUnit(Declaration):
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


class Patience(Declaration):
    """`[patience]`: callers hang up, few of them up to some wait, and many from there on."""

    until: Positive
    """Waiting time up to which few hang up (seconds)."""
    few: AtLeastZero = 0.05
    """Rate of hanging up until then (a minute)."""
    many: Positive = 0.8
    """Rate of hanging up from then on (a minute)."""


class Failure(Declaration):
    """`[failure.NAME]`: a bad encounter, and what follows from it."""

    factor: str
    """The factor it makes low."""
    jump: Positive = 1.0
    """Multiplies the hazard of churning in the 30 days after."""
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


class Words(Declaration):
    """`[factor.NAME.words.LANGUAGE]`: how customers speak of a factor."""

    terms: Annotated[tuple[str, ...], Field(min_length=1)]
    """Words that name it."""
    good: Annotated[tuple[str, ...], Field(min_length=1)]
    """Clauses of those who rate it high."""
    bad: Annotated[tuple[str, ...], Field(min_length=1)]
    """Clauses of those who rate it low."""


class SegmentEffect(Declaration):
    """What one segment makes of a factor; what is left out is as for all."""

    penalty: Annotated[float, Field(le=0)] | None = None
    reward: Annotated[float, Field(ge=0)] | None = None
    penalty_drift: float | None = None
    reward_drift: float | None = None


class FactorShift(Declaration):
    """`[[factor.NAME.shift]]`: a day from which a factor is rated otherwise."""

    on: date
    low: Share | None = None
    """Probability of a rating of 1 or 2 out of 5 from then on, without a failure."""
    high: Share | None = None
    """Probability of a rating of 5 from then on, without a failure."""


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
    segment: dict[Name, SegmentEffect] = Field(default_factory=dict)
    shift: tuple[FactorShift, ...] = ()
    words: dict[Literal["en", "pt"], Words] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _leaves_a_middle(self) -> Self:
        low, high = self.low, self.high
        for shift in (FactorShift(on=FIRST_DAY), *sorted(self.shift, key=lambda shift: shift.on)):
            low = low if shift.low is None else shift.low
            high = high if shift.high is None else shift.high
            if low + high > 1:
                raise ValueError("low and high are above 1 together")
        return self


class PurchaseShift(Declaration):
    """`[[purchases.shift]]`: a day from which customers buy otherwise."""

    on: date
    orders: Positive | None = None
    """Multiplies orders from then on."""
    spend: Positive | None = None
    """Multiplies prices from then on."""


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
    shift: tuple[PurchaseShift, ...] = ()


class Category(Declaration):
    """`[category.NAME]`: goods."""

    share: Positive
    price: Positive
    """Median price of a line (minor units)."""
    spread: AtLeastZero = 0.4
    """Standard deviation of the price's logarithm."""
    cost: Share = 0.6
    """What the goods cost (share of the price)."""


class HazardShift(Declaration):
    """`[[contract.shift]]`: a day from which customers leave sooner or later than before."""

    on: date
    hazard: Positive
    """Multiplies the rate of churning in the months of tenure that begin from then on."""


class ContractTruth(Declaration):
    """`[contract]`: the subscription, and how customers leave, with one or without."""

    price: Annotated[int, Field(gt=0)]
    """A month (minor units)."""
    cost: Annotated[int, Field(ge=0)]
    """A month (minor units)."""
    hazard: Annotated[tuple[AtLeastZero, ...], Field(min_length=1)]
    """Rate of churning in each month of tenure without failures; the last one stays."""
    frailty: AtLeastZero = 0.2
    """Variance between customers of what multiplies their hazard (mean 1)."""
    reasons: Annotated[dict[Name, Positive], Field(min_length=1)]
    """Weights of the reasons that no failure made."""
    unsaid: Share = 0.1
    """Share of those who leave without telling why."""
    shift: tuple[HazardShift, ...] = ()
