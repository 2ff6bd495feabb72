"""Where customers stop climbing."""

from collections.abc import Iterator

from outsidein.headlines import finders
from outsidein.headlines.basis import Basis
from outsidein.headlines.doubts import first_order_doubts
from outsidein.headlines.statement import Ground, Kind, Statement
from outsidein.ladder.figures import LADDER_STEPS


def hardest_step(basis: Basis) -> Iterator[Statement]:
    """Say which step fewest climb, within the longest time observed for every step."""
    hardest = finders.hardest_step(basis)
    if not hardest:
        return
    lower, upper = hardest.group["from"], hardest.group["to"]
    base, watched = f"of those who reach {lower}", finders.watched_so_long(basis, hardest)
    yield Statement(
        name="hardest_step",
        kind=Kind.NOTE,
        text=f"Fewest climb from {lower} to {upper}: {basis.words.in_sentence(hardest)} {base} do "
        f"so {hardest.measure}{f' ({watched})' if watched else ''}.",
        base=base,
        grounds=(Ground(spec=LADDER_STEPS, estimate=hardest),),
        doubts=first_order_doubts(basis),
    )
