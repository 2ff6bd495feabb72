"""What customers said when asked, what the silent may think, and the extremes of their contacts."""

from collections.abc import Iterator

import ibis
import ibis.expr.types as ir
from ibis.backends.duckdb import Backend

from outsidein.churn.declaration import Silence
from outsidein.extremes.encounters import EXTREMES_KEY, customer_extremes, extremes_figure
from outsidein.extremes.hazard import happenings, hazard_figure, jumps
from outsidein.extremes.incidents import moments
from outsidein.extremes.money import money_figure, value_at_stake
from outsidein.feedback.asked_customers import asked_customers, with_signs
from outsidein.feedback.metrics import distribution_figure, scores_figure
from outsidein.feedback.nonresponse_figures import nonrespondents_figure, response_figure
from outsidein.feedback.weights import answers
from outsidein.figures.figure import Figure
from outsidein.lake.engine import spool_table, write_table
from outsidein.pipeline.declared import Declared
from outsidein.pipeline.identify import Room
from outsidein.pipeline.know import Known
from outsidein.pipeline.leaving import Leaving


def dimensions(stages: ir.Table, tiers: ir.Table, segments: ir.Table) -> ir.Table:
    """Lay out what groups customers are in.

    Returns:
        One row per customer and group: `customer_id`, `dimension`, `value`.
    """
    parts = {"stage": stages.stage, "tier": tiers.tier, "segment": segments.segment}
    tables = {"stage": stages, "tier": tiers, "segment": segments}
    listed = ibis.union(
        *(
            tables[name].select("customer_id", dimension=ibis.literal(name), value=value)
            for name, value in parts.items()
        )
    )
    return listed.filter(listed.value.notnull())


def feedback_figures(
    backend: Backend, known: Known, *, groups: ir.Table, tiers: ir.Table, room: Room
) -> Iterator[Figure]:
    """Yield every figure about what customers said, the silent included."""
    canonical = known.canonical
    said = answers(canonical["signals"], canonical["invitations"], canonical["encounters"])
    said = spool_table(backend, said, room.spool / "answers.parquet")
    groups = spool_table(backend, groups, room.spool / "groups.parquet")
    yield scores_figure(said, groups)
    yield distribution_figure(said)
    who = asked_customers(canonical["invitations"], canonical["signals"])
    who = with_signs(who, canonical["signals"])
    who = write_table(backend, who, room.folder / "asked.parquet", key=["survey", "customer_id"])
    yield response_figure(who, groups)
    cells = tiers.select("customer_id", cell=tiers.tier)
    yield nonrespondents_figure(who, said, cells, by="tier and channel of asking")


def extremes_figures(
    backend: Backend,
    declared: Declared,
    known: Known,
    left: Leaving,
    *,
    values: ir.Table,
    room: Room,
) -> Iterator[Figure]:
    """Write each customer's extremes and yield every figure about them."""
    canonical, as_of = known.canonical, declared.as_of
    tables = (canonical[name] for name in ("signals", "invitations", "encounters"))
    found = spool_table(backend, moments(*tables), room.spool / "moments.parquet")
    own = customer_extremes(found, as_of=as_of)
    path = room.folder / "customer_extremes.parquet"
    write_table(backend, own, path, key=EXTREMES_KEY)
    yield extremes_figure(found, as_of=as_of)
    if not isinstance(left.silence, Silence | None):
        return
    happened = happenings(canonical["encounters"], found)
    happened = spool_table(backend, happened, room.spool / "happened.parquet")
    jumped = jumps(left.spells, left.days, happened, silence=left.silence, as_of=as_of)
    yield hazard_figure(jumped, rule=declared.churn, silence=left.silence)
    stakes = value_at_stake(left.spells, happened, values, as_of=as_of)
    yield money_figure(stakes, jumped, as_of=as_of)
