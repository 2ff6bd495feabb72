"""Exports about persons: accounts, callers, respondents, subscriptions, consents."""

import numpy as np
import pyarrow as pa

from outsidein.simulate.block import (
    SimulatedBlock,
    Tables,
    accounts_of,
    dates,
    is_customer_on,
    stated_reasons,
)
from outsidein.simulate.column_buffer import Array, Ints
from outsidein.simulate.hazards import STAYS, reasons
from outsidein.simulate.people import DAY
from outsidein.simulate.registers import (
    RESPONDENT,
    SUBSCRIBER,
    Spellings,
    accounts,
    callers,
    contacts,
    moments,
)
from outsidein.simulate.streams import Process, stream


def record_tables(block: SimulatedBlock, spelt: Spellings) -> Tables:
    """Return what systems know of persons: one row per record, subscription or consent."""
    firm, run, registered = block.firm, block.course, block.persons
    rng = stream(block.seed, Process.REGISTERS, 1_000_000 + block.number)
    calls, invitations = run.systems.calls.columns(), run.invitations
    who, first = _first_of(calls.get("who"), calls.get("at"))
    asked, asked_at = _first_of(invitations.get("who"), invitations.get("at"))
    under = np.flatnonzero(run.people.under_contract)
    drawn_from = (firm, rng, run.people, registered, spelt)
    billed = contacts(*drawn_from, who=under, digit=SUBSCRIBER, first_at=run.people.joined[under])
    return {
        "shop_accounts": accounts(*drawn_from),
        "callers": callers(*drawn_from, who=who, first_at=first),
        "respondents": contacts(*drawn_from, who=asked, digit=RESPONDENT, first_at=asked_at),
        "subscriptions": _subscriptions(block, billed, under),
        "shop_consents": _consents(block),
    }


def _first_of(who: Array | None, at: Array | None) -> tuple[Ints, Ints]:
    """Who is there, and each one's first moment."""
    if who is None or at is None:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    order = np.lexsort((at, who))
    named, first = np.unique(who[order], return_index=True)
    return named, at[order][first]


def _subscriptions(block: SimulatedBlock, billed: pa.Table, under: Ints) -> pa.Table:
    run = block.course
    left = run.left_at[under]
    ended = np.where(left == STAYS, 0, left // DAY)
    reason_places = stated_reasons(block)[under]
    names = pa.array([*reasons(block.firm), None], pa.string())
    return (
        billed.append_column("started_on", dates(run.people.joined[under] // DAY))
        .append_column("ended_on", dates(ended, there=left != STAYS))
        .append_column("reason", names.take(reason_places))
    )


def _consents(block: SimulatedBlock) -> pa.Table:
    people = block.course.people
    willing = np.flatnonzero(people.willing)
    parts = [(willing, people.joined[willing] + 20 * 3600, "given")]
    for campaign in block.course.treatments.campaigns:
        gone = np.flatnonzero(campaign.unsubscribed & is_customer_on(block, campaign.at))
        parts.append((gone, np.full(len(gone), campaign.at + 2 * DAY), "withdrawn"))
    return pa.table(
        {
            "account_number": accounts_of(block, np.concatenate([who for who, _, _ in parts])),
            "state": pa.array([state for who, _, state in parts for _ in who], pa.string()),
            "effective_at": moments(np.concatenate([at for _, at, _ in parts])),
        }
    )
