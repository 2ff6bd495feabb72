"""Normal forms of whole columns.

Values that are written plainly, which are most, are read in the engine. Only the others go through
Python, each distinct value once per batch. Tests hold both ways to equal answers.
"""

from collections.abc import Callable, Iterator

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from outsidein.contact.emails import normalise_email
from outsidein.contact.phones import (
    SHORTEST,
    SHORTEST_ABROAD,
    normalise_phone,
)
from outsidein.contact.plain_numbers import HomePattern, home_pattern, international_pattern
from outsidein.lake.expressions import evaluate_once

_PLAIN_ADDRESS = r"^[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*@(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+[a-z]{2,}$"
_PLAIN_LENGTH = 60
"""Longer addresses may exceed the most letters of a mailbox or of a label."""
_PLAIN_NUMBER = r"^ *\+?\(?[0-9][0-9 ()./-]*$"
_ZERO_IN_BRACKETS = r"\( ?0 ?\)"
_CALLS_ABROAD = r"^ *(?:\+|\(?0[ ./-]*0)"
_KEEPS_ZERO = r"^(?:\+|00)37|^(?:\+|00)39"


def normalised_emails(text: ir.StringValue) -> ir.StringValue:
    """Return the address of each text, null where it is not exactly one address."""
    return evaluate_once(
        text,
        lambda written: _is_plain_address(written.lower()).ifelse(
            written.lower(), _address(written).nullif("")
        ),
    )


def _is_plain_address(lower: ir.StringValue) -> ir.BooleanValue:
    return lower.re_search(_PLAIN_ADDRESS) & (lower.length() <= _PLAIN_LENGTH)


def normalised_phones(text: ir.StringValue, *, country: str | None) -> ir.StringValue:
    """Return the number of each text in E.164, null where it is not exactly one possible number.

    Args:
        text: Numbers as somebody wrote them.
        country: ISO 3166 code of two letters for numbers without a country code.

    Raises:
        InputError: There is no such country.
    """
    code = ibis.literal(country or "")
    return evaluate_once(
        ibis.array([text, _bare(text)]),
        lambda written: evaluate_once(
            ibis.array([written[0], _plain_number(written[1], country)]),
            lambda read: read[1].isnull().ifelse(_number(read[0], code).nullif(""), read[1]),
        ),
    )


def _bare(text: ir.StringValue) -> ir.StringValue:
    """The digits, with a leading plus, of a text that has nothing else but blanks and the like."""
    has_zero = text.re_search(_ZERO_IN_BRACKETS) & text.re_search(_CALLS_ABROAD)
    dialled = has_zero.ifelse(text.re_replace(_ZERO_IN_BRACKETS, ""), text)
    return evaluate_once(
        text.re_search(_PLAIN_NUMBER).ifelse(dialled.re_replace(r"[ ()./-]", ""), ibis.null()),
        lambda bare: (text.contains("(") & bare.re_search(_KEEPS_ZERO)).ifelse(ibis.null(), bare),
    )


def _plain_number(bare: ir.StringValue, country: str | None) -> ir.StringValue:
    home = home_pattern(country) if country else None
    digits = bare.replace("+", "")
    is_various = digits.replace(digits.substr(0, 1), "").length() > 0
    read = ibis.cases(
        (bare.re_search(international_pattern()), bare),
        _reading_abroad(bare),
        *(_national_readings(bare, home) if home else ()),
    )
    return (is_various & (read.length() > SHORTEST)).ifelse(read, ibis.null())


def _reading_abroad(bare: ir.StringValue) -> tuple[ir.BooleanValue, ir.StringValue]:
    """A number with `00` instead of `+`."""
    number = "+" + bare.substr(2)
    begins_abroad = bare.startswith("00") & (bare.length() >= SHORTEST_ABROAD)
    return begins_abroad & number.re_search(international_pattern()), number


def _national_readings(
    bare: ir.StringValue, home: HomePattern
) -> Iterator[tuple[ir.BooleanValue, ir.StringValue]]:
    """National numbers, those with the prefix that is dialled before them, or with the code."""
    yield _is_national(bare, home), home.code + bare
    if home.trunk:
        number = bare.substr(len(home.trunk))
        has_trunk = bare.startswith(home.trunk) & ~bare.re_search(home.abroad)
        yield has_trunk & _is_national(number, home), home.code + number
    number = bare.substr(len(home.code) - 1)
    is_longer = bare.re_search(home.beginning) & ~bare.re_search(home.national)
    has_code = bare.startswith(home.code[1:]) & is_longer
    yield has_code & _is_national(number, home), "+" + bare


def _is_national(number: ir.StringValue, home: HomePattern) -> ir.BooleanValue:
    is_possible = number.length().isin(home.lengths)
    return is_possible & number.re_search(home.beginning) & number.re_search(home.national)


@ibis.udf.scalar.pyarrow(name="email_address")  # type: ignore[untyped-decorator]
def _address(text: str) -> str:
    return _mapped(text, normalise_email)  # type: ignore[no-any-return]


@ibis.udf.scalar.pyarrow(name="phone_number")  # type: ignore[untyped-decorator]
def _number(text: str, country: str) -> str:
    [code] = set(country.to_pylist()) or {""}  # type: ignore[attr-defined]
    return _mapped(text, lambda written: normalise_phone(written, code or None))  # type: ignore[no-any-return]


def _mapped(texts: pa.Array, normal_form: Callable[[str], str | None]) -> pa.Array:
    """Normal forms of texts, empty where there is none: engines take no null of a function."""
    written = texts.to_pylist()
    by_text = {text: normal_form(text) or "" for text in set(written) - {None}}
    return pa.array([by_text.get(text) for text in written], pa.string())
