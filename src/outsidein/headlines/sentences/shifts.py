"""What has lastingly changed."""

from collections.abc import Iterator

from outsidein.headlines.basis import Basis
from outsidein.headlines.statement import Ground, Kind, Statement
from outsidein.present.display_tables import group_text
from outsidein.shifts.figures import CHANGE, SHIFTS


def shifts(basis: Basis) -> Iterator[Statement]:
    """Say of each lasting change since when it is there, and how large it is."""
    base = "of the customers of a period"
    for e in basis.numbers(SHIFTS, CHANGE):
        stream, since = group_text(e.group["stream"]), e.group["since"]
        yield Statement(
            name=f"shift {e.group['kind']} {stream}",
            kind=Kind.CHANGED,
            text=f"{stream[:1].upper()}{stream[1:]} ({group_text(e.group['kind'])}) went "
            f"{e.group['direction']} from about {since} on, by {basis.words.in_sentence(e)} "
            f"{base}.",
            base=base,
            grounds=(Ground(spec=SHIFTS, estimate=e, no_effect=0.0),),
            action="Find out what else changed at that time.",
        )
