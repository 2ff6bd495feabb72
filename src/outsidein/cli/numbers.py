"""How numbers of figures are printed: money in the project's currency, differences in points."""

from outsidein.figures.figure import Estimate, Unit
from outsidein.present.alert_facts import exact_money

DECIMALS_OF_POINTS = 4


def shown_numbers(estimate: Estimate, currency: str) -> tuple[str | float | None, ...]:
    """Return value, low and high as they are printed.

    Example:
        >>> shown_numbers(Estimate("profit", Unit.MONEY, 40, 25160.0), "USD")
        ('$251.60', None, None)
    """
    return tuple(
        shown_number(number, estimate.unit, currency)
        for number in (estimate.value, estimate.low, estimate.high)
    )


def shown_number(number: float | None, unit: Unit, currency: str) -> str | float | None:
    """Return a number as it is printed: money with its currency, points from -100 to 100.

    Example:
        >>> shown_number(0.0493, Unit.POINTS, "USD"), shown_number(0.85, Unit.SHARE, "USD")
        (4.93, 0.85)
    """
    if number is None:
        return None
    if unit is Unit.MONEY:
        return shown_money(number, currency)
    return round(100 * number, DECIMALS_OF_POINTS) if unit is Unit.POINTS else number


def shown_money(number: float | None, currency: str) -> str | None:
    """Return an amount in minor units as it is printed, to the last decimal of its currency.

    Example:
        >>> shown_money(-123_456, "USD"), shown_money(98, "JPY"), shown_money(None, "EUR")
        ('-$1,234.56', '¥98', None)
    """
    return None if number is None else exact_money(number, currency)
