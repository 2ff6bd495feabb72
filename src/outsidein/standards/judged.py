"""One standard, judged: its targets, its periods, its chart, its units, its disasters."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import ibis.expr.types as ir

from outsidein.errors import TooLittleData
from outsidein.standards.control import NOW, Control, control
from outsidein.standards.declaration import Standard
from outsidein.standards.encounters import counted_events, standard_encounters
from outsidein.standards.measures import Measured, measured
from outsidein.standards.periods import (
    Count,
    judged_by_target,
    period_counts,
    periods_spanned,
    unit_counts,
)
from outsidein.standards.targets import InForce, targets_in_force


@dataclass(frozen=True, slots=True)
class JudgedStandard:
    """Everything that the figures show of one standard.

    Attributes:
        name: As declared.
        standard: The declaration.
        encounters: One row per encounter, as from `standard_encounters`.
        counts: By measure; None where it has none.
        targets: The versions, the oldest first.
        periods: The complete periods, the oldest first.
        units: The units of the last year; empty where none are declared.
        control: The chart; None where there are too few periods.
        why: Why there is no chart; empty where there is.
        customers: Known customers of all its encounters (count).
        customers_now: Known customers of the periods that say how it is met now (count).
    """

    name: str
    standard: Standard
    encounters: ir.Table
    counts: Measured | None
    targets: tuple[InForce, ...]
    periods: tuple[Count, ...]
    units: tuple[Count, ...]
    control: Control | None
    why: str
    customers: int
    customers_now: int

    @property
    def now(self) -> tuple[Count, ...]:
        """The periods that say how the standard is met now."""
        return self.periods[-NOW[self.standard.period] :]

    @property
    def window(self) -> str:
        """How long that is, in words, with how many periods of too few encounters are left out."""
        many, period = len(self.now), self.standard.period
        text = f"last {many} {period}s" if many > 1 else f"last {period}"
        first, last = (date.fromisoformat(self.now[place].name) for place in (0, -1))
        left_out = periods_spanned(first, last, period) - many
        if not left_out:
            return text
        return f"{period}s since {first} ({left_out} with too few encounters left out)"


def judge(
    encounters: ir.Table,
    signals: ir.Table,
    standards: Mapping[str, Standard],
    *,
    as_of: date,
) -> list[JudgedStandard]:
    """Judge every standard, in the order declared.

    Args:
        encounters: One row per encounter, with `customer_id` and `started_on`.
        signals: One row per signal.
        standards: The declared standards by name.
        as_of: First day that does not count.
    """
    before = encounters.filter(encounters.started_on < as_of)
    return [_judge(before, signals, name, standard, as_of) for name, standard in standards.items()]


def _judge(
    encounters: ir.Table, signals: ir.Table, name: str, standard: Standard, as_of: date
) -> JudgedStandard:
    # Cached: half a dozen queries read it.
    applicable = standard_encounters(encounters, signals, name, standard).cache()
    counts = measured(applicable, standard) if standard.measure else None
    targets = targets_in_force(standard, counts, as_of=as_of)
    judged = judged_by_target(applicable, standard, targets)
    events = counted_events(encounters, name, standard) if standard.count else None
    periods = tuple(period_counts(judged, standard, events, as_of=as_of))
    units = tuple(unit_counts(judged, as_of=as_of)) if standard.unit else ()
    chart, why = _charted(periods, standard)
    now = periods[-NOW[standard.period] :]
    since = date.fromisoformat(now[0].name) if now else as_of
    return JudgedStandard(
        name=name,
        standard=standard,
        encounters=applicable,
        counts=counts,
        targets=tuple(targets),
        periods=periods,
        units=units,
        control=chart,
        why=why,
        customers=_customers(applicable),
        customers_now=_customers(judged.filter(judged.started_on >= since)),
    )


def _customers(encounters: ir.Table) -> int:
    return int(encounters.customer_id.nunique().to_pyarrow().as_py())


def _charted(periods: tuple[Count, ...], standard: Standard) -> tuple[Control | None, str]:
    try:
        return control(periods, standard), ""
    except TooLittleData as error:
        return None, str(error)
