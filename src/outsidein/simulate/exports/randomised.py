"""Exports about experiments: who was assigned to what, and what was measured."""

from datetime import timedelta

import numpy as np
import pyarrow as pa

from outsidein.simulate.block import SimulatedBlock, Tables, accounts_of, dates, is_customer_on
from outsidein.simulate.column_buffer import Bools, Ints
from outsidein.simulate.people import DAY, seconds
from outsidein.simulate.registers import moments
from outsidein.simulate.treatments import Randomised, Sent


def experiment_tables(block: SimulatedBlock) -> Tables:
    """Assignments to experiments and campaigns, and orders within their windows."""
    done, parts, measured = block.course.treatments, [_NO_ASSIGNMENTS], [_NO_MEASUREMENTS]
    for campaign in done.campaigns:
        arms = {"hold_out": 1 - campaign.declared.sent, "sent": campaign.declared.sent}
        arm = campaign.sent.astype(np.int64)
        eligible = campaign.eligible & is_customer_on(block, campaign.at)
        parts.append(_assignments(block, campaign, arms, arm, eligible, holdout="hold_out"))
        measured.append(_measurements(block, campaign, eligible))
    for experiment in done.experiments:
        weight = sum(one.share for one in experiment.declared.arm.values())
        arms = {name: one.share / weight for name, one in experiment.declared.arm.items()}
        holdouts = [name for name, one in experiment.declared.arm.items() if one.is_holdout]
        eligible = experiment.eligible & is_customer_on(block, experiment.at)
        parts.append(
            _assignments(
                block,
                experiment,
                arms,
                experiment.arm,
                eligible,
                holdout=holdouts[0] if holdouts else "",
            )
        )
        measured.append(_measurements(block, experiment, eligible))
    return {"assignments": pa.concat_tables(parts), "measurements": pa.concat_tables(measured)}


def _assignments(
    block: SimulatedBlock,
    done: Sent | Randomised,
    arms: dict[str, float],
    arm: Ints,
    eligible: Bools,
    *,
    holdout: str,
) -> pa.Table:
    who = np.flatnonzero(eligible)
    names = list(arms)
    drawn_arm = arm[who]
    return pa.table(
        {
            "experiment": pa.array([done.name] * len(who), pa.string()),
            "account_number": accounts_of(block, who),
            "arm": pa.array(names).take(drawn_arm),
            "propensity": np.array(list(arms.values()))[drawn_arm],
            "assigned_at": moments(np.full(len(who), done.at)),
            "is_holdout": np.array([name == holdout for name in names])[drawn_arm],
        }
    )


def orders_within(block: SimulatedBlock, done: Sent | Randomised) -> Ints:
    """Count the orders of each customer in the window of an experiment or campaign."""
    at, who = block.course.orders["at"], block.course.orders["who"]
    inside = (at >= done.at) & (at < done.at + done.declared.days * DAY)
    return np.bincount(who[inside], minlength=len(block.course.people))


def _measurements(block: SimulatedBlock, done: Sent | Randomised, eligible: Bools) -> pa.Table:
    """Orders of whoever's window is over."""
    until = done.declared.on + timedelta(days=done.declared.days)
    who = np.flatnonzero(eligible) if until <= block.firm.as_of else np.zeros(0, np.int64)
    first, last = (np.full(len(who), seconds(day) // DAY) for day in (done.declared.on, until))
    return pa.table(
        {
            "account_number": accounts_of(block, who),
            "metric": pa.array([f"orders_{done.declared.days}d"] * len(who), pa.string()),
            "value": orders_within(block, done)[who].astype(np.float64),
            "from_on": dates(first),
            "to_on": dates(last),
        }
    )


_NO_ASSIGNMENTS = pa.table(
    {
        "experiment": pa.array([], pa.string()),
        "account_number": pa.array([], pa.int64()),
        "arm": pa.array([], pa.string()),
        "propensity": pa.array([], pa.float64()),
        "assigned_at": pa.array([], pa.timestamp("us", tz="UTC")),
        "is_holdout": pa.array([], pa.bool_()),
    }
)
_NO_MEASUREMENTS = pa.table(
    {
        "account_number": pa.array([], pa.int64()),
        "metric": pa.array([], pa.string()),
        "value": pa.array([], pa.float64()),
        "from_on": pa.array([], pa.date32()),
        "to_on": pa.array([], pa.date32()),
    }
)
