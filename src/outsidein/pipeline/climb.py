"""Understand: the ladder, reckoned with numbered customers."""

from collections.abc import Iterator
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
from ibis.backends.duckdb import Backend

from outsidein.figures.figure import Figure
from outsidein.ladder.features import order_events
from outsidein.ladder.hurdles import hurdles_figure
from outsidein.ladder.moves import steps_figure, transitions_figure
from outsidein.ladder.spells import ladder_spells
from outsidein.ladder.stages import history_figure, observed_stages, standing_figure
from outsidein.lake.engine import spool_table, write_table
from outsidein.pipeline.declared import Declared
from outsidein.pipeline.identify import Room
from outsidein.pipeline.know import Known


@dataclass(frozen=True, slots=True)
class Climbed:
    """Where customers stood: `spells` by customer id, `numbered` by number, for counting."""

    spells: ir.Table
    numbered: ir.Table

    def figures(self, declared: Declared, known: Known) -> Iterator[Figure]:
        """Yield every figure about the ladder."""
        as_of, ladder = declared.as_of, declared.ladder
        observed = observed_stages(self.numbered, ladder)
        yield standing_figure(self.numbered, observed, as_of=as_of)
        yield history_figure(self.numbered, as_of=as_of)
        yield steps_figure(self.numbered, observed, as_of=as_of)
        yield transitions_figure(self.numbered, observed, as_of=as_of)
        signals = known.canonical["signals"]
        yield hurdles_figure(self.spells, signals, ladder, observed, as_of=as_of)


def climb(backend: Backend, declared: Declared, known: Known, *, room: Room) -> Climbed:
    """Write every customer's stays on the steps of the ladder.

    The ladder groups and orders events by customer many times over; numbers are grouped and
    ordered a quarter faster than ids of text, and say no more and no less.
    """
    spool = room.spool
    numbers = known.customers.select(
        "customer_id",
        "first_seen_on",
        number=ibis.row_number().over(order_by="customer_id").cast("int32"),
    )
    numbers = spool_table(backend, numbers, spool / "customer_numbers.parquet")
    placed = _numbered(known.orders, numbers)
    events = spool_table(backend, order_events(placed), spool / "order_events.parquet")
    told = {name: _numbered(table, numbers) for name, table in known.canonical.items()}
    found = ladder_spells(
        {**told, "order_events": events},
        numbers.select(customer_id="number", first_seen_on="first_seen_on"),
        declared.ladder,
        as_of=declared.as_of,
    )
    numbered = spool_table(backend, found, spool / "numbered_spells.parquet")
    path, key = room.folder / "ladder_spells.parquet", ["customer_id", "from_on"]
    spells = write_table(backend, _named(numbered, numbers), path, key=key)
    return Climbed(spells, numbered)


def _numbered(table: ir.Table, numbers: ir.Table) -> ir.Table:
    if "customer_id" not in table.columns:
        return table
    number = numbers.select("customer_id", "number")
    return table.join(number, "customer_id").drop("customer_id").rename(customer_id="number")


def _named(table: ir.Table, numbers: ir.Table) -> ir.Table:
    name = numbers.select(name="customer_id", customer_id="number")
    joined = table.join(name, "customer_id").drop("customer_id").rename(customer_id="name")
    return joined.select(*table.columns)
