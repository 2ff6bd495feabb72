"""Patterns of phone numbers that read alike without the library, which takes 0.1 ms each.

A national number that cannot begin with the prefix that is dialled before it within its country,
nor with the one for calls abroad, is what stands there.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from phonenumbers.phonemetadata import PhoneMetadata

from outsidein.contact.phones import (
    SHORTEST,
    national_pattern,
    numbering_plan,
    possible_lengths,
)

_COMMON = (
    *("US", "GB", "DE", "FR", "IT", "ES", "PT", "NL", "BE", "AT", "CH", "DK", "SE", "NO", "PL"),
    *("CZ", "GR", "IE", "RO", "TR", "IN", "BR", "AU", "NZ", "JP", "KR", "CN", "SG", "ZA", "MX"),
)
"""Countries whose numbers are recognised by pattern; others are as right and take longer."""

_BEGINNINGS = {
    "GB": ("[2-9]",),
    "BR": ("[1-8]",),
    "JP": ("[1-9]",),
    "AU": ("[2-9]",),
    "CN": ("[2-9]", "1[3-689]"),
    "KR": ("[1-9]",),
    "MX": ("[1-9]",),
}
"""How national numbers begin where the prefixes themselves are patterns."""


@dataclass(frozen=True, slots=True)
class HomePattern:
    """How plain digits are read in a country.

    Attributes:
        code: Its country code, with `+`.
        trunk: What is dialled before a national number, perhaps nothing.
        national: Pattern of a national number.
        beginning: Pattern of its first digits.
        lengths: How many digits it may have.
        abroad: Pattern of what is dialled before a country code.
    """

    code: str
    trunk: str
    national: str
    beginning: str
    lengths: tuple[int, ...]
    abroad: str


def home_pattern(country: str) -> HomePattern | None:
    """Return how plain digits are read in a country, or None if only the library can tell.

    Raises:
        InputError: There is no such country.
    """
    plan = numbering_plan(country)
    beginnings = _beginnings(plan)
    if not beginnings:
        return None
    trunk = plan.national_prefix or ""
    national = f"^(?:{national_pattern(plan)})$"
    beginning = f"^(?:{'|'.join(beginnings)})"
    lengths = possible_lengths(plan)
    abroad = f"^(?:{plan.international_prefix})"
    return HomePattern(f"+{plan.country_code}", trunk, national, beginning, lengths, abroad)


@cache
def international_pattern() -> str:
    """Return the pattern of E.164 numbers that are in normal form already."""
    alternatives = [
        f"{plan.country_code}{number}"
        for plan in map(numbering_plan, _COMMON)
        for number in _number_patterns(plan)
    ]
    return rf"^\+(?:{'|'.join(alternatives)})$"


def _number_patterns(plan: PhoneMetadata) -> Iterator[str]:
    fewest = SHORTEST - len(str(plan.country_code))
    lengths = [length for length in possible_lengths(plan) if length >= fewest]
    for beginning in _beginnings(plan):
        first = len(re.sub(r"\[.*?\]", "d", beginning))
        for least, most in _ranges(lengths):
            yield rf"{beginning}\d{{{least - first},{most - first}}}"


def _beginnings(plan: PhoneMetadata) -> Sequence[str]:
    """How a national number may begin, so that no prefix can be taken for a part of it."""
    if plan.id in _BEGINNINGS:
        return _BEGINNINGS[plan.id]
    prefixes = (plan.national_prefix_for_parsing or "", plan.international_prefix or "")
    if not all(re.fullmatch(r"\d*", prefix) for prefix in prefixes):
        return ()
    if not plan.national_prefix_for_parsing:
        return ("0[1-9]", "[1-9]")
    excluded = {prefix[0] for prefix in prefixes if prefix}
    return (f"[{''.join(d for d in '0123456789' if d not in excluded)}]",)


def _ranges(lengths: Sequence[int]) -> Iterator[tuple[int, int]]:
    for _, run in groupby(enumerate(sorted(lengths)), lambda place: place[1] - place[0]):
        members = [length for _, length in run]
        yield members[0], members[-1]
