"""How two records are compared: for each thing known of both, levels from equal to different.

A level is a DuckDB condition over the prepared records `l` and `r`; the first that holds is the
pair's level. What is unknown of either says nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from outsidein.lake.sql import quoted


@dataclass(frozen=True, slots=True)
class Level:
    """One way in which two values can be alike."""

    name: str
    condition: str
    equal: str = ""
    """The column that is equal at this level: how common its value is adjusts the weight."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One thing that is compared, its levels from the most alike down; below them `differs`."""

    name: str
    columns: tuple[str, ...]
    """Comparands it reads: a blocking rule on one of them says nothing new about it."""
    known: str
    levels: tuple[Level, ...]
    is_shared: bool = False
    """Whether people of one household tend to have it in common."""

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of the levels in the order of their codes 0 (`unknown`), 1 (`differs`), ..."""
        return ("unknown", "differs", *(level.name for level in reversed(self.levels)))

    @property
    def sql(self) -> str:
        """The level's code of a pair."""
        top = len(self.levels) + 1
        cases = " ".join(
            f"WHEN {level.condition} THEN {top - place}" for place, level in enumerate(self.levels)
        )
        return f"CASE WHEN ({self.known}) IS NOT TRUE THEN 0 {cases} ELSE 1 END"

    @property
    def equalities(self) -> dict[int, str]:
        """Codes of the levels whose weight depends on how common the value is."""
        top = len(self.levels) + 1
        return {top - place: x.equal for place, x in enumerate(self.levels) if x.equal}


def both(column: str) -> str:
    """Neither side of a column is null."""
    name = quoted(column)
    return f"l.{name} IS NOT NULL AND r.{name} IS NOT NULL"


def same(*columns: str) -> str:
    """All columns are equal."""
    return " AND ".join(f"l.{quoted(c)} = r.{quoted(c)}" for c in columns)


def alike(column: str, least: float) -> str:
    """Jaro-Winkler similarity of at least so much (0 to 1)."""
    name = quoted(column)
    return f"jaro_winkler_similarity(l.{name}, r.{name}) >= {least}"


def typos(column: str, number: int, *, longer_than: int) -> str:
    """So many letters added, left out, changed or swapped, in a text longer than that.

    The costly distance stands in a CASE of its own: DuckDB evaluates all sides of an AND, but a
    CASE only where its condition holds.
    """
    one, other = f"l.{quoted(column)}", f"r.{quoted(column)}"
    return (
        f"CASE WHEN least(length({one}), length({other})) > {longer_than} "
        f"AND abs(length({one}) - length({other})) <= {number} "
        f"AND (left({one}, 1) = left({other}, 1) OR right({one}, 1) = right({other}, 1)) "
        f"THEN CASE WHEN {alike(column, 0.75)} "
        f"THEN damerau_levenshtein({one}, {other}) = {number} ELSE false END ELSE false END"
    )


def one_typo(column: str) -> str:
    """One letter added, left out, changed or two swapped, in a text of at least four."""
    return typos(column, 1, longer_than=3)


def one_of(first: str, several: str) -> str:
    """A value in common, where most records have but one; lists are only met where they must."""
    alone = f"length(l.{several}) = 1 AND length(r.{several}) = 1"
    return (
        f"CASE WHEN {same(first)} THEN true WHEN {alone} THEN false "
        f"ELSE list_has_any(l.{several}, r.{several}) END"
    )


_SWAPPED = "(l.given = r.family AND l.family = r.given)"

GIVEN = Comparison(
    "given name",
    ("given",),
    both("given"),
    (
        Level("equal", same("given"), "given"),
        Level("given and family name swapped", f"{_SWAPPED} IS TRUE"),
        Level(
            "initial of the other",
            "(length(l.given) = 1 OR length(r.given) = 1) AND " + same("initial"),
        ),
        Level("one typo", one_typo("given")),
        Level(
            "beginning of the other",
            "least(length(l.given), length(r.given)) > 2 AND "
            "(starts_with(l.given, r.given) OR starts_with(r.given, l.given))",
        ),
        Level("similar", alike("given", 0.85)),
    ),
)

FAMILY = Comparison(
    "family name",
    ("family",),
    f"{both('family')} AND {_SWAPPED} IS NOT TRUE",
    (
        Level("equal", same("family"), "family"),
        Level("one typo", one_typo("family")),
        Level(
            "part of the other",
            "least(length(l.family), length(r.family)) > 2 AND ("
            "starts_with(l.family, r.family) OR starts_with(r.family, l.family) OR "
            "ends_with(l.family, r.family) OR ends_with(r.family, l.family))",
        ),
        Level(
            "among the other's further names",
            "list_contains(r.more_words, l.family) OR list_contains(l.more_words, r.family)",
        ),
        Level("similar", alike("family", 0.85)),
    ),
    is_shared=True,
)

FURTHER = Comparison(
    "further names",
    ("more_names",),
    both("more_names"),
    (
        Level("two words in common", "length(list_intersect(l.more_words, r.more_words)) > 1"),
        Level("a word in common", "list_has_any(l.more_words, r.more_words)"),
        Level("an initial in common", "list_has_any(l.more_initials, r.more_initials)"),
    ),
)


def _digits_differ(number: int) -> str:
    return (
        "CASE WHEN length(l.born) = length(r.born) "
        f"THEN hamming(l.born, r.born) = {number} ELSE false END"
    )


BORN = Comparison(
    "birth date",
    ("born_on",),
    both("born"),
    (
        Level("equal", same("born"), "born"),
        Level("one digit differs", _digits_differ(1)),
        Level(
            "digits swapped",
            f"CASE WHEN {_digits_differ(2)} THEN damerau_levenshtein(l.born, r.born) = 1 "
            "ELSE false END OR (l.born_year = r.born_year AND l.born[5:6] = r.born[7:8] "
            "AND l.born[7:8] = r.born[5:6])",
        ),
        Level(
            "same year and month, or same day of another year",
            f"l.born[:6] = r.born[:6] OR ({same('born_day')})",
        ),
        Level("same year", same("born_year")),
    ),
)

_PLACE = "(coalesce(l.postcode = r.postcode, false) OR coalesce(l.city = r.city, false))"
_ANY_OF_ADDRESS = " OR ".join(f"({both(c)})" for c in ("street", "postcode", "city", "region"))

ADDRESS = Comparison(
    "address",
    ("street", "house", "postcode", "city", "region"),
    _ANY_OF_ADDRESS,
    (
        Level("same house", same("dwelling"), "dwelling"),
        Level("same street, near", f"l.street = r.street AND {_PLACE}", "street"),
        Level("similar street, near", f"({alike('street', 0.88)}) AND {_PLACE}"),
        Level("same street and house elsewhere", same("street", "house"), "street"),
        Level("same postcode", same("postcode"), "postcode"),
        Level(
            "similar postcode, same town",
            f"({same('city')}) AND ({same('area')} OR {one_typo('postcode')})",
            "city",
        ),
        Level(
            "similar postcode",
            f"{same('area')} AND levenshtein(l.postcode, r.postcode) = 1",
        ),
        Level("same town", same("city"), "city"),
        Level("same street elsewhere", same("street"), "street"),
        Level("same area", same("area"), "area"),
        Level("similar town", alike("city", 0.9)),
        Level("same region", same("region"), "region"),
    ),
    is_shared=True,
)

EMAIL = Comparison(
    "e-mail",
    ("emails",),
    both("email"),
    (
        Level("equal", one_of("email", "emails"), "email"),
        Level("same mailbox elsewhere", same("mailbox"), "mailbox"),
        Level("one typo in the mailbox", one_typo("mailbox")),
    ),
)

PHONE = Comparison(
    "phone",
    ("phones",),
    both("phone"),
    (
        Level("equal", one_of("phone", "phones"), "phone"),
        Level("one typo", one_typo("phone")),
    ),
    is_shared=True,
)

ORGANISATION = Comparison(
    "organisation",
    ("organisation",),
    both("organisation"),
    (
        Level("equal", same("organisation"), "organisation"),
        Level("one typo", one_typo("organisation")),
        Level(
            "beginning of the other",
            "least(length(l.organisation), length(r.organisation)) "
            "> 3 AND (starts_with(l.organisation, r.organisation) OR "
            "starts_with(r.organisation, l.organisation))",
        ),
        Level("similar", alike("organisation", 0.88)),
    ),
    is_shared=True,
)


def of_kind(kind: str) -> Comparison:
    """Compare another kind of identifier, such as a social-security or loyalty number."""
    column = f"id_{kind}"
    equal = f"list_has_any(l.{quoted('ids_' + kind)}, r.{quoted('ids_' + kind)})"
    levels = (
        Level("equal", equal, column),
        Level("one typo", one_typo(column)),
        Level("two typos", typos(column, 2, longer_than=5)),
    )
    return Comparison(kind, (column,), both(column), levels)


def of_text(column: str, *, is_shared: bool = False) -> Comparison:
    """Compare any other text."""
    levels = (
        Level("equal", same(column), column),
        Level("similar", f"length(l.{quoted(column)}) > 3 AND {alike(column, 0.88)}"),
    )
    return Comparison(column, (column,), both(column), levels, is_shared=is_shared)


def all_comparisons(kinds: Sequence[str], traits: Sequence[str]) -> tuple[Comparison, ...]:
    """Every comparison that there is for these kinds of identifier and these traits."""
    named = (GIVEN, FAMILY, FURTHER, ORGANISATION, BORN, ADDRESS, EMAIL, PHONE)
    building = of_text("building", is_shared=True)
    texts = (of_text(name) for name in ("gender", *traits))
    return (*named, building, *(of_kind(kind) for kind in kinds), *texts)
