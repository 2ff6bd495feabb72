"""What went extremely wrong, and whom to call."""

from collections.abc import Iterator

from outsidein.extremes.figures import DISASTERS, EXTREMES, ITEM
from outsidein.figures.figure import Estimate
from outsidein.headlines.audiences import HAD_DISASTER, expected_value_of, reachable_of
from outsidein.headlines.basis import Basis
from outsidein.headlines.statement import Ground, Kind, Statement
from outsidein.present.display_tables import ALL
from outsidein.present.figure_set import FigureSet

BASE = "of the customers with an overall score or sign"

MOST_ITEMS = 3
"""Items that a sentence names."""

LEAST_WORTH_A_CALL = 100
"""Expected value of a customer that a call is worth at least, in minor units."""


def disasters(basis: Basis) -> Iterator[Statement]:
    """Say how many had a disaster, and whom of them to call."""
    overall = basis.one(EXTREMES, DISASTERS, dimension=ALL)
    if not overall:
        return
    reachable = reachable_of(HAD_DISASTER, basis.customers)
    value = expected_value_of(HAD_DISASTER, basis.customers)
    yield Statement(
        name="disasters",
        kind=Kind.CALL,
        text=f"{basis.words.in_sentence(overall)} {BASE} had a disaster "
        f"({overall.group['window']}): {lowest_of_items(basis, overall)}.",
        base=BASE,
        grounds=(Ground(spec=EXTREMES, estimate=overall),),
        action=f"Call the {reachable:,} who are still customers{_carrying(basis, value)}.",
        audience=HAD_DISASTER,
        worth=value,
        worth_of="expected of them in the year ahead, with or without a call",
        doubts=_doubts(basis, value, reachable),
    )


def lowest_of_items(figures: FigureSet, overall: Estimate) -> str:
    """Name the items whose lowest scores were counted as disasters, the commonest first."""
    of_items = figures.numbers(EXTREMES, DISASTERS, window=overall.group["window"], dimension=ITEM)
    common_first = sorted(of_items, key=lambda e: -(e.value or 0.0) * (e.n or 0))
    names = [f"“{e.group['group']}”".replace("_", " ") for e in common_first if e.value]
    if not names:
        return "the lowest overall score"
    return f"the lowest score of {' or '.join(names[:MOST_ITEMS])}"


def _doubts(basis: Basis, value: float | None, reachable: int) -> tuple[str, ...]:
    """Object where customers are expected to bring less than it costs to speak to them."""
    if value is None or not reachable:
        return ()
    each = value / reachable
    if each > max(basis.cost_of_contact, LEAST_WORTH_A_CALL):
        return ()
    each_brings = f"{basis.words.money(each)} each in the year ahead, less than a call costs"
    return (f"the {reachable:,} who are still customers are expected to bring {each_brings}",)


def _carrying(basis: Basis, value: float | None) -> str:
    if value is None or value <= 0:
        return ""
    return f"; they are expected to bring {basis.words.money(value)} in the year ahead"
