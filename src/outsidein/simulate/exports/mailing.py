"""Exports of the mailing system: messages and what became of them."""

import numpy as np
import pyarrow as pa

from outsidein.simulate.block import SimulatedBlock, Tables, accounts_of, is_customer_on
from outsidein.simulate.column_buffer import Ints
from outsidein.simulate.people import DAY, seconds
from outsidein.simulate.registers import moments, numbered
from outsidein.simulate.streams import Process, stream
from outsidein.simulate.treatments import Sent

MESSAGE = 3
"""Last digit of a message's number."""

OPENED, ANSWERED = 0.35, 0.2
"""Share of messages opened, and of those the share answered."""


def mailing_tables(block: SimulatedBlock) -> Tables:
    """Return one row per message, and one per thing that became of it."""
    rng = stream(block.seed, Process.MESSAGES, 1_000_000 + block.number)
    messages = [_message_rows(block, rng, place) for place in range(len(block.firm.campaign))]
    return {
        "messages": pa.concat_tables([one for one, _ in messages] or [_NO_MESSAGES]),
        "message_events": pa.concat_tables([one for _, one in messages] or [_NO_EVENTS]),
    }


_NO_MESSAGES = pa.table(
    {
        "message_number": pa.array([], pa.int64()),
        "account_number": pa.array([], pa.int64()),
        "campaign": pa.array([], pa.string()),
        "sent_at": pa.array([], pa.timestamp("us", tz="UTC")),
        "cost": pa.array([], pa.int64()),
        "discount": pa.array([], pa.int64()),
        "valid_until": pa.array([], pa.timestamp("us", tz="UTC")),
        "is_kept": pa.array([], pa.bool_()),
    }
)
_NO_EVENTS = pa.table(
    {
        "message_number": pa.array([], pa.int64()),
        "outcome": pa.array([], pa.string()),
        "happened_at": pa.array([], pa.timestamp("us", tz="UTC")),
    }
)


def recipients(block: SimulatedBlock, campaign: Sent) -> Ints:
    """Who was sent a campaign's message, by place in the block."""
    return np.flatnonzero(campaign.sent & is_customer_on(block, campaign.at))


def _message_rows(
    block: SimulatedBlock, rng: np.random.Generator, place: int
) -> tuple[pa.Table, pa.Table]:
    campaign = block.course.treatments.campaigns[place]
    who = recipients(block, campaign)
    size, declared = len(who), campaign.declared
    number = numbered(block.course.people, place)[who] * 10 + MESSAGE
    discount = np.full(size, declared.discount)
    until = np.full(size, seconds(declared.on) + declared.days * DAY)
    messages = pa.table(
        {
            "message_number": number,
            "account_number": accounts_of(block, who),
            "campaign": pa.array([campaign.name] * size, pa.string()),
            "sent_at": moments(np.full(size, campaign.at)),
            "cost": np.full(size, declared.cost),
            "discount": pa.array(discount, mask=discount == 0),
            "valid_until": moments(until),
            "is_kept": rng.random(size) < declared.kept,
        }
    )
    opened = rng.random(size) < OPENED
    answered = opened & (rng.random(size) < ANSWERED)
    gone = campaign.unsubscribed[who]
    later = campaign.at + rng.integers(600, 2 * DAY - 600, size)
    parts = [
        (np.ones(size, np.bool_), np.full(size, campaign.at + 60), "delivered"),
        (opened, later, "opened"),
        (answered, later + 300, "answered"),
        (~opened, np.full(size, campaign.at + 14 * DAY), "disregarded"),
        (gone, np.full(size, campaign.at + 2 * DAY), "unsubscribed"),
    ]
    last_day = seconds(block.firm.as_of)
    events = [
        pa.table(
            {
                "message_number": number[kept],
                "outcome": pa.array([outcome] * int(kept.sum()), pa.string()),
                "happened_at": moments(at[kept]),
            }
        )
        for happened, at, outcome in parts
        for kept in [happened & (at < last_day)]
    ]
    return messages, pa.concat_tables(events)
