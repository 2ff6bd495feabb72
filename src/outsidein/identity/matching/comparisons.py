"""How two records are compared: for each thing known of both, levels from equal to different.

A level is a DuckDB condition over the prepared records `l` and `r`; the first that holds is the
pair's level. What is unknown of either says nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from outsidein.identity.matching.conditions import (
    both_known,
    both_long,
    columns_of,
    digits_differ,
    either_flag,
    equal,
    first_or_last_equal,
    one_typo,
    similar,
    two_typos,
    value_in_common,
)
from outsidein.lake.sql import quoted

ALWAYS = "true"


@dataclass(frozen=True, slots=True)
class ComparisonLevel:
    """One way in which two values can be alike."""

    name: str
    condition: str
    equal: str = ""
    """The column that is equal at this level: how common its value is adjusts the weight."""
    possible: str = ALWAYS
    """What must hold for the condition to: it asks which columns are equal, and for birth dates
    and flags, so that records as codes can tell."""
    is_serial: bool = False
    """Whether strangers who share the equal value tend to be at this level, as those are whose
    mailboxes are numbered: chance is then taken to be that of sharing the value."""

    @property
    def is_plain(self) -> bool:
        """Whether the condition itself asks no more than that."""
        return self.possible == self.condition


def plain_level(name: str, condition: str, equal: str = "") -> ComparisonLevel:
    """Return a level whose condition reads only equality of columns, or birth dates."""
    return ComparisonLevel(name, condition, equal, condition)


@dataclass(frozen=True, slots=True)
class Comparison:
    """One thing that is compared, its levels from the most alike down; below them `differs`."""

    name: str
    columns: tuple[str, ...]
    """Comparands it reads: a blocking rule on one of them says nothing new about it."""
    comparable: str
    """The condition under which a pair can be compared."""
    levels: tuple[ComparisonLevel, ...]
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
        return f"CASE WHEN ({self.comparable}) IS NOT TRUE THEN 0 {cases} ELSE 1 END"

    @property
    def serial_levels(self) -> dict[int, str]:
        """Codes of the levels at which strangers are who share a value, with its column."""
        top = len(self.levels) + 1
        return {top - place: x.equal for place, x in enumerate(self.levels) if x.is_serial}

    @property
    def equalities(self) -> dict[int, str]:
        """Codes of the levels whose weight depends on how common the value is."""
        top = len(self.levels) + 1
        return {top - place: x.equal for place, x in enumerate(self.levels) if x.equal}


def _typo(column: str, name: str = "one typo") -> ComparisonLevel:
    return ComparisonLevel(name, one_typo(column), possible=first_or_last_equal(column))


def _one_possible(first: str, several: str) -> str:
    return f"({equal(first)} OR {either_flag('several_' + several)})"


def columns_read(compared: Sequence[Comparison]) -> set[str]:
    """Columns of prepared records that comparing reads."""
    conditions = (
        x for c in compared for x in (c.comparable, *(level.condition for level in c.levels))
    )
    return columns_of(*conditions) | {level.equal for c in compared for level in c.levels} - {""}


_SWAPPED = "(l.given = r.family AND l.family = r.given)"

GIVEN = Comparison(
    "given name",
    ("given",),
    both_known("given"),
    (
        plain_level("equal", equal("given"), "given"),
        plain_level("given and family name swapped", f"{_SWAPPED} IS TRUE"),
        ComparisonLevel(
            "initial of the other",
            "(length(l.given) = 1 OR length(r.given) = 1) AND " + equal("initial"),
            possible=equal("initial"),
        ),
        _typo("given"),
        ComparisonLevel(
            "beginning of the other",
            "least(length(l.given), length(r.given)) > 2 AND "
            "(starts_with(l.given, r.given) OR starts_with(r.given, l.given))",
            possible=equal("given_start"),
        ),
        ComparisonLevel("similar", similar("given", 0.85)),
    ),
)

FAMILY = Comparison(
    "family name",
    ("family",),
    f"{both_known('family')} AND {_SWAPPED} IS NOT TRUE",
    (
        plain_level("equal", equal("family"), "family"),
        _typo("family"),
        ComparisonLevel(
            "part of the other",
            "least(length(l.family), length(r.family)) > 2 AND ("
            "starts_with(l.family, r.family) OR starts_with(r.family, l.family) OR "
            "ends_with(l.family, r.family) OR ends_with(r.family, l.family))",
            possible=first_or_last_equal("family"),
        ),
        ComparisonLevel(
            "among the other's further names",
            "list_contains(r.more_words, l.family) OR list_contains(l.more_words, r.family)",
            possible=either_flag("has_more_names"),
        ),
        ComparisonLevel("similar", similar("family", 0.85)),
    ),
    is_shared=True,
)

FURTHER = Comparison(
    "further names",
    ("more_names",),
    both_known("more_names"),
    (
        ComparisonLevel(
            "two words in common", "length(list_intersect(l.more_words, r.more_words)) > 1"
        ),
        ComparisonLevel("a word in common", "list_has_any(l.more_words, r.more_words)"),
        ComparisonLevel("an initial in common", "list_has_any(l.more_initials, r.more_initials)"),
    ),
)


BORN = Comparison(
    "birth date",
    ("born_on",),
    both_known("born"),
    (
        plain_level("equal", equal("born"), "born"),
        plain_level("one digit differs", digits_differ(1)),
        plain_level(
            "digits swapped",
            f"CASE WHEN {digits_differ(2)} THEN damerau_levenshtein(l.born, r.born) = 1 "
            "ELSE false END OR (l.born_year = r.born_year AND l.born[5:6] = r.born[7:8] "
            "AND l.born[7:8] = r.born[5:6])",
        ),
        plain_level(
            "same year and month, or same day of another year",
            f"l.born[:6] = r.born[:6] OR ({equal('born_day')})",
        ),
        plain_level("same year", equal("born_year")),
    ),
)

_PLACE = "(coalesce(l.postcode = r.postcode, false) OR coalesce(l.city = r.city, false))"
_ANY_OF_ADDRESS = " OR ".join(
    f"({both_known(c)})" for c in ("street", "postcode", "city", "region")
)

ADDRESS = Comparison(
    "address",
    ("street", "house", "postcode", "city", "region"),
    _ANY_OF_ADDRESS,
    (
        plain_level("same house", equal("dwelling"), "dwelling"),
        plain_level("same street, near", f"l.street = r.street AND {_PLACE}", "street"),
        ComparisonLevel(
            "similar street, near", f"({similar('street', 0.88)}) AND {_PLACE}", possible=_PLACE
        ),
        plain_level("same street and house elsewhere", equal("street", "house"), "street"),
        plain_level("same postcode", equal("postcode"), "postcode"),
        ComparisonLevel(
            "similar postcode, same town",
            f"({equal('city')}) AND ({equal('area')} OR {one_typo('postcode')})",
            "city",
            possible=equal("city"),
        ),
        ComparisonLevel(
            "similar postcode",
            f"{equal('area')} AND levenshtein(l.postcode, r.postcode) = 1",
            possible=equal("area"),
        ),
        plain_level("same town", equal("city"), "city"),
        plain_level("same street elsewhere", equal("street"), "street"),
        plain_level("same area", equal("area"), "area"),
        ComparisonLevel("similar town", similar("city", 0.9)),
        plain_level("same region", equal("region"), "region"),
    ),
    is_shared=True,
)

CONTRADICTION = 2
"""Of phone, street, postcode and birth date so many that differ, and none that agrees."""
_AGREEMENTS = " OR ".join(
    f"coalesce({condition}, false)"
    for condition in (
        *(equal(column) for column in ("phone", "born", "dwelling", "street", "postcode")),
        f"({one_typo('phone')})",
        f"({digits_differ(1)})",
    )
)
_DIFFERENCES = " + ".join(
    f"coalesce({condition}, false)::INT"
    for condition in (
        *(f"l.{column} <> r.{column}" for column in ("phone", "street", "postcode")),
        f"NOT ({' OR '.join(map(digits_differ, range(4)))})",
    )
)


def _uncontradicted(level: ComparisonLevel) -> ComparisonLevel:
    """Narrow a level of likeness to pairs that the rest of what is known does not contradict."""
    holds = f"(({_AGREEMENTS}) OR {_DIFFERENCES} < {CONTRADICTION})"
    condition = f"CASE WHEN {level.condition} THEN {holds} ELSE false END"
    return replace(level, condition=condition)


EMAIL = Comparison(
    "e-mail",
    ("emails",),
    both_known("email"),
    (
        ComparisonLevel(
            "equal", value_in_common("email", "emails"), "email", _one_possible("email", "emails")
        ),
        plain_level("same mailbox elsewhere", equal("mailbox"), "mailbox"),
        _uncontradicted(
            ComparisonLevel(
                "one typo in the letters of the mailbox",
                f"l.mailbox_letters <> r.mailbox_letters AND ({one_typo('mailbox')})",
                possible=first_or_last_equal("mailbox"),
            )
        ),
        _uncontradicted(
            ComparisonLevel(
                "one typo in the digits of the mailbox",
                f"({equal('mailbox_letters')}) AND ({one_typo('mailbox')})",
                "mailbox_letters",
                possible=equal("mailbox_letters"),
                is_serial=True,
            )
        ),
    ),
)

PHONE = Comparison(
    "phone",
    ("phones",),
    both_known("phone"),
    (
        ComparisonLevel(
            "equal", value_in_common("phone", "phones"), "phone", _one_possible("phone", "phones")
        ),
        _typo("phone"),
    ),
    is_shared=True,
)

ORGANISATION = Comparison(
    "organisation",
    ("organisation",),
    both_known("organisation"),
    (
        plain_level("equal", equal("organisation"), "organisation"),
        _typo("organisation"),
        ComparisonLevel(
            "beginning of the other",
            "least(length(l.organisation), length(r.organisation)) "
            "> 3 AND (starts_with(l.organisation, r.organisation) OR "
            "starts_with(r.organisation, l.organisation))",
            possible=equal("first_of_organisation"),
        ),
        ComparisonLevel("similar", similar("organisation", 0.88)),
    ),
    is_shared=True,
)


def identifier_comparison(kind: str) -> Comparison:
    """Compare another kind of identifier, such as a social-security or loyalty number."""
    column, several = f"id_{kind}", f"ids_{kind}"
    levels = (
        ComparisonLevel(
            "equal", value_in_common(column, several), column, _one_possible(column, several)
        ),
        ComparisonLevel("one typo", one_typo(column)),
        ComparisonLevel("two typos", two_typos(column)),
    )
    return Comparison(kind, (column,), both_known(column), levels)


def text_comparison(column: str, *, is_shared: bool = False) -> Comparison:
    """Compare any other text."""
    name = quoted(column)
    levels = (
        plain_level("equal", equal(column), column),
        ComparisonLevel(
            "similar",
            f"least(length(l.{name}), length(r.{name})) > 3 AND {similar(column, 0.88)}",
            possible=both_long(column),
        ),
    )
    return Comparison(column, (column,), both_known(column), levels, is_shared=is_shared)


def all_comparisons(kinds: Sequence[str], traits: Sequence[str]) -> tuple[Comparison, ...]:
    """Every comparison that there is for these kinds of identifier and these traits."""
    named = (GIVEN, FAMILY, FURTHER, ORGANISATION, BORN, ADDRESS, EMAIL, PHONE)
    building = text_comparison("building", is_shared=True)
    texts = (text_comparison(name) for name in ("gender", *traits))
    return (*named, building, *(identifier_comparison(kind) for kind in kinds), *texts)
