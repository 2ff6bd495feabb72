"""Step of extremes: the worst and the best of contacts, and what they cost."""

from collections.abc import Iterator

from outsidein.canonical.build_tables import PARTIAL_CUSTOMERS
from outsidein.canonical.customer_tables import CUSTOMER_TABLES, customer_tables
from outsidein.canonical.figures import SAMPLING
from outsidein.canonical.sampling import followed, of_followed
from outsidein.churn.declaration import ChurnRule, Silence
from outsidein.churn.measured_silence import read_silence
from outsidein.churn.tables import CHURN_SPELLS, MEASURED_SILENCE, ORDER_DAYS
from outsidein.extremes.encounters import customer_extremes, extremes_figure
from outsidein.extremes.figures import EXTREMES, HAZARD_JUMPS, MONEY_AT_RISK
from outsidein.extremes.hazard import (
    begun_by_company,
    churn_jumps,
    encounter_days,
    hazard_figure,
)
from outsidein.extremes.incidents import scored_incidents
from outsidein.extremes.money import money_figure, value_at_stake
from outsidein.extremes.tables import CUSTOMER_EXTREMES
from outsidein.factors.reading import FactorFiles
from outsidein.figures.figure import Figure
from outsidein.steps.run import Run
from outsidein.steps.step import Step
from outsidein.value.steps import ValueRules
from outsidein.value.tables import LIFETIME_VALUES

_CANONICAL = ("signals", "invitations", "encounters")


def _extremes(run: Run) -> Iterator[Figure]:
    signals, invitations, encounters = (run.read(CUSTOMER_TABLES[name]) for name in _CANONICAL)
    decisive = run.declaration(FactorFiles).settings.decisive
    scored = scored_incidents(signals, invitations, encounters, decisive=decisive)
    incidents = run.spool(scored, "incidents")
    run.write(CUSTOMER_EXTREMES, customer_extremes(incidents, as_of=run.as_of))
    yield extremes_figure(incidents, as_of=run.as_of)
    silence = read_silence(run.read(MEASURED_SILENCE))
    if not isinstance(silence, Silence | None):
        return
    kinds_by_day = run.spool(encounter_days(encounters, incidents), "kinds_by_day")
    spells = followed(run, run.read(CHURN_SPELLS))
    activities = run.declaration(ValueRules).activities
    leaving = [kind for kind, activity in activities.items() if activity.is_leaving]
    failures = [kind for kind, activity in activities.items() if activity.is_failure]
    hazards = churn_jumps(
        spells,
        followed(run, run.read(ORDER_DAYS)),
        kinds_by_day,
        silence=silence,
        as_of=run.as_of,
        leaving=leaving,
        at_once=begun_by_company(encounters).intersection(failures),
    )
    jumps = hazard_figure(hazards, rule=run.declaration(ChurnRule), silence=silence)
    yield of_followed(run, jumps)
    stakes = value_at_stake(spells, kinds_by_day, run.read(LIFETIME_VALUES), as_of=run.as_of)
    yield money_figure(stakes, hazards, failures=failures, as_of=run.as_of)


FIND_EXTREMES = Step(
    name="Understand: extremes",
    run=_extremes,
    reads=(
        *customer_tables(*_CANONICAL),
        *(MEASURED_SILENCE, ORDER_DAYS, CHURN_SPELLS, LIFETIME_VALUES, PARTIAL_CUSTOMERS),
    ),
    reads_figures=(SAMPLING,),
    writes=(CUSTOMER_EXTREMES,),
    figures=(EXTREMES, HAZARD_JUMPS, MONEY_AT_RISK),
)
