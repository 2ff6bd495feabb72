"""The realised truth of a block: what no system of a real firm would know."""

import numpy as np
import pyarrow as pa

from outsidein.simulate.accounts import true_accounts, true_stage
from outsidein.simulate.block import SimulatedBlock, Tables, dates
from outsidein.simulate.column_buffer import Bools, Ints, select_rows
from outsidein.simulate.hazards import STAYS, reasons
from outsidein.simulate.people import DAY, seconds
from outsidein.simulate.registers import (
    CALLER,
    FIRST_ACCOUNT,
    RESPONDENT,
    SECOND_ACCOUNT,
    SUBSCRIBER,
    numbered,
)
from outsidein.simulate.surveys import weights, years_of
from outsidein.simulate.year_ahead import expected_year_ahead

MONTHS = 10_000
"""More than the months since 1970 of any moment."""


def truth_tables(block: SimulatedBlock) -> Tables:
    """Return the truth about a block: customers, records, responses, mentions, retention."""
    return {
        "customers": _customers(block),
        "records": _records(block),
        "responses": _responses(block),
        "mentions": _mentions(block),
        "retention": _retention(block),
    }


def _customers(block: SimulatedBlock) -> pa.Table:
    run, people = block.course, block.course.people
    accounts = true_accounts(block)
    stays = run.left_at == STAYS
    year = expected_year_ahead(
        block.firm,
        people,
        run.treatments,
        run.jumps,
        at=seconds(block.firm.as_of),
        active=stays,
    )
    names = pa.array([*reasons(block.firm), None], pa.string())
    why = np.where(stays, len(names) - 1, run.reason)
    return pa.table(
        {
            "customer": people.number,
            "segment": pa.array(list(block.firm.segment)).take(people.segment),
            "joined_on": dates(people.joined // DAY),
            "order_rate": people.rate,
            "hazard_multiplier": people.hazard,
            "is_under_contract": people.under_contract,
            "is_customer": stays,
            "churned_on": dates(np.where(stays, 0, run.left_at // DAY), there=~stays),
            "reason": names.take(why),
            "stage": true_stage(accounts),
            **accounts,
            "expected_orders": year.orders,
            "expected_renewals": np.where(people.under_contract, year.renewals, 0.0),
        }
    )


def _records(block: SimulatedBlock) -> pa.Table:
    """Which customer each record is: one row per record."""
    run, people = block.course, block.course.people
    called = np.unique(run.systems.calls.columns()["who"])
    asked = np.unique(run.invitations["who"])
    parts = [
        ("shop", np.arange(len(people)), FIRST_ACCOUNT),
        ("shop", np.flatnonzero(block.persons.has_second), SECOND_ACCOUNT),
        ("calls", called, CALLER),
        ("survey", asked, RESPONDENT),
        ("billing", np.flatnonzero(people.under_contract), SUBSCRIBER),
    ]
    sources = [pa.array([name] * len(who), pa.string()) for name, who, _ in parts]
    return pa.table(
        {
            "source": pa.concat_arrays(sources),
            "record_id": pa.array(
                np.concatenate([numbered(people, digit)[who] for _, who, digit in parts])
            ).cast(pa.string()),
            "customer": np.concatenate([people.number[who] for _, who, _ in parts]),
        }
    )


def _responses(block: SimulatedBlock) -> pa.Table:
    """What everybody invited thinks, and how likely they were to answer."""
    asked, people = block.course.invitations, block.course.people
    return pa.table(
        {
            "invitation_number": asked["number"],
            "customer": people.number[asked["who"]],
            "segment": pa.array(list(block.firm.segment)).take(people.segment[asked["who"]]),
            "year": years_of(asked["at"]),
            "response_probability": asked["response_probability"],
            "is_answered": asked["answers"],
            "weight": weights(asked),
            "mean_satisfaction": asked["mean"],
            "satisfaction": asked["satisfaction"],
        }
    )


def _mentions(block: SimulatedBlock) -> pa.Table:
    """What comments truly speak of: one row per comment and factor."""
    answered = select_rows(block.course.invitations, block.course.invitations["answers"])
    names, parts = pa.array(list(block.firm.factor)), []
    for place in ("1", "2"):
        factor: Ints = block.comments[f"factor_{place}"]
        there: Bools = factor >= 0
        parts.append(
            pa.table(
                {
                    "invitation_number": answered["number"][there],
                    "factor": names.take(factor[there]),
                    "is_good": block.comments[f"is_good_{place}"][there],
                }
            )
        )
    return pa.concat_tables(parts)


def _retention(block: SimulatedBlock) -> pa.Table:
    """Customers of a month of first orders who ordered in a later one: one row per pair."""
    who, at = block.course.orders["who"], block.course.orders["at"]
    month = at.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64)
    first = np.full(len(block.course.people), np.iinfo(np.int64).max)
    np.minimum.at(first, who, month)
    once = np.unique(who * MONTHS + month)
    cohort, later = first[once // MONTHS], once % MONTHS
    pairs, customers = np.unique(cohort * MONTHS + later, return_counts=True)
    return pa.table(
        {
            "cohort": np.datetime_as_string((pairs // MONTHS).astype("datetime64[M]")),
            "months_since": pairs % MONTHS - pairs // MONTHS,
            "customers": customers,
        }
    )
