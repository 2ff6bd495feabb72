"""Campaigns and experiments: who was randomised to what, and what it does to orders."""

from dataclasses import dataclass

import numpy as np

from outsidein.simulate.column_buffer import Bools, Floats, Ints
from outsidein.simulate.declaration import Firm
from outsidein.simulate.people import DAY, People, draw_categories, seconds
from outsidein.simulate.programme import Arm, Campaign, Experiment
from outsidein.simulate.streams import Process, stream

SENT_BY = 12 * 3600
"""Messages of a campaign go out at noon (seconds after midnight)."""


@dataclass(frozen=True, eq=False)
class Sent:
    """One campaign: who was eligible, sent the message, and unsubscribed; one per customer."""

    name: str
    declared: Campaign
    eligible: Bools
    sent: Bools
    unsubscribed: Bools

    @property
    def at(self) -> int:
        """When (seconds since 1970)."""
        return seconds(self.declared.on) + SENT_BY


@dataclass(frozen=True, eq=False)
class Randomised:
    """One experiment: the arm of each customer, by place, and what it adds to their orders."""

    name: str
    declared: Experiment
    eligible: Bools
    arm: Ints
    uplift: Floats

    @property
    def at(self) -> int:
        """When (seconds since 1970)."""
        return seconds(self.declared.on)


@dataclass(frozen=True, eq=False)
class Treatments:
    """All campaigns and experiments of a block.

    Who has left before the day is still drawn for: the draw does not matter, and is not recorded.
    """

    campaigns: tuple[Sent, ...]
    experiments: tuple[Randomised, ...]

    @property
    def most(self) -> float:
        """The highest multiplier of orders that anybody can have."""
        highest = [max(0.0, c.declared.uplift) for c in self.campaigns]
        highest += [max(0.0, float(e.uplift.max(initial=0.0))) for e in self.experiments]
        return float(np.prod([1 + uplift for uplift in highest]))

    def multiplier(self, who: Ints, at: Ints) -> Floats:
        """Return what multiplies the rate of orders of customers at moments."""
        rate = np.ones(len(who))
        for campaign in self.campaigns:
            works = _within(at, campaign.at, campaign.declared.days) & campaign.sent[who]
            rate = np.where(works, rate * (1 + campaign.declared.uplift), rate)
        for experiment in self.experiments:
            works = _within(at, experiment.at, experiment.declared.days) & experiment.eligible[who]
            rate = np.where(works, rate * (1 + experiment.uplift[who]), rate)
        return rate


def treatments(firm: Firm, people: People, *, seed: int, block: int) -> Treatments:
    """Randomise the customers of a block."""
    return Treatments(
        _campaigns(firm, stream(seed, Process.MESSAGES, block), people),
        _experiments(firm, stream(seed, Process.EXPERIMENTS, block), people),
    )


def _campaigns(firm: Firm, rng: np.random.Generator, people: People) -> tuple[Sent, ...]:
    """Draw campaign after campaign: whoever unsubscribed is not written to again."""
    willing, drawn_so_far = people.willing, []
    for name, declared in sorted(firm.campaign.items(), key=lambda item: (item[1].on, item[0])):
        eligible = willing & (people.joined < seconds(declared.on))
        sent = eligible & (rng.random(len(people)) < declared.sent)
        unsubscribed = sent & (rng.random(len(people)) < declared.unsubscribes)
        drawn_so_far.append(Sent(name, declared, eligible, sent, unsubscribed))
        willing = willing & ~unsubscribed
    return tuple(drawn_so_far)


def _experiments(firm: Firm, rng: np.random.Generator, people: People) -> tuple[Randomised, ...]:
    randomised = []
    for name, declared in firm.experiment.items():
        arm = draw_categories(rng, [one.share for one in declared.arm.values()], len(people))
        uplift = np.array([_uplifts(firm, one) for one in declared.arm.values()])[
            arm, people.segment
        ]
        eligible = people.joined < seconds(declared.on)
        randomised.append(Randomised(name, declared, eligible, arm, uplift))
    return tuple(randomised)


def _uplifts(firm: Firm, arm: Arm) -> list[float]:
    return [arm.segment.get(segment, arm.uplift) for segment in firm.segment]


def _within(at: Ints, begins: int, days: int) -> Bools:
    return np.asarray((at >= begins) & (at < begins + days * DAY))
