"""Records and customers as they are named on the command line."""

from typing import Annotated

import typer

from outsidein.errors import InputError
from outsidein.identity.records.pairs import Pair, RecordKey, pair

One = Annotated[str, typer.Argument(help="A record, as source/record_id.")]
Customer = Annotated[
    str, typer.Argument(help="A customer's id, or one of its records as source/record_id.")
]


def record_of(text: str) -> RecordKey:
    """Read a record.

    Raises:
        InputError: The text is not of the form source/record_id.

    Example:
        >>> record_of("crm/17").record_id
        '17'
    """
    source, slash, record = text.partition("/")
    if not slash or not source or not record:
        raise InputError(f"{text!r} is not a record; write source/record_id.")
    return RecordKey(source, record)


def pair_of(one: str, other: str) -> Pair:
    """Read two records."""
    return pair(record_of(one), record_of(other))


def customer_of(text: str) -> str | RecordKey:
    """Read a customer's id, or one of its records."""
    return record_of(text) if "/" in text else text
