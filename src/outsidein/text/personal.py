"""Patterns of personal data in texts, by kind and language."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import pyarrow as pa

from outsidein.text.lexicon import LEXICONS, word_set
from outsidein.text.tokens import fold_accents

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
"""Cues before a name, which may then be in lower case."""

TITLES = {
    "en": "mr|mrs|ms|miss|dr|prof|(?:(?:kind|best) )?regards|sincerely|signed",
    "pt": "sr|sra|srta|dr|dra|prof|att|atte|atenciosamente|ass|assinado",
}
"""Cues before a name, possibly separated by a full stop or a new line."""

ROLES = {
    "en": "agent|captain|employee|driver|courier|clerk|spoke (?:to|with)|talked to|ask for",
    "pt": "dona|seu|senhora?|atendente|vendedora?|funcion[áa]ri[oa]|gerente|titular|"
    "carteiro|motorista|entregadora?|cliente|fal(?:ei|ar) com|em nome d[eoa]",
}
"""Cues directly before a capitalised name."""

THANKS = {"en": "thanks|thank you|cheers", "pt": "obrigad[oa]|grat[oa]|abraços?|abs"}
"""Cues before the writer's name at the end of a text."""

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
"""Cues before the number of an order or a case."""

Check = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class PersonalDataKind:
    """A kind of personal data: its placeholder, its pattern and a further check.

    If the pattern has a group, only the group is replaced.
    """

    name: str
    pattern: re.Pattern[str]
    holds: Check = bool


def _any_cue(cues: dict[str, str]) -> str:
    return "|".join(cues.values())


def is_luhn_valid(number: str) -> bool:
    """Return whether a card number passes the Luhn check.

    Example:
        >>> is_luhn_valid("4111 1111 1111 1111"), is_luhn_valid("4111 1111 1111 1112")
        (True, False)
    """
    digits = [int(letter) for letter in reversed(number) if letter.isdigit()]
    doubled = [d if place % 2 == 0 else sum(divmod(2 * d, 10)) for place, d in enumerate(digits)]
    return sum(doubled) % 10 == 0 and len(set(digits)) > 1


def has_card(number: str) -> bool:
    """Return whether a row of digits is the number of a card, or holds one beside other numbers.

    Example:
        >>> has_card("3 4111 1111 1111 1111"), has_card("3 4111 1111 1111 1112")
        (True, False)
    """
    groups = re.findall(r"\d+", number)
    starts = range(len(groups))
    parts = [groups[start:end] for start in starts for end in range(start + 1, len(groups) + 1)]
    written = ["".join(part) for part in parts if part == groups or min(map(len, part)) >= LEAST]
    return any(is_luhn_valid(part) for part in written if len(part) in CARD_LENGTHS)


def is_cpf_valid(number: str) -> bool:
    """Return whether the check digits of a Brazilian taxpayer number (CPF) are right.

    Example:
        >>> is_cpf_valid("529.982.247-25"), is_cpf_valid("529.982.247-26")
        (True, False)
    """
    digits = [int(letter) for letter in number if letter.isdigit()]
    checks = (
        sum(d * w for d, w in zip(digits, range(n + 1, 1, -1), strict=False)) * 10 % 11 % 10
        for n in (9, 10)
    )
    return len(set(digits)) > 1 and list(checks) == digits[9:11]


def _is_long(number: str) -> bool:
    is_span_of_years = YEARS.fullmatch(number)
    return sum(letter.isdigit() for letter in number) >= LONG and not is_span_of_years


def _is_no_opinion(words: str) -> bool:
    """Return whether words are a signature rather than praise or blame."""
    folded = fold_accents(pa.array([words]))[0].as_py()
    return OPINIONS.isdisjoint(re.findall(LETTER + "+", folded))


FAREWELLS = word_set(
    """att atte ats grato grata gratos atenciosamente cordialmente abraco abracos abs obrigado
    obrigada indignado indignada aguardo show valeu agradeco
    odiei lamentavel deprimente regards sincerely thanks cheers"""
)
OPINIONS = FAREWELLS.union(*(each.good | each.bad for each in LEXICONS.values()))
YEARS = re.compile(r"(?:19|20)\d\d ?[-/] ?(?:19|20)\d\d")
CARD_LENGTHS = range(13, 20)
LEAST = 3
"""Fewest digits of a group in the number of a card."""
LONG = 8
"""Fewest digits of a telephone number."""

AT, DOT = r"[\[({] ?at ?[\])}]", r"[\[({] ?dot ?[\])}]"
PHONE_CUES = (
    r"tel|tlf|telefone?|telephone|phone|fone|mobile?|cell|cel|celular|fax|handy|whats?app|"
    "call me (?:at|on)|ring me on"
)
SIGNS = r"[ ./()-]{0,3}"
"""What stands between the digits of a telephone number."""

KINDS = (
    PersonalDataKind("email", re.compile(r"[\w.+-]+ ?@ ?[\w-]+(?:\.[\w-]+)+")),
    PersonalDataKind(
        "email", re.compile(rf"(?i)[\w.+-]+ ?{AT} ?[\w-]+(?:(?:\.| ?{DOT} ?)[\w-]+)+")
    ),
    PersonalDataKind("url", re.compile(r"(?i)\b(?:https?://|www\.)\S+")),
    PersonalDataKind("handle", re.compile(r"(?<![\w@])@\w{2,}")),
    PersonalDataKind("tracking", re.compile(r"(?i)\b[a-z]{2}\d{9}[a-z]{2}\b")),
    PersonalDataKind(
        "number", re.compile(r"\b(?:[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b")
    ),
    PersonalDataKind(
        "iban", re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
    ),
    PersonalDataKind("card", re.compile(r"(?<!\d)\d(?:[ -]?\d){12,30}(?!\d)"), has_card),
    PersonalDataKind("national", re.compile(r"(?<!\d)\d{3}\.\d{3}\.\d{3}[-./ ]?\d{2}(?!\d)")),
    PersonalDataKind("national", re.compile(r"(?<!\d)\d{9}-?\d{2}(?!\d)"), is_cpf_valid),
    PersonalDataKind("national", re.compile(r"(?<!\d)\d{2}\.?\d{3}\.?\d{3}/\d{4}-?\d{2}(?!\d)")),
    PersonalDataKind("national", re.compile(r"(?<!\d)\d{3}-\d{2}-\d{4}(?!\d)")),
    PersonalDataKind(
        "phone", re.compile(rf"(?<![\w+])(?:\+|00) ?[1-9](?:{SIGNS}\d){{6,14}}(?!\d)"), _is_long
    ),
    PersonalDataKind(
        "phone",
        re.compile(
            r"(?<![\d/.,-])(?!\d{5}-\d{3}(?!\d))\(?0\d{1,5}\)? ?[/-] ?\d{3,8}(?:[ -]\d{1,5})*(?!\d)"
        ),
        _is_long,
    ),
    PersonalDataKind(
        "phone",
        re.compile(rf"(?i)\b(?:{PHONE_CUES})\b[ .:]{{1,4}}(\+?\(?\d(?:{SIGNS}\d){{5,14}})(?!\d)"),
    ),
    PersonalDataKind(
        "phone",
        re.compile(
            r"(?<![\d/.,-])(?:\+\d{1,3}[ .-]?)?(?:\(?\d{2,4}\)?[ .-]?)?\d{3,5}[ .-]\d{4}(?![\d/])"
        ),
        _is_long,
    ),
    PersonalDataKind(
        "phone", re.compile(r"(?<!\d)(?:\+\d{1,3} ?)?\(\d{2,3}\) ?\d{3,5}[ .-]?\d{4}(?!\d)")
    ),
    PersonalDataKind(
        "postcode",
        re.compile(
            r"(?<!\d)\d{5}-\d{3}(?!\d)|(?i:\bcep[ :.-]{0,3})\d{2}\.?\d{3}-?\d{3}|"
            r"(?<!\d)\d{2}\.\d{3}-\d{3}(?!\d)"
        ),
    ),
    PersonalDataKind(
        "number",
        re.compile(
            rf"(?i)\b(?:{NUMBER_CUES})\b[ :,.]*(?:n[º°o]?\.?|number|num|#)? ?:? ?#?"
            r"((?:[a-z]{0,3}-?)?\d[\d.-]{3,}\d)"
        ),
    ),
    PersonalDataKind(
        "number", re.compile(r"(?<![\d/])(?<!\d[.,])(?:\d{2,3}[-_ ]{1,2})?\d{6,}(?![\d/])")
    ),
    PersonalDataKind("address", re.compile(STREETS["pt"])),
    PersonalDataKind("address", re.compile(STREETS["en"])),
    PersonalDataKind(
        "name",
        re.compile(
            rf"(?i:\b(?:{_any_cue(INTRODUCTIONS)}))(?!\w) ?:? ?((?!(?i:{PARTICLE}|no|na|not)\b)"
            rf"{LETTER}+(?: (?:(?i:{PARTICLE}) )?{CAPITAL}{LETTER}+){{0,3}})"
        ),
    ),
    PersonalDataKind(
        "name", re.compile(rf"(?i:\b(?:{_any_cue(TITLES)}))\b[.,:]*\s{{0,3}}({NAME})")
    ),
    PersonalDataKind("name", re.compile(rf"(?i:\b(?:{_any_cue(ROLES)})):? ({WRITTEN_NAME})")),
    PersonalDataKind("name", re.compile(rf"\n\s*({WRITTEN_NAME})\W*$"), _is_no_opinion),
    PersonalDataKind(
        "name",
        re.compile(rf"(?i:\b(?:{_any_cue(THANKS)}))[,.:!]*\s{{1,3}}({WRITTEN_NAME})\W*$"),
        _is_no_opinion,
    ),
)
"""In search order."""

NAMES = tuple(kind for kind in KINDS if kind.name in ("name", "address", "url"))
DIGIT_OR_AT = re.compile(rf"(?i)[\d@]|{AT}")

CUES = "|".join(map(_any_cue, (INTRODUCTIONS, TITLES, ROLES, THANKS)))
STREET_WORDS = (
    r"r\.|rua|av|avenida|trav|travessa|alameda|rodovia|estrada|pra[çc]a|street|st|avenue|ave|road|rd|"
    "lane|ln|drive|dr|boulevard|blvd|close|court"
)
LAST_LINE = rf"\n\s*{CAPITAL}\S+(?:\s\S+){{0,5}}\s*$"
NUMERALS = r"\p{Nd}(?:[^\p{L}\p{Nd}]{0,3}\p{Nd}){2}"
FOLDED = (
    r"[^\p{L}\p{M}\p{S}\p{N}\p{Po}\p{Pi}\p{Pf}\p{Ps}\p{Pe}\p{Pc}\t\n\r\x20-\x7E]|"
    r"[\x{2212}\x{FF01}-\x{FF5E}]"
)
"""Characters that are folded before a text is searched, and could hide a word until then."""
SUSPECT = (
    rf"{NUMERALS}|{FOLDED}|[@\x{{FF20}}]|(?i:{AT})|"
    rf"(?i:https?:|www\.|\b(?:{CUES}|{STREET_WORDS})(?:\W|$))|{LAST_LINE}"
)
"""Quick filter: texts without a match hold no personal data."""
