"""What `simulation.toml` says of surveys, messages, experiments and records."""

from datetime import date
from typing import Annotated

from pydantic import Field

from outsidein.project.declarations import Declaration
from outsidein.simulate.offering import AtLeastZero, Name, Positive, Share


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
    segment: dict[Name, Annotated[float, Field(ge=-1)]] = Field(default_factory=dict)
    """The same where a segment differs."""
    is_holdout: bool = False


class Experiment(Declaration):
    """`[experiment.NAME]`: customers of a day, randomised into arms."""

    on: date
    days: Annotated[int, Field(gt=0)] = 60
    """How long it works and is measured (days)."""
    arm: Annotated[dict[Name, Arm], Field(min_length=2)]


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
