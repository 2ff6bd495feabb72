"""How numbers of figures are printed: money in the project's currency, the rest as it is."""

from outsidein.figures.figure import Estimate, Unit
from outsidein.present.alert_facts import exact_money


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
    """Return a number as it is printed, money with its currency."""
    if number is None or unit is not Unit.MONEY:
        return number
    return shown_money(number, currency)


def shown_money(number: float | None, currency: str) -> str | None:
    """Return an amount in minor units as it is printed, to the last decimal of its currency.

    Example:
        >>> shown_money(-123_456, "USD"), shown_money(98, "JPY"), shown_money(None, "EUR")
        ('-$1,234.56', '¥98', None)
    """
    return None if number is None else exact_money(number, currency)
