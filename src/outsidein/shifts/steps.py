"""Step of shifts: the streams that a project's data allow to be watched."""

from collections.abc import Iterator
from datetime import timedelta

import ibis.expr.types as ir

from outsidein.canonical.customer_tables import CUSTOMER_TABLES, customer_tables
from outsidein.canonical.steps import CanonicalQueries
from outsidein.churn.declaration import Silence
from outsidein.churn.measured_silence import read_silence
from outsidein.churn.tables import CHURN_SPELLS, MEASURED_SILENCE, ORDER_DAYS
from outsidein.figures.figure import Figure
from outsidein.ladder.tables import NUMBERED_SPELLS
from outsidein.shifts.declaration import ShiftSettings
from outsidein.shifts.figures import (
    RECORDING,
    RECORDING_CHANGES,
    SHIFT_STREAMS,
    SHIFTS,
    SHIFTS_WATCHED,
    SHIFTS_WITHHELD,
)
from outsidein.shifts.listing import shifts_figures
from outsidein.shifts.recording import (
    RecordingSeries,
    signal_series,
    source_series,
    table_series,
)
from outsidein.shifts.recording_changes import recording_changes
from outsidein.shifts.recording_figures import recording_changes_figure, recording_figure
from outsidein.shifts.streams import (
    contract_streams,
    disaster_streams,
    factor_streams,
    low_score_streams,
    order_streams,
    silence_streams,
    spending,
    spent_by_buyer,
    stage_streams,
    theme_streams,
    themes_of,
    tier_streams,
)
from outsidein.shifts.withholding import Recording
from outsidein.sources.tables import SOURCE_RECORDING
from outsidein.standards.steps import ServiceStandards
from outsidein.steps.run import Run
from outsidein.steps.step import Step
from outsidein.text.tables import TEXTS, THEME_NAMES
from outsidein.value.steps import ValueRules

YEAR = timedelta(days=365)

_DAYS = {
    "encounters": "started_on",
    "messages": "sent_on",
    "transactions": "ordered_on",
    "contracts": "started_on",
}
"""The day of a record of each table that streams rest on, beside signals."""


def _shifts(run: Run) -> Iterator[Figure]:
    settings = run.declaration(ShiftSettings)
    series = list(_recording_series(run))
    changes = recording_changes(series)
    yield recording_figure(series, changes)
    yield recording_changes_figure(changes)
    models = run.declaration(CanonicalQueries).models
    recording = Recording(
        tuple(changes), {name: models.sources_of(name) for name in ("signals", *_DAYS)}
    )
    spent = run.spool(spending(run.read(ORDER_DAYS), period=settings.period), "spending")
    yield from shifts_figures(
        _streams(run, spent, settings.period),
        settings,
        as_of=run.as_of,
        recording=recording,
        spent_by_buyer=spent_by_buyer(spent, since=run.as_of - YEAR),
    )


def _recording_series(run: Run) -> Iterator[RecordingSeries]:
    yield from source_series(run.read(SOURCE_RECORDING).to_pyarrow().to_pylist())
    for name, day in _DAYS.items():
        yield from table_series(run.read(CUSTOMER_TABLES[name]), name, day)
    yield from signal_series(run.read(CUSTOMER_TABLES["signals"]))


def _streams(run: Run, spent: ir.Table, period: str) -> list[ir.Table]:
    encounters, signals = (run.read(CUSTOMER_TABLES[name]) for name in ("encounters", "signals"))
    standards = run.declaration(ServiceStandards).standards
    return [
        factor_streams(signals, period=period),
        theme_streams(themes_of(run.read(TEXTS), run.read(THEME_NAMES)), period=period),
        low_score_streams(signals, period=period),
        *disaster_streams(encounters, signals, standards, period=period),
        order_streams(run.read(ORDER_DAYS), period=period),
        stage_streams(run.read(NUMBERED_SPELLS), as_of=run.as_of, period=period),
        tier_streams(spent, run.declaration(ValueRules).tiers),
        *_churn_streams(run, spent, period),
    ]


def _churn_streams(run: Run, spent: ir.Table, period: str) -> Iterator[ir.Table]:
    silence, spells = read_silence(run.read(MEASURED_SILENCE)), run.read(CHURN_SPELLS)
    if isinstance(silence, Silence):
        yield silence_streams(
            spent, spells, silence_days=silence.days, as_of=run.as_of, period=period
        )
    elif silence is None:
        yield contract_streams(spells, as_of=run.as_of, period=period)


WATCH_SHIFTS = Step(
    name="Understand: shifts",
    run=_shifts,
    reads=(
        *customer_tables("signals", *_DAYS),
        SOURCE_RECORDING,
        *(ORDER_DAYS, NUMBERED_SPELLS, MEASURED_SILENCE, CHURN_SPELLS, TEXTS, THEME_NAMES),
    ),
    figures=(
        *(RECORDING, RECORDING_CHANGES),
        *(SHIFTS, SHIFTS_WITHHELD, SHIFT_STREAMS, SHIFTS_WATCHED),
    ),
)
