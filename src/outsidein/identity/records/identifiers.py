"""Normalised identifiers: e-mail, phone by country, everything else."""

import ibis
import ibis.expr.types as ir
from phonenumbers import PhoneMetadata

from outsidein.errors import InputError
from outsidein.identity.declaration import PLACEHOLDER_MAILBOXES, PLACEHOLDERS
from outsidein.lake.expressions import evaluate_once

LONGEST_PHONE = 15  # digits, ITU-T E.164
SHORTEST_PHONE = 7


def normalise_identifiers(identifiers: ir.Table, *, country: str | None) -> ir.Table:
    """Add the form in which identifiers are compared.

    An e-mail is compared in lower case, a phone as E.164 (a number without country code is read
    as one of `country`), anything else trimmed, in lower case and with single spaces. A value
    that cannot be one of its kind, or is a placeholder such as `0`, `null` or `test`, has none.

    Args:
        identifiers: One row per identifier of a record: `kind`, `value`.
        country: ISO 3166 code of two letters for phones without a country code.

    Returns:
        The same rows with `normalise_identifiers` (null where the value identifies nobody).
    """
    kind = identifiers.kind.lower()
    compared = evaluate_once(
        _plain(identifiers.value),
        lambda plain: _is_known(plain).ifelse(
            ibis.cases(
                (kind == "email", _email(plain)),
                (kind == "phone", _phone(plain, country)),
                else_=plain,
            ),
            ibis.null(),
        ),
    )
    return identifiers.mutate(normalised=compared)


def _plain(text: ir.StringValue) -> ir.StringValue:
    # Most values have no space at all, and looking for one is quicker than stripping.
    spaced = text.strip().re_replace(r"\s+", " ")
    return text.re_search(r"[\s\v]").ifelse(spaced, text).lower()


def _is_known(plain: ir.StringValue) -> ir.BooleanValue:
    return ~plain.isin(sorted(PLACEHOLDERS)) & (plain.length() > 0) & ~_one_character(plain)


def _one_character(text: ir.StringValue) -> ir.BooleanValue:
    """`00000000`, `xxxx`: one character over and over."""
    return text.replace(text.substr(0, 1), "").length() == 0


def _email(text: ir.StringValue) -> ir.StringValue:
    has_scheme = text.startswith("mailto:")
    return evaluate_once(has_scheme.ifelse(text.re_replace(r"^mailto:", ""), text), _address)


def _address(address: ir.StringValue) -> ir.StringValue:
    is_address = address.re_search(r"^[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>.]{2,}$")
    mailbox = address.split("@")[0]
    is_somebody = ~mailbox.isin(sorted(PLACEHOLDER_MAILBOXES)) & ~address.endswith("@example.com")
    return (is_address & is_somebody).ifelse(address, ibis.null())


def _phone(text: ir.StringValue, country: str | None) -> ir.StringValue:
    return evaluate_once(
        ibis.array([text, text.re_replace(r"[^0-9]", "")]),
        lambda text_and_digits: evaluate_once(
            _number(text_and_digits[0], text_and_digits[1], country),
            lambda number: _fitting(text_and_digits[1], number),
        ),
    )


def _number(text: ir.StringValue, digits: ir.StringValue, country: str | None) -> ir.StringValue:
    is_long = digits.length() > SHORTEST_PHONE + 2
    is_international = text.startswith("+") | (text.startswith("00") & is_long)
    abroad = "+" + digits.re_replace(r"^00", "")
    home = _of_country(digits, country) if country else ibis.null().cast("string")
    return is_international.ifelse(abroad, home)


def _fitting(digits: ir.StringValue, number: ir.StringValue) -> ir.StringValue:
    fits = number.length().between(SHORTEST_PHONE + 1, LONGEST_PHONE + 1)
    return (fits & ~_one_character(digits)).ifelse(number, ibis.null())


def _of_country(digits: ir.StringValue, country: str) -> ir.StringValue:
    """Read digits as a national number, by the numbering plan that phonenumbers carries."""
    plan = PhoneMetadata.metadata_for_region(country.upper(), None)
    if plan is None or plan.general_desc is None:
        raise InputError(f"country {country!r} is no ISO code of two letters with phone numbers.")
    pattern = f"^(?:{plan.general_desc.national_number_pattern})$"
    code = str(plan.country_code)
    trunk = digits.re_replace(f"^{plan.national_prefix or ''}", "")
    with_code = digits.re_replace(f"^{code}", "")
    return ibis.cases(
        (digits.re_search(pattern), "+" + code + digits),
        (trunk.re_search(pattern), "+" + code + trunk),
        (digits.startswith(code) & with_code.re_search(pattern), "+" + code + with_code),
    )
