"""Understand: where customers stand, what they are worth, when and why they leave."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import ibis
import ibis.expr.types as ir
from ibis.backends.duckdb import Backend

from outsidein.figures.figure import Figure
from outsidein.ladder.spells import stages_today
from outsidein.lake.engine import write_table
from outsidein.pipeline.climb import Climbed, climb
from outsidein.pipeline.declared import Declared
from outsidein.pipeline.factors import factors
from outsidein.pipeline.feedback import dimensions, extremes_figures, feedback_figures
from outsidein.pipeline.identify import Before, Room
from outsidein.pipeline.know import Known
from outsidein.pipeline.leaving import Leaving, leaving
from outsidein.pipeline.shifting import shift_streams
from outsidein.pipeline.texts import read_texts
from outsidein.pipeline.worth import Worth, worth
from outsidein.segments.facts import customer_facts
from outsidein.segments.memberships import segment_memberships
from outsidein.shifts.figures import shifts_figures
from outsidein.standards.figures import standards_figures
from outsidein.strategy.sheet import strategy_figure


@dataclass(frozen=True, slots=True)
class History:
    """The snapshot in use, and which build this is."""

    before: Before
    build: int


@dataclass(frozen=True, slots=True)
class Understood:
    """What understanding gave, to be asked for its figures."""

    climbed: Climbed
    worth: Worth
    leaving: Leaving
    facts: ir.Table
    segments: ir.Table


def understand(
    backend: Backend,
    declared: Declared,
    known: Known,
    *,
    history: History,
    room: Room,
    step: Callable[[str], None],
) -> Iterator[Figure]:
    """Write the tables of the understanding nouns and yield their figures."""
    folder = room.folder
    step("Understand: the ladder")
    climbed = climb(backend, declared, known, room=room)
    step("Understand: what customers are worth")
    valued = worth(backend, declared, known, folder=folder)
    step("Understand: when and why they leave")
    left = leaving(backend, declared, known, folder=folder)
    step("Understand: segments")
    facts = customer_facts(
        known.profiles,
        stages=stages_today(climbed.spells),
        profits=valued.profits,
        tiers=valued.tiers,
        lifetimes=valued.lifetimes.values,
        spells=left.spells,
        predictions=left.predictions,
    )
    facts = write_table(backend, facts, folder / "customers.parquet", key=["customer_id"])
    segments = segment_memberships(facts, declared.segments)
    segments = write_table(
        backend, segments, folder / "segment_memberships.parquet", key=["segment", "customer_id"]
    )
    step("Understand: feedback and extremes")
    groups = dimensions(stages_today(climbed.spells), valued.tiers, segments)
    yield from feedback_figures(backend, known, groups=groups, tiers=valued.tiers, room=room)
    values = valued.lifetimes.values
    yield from extremes_figures(backend, declared, known, left, values=values, room=room)
    step("Understand: what they write")
    signals = known.canonical["signals"]
    read = read_texts(
        backend,
        signals,
        declared.coding,
        declared.factors.settings.terms,
        coders=declared.coders.coders if declared.coders else None,
        as_of=declared.as_of,
        room=room,
    )
    yield from read.figures()
    step("Understand: what keeps, delights and repels them")
    said = ibis.union(signals, read.coded.signals.select(*signals.columns))
    yield from factors(
        backend,
        declared.factors,
        replace(known, canonical={**known.canonical, "signals": said}),
        segments,
        before=history.before,
        build=history.build,
        folder=folder,
        spool=room.spool,
    )
    step("Understand: figures")
    understood = Understood(climbed, valued, left, facts, segments)
    yield from _figures(declared, known, understood)
    numbered = climbed.numbered
    streams = shift_streams(backend, declared, known, numbered, left=left, read=read, room=room)
    yield from shifts_figures(streams, declared.shifts, as_of=declared.as_of)


def _figures(declared: Declared, known: Known, understood: Understood) -> Iterator[Figure]:
    yield from known.identified.figures()
    yield from understood.climbed.figures(declared, known)
    yield from understood.worth.figures(declared)
    groups = _groups(understood)
    leaving_figures = {f.name: f for f in understood.leaving.figures(declared, groups)}
    yield from leaving_figures.values()
    yield strategy_figure(
        understood.facts,
        understood.segments,
        known.canonical,
        understood.climbed.spells,
        survival=leaving_figures["survival"],
        value=declared.value,
        as_of=declared.as_of,
    )
    encounters, signals = known.canonical["encounters"], known.canonical["signals"]
    yield from standards_figures(encounters, signals, declared.standards, as_of=declared.as_of)


def _groups(understood: Understood) -> ir.Table:
    """Every customer's tier and segments, as the groups that churn is told for."""
    tiers = understood.worth.tiers
    of_tiers = tiers.select("customer_id", group="tier " + tiers.tier)
    of_segments = understood.segments
    named = of_segments.select("customer_id", group="segment " + of_segments.segment)
    return of_tiers.union(named)
