"""Where customers stop climbing."""

from collections.abc import Iterator

from outsidein.figures.figure import Estimate
from outsidein.headlines.basis import Basis
from outsidein.headlines.statement import Ground, Kind, Statement
from outsidein.ladder.figures import LADDER_STEPS, WITHIN_DAYS
from outsidein.present.figure_set import number_of


def hardest_step(basis: Basis) -> Iterator[Statement]:
    """Say which step fewest climb, within the longest time observed for every step."""
    hardest = _hardest(basis)
    if not hardest:
        return
    lower, upper = hardest.group["from"], hardest.group["to"]
    base = f"of those who reach {lower}"
    yield Statement(
        name="hardest_step",
        kind=Kind.NOTE,
        text=f"Fewest climb from {lower} to {upper}: {basis.words.in_sentence(hardest)} {base} do "
        f"so {hardest.measure}.",
        base=base,
        grounds=(Ground(spec=LADDER_STEPS, estimate=hardest),),
    )


def _hardest(basis: Basis) -> Estimate | None:
    by_days: dict[int, list[Estimate]] = {}
    for e in basis.numbers(LADDER_STEPS, WITHIN_DAYS):
        fields = WITHIN_DAYS.fields(e.measure) or {}
        by_days.setdefault(int(fields["days"]), []).append(e)
    if not by_days:
        return None
    most = max(len(estimates) for estimates in by_days.values())
    days = max(days for days, estimates in by_days.items() if len(estimates) == most)
    return min(by_days[days], key=number_of)
