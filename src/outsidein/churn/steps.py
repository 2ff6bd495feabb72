"""Steps of churn: spells as a customer, predictions, and figures by tier and segment."""

from collections.abc import Iterable, Iterator

import ibis
import ibis.expr.types as ir

from outsidein.canonical.build_tables import ORDERS, PARTIAL_CUSTOMERS
from outsidein.canonical.customer_tables import CUSTOMER_TABLES, customer_tables
from outsidein.canonical.declaration import ObservationSettings
from outsidein.canonical.figures import SAMPLING
from outsidein.canonical.observation import ObservationStart, observation_start
from outsidein.canonical.sampling import followed, of_followed
from outsidein.churn.analysis import UNMEASURED, churn_figures, unmeasured_figures
from outsidein.churn.declaration import ChurnRule, Silence
from outsidein.churn.figures import (
    PREDICTION_CALIBRATION,
    PREDICTION_QUALITY,
    REPURCHASE,
    RETENTION_COHORTS,
)
from outsidein.churn.measured_silence import read_silence, silence_rows
from outsidein.churn.orders import days_from_orders, numbered_order_days
from outsidein.churn.prediction import Sources, predict
from outsidein.churn.spells import spells
from outsidein.churn.tables import CHURN_SPELLS, MEASURED_SILENCE, ORDER_DAYS, PREDICTIONS
from outsidein.errors import TooLittleData
from outsidein.feedback.tables import CUSTOMER_GROUPS
from outsidein.figures.figure import Figure
from outsidein.steps.run import Run
from outsidein.steps.step import Step
from outsidein.tables.snapshot_files import empty_rows

PREDICTION_FIGURES = (PREDICTION_QUALITY, PREDICTION_CALIBRATION)
CHURN_FIGURES = (
    *(spec for spec, _ in UNMEASURED if spec not in PREDICTION_FIGURES),
    *(RETENTION_COHORTS, REPURCHASE),
)
_OF_PREDICTION = {spec.name for spec in PREDICTION_FIGURES}


def _spells(run: Run) -> Iterable[Figure]:
    days = run.write(ORDER_DAYS, numbered_order_days(days_from_orders(run.read(ORDERS))))
    rows = run.write(MEASURED_SILENCE, silence_rows(days, run.declaration(ChurnRule)))
    silence = read_silence(rows)
    measured = None if isinstance(silence, TooLittleData) else silence
    contracts = run.read(CUSTOMER_TABLES["contracts"])
    start = _observation(run, silence)
    rows = spells(days, contracts, silence=measured, as_of=run.as_of, complete_from=start.day)
    run.write(CHURN_SPELLS, rows)
    return ()


def _predictions(run: Run) -> Iterator[Figure]:
    rule, silence = run.declaration(ChurnRule), read_silence(run.read(MEASURED_SILENCE))
    if isinstance(silence, TooLittleData):
        run.write(PREDICTIONS, ibis.memtable(empty_rows(PREDICTIONS)))
        days = run.read(ORDER_DAYS)
        figures = unmeasured_figures(days, rule=rule, why=silence, as_of=run.as_of)
        yield from (figure for figure in figures if figure.name in _OF_PREDICTION)
        return
    sources = Sources(
        run.read(ORDERS),
        run.read(ORDER_DAYS),
        *(run.read(CUSTOMER_TABLES[name]) for name in ("contracts", "encounters", "signals")),
    )
    rng = run.rng("prediction_quality")
    predictions = predict(sources, rule=rule, silence=silence, as_of=run.as_of, rng=rng)
    run.write(PREDICTIONS, ibis.memtable(predictions.table))
    yield predictions.quality
    yield predictions.calibration


def _figures(run: Run) -> Iterator[Figure]:
    rule, silence = run.declaration(ChurnRule), read_silence(run.read(MEASURED_SILENCE))
    days = followed(run, run.read(ORDER_DAYS))
    if isinstance(silence, TooLittleData):
        figures = unmeasured_figures(days, rule=rule, why=silence, as_of=run.as_of)
        yield from (figure for figure in figures if figure.name not in _OF_PREDICTION)
        return
    figures = churn_figures(
        *(days, followed(run, run.read(CHURN_SPELLS))),
        groups=_tiers_and_segments(run.read(CUSTOMER_GROUPS)),
        rule=rule,
        silence=silence,
        as_of=run.as_of,
        observation=_observation(run, silence),
    )
    yield from (of_followed(run, figure) for figure in figures)


def _observation(run: Run, silence: Silence | TooLittleData | None) -> ObservationStart:
    """By contracts, what is declared or what they tell; by silence, what is declared."""
    settings = run.declaration(ObservationSettings)
    if silence is None:
        contracts = run.read(CUSTOMER_TABLES["contracts"])
        return observation_start(contracts, settings, as_of=run.as_of)
    return ObservationStart(settings.complete_from)


def _tiers_and_segments(groups: ir.Table) -> ir.Table:
    chosen = groups.filter(groups.dimension.isin(["tier", "segment"]))
    return chosen.select("customer_id", group=chosen.dimension + " " + chosen.value)


FIND_SPELLS = Step(
    name="Understand: when customers churn",
    run=_spells,
    reads=(ORDERS, *customer_tables("contracts")),
    writes=(ORDER_DAYS, MEASURED_SILENCE, CHURN_SPELLS),
)

PREDICT = Step(
    name="Understand: who is about to churn",
    run=_predictions,
    reads=(
        *(ORDERS, ORDER_DAYS, MEASURED_SILENCE),
        *customer_tables("contracts", "encounters", "signals"),
    ),
    writes=(PREDICTIONS,),
    figures=PREDICTION_FIGURES,
)

COMPARE_CHURN = Step(
    name="Understand: churn by tier and segment",
    run=_figures,
    reads=(
        *(ORDER_DAYS, MEASURED_SILENCE, CHURN_SPELLS, CUSTOMER_GROUPS, PARTIAL_CUSTOMERS),
        *customer_tables("contracts"),
    ),
    reads_figures=(SAMPLING,),
    figures=CHURN_FIGURES,
)
