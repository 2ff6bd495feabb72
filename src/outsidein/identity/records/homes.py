"""Homes: people of one family name at one address."""

import ibis
import ibis.expr.types as ir

from outsidein.lake.expressions import map_distinct_values

_BETWEEN = "\x1f"
_SPACE = rf"[ {_BETWEEN}]"
_UNTIDY = rf"[.,\t\n\f\r]|{_SPACE}{_SPACE}|^{_SPACE}|{_SPACE}$"
"""What homes are not told apart by, or a part that is empty."""

_NAMELESS = 2**40
"""Added to the place of a record without a first name, so that it comes after all others."""


def home_of(records: ir.Table) -> ir.StringValue:
    """Tell a person's home: address and family name in one spelling; null where one is missing.

    Args:
        records: Canonical `records`.
    """
    town = ibis.coalesce(records.postcode, records.city)
    home = _home(records.street, town, records.family_name)
    return (records.party_kind == "person").ifelse(home, ibis.null())


def shared_homes(described: ir.Table, customers: ir.Table) -> ir.Table:
    """Say who has a home in common with another record.

    Args:
        described: From `describe`.
        customers: `code`, `customer` of all records.

    Returns:
        One row per record at a home of several records: `home` (number), `place`, `customer`,
        `born_on`, `given` (the first of the first names).
    """
    homes = described.group_by("home").aggregate(
        number=described.place.min(), records=described.count()
    )
    is_shared = homes.home.notnull() & (homes.records > 1)
    shared = homes.filter(is_shared).select("home", "number")
    people = map_distinct_values(described, {"given_name": _first_name})
    lives = people.inner_join(shared, "home").inner_join(customers, "code")
    return lives.select("place", "customer", "born_on", home="number", given="given_name")


def pair_with_first(here: ir.Table, *, largest: int) -> ir.Table:
    """Put each customer of a home beside the first that has a first name.

    A customer stands for its first record there that has a first name. Homes of one customer
    and those of more than `largest` are left out.

    Args:
        here: From `shared_homes`, cheap to read several times.
        largest: Customers that may live in a home.

    Returns:
        One row per customer and home but the first: `place`, `to_place`, `born_on`,
        `to_born_on`, `is_other_name`; in order of place.
    """
    pairs = _residents(here, largest)
    one = here.select("place", "born_on", "given")
    to = here.select(to_place="place", to_born_on="born_on", to_given="given")
    pairs = pairs.inner_join(one, "place").inner_join(to, "to_place")
    is_initial = (pairs.given.length() == 1) | (pairs.to_given.length() == 1)
    begins_alike = pairs.given.substr(0, 1) == pairs.to_given.substr(0, 1)
    is_other = (pairs.given != pairs.to_given) & ~(is_initial & begins_alike)
    named = pairs.mutate(is_other_name=is_other.fill_null(False))  # noqa: FBT003
    return named.drop("given", "to_given").order_by("place")


def _residents(here: ir.Table, largest: int) -> ir.Table:
    """One row per customer and home but the first: the places of the two."""
    rank = here.given.isnull().ifelse(here.place + _NAMELESS, here.place)
    lives = here.group_by("home", "customer").aggregate(rank=rank.min())
    firsts = lives.group_by("home").aggregate(first=lives["rank"].min(), living=lives.count())
    firsts = firsts.filter(firsts.living <= largest).drop("living")
    residents = lives.inner_join(firsts, "home")
    residents = residents.filter(residents["rank"] != residents["first"])
    return residents.select(
        place=residents["rank"] % _NAMELESS, to_place=residents["first"] % _NAMELESS
    )


def _first_name(text: ir.StringValue) -> ir.StringValue:
    return _folded(text.re_replace(r"^\s*([^\s.-]+).*$", r"\1"))


def _home(*parts: ir.StringValue) -> ir.StringValue:
    """Name a home by its parts; null where one of them says nothing."""
    untidy, tidy = (_joined(*texts) for texts in (parts, [_folded(part) for part in parts]))
    return untidy.re_search(_UNTIDY).ifelse(tidy, untidy.lower())


def _joined(*parts: ir.StringValue) -> ir.StringValue:
    first, *rest = parts
    for part in rest:
        first = first + _BETWEEN + part
    return first


def _folded(text: ir.StringValue) -> ir.StringValue:
    return text.lower().re_replace(r"[\s.,]+", " ").strip().nullif("")
