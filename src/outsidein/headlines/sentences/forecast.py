"""What customers are expected to bring."""

from collections.abc import Iterator

from outsidein.figures.figure import Estimate
from outsidein.headlines.basis import Basis
from outsidein.headlines.doubts import forecast_doubts, hold_out, start_doubts
from outsidein.headlines.finders import expected_values
from outsidein.headlines.statement import Ground, Kind, Statement
from outsidein.present.figure_set import number_of
from outsidein.value.figures import LIFETIME_VALUE, STILL_CUSTOMERS

WHO = {
    "no contract": "customers who have bought",
    "contract": "customers under contract today",
}


def expected_value(basis: Basis) -> Iterator[Statement]:
    """Say what all customers are expected to bring within the horizon."""
    title = basis.view(LIFETIME_VALUE).figure.title
    days = next((word for word in title.split() if word.isdigit()), "")
    for e in expected_values(basis):
        yield from _of_regime(basis, e, days)


def _of_regime(basis: Basis, e: Estimate, days: str) -> Iterator[Statement]:
    regime = str(e.group["regime"])
    who = WHO[regime]
    count = _under_contract(basis) if regime == "contract" else e.n or 0
    yield Statement(
        name=f"expected value, {regime}",
        kind=Kind.NOTE,
        text=f"The {count:,.0f} {who} are expected to bring {basis.words.value(e)} "
        f"({basis.words.interval(e)}) in the next {days} days, before the cost to serve them."
        f"{'' if regime == 'contract' else _tried(basis)}",
        base=who,
        grounds=(Ground(spec=LIFETIME_VALUE, estimate=e),),
        doubts=(
            *_doubts_of_interval(e),
            *(start_doubts(basis) if regime == "contract" else forecast_doubts(basis)),
        ),
    )


def _doubts_of_interval(expected: Estimate) -> tuple[str, ...]:
    """Object to a forecast that does not say how sure it is."""
    if expected.low is None and expected.high is None:
        return ("the data do not determine how far off the forecast may be",)
    return ()


def _tried(basis: Basis) -> str:
    """Say what came of what the model expected when it was tried on the past."""
    orders = hold_out(basis)
    if orders is None:
        return " The forecast could not be tried on the past."
    expected, placed = orders
    return (
        f" Tried on the last third of the time observed, it expected {basis.words.value(expected)} "
        f"({basis.words.interval(expected)}), and {basis.words.value(placed)} came."
    )


def _under_contract(basis: Basis) -> float:
    still = basis.one(LIFETIME_VALUE, STILL_CUSTOMERS, tier="all", regime="contract")
    return number_of(still) if still else 0
