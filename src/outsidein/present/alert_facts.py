"""Facts of an alert in words, with money as money."""

from collections.abc import Mapping
from typing import Any

from outsidein.present.money_scale import decimals_of, prefix_of

MONEY_FACTS = frozenset(
    {
        *("cost", "revenue", "discount", "customisation_cost", "price", "money"),
        *("contract_revenue", "returns", "discounts", "cost_of_goods", "cost_to_serve"),
        *("failure_cost", "profit", "profit_without_failures"),
        *("value", "value_low", "value_high"),
    }
)
"""Facts of encounters, orders and customers that are amounts in minor units."""


def facts_in_words(facts: Mapping[str, Any], currency: str) -> str:
    """Return facts as one line, the day first and the others by name.

    Example:
        >>> facts_in_words({"value": 25160, "happened_on": "2018-05-01", "channel": "web"}, "BRL")
        'happened on 2018-05-01; channel web; value R$251.60'
    """
    names = sorted(facts, key=lambda name: (name != "happened_on", name))
    return "; ".join(
        f"{name.replace('_', ' ')} {_in_words(name, facts[name], currency)}" for name in names
    )


def _in_words(name: str, value: Any, currency: str) -> str:  # noqa: ANN401  as it was stored
    is_amount = isinstance(value, int | float) and not isinstance(value, bool)
    return exact_money(value, currency) if name in MONEY_FACTS and is_amount else str(value)


def exact_money(minor: float, currency: str) -> str:
    """Return an amount in minor units to the last decimal of its currency.

    Example:
        >>> exact_money(-123_456, "USD"), exact_money(98, "JPY")
        ('-$1,234.56', '¥98')
    """
    decimals = decimals_of(currency)
    digits = f"{abs(minor) / 10**decimals:,.{decimals}f}"
    minus = "-" if minor < 0 and digits.strip("0.,") else ""
    return f"{minus}{prefix_of(currency)}{digits}".replace("\N{NO-BREAK SPACE}", " ")
