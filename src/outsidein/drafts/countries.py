"""Countries and currencies by the names, codes and marks that exports give them."""

from functools import cache
from typing import NamedTuple

from phonenumbers.geodata.locale import LOCALE_DATA

_SAME = "*"


class Country(NamedTuple):
    """A country's code, its currency, and the time zone of most of its people."""

    code: str
    currency: str
    timezone: str


COUNTRIES = {
    code: Country(code, currency, timezone)
    for code, currency, timezone in (
        ("AE", "AED", "Asia/Dubai"),
        ("AR", "ARS", "America/Argentina/Buenos_Aires"),
        ("AT", "EUR", "Europe/Vienna"),
        ("AU", "AUD", "Australia/Sydney"),
        ("BE", "EUR", "Europe/Brussels"),
        ("BG", "EUR", "Europe/Sofia"),
        ("BR", "BRL", "America/Sao_Paulo"),
        ("CA", "CAD", "America/Toronto"),
        ("CH", "CHF", "Europe/Zurich"),
        ("CL", "CLP", "America/Santiago"),
        ("CN", "CNY", "Asia/Shanghai"),
        ("CO", "COP", "America/Bogota"),
        ("CY", "EUR", "Asia/Nicosia"),
        ("CZ", "CZK", "Europe/Prague"),
        ("DE", "EUR", "Europe/Berlin"),
        ("DK", "DKK", "Europe/Copenhagen"),
        ("EE", "EUR", "Europe/Tallinn"),
        ("ES", "EUR", "Europe/Madrid"),
        ("FI", "EUR", "Europe/Helsinki"),
        ("FR", "EUR", "Europe/Paris"),
        ("GB", "GBP", "Europe/London"),
        ("GR", "EUR", "Europe/Athens"),
        ("HK", "HKD", "Asia/Hong_Kong"),
        ("HR", "EUR", "Europe/Zagreb"),
        ("HU", "HUF", "Europe/Budapest"),
        ("IE", "EUR", "Europe/Dublin"),
        ("IL", "ILS", "Asia/Jerusalem"),
        ("IN", "INR", "Asia/Kolkata"),
        ("IT", "EUR", "Europe/Rome"),
        ("JP", "JPY", "Asia/Tokyo"),
        ("KR", "KRW", "Asia/Seoul"),
        ("LT", "EUR", "Europe/Vilnius"),
        ("LU", "EUR", "Europe/Luxembourg"),
        ("LV", "EUR", "Europe/Riga"),
        ("MT", "EUR", "Europe/Malta"),
        ("MX", "MXN", "America/Mexico_City"),
        ("MY", "MYR", "Asia/Kuala_Lumpur"),
        ("NL", "EUR", "Europe/Amsterdam"),
        ("NO", "NOK", "Europe/Oslo"),
        ("NZ", "NZD", "Pacific/Auckland"),
        ("PH", "PHP", "Asia/Manila"),
        ("PL", "PLN", "Europe/Warsaw"),
        ("PT", "EUR", "Europe/Lisbon"),
        ("RO", "RON", "Europe/Bucharest"),
        ("RS", "RSD", "Europe/Belgrade"),
        ("SE", "SEK", "Europe/Stockholm"),
        ("SG", "SGD", "Asia/Singapore"),
        ("SI", "EUR", "Europe/Ljubljana"),
        ("SK", "EUR", "Europe/Bratislava"),
        ("TH", "THB", "Asia/Bangkok"),
        ("TR", "TRY", "Europe/Istanbul"),
        ("TW", "TWD", "Asia/Taipei"),
        ("UA", "UAH", "Europe/Kyiv"),
        ("US", "USD", "America/New_York"),
        ("ZA", "ZAR", "Africa/Johannesburg"),
    )
}
CURRENCIES = frozenset(country.currency for country in COUNTRIES.values())
_MARKS = {
    "€": "EUR",
    "EURO": "EUR",
    "$": "USD",
    "US$": "USD",
    "A$": "AUD",
    "C$": "CAD",
    "R$": "BRL",
    "£": "GBP",
    "¥": "JPY",
    "₹": "INR",
    "₩": "KRW",
    "₪": "ILS",
    "₺": "TRY",
    "₴": "UAH",
    "FR.": "CHF",
    "SFR.": "CHF",
    "ZŁ": "PLN",
    "KČ": "CZK",
    "FT": "HUF",
}
_SHORT_NAMES = {"USA": "US", "UK": "GB", "ENGLAND": "GB", "SCOTLAND": "GB", "D": "DE", "A": "AT"}


def currency_of_mark(mark: str) -> str | None:
    """Return the code of the currency that a mark beside an amount most likely means.

    Example:
        >>> currency_of_mark("€"), currency_of_mark("chf"), currency_of_mark("kg")
        ('EUR', 'CHF', None)
    """
    text = mark.strip().upper()
    return text if text in CURRENCIES else _MARKS.get(text)


def country_of_name(name: str) -> Country | None:
    """Return the country that has a code or a name, in any language; None for others.

    Example:
        >>> country_of_name("Österreich").code, country_of_name("gb").timezone
        ('AT', 'Europe/London')
        >>> country_of_name("Middle-earth")
    """
    text = name.strip().upper()
    return COUNTRIES.get(_SHORT_NAMES.get(text, text)) or _countries_by_name().get(text)


@cache
def _countries_by_name() -> dict[str, Country]:
    return {
        name.upper(): country
        for code, country in COUNTRIES.items()
        for name in LOCALE_DATA[code].values()
        if not name.startswith(_SAME)
    }
