"""The normal form of a phone number: E.164, without its extension."""

import re

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, ValidationResult
from phonenumbers.phonemetadata import PhoneMetadata

from outsidein.contact.characters import fold_characters
from outsidein.errors import InputError

SHORTEST = 7
"""Fewest digits of a number with its country code."""
SHORTEST_ABROAD = 10
"""Fewest digits of a number that begins with `00` instead of `+`."""
LONGEST_TEXT = 250

_LABEL = re.compile(r"[^\W\d_][^\d+(\[@]*(?:(?<=\W)|(?=[+(\[]))")
"""What stands before a number, such as `tel:` or `Mobile no. `."""
_EXTENSION = re.compile(
    r"(?i)[\s;,./(-]*(?:\b(?:ext(?:ension|n)?|durchwahl|dw|apparat|app|klappe|ramal|poste|anexo|"
    r"interno?|int|wew)[ .:=-]*|(?<![^\W\d_])x[ .:]*|#\s*)\d{1,7}\)?\s*$"
)
_PARAMETERS = re.compile(r"(?i)(?:;[a-z-]+(?:=[^;]*)?)+$")
"""Of a `tel:` address, such as `;ext=12`."""
_REMARK = re.compile(r"[ (\[][^\W\d_][^\d(\[@]*$")
"""What stands after a number, such as `(private)`."""
_ZERO_IN_BRACKETS = re.compile(r"[(\[] ?0 ?[)\]]")
_NUMBER = re.compile(r"\+?[\dZ]*\d[\dZ]*")
_KEEPS_ZERO = re.compile(r"\+(?:39|378|379)")
"""Italy, San Marino and the Vatican: their zero is dialled from abroad too."""
_BRACKETED_ZERO = "Z"


def numbering_plan(country: str) -> PhoneMetadata:
    """Return the numbering plan of a country.

    Raises:
        InputError: There is no such country.
    """
    plan = PhoneMetadata.metadata_for_region(country.upper(), None)
    if plan is None or plan.general_desc is None:
        raise InputError(f"country {country!r} is no ISO code of two letters with phone numbers.")
    return plan


def national_pattern(plan: PhoneMetadata) -> str:
    """Return the pattern of any number of a country, without prefixes."""
    return str(plan.general_desc and plan.general_desc.national_number_pattern)


def possible_lengths(plan: PhoneMetadata) -> tuple[int, ...]:
    """Return how many digits a number of a country may have, without prefixes."""
    return tuple(plan.general_desc.possible_length) if plan.general_desc else ()


def normalise_phone(text: str, country: str | None) -> str | None:
    """Return a phone number as E.164.

    An extension goes, and so do invisible characters, words beside the number, and a zero in
    brackets after a country code, except where it is dialled from abroad. A number without
    country code is one of `country`.

    Args:
        text: The number as somebody wrote it.
        country: ISO 3166 code of two letters, or None.

    Returns:
        The number, or None if the text is not exactly one possible number.

    Raises:
        InputError: There is no such country.

    Example:
        >>> normalise_phone("tel:+49 (0)30 901820;ext=12", "US")
        '+4930901820'
    """
    number = _bare_number(text)
    if number is None:
        return None
    if number.startswith("+"):
        return _number_abroad(number)
    begins_abroad = number.startswith("00") and len(_digits(number)) >= SHORTEST_ABROAD
    abroad = _number_abroad("+" + number) if begins_abroad else None
    return abroad or (_number_at_home(number, numbering_plan(country)) if country else None)


def _bare_number(text: str) -> str | None:
    """The number without what stands around it; a zero in brackets is marked."""
    if len(text) > LONGEST_TEXT:
        return None
    written = " ".join(fold_characters(text).split())
    without_label = written[_end_of_label(written) :]
    without_parameters = _PARAMETERS.sub("", without_label)
    number = _REMARK.sub("", _EXTENSION.sub("", without_parameters))
    marked = _ZERO_IN_BRACKETS.sub(lambda zero: _BRACKETED_ZERO if zero.start() else "0", number)
    plain = re.sub(r"[()\[\] ./-]", "", marked)
    return plain if _NUMBER.fullmatch(plain) and len(set(_digits(plain))) > 1 else None


def _end_of_label(text: str) -> int:
    label = _LABEL.match(text)
    return label.end() if label else 0


def _digits(number: str) -> str:
    return re.sub(r"\D", "", number)


def _number_abroad(number: str) -> str | None:
    """Read a number from its country code on."""
    with_code = re.sub(r"^\+(?:00)?", "+", number)
    zero = "0" if _KEEPS_ZERO.match(with_code) else ""
    return _e164(with_code.replace(_BRACKETED_ZERO, zero), country=None)


def _number_at_home(number: str, plan: PhoneMetadata) -> str | None:
    """Read a number as it is dialled in a country: there, or with its prefix for calls abroad."""
    formatted = _e164(number.replace(_BRACKETED_ZERO, "0"), country=plan.id)
    code = f"+{plan.country_code}"
    if formatted is None or not formatted.startswith(code):
        return formatted
    return formatted if re.fullmatch(national_pattern(plan), formatted.removeprefix(code)) else None


def _e164(number: str, *, country: str | None) -> str | None:
    """Format a number, unless its prefixes are so many that reading it again would drop another."""
    formatted = _parsed(number, country)
    if formatted is None or len(formatted) <= SHORTEST:
        return None
    return formatted if formatted in (number, _parsed(formatted, None)) else None


def _parsed(number: str, country: str | None) -> str | None:
    try:
        parsed = phonenumbers.parse(number, country)
    except NumberParseException:
        return None
    possible = phonenumbers.is_possible_number_with_reason(parsed)
    if possible != ValidationResult.IS_POSSIBLE:
        return None
    return phonenumbers.format_number(parsed, PhoneNumberFormat.E164)
