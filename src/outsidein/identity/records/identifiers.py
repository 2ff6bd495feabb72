"""Normalised identifiers: e-mail, phone by country, everything else."""

import ibis
import ibis.expr.types as ir

from outsidein.contact.columns import normalised_emails, normalised_phones
from outsidein.identity.declaration import PLACEHOLDER_MAILBOXES, PLACEHOLDERS
from outsidein.lake.expressions import evaluate_once


def normalise_identifiers(identifiers: ir.Table, *, country: str | None) -> ir.Table:
    """Add the form in which identifiers are compared.

    An e-mail is compared as `normalise_email` writes it, a phone as `normalise_phone` does (a
    number without country code is one of `country`), anything else trimmed, in lower case and
    with single spaces. A value that cannot be one of its kind, or is a placeholder such as `0`,
    `null` or `test`, has none.

    Args:
        identifiers: One row per identifier of a record: `kind`, `value`.
        country: ISO 3166 code of two letters for phones without a country code.

    Returns:
        The same rows with `normalised` (null where the value identifies nobody).
    """
    kind = identifiers.kind.lower()
    compared = evaluate_once(
        _plain(identifiers.value),
        lambda plain: _is_known(plain).ifelse(
            ibis.cases(
                (kind == "email", evaluate_once(normalised_emails(plain), _of_somebody)),
                (kind == "phone", normalised_phones(plain, country=country)),
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


def _of_somebody(address: ir.StringValue) -> ir.StringValue:
    mailbox = address.split("@")[0]
    is_nobody = mailbox.isin(sorted(PLACEHOLDER_MAILBOXES)) | address.endswith("@example.com")
    return is_nobody.ifelse(ibis.null(), address)
