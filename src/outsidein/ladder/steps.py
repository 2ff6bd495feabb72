"""Step of the ladder: where every customer stood, and how they climbed."""

from collections.abc import Iterator

import ibis
import ibis.expr.types as ir

from outsidein.canonical.build_tables import ORDERS, PARTIAL_CUSTOMERS
from outsidein.canonical.customer_tables import CUSTOMER_TABLES, customer_tables
from outsidein.canonical.declaration import ObservationSettings
from outsidein.canonical.figures import SAMPLING
from outsidein.canonical.observation import observation_start
from outsidein.canonical.sampling import followed, of_followed
from outsidein.churn.tables import CHURN_SPELLS
from outsidein.figures.figure import Figure
from outsidein.ladder.declaration import Ladder
from outsidein.ladder.features import order_events
from outsidein.ladder.figures import (
    LADDER_HISTORY,
    LADDER_HURDLES,
    LADDER_STEPS,
    LADDER_TODAY,
    LADDER_TRANSITIONS,
)
from outsidein.ladder.former import without_former
from outsidein.ladder.hurdles import hurdles_figure
from outsidein.ladder.moves import steps_figure, transitions_figure
from outsidein.ladder.spells import ladder_spells
from outsidein.ladder.stages import history_figure, observed_stages, stages_today_figure
from outsidein.ladder.tables import LADDER_SPELLS, NUMBERED_SPELLS
from outsidein.profiles.tables import PROFILES
from outsidein.steps.run import Run
from outsidein.steps.step import Step

_CANONICAL = ("encounters", "messages", "transactions", "contracts", "signals")


def _climb(run: Run) -> Iterator[Figure]:
    yield from (of_followed(run, figure) for figure in _ladder_figures(run))


def _ladder_figures(run: Run) -> Iterator[Figure]:
    """Write every customer's stays on the steps of the ladder.

    The ladder groups and orders events by customer many times over; numbers are grouped and
    ordered a quarter faster than ids of text, and give the same result.
    """
    ladder = run.declaration(Ladder)
    numbers = run.spool(_customer_numbers(run.read(PROFILES)), "customer_numbers")
    events = run.spool(order_events(_numbered(run.read(ORDERS), numbers)), "order_events")
    canonical = {name: run.read(CUSTOMER_TABLES[name]) for name in _CANONICAL}
    rows = ladder_spells(
        {
            **{name: _numbered(table, numbers) for name, table in canonical.items()},
            "order_events": events,
        },
        numbers.select(customer_id="number", first_seen_on="first_seen_on"),
        ladder,
        as_of=run.as_of,
    )
    stays = run.spool(_numbered(run.read(CHURN_SPELLS), numbers), "stays")
    numbered = run.write(NUMBERED_SPELLS, without_former(run.spool(rows, "steps"), stays))
    spells = run.write(LADDER_SPELLS, _named(numbered, numbers))
    whole = followed(run, numbers).select(customer_id="number")
    numbered, spells = numbered.semi_join(whole, "customer_id"), followed(run, spells)
    observed = observed_stages(numbered, ladder)
    yield stages_today_figure(numbered, observed, as_of=run.as_of)
    start = observation_start(
        canonical["contracts"], run.declaration(ObservationSettings), as_of=run.as_of
    )
    yield history_figure(numbered, as_of=run.as_of, look_back=ladder.look_back, observation=start)
    yield steps_figure(numbered, observed, ladder, as_of=run.as_of, observation=start)
    yield transitions_figure(numbered, observed, as_of=run.as_of)
    yield hurdles_figure(spells, canonical["signals"], ladder, observed, as_of=run.as_of)


def _customer_numbers(profiles: ir.Table) -> ir.Table:
    return profiles.select(
        "customer_id",
        "first_seen_on",
        number=ibis.row_number().over(order_by="customer_id").cast("int32"),
    )


def _numbered(table: ir.Table, numbers: ir.Table) -> ir.Table:
    number = numbers.select("customer_id", "number")
    return table.join(number, "customer_id").drop("customer_id").rename(customer_id="number")


def _named(table: ir.Table, numbers: ir.Table) -> ir.Table:
    name = numbers.select(name="customer_id", customer_id="number")
    joined = table.join(name, "customer_id").drop("customer_id").rename(customer_id="name")
    return joined.select(*table.columns)


CLIMB = Step(
    name="Understand: the ladder",
    run=_climb,
    reads=(PROFILES, ORDERS, CHURN_SPELLS, PARTIAL_CUSTOMERS, *customer_tables(*_CANONICAL)),
    reads_figures=(SAMPLING,),
    writes=(NUMBERED_SPELLS, LADDER_SPELLS),
    figures=(
        *(LADDER_TODAY, LADDER_HISTORY, LADDER_STEPS, LADDER_TRANSITIONS),
        LADDER_HURDLES,
    ),
)
