"""Step of strategy: seven questions about each segment."""

from collections.abc import Iterator

from outsidein.canonical.customer_tables import CUSTOMER_TABLES, customer_tables
from outsidein.churn.figures import SURVIVAL
from outsidein.churn.measured_silence import read_silence
from outsidein.churn.tables import CHURN_SPELLS, MEASURED_SILENCE, ORDER_DAYS
from outsidein.figures.figure import Figure
from outsidein.profiles.tables import CUSTOMERS
from outsidein.segments.tables import SEGMENT_MEMBERSHIPS
from outsidein.steps.run import Run
from outsidein.steps.step import Step
from outsidein.strategy.figures import STRATEGY
from outsidein.strategy.sheet import strategy_figure
from outsidein.value.steps import ValueRules

_CANONICAL = ("encounters", "signals", "transactions", "messages", "message_outcomes")


def _strategy(run: Run) -> Iterator[Figure]:
    yield strategy_figure(
        run.read(CUSTOMERS),
        run.read(SEGMENT_MEMBERSHIPS),
        {name: run.read(CUSTOMER_TABLES[name]) for name in _CANONICAL},
        spells=run.read(CHURN_SPELLS),
        order_days=run.read(ORDER_DAYS),
        silence=read_silence(run.read(MEASURED_SILENCE)),
        survival=run.figure(SURVIVAL),
        value=run.declaration(ValueRules).settings,
        activities=run.declaration(ValueRules).activities,
        as_of=run.as_of,
    )


FILL_SHEET = Step(
    name="Understand: strategy per segment",
    run=_strategy,
    reads=(
        *(CUSTOMERS, SEGMENT_MEMBERSHIPS, CHURN_SPELLS, ORDER_DAYS, MEASURED_SILENCE),
        *customer_tables(*_CANONICAL),
    ),
    reads_figures=(SURVIVAL,),
    figures=(STRATEGY,),
)
