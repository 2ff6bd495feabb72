"""The streams that a project's data allow to be watched for shifts."""

import ibis.expr.types as ir
from ibis.backends.duckdb import Backend

from outsidein.churn.declaration import Silence
from outsidein.lake.engine import spool_table
from outsidein.pipeline.declared import Declared
from outsidein.pipeline.identify import Room
from outsidein.pipeline.know import Known
from outsidein.pipeline.leaving import Leaving
from outsidein.pipeline.texts import ReadTexts
from outsidein.shifts.streams import (
    contract_streams,
    disaster_streams,
    factor_streams,
    low_score_streams,
    silence_streams,
    spending,
    stage_streams,
    theme_streams,
    themes_of,
    tier_streams,
)


def shift_streams(
    backend: Backend,
    declared: Declared,
    known: Known,
    spells: ir.Table,
    *,
    left: Leaving,
    read: ReadTexts,
    room: Room,
) -> list[ir.Table]:
    """Return the streams of factors, scores, disasters, stages, tiers and churn.

    Args:
        backend: The engine.
        declared: The project.
        known: What is known of the customers.
        spells: One row per customer and stay on a step of the ladder.
        left: Who churned.
        read: What customers wrote, and its themes.
        room: Where to write what is read twice.
    """
    encounters, signals = known.canonical["encounters"], known.canonical["signals"]
    period = declared.shifts.period
    names = {language: themes.names for language, themes in read.learned.themes.items()}
    spent = spending(left.days, period=period)
    spent = spool_table(backend, spent, room.spool / "spending.parquet")
    streams = [
        factor_streams(signals, period=period),
        theme_streams(themes_of(read.coded.texts, names), period=period),
        low_score_streams(signals, period=period),
        *disaster_streams(encounters, signals, declared.standards, period=period),
        stage_streams(spells, as_of=declared.as_of, period=period),
        tier_streams(spent, declared.tiers),
    ]
    if isinstance(left.silence, Silence):
        streams.append(
            silence_streams(
                spent,
                left.spells,
                silence_days=left.silence.days,
                as_of=declared.as_of,
                period=period,
            )
        )
    elif left.silence is None:
        streams.append(contract_streams(left.spells, as_of=declared.as_of, period=period))
    return streams
