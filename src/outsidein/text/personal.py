"""What personal data looks like in a text, by kind and language."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import pyarrow as pa

from outsidein.text.lexicon import LEXICONS, words_of
from outsidein.text.tokens import fold

CAPITAL = "[A-ZÀ-ÖØ-Þ]"
LETTER = r"[^\W\d_]"
SMALL = "[a-zß-öø-ÿ]"
PARTICLE = "d[aeo]s?|de la|van|von|e"
NAME = rf"{CAPITAL}{LETTER}+(?:[ '-](?:(?i:{PARTICLE}) )?{CAPITAL}{LETTER}+){{0,3}}"
WRITTEN_NAME = rf"{CAPITAL}{SMALL}+(?:[ '-](?:(?:{PARTICLE}) )?{CAPITAL}{SMALL}+){{0,3}}"

INTRODUCTIONS = {
    "en": "my name is|i am called|name:",
    "pt": r"meu nome (?:\w+ )?[ée]|me chamo|nome:",
}
"""What comes before a name, which may then be in small letters."""

TITLES = {
    "en": "mr|mrs|ms|miss|dr|prof|(?:(?:kind|best) )?regards|sincerely|signed",
    "pt": "sr|sra|srta|dr|dra|prof|att|atte|atenciosamente|ass|assinado",
}
"""What comes before a name, perhaps with a full stop or a new line between."""

ROLES = {
    "en": "agent|captain|employee|driver|courier|clerk|spoke (?:to|with)|talked to|ask for",
    "pt": "dona|seu|senhora?|atendente|vendedora?|funcion[áa]ri[oa]|gerente|titular|"
    "carteiro|motorista|entregadora?|cliente|fal(?:ei|ar) com|em nome d[eoa]",
}
"""What comes right before a name that is written as names are."""

THANKS = {"en": "thanks|thank you|cheers", "pt": "obrigad[oa]|grat[oa]|abraços?|abs"}
"""What comes before the writer's name at the end of a text."""

STREETS = {
    "en": rf"\d{{1,5}} (?:{CAPITAL}{LETTER}+ ){{1,3}}(?:Street|St|Avenue|Ave|Road|Rd|Lane|Ln|"
    r"Drive|Dr|Boulevard|Blvd|Close|Court)\b\.?",
    "pt": r"(?:\b(?i:rua|avenida|av|travessa|trav|alameda|rodovia|estrada|praça|praca)\b|\bR\.)"
    rf"[ .:]{{1,3}}(?:(?:(?:(?i:{PARTICLE})|{CAPITAL}{LETTER}*)[ .,]+){{0,5}}{CAPITAL}{LETTER}+|"
    rf"(?:{LETTER}+ ){{0,2}}{LETTER}+(?=,? ?(?i:n[º°o]?\.? ?|número ?)?\d))"
    r"(?:[ .,]{0,3}(?i:n[º°o]?\.? ?|número ?)?\d{1,5}\b)?",
}
"""Addresses."""

NUMBER_CUES = (
    r"pedido|pedidos|compra|nf|nfe|nota fiscal|protocolo|rastreio|rastreamento|código|codigo|"
    r"order|ticket|case|reference|ref|booking|confirmation|tracking|invoice|flight record"
)
"""What comes before the number of an order or a case."""

Verdict = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of personal data: what stands in its place, how it looks, what else must hold.

    Of a pattern with a group only the group is replaced.
    """

    name: str
    pattern: re.Pattern[str]
    holds: Verdict = bool


def _any(cues: dict[str, str]) -> str:
    return "|".join(cues.values())


def luhn(number: str) -> bool:
    """Tell whether the digits of a card number check.

    Example:
        >>> luhn("4111 1111 1111 1111"), luhn("4111 1111 1111 1112")
        (True, False)
    """
    digits = [int(letter) for letter in reversed(number) if letter.isdigit()]
    doubled = [d if place % 2 == 0 else sum(divmod(2 * d, 10)) for place, d in enumerate(digits)]
    return sum(doubled) % 10 == 0 and len(set(digits)) > 1


def cpf(number: str) -> bool:
    """Tell whether the two check digits of a Brazilian taxpayer's number are right.

    Example:
        >>> cpf("529.982.247-25"), cpf("529.982.247-26")
        (True, False)
    """
    digits = [int(letter) for letter in number if letter.isdigit()]
    checks = (
        sum(d * w for d, w in zip(digits, range(n + 1, 1, -1), strict=False)) * 10 % 11 % 10
        for n in (9, 10)
    )
    return len(set(digits)) > 1 and list(checks) == digits[9:11]


def _is_long(number: str) -> bool:
    return sum(letter.isdigit() for letter in number) >= LONG


def _is_no_opinion(words: str) -> bool:
    """Tell a signature from praise or blame that stands alone."""
    folded = fold(pa.array([words]))[0].as_py()
    return OPINIONS.isdisjoint(re.findall(LETTER + "+", folded))


FAREWELLS = words_of(
    """att atte ats grato grata gratos atenciosamente cordialmente abraco abracos abs obrigado
    obrigada indignado indignada aguardo show valeu agradeco
    odiei lamentavel deprimente regards sincerely thanks cheers"""
)
OPINIONS = FAREWELLS.union(*(each.good | each.bad for each in LEXICONS.values()))
LONG = 8
"""Digits from which a number may be a telephone's."""

KINDS = (
    Kind("email", re.compile(r"[\w.+-]+ ?@ ?[\w-]+(?:\.[\w-]+)+")),
    Kind("url", re.compile(r"(?i)\b(?:https?://|www\.)\S+")),
    Kind("handle", re.compile(r"(?<![\w@])@\w{2,}")),
    Kind("tracking", re.compile(r"(?i)\b[a-z]{2}\d{9}[a-z]{2}\b")),
    Kind("number", re.compile(r"\b(?:[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b")),
    Kind("card", re.compile(r"(?<!\d)\d(?:[ -]?\d){12,18}(?!\d)"), luhn),
    Kind("national", re.compile(r"(?<!\d)\d{3}\.\d{3}\.\d{3}[-./ ]?\d{2}(?!\d)")),
    Kind("national", re.compile(r"(?<!\d)\d{9}-?\d{2}(?!\d)"), cpf),
    Kind("national", re.compile(r"(?<!\d)\d{2}\.?\d{3}\.?\d{3}/\d{4}-?\d{2}(?!\d)")),
    Kind("national", re.compile(r"(?<!\d)\d{3}-\d{2}-\d{4}(?!\d)")),
    Kind(
        "phone",
        re.compile(
            r"(?<![\d/.,-])(?:\+\d{1,3}[ .-]?)?(?:\(?\d{2,4}\)?[ .-]?)?\d{3,5}[ .-]\d{4}(?![\d/])"
        ),
        _is_long,
    ),
    Kind("phone", re.compile(r"(?<!\d)(?:\+\d{1,3} ?)?\(\d{2,3}\) ?\d{3,5}[ .-]?\d{4}(?!\d)")),
    Kind(
        "postcode",
        re.compile(
            r"(?<!\d)\d{5}-\d{3}(?!\d)|(?i:\bcep[ :.-]{0,3})\d{2}\.?\d{3}-?\d{3}|"
            r"(?<!\d)\d{2}\.\d{3}-\d{3}(?!\d)"
        ),
    ),
    Kind(
        "number",
        re.compile(
            rf"(?i)\b(?:{NUMBER_CUES})\b[ :,.]*(?:n[º°o]?\.?|number|num|#)? ?:? ?#?"
            r"((?:[a-z]{0,3}-?)?\d[\d.-]{3,}\d)"
        ),
    ),
    Kind("number", re.compile(r"(?<![\d/])(?<!\d[.,])(?:\d{2,3}[-_ ]{1,2})?\d{6,}(?![\d/])")),
    Kind("address", re.compile(STREETS["pt"])),
    Kind("address", re.compile(STREETS["en"])),
    Kind(
        "name",
        re.compile(
            rf"(?i:\b(?:{_any(INTRODUCTIONS)}))(?!\w) ?:? ?((?!(?i:{PARTICLE}|no|na|not)\b)"
            rf"{LETTER}+(?: (?:(?i:{PARTICLE}) )?{CAPITAL}{LETTER}+){{0,3}})"
        ),
    ),
    Kind("name", re.compile(rf"(?i:\b(?:{_any(TITLES)}))\b[.,:]*\s{{0,3}}({NAME})")),
    Kind("name", re.compile(rf"(?i:\b(?:{_any(ROLES)})):? ({WRITTEN_NAME})")),
    Kind("name", re.compile(rf"\n\s*({WRITTEN_NAME})\W*$"), _is_no_opinion),
    Kind(
        "name",
        re.compile(rf"(?i:\b(?:{_any(THANKS)}))[,.:!]*\s{{1,3}}({WRITTEN_NAME})\W*$"),
        _is_no_opinion,
    ),
)
"""In the order in which they are looked for."""

NAMES = tuple(kind for kind in KINDS if kind.name in ("name", "address", "url"))
A_SIGN = re.compile(r"[\d@]")

CUES = "|".join(map(_any, (INTRODUCTIONS, TITLES, ROLES, THANKS)))
STREET_WORDS = (
    r"r\.|rua|av|avenida|trav|travessa|alameda|rodovia|estrada|pra[çc]a|street|st|avenue|ave|road|rd|"
    "lane|ln|drive|dr|boulevard|blvd|close|court"
)
LAST_LINE = rf"\n\s*{CAPITAL}\S+(?:\s\S+){{0,5}}\s*$"
SUSPECT = rf"\d{{3}}|@|(?i:https?:|www\.|\b(?:{CUES}|{STREET_WORDS})(?:\W|$))|{LAST_LINE}"
"""What a text must hold to be looked at closely."""
