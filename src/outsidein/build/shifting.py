"""The streams that a project's data allow to be watched for shifts."""

import ibis.expr.types as ir

from outsidein.breakoff.declaration import Silence
from outsidein.build.declared import Declared
from outsidein.build.know import Known
from outsidein.build.leaving import Leaving
from outsidein.shifts.streams import (
    contract_streams,
    disaster_streams,
    factor_streams,
    low_score_streams,
    silence_streams,
    stage_streams,
    tier_streams,
)


def shift_streams(
    declared: Declared, known: Known, spells: ir.Table, left: Leaving
) -> list[ir.Table]:
    """Return the streams of factors, scores, disasters, stages, tiers and break-off.

    Args:
        declared: The project.
        known: What is known of the customers.
        spells: One row per customer and stay on a step of the ladder.
        left: Who broke off.
    """
    encounters, signals = known.canonical["encounters"], known.canonical["signals"]
    period = declared.shifts.period
    streams = [
        factor_streams(signals, period=period),
        low_score_streams(signals, period=period),
        *disaster_streams(encounters, signals, declared.standards, period=period),
        stage_streams(spells, as_of=declared.as_of, period=period),
        tier_streams(left.days, declared.tiers, period=period),
    ]
    if isinstance(left.silence, Silence):
        streams.append(
            silence_streams(
                left.days,
                left.spells,
                silence_days=left.silence.days,
                as_of=declared.as_of,
                period=period,
            )
        )
    elif left.silence is None:
        streams.append(contract_streams(left.spells, as_of=declared.as_of, period=period))
    return streams
