"""Money formatted for readers, from minor units."""

from typing import NamedTuple

NBSP = "\N{NO-BREAK SPACE}"

DECIMALS = {
    **dict.fromkeys(
        (
            *("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF"),
            *("UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"),
        ),
        0,
    ),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}
"""Decimals of currencies without two decimals (ISO 4217)."""

SYMBOLS = {"EUR": "€", "GBP": "£", "USD": "$", "JPY": "¥", "INR": "₹", "BRL": "R$"}
"""Currency signs that readers recognise; other currencies show their code."""

SCALES = ((1e9, "billion"), (1e6, "million"))
WHOLE_FROM = 100
"""Amounts from here on have no decimals."""


class Scale(NamedTuple):
    """Format shared by amounts shown side by side."""

    prefix: str
    divisor: float
    decimals: int
    suffix: str

    def word(self, minor: float) -> str:
        """Format an amount.

        Example:
            >>> money_scale("USD", 123_456_700).word(98_765_400).replace(NBSP, " ")
            '$0.99 million'
        """
        number = f"{minor / self.divisor:z,.{self.decimals}f}"
        sign = "\N{MINUS SIGN}" if number.startswith("-") else ""
        return f"{sign}{self.prefix}{number.lstrip('-')}{self.suffix}"


def decimals_of(currency: str) -> int:
    """Return how many decimals a currency has.

    Example:
        >>> decimals_of("JPY"), decimals_of("EUR"), decimals_of("KWD")
        (0, 2, 3)
    """
    return DECIMALS.get(currency, 2)


def prefix_of(currency: str) -> str:
    """Return the sign or code before an amount."""
    return SYMBOLS.get(currency, f"{currency}{NBSP}")


def money_scale(currency: str, *amounts: float) -> Scale:
    """Return the format for amounts (minor units) shown together.

    Example:
        >>> money_scale("USD", 123_456).word(123_456), money_scale("JPY", 98).word(98)
        ('$1,235', '¥98')
    """
    decimals = decimals_of(currency)
    unit = 10**decimals
    largest = max((abs(amount) for amount in amounts), default=0) / unit
    for size, word in SCALES:
        if largest >= size:
            return Scale(prefix_of(currency), size * unit, 2, f"{NBSP}{word}")
    shown = decimals if 0 < largest < WHOLE_FROM else 0
    return Scale(prefix_of(currency), unit, shown, "")
