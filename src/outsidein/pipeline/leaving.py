"""When and why customers churn, and who is about to."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from ibis.backends.duckdb import Backend

from outsidein.churn.analysis import churn_figures, unmeasured_figures
from outsidein.churn.declaration import Silence
from outsidein.churn.orders import days_of, in_a_row
from outsidein.churn.prediction import Predictions, Sources, predict
from outsidein.churn.silence import silence_days
from outsidein.churn.spells import spells as spells_of
from outsidein.errors import TooLittleData
from outsidein.figures.figure import Figure
from outsidein.lake.engine import write_table
from outsidein.pipeline.declared import Declared
from outsidein.pipeline.know import Known
from outsidein.pipeline.worth import SEED

NOBODY = pa.table(
    {
        "customer_id": pa.array([], pa.string()),
        "churn_probability": pa.array([], pa.float64()),
        "repurchase_probability": pa.array([], pa.float64()),
        "model": pa.array([], pa.string()),
    }
)


@dataclass(frozen=True, slots=True)
class Leaving:
    """Tables about churn, and what they rest on."""

    days: ir.Table
    spells: ir.Table
    predictions: ir.Table
    predicted: Predictions | None
    silence: Silence | TooLittleData | None

    def figures(self, declared: Declared, groups: ir.Table) -> Iterator[Figure]:
        """Yield every figure about churn."""
        rule, as_of = declared.churn, declared.as_of
        if isinstance(self.silence, TooLittleData):
            yield from unmeasured_figures(self.days, rule=rule, why=self.silence, as_of=as_of)
            return
        yield from churn_figures(
            self.days, self.spells, groups=groups, rule=rule, silence=self.silence, as_of=as_of
        )
        if self.predicted:
            yield self.predicted.quality
            yield self.predicted.calibration


def leaving(backend: Backend, declared: Declared, known: Known, *, folder: Path) -> Leaving:
    """Write order days, spells and predictions."""
    canonical, as_of = known.canonical, declared.as_of
    days = write_table(
        backend,
        in_a_row(days_of(known.orders)),
        folder / "order_days.parquet",
        key=["customer_id", "ordered_on"],
    )
    silence = _silence(days, declared)
    measured = None if isinstance(silence, TooLittleData) else silence
    found = spells_of(days, canonical["contracts"], silence=measured, as_of=as_of)
    spells = write_table(
        backend, found, folder / "churn_spells.parquet", key=["customer_id", "spell"]
    )
    predicted = None
    if not isinstance(silence, TooLittleData):
        sources = Sources(
            known.orders,
            days,
            canonical["contracts"],
            canonical["encounters"],
            canonical["signals"],
        )
        predicted = predict(
            sources,
            rule=declared.churn,
            silence=silence,
            as_of=as_of,
            rng=np.random.default_rng(SEED),
        )
    table = ibis.memtable(predicted.table if predicted else NOBODY)
    predictions = write_table(backend, table, folder / "predictions.parquet", key=["customer_id"])
    return Leaving(days, spells, predictions, predicted, silence)


def _silence(days: ir.Table, declared: Declared) -> Silence | TooLittleData | None:
    try:
        return silence_days(days, declared.churn)
    except TooLittleData as error:
        return error
