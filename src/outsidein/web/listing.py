"""One page of a list, with the addresses of the pages beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode


@dataclass(frozen=True, slots=True)
class PageOfList:
    """Where a page of a list stands; addresses are empty at either end.

    Attributes:
        position: In words, such as "51 to 100 of 340".
        previous: Address of the page before.
        next: Address of the page after.
    """

    position: str
    previous: str
    next: str


def page_of_list(
    address: str, filters: Mapping[str, str], *, page: int, rows: int, total: int
) -> PageOfList:
    """Return where a page of a list stands.

    Args:
        address: Of the list.
        filters: What the list is filtered by, as its address says.
        page: Its number, from 1.
        rows: On a page (count).
        total: Of the list (count).
    """
    first, last = rows * (page - 1) + 1, min(rows * page, total)
    position = f"{first:,} to {last:,} of {total:,}" if first <= last else f"0 of {total:,}"

    def at(number: int) -> str:
        return with_query(address, {**filters, "page": str(number)})

    return PageOfList(
        position, at(page - 1) if page > 1 else "", at(page + 1) if last < total else ""
    )


def with_query(address: str, values: Mapping[str, str]) -> str:
    """Return an address with what is not empty of a query.

    Example:
        >>> with_query("/p/shop/data/rejects", {"origin": "orders & more", "reason": ""})
        '/p/shop/data/rejects?origin=orders+%26+more'
    """
    query = urlencode({name: value for name, value in values.items() if value})
    return f"{address}?{query}" if query else address
