"""Finding customers by a name, a part of a phone number, a mail address, an order, a card."""

import re
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, NamedTuple

from outsidein.contact.phones import normalise_phone, numbering_plan
from outsidein.search.index_rows import PUBLIC_KINDS, SHOWN
from outsidein.search.name_words import ALIKE, code_key, likeness, name_words, trigrams

LONGEST_QUERY = 200
FEWEST_DIGITS = 3
MOST_WORDS = 6
"""Words of a query that are searched."""

MOST_SPELLINGS = 12
"""Spellings of a word that are looked for."""

MOST_BEGINNINGS = 40
"""Words that begin with the one that was typed, those of most customers first."""

MOST_CANDIDATES = 200
"""Words that share most trigrams with the one that was typed, among which likeness chooses."""

MOST_RANKED = 200
"""Customers that are found before they are ranked."""

BEGINS = 0.95
"""Likeness of a word to its own beginning."""

_LAST = "\N{LATIN SMALL LETTER Z}\uffff"


@dataclass(frozen=True, slots=True)
class FoundCustomer:
    """A customer of a list.

    Attributes:
        number: Place by what is at stake, from 1.
        at_stake: Expected value times the probability of leaving (minor units).
        profit: So far (minor units).
        why: By what the customer was found; empty in a list that nobody searched.
        likeness: Of the words searched to those of the name (0 to 1).
    """

    number: int
    customer_id: str
    name: str | None
    city: str | None
    postcode: str | None
    stage: str | None
    tier: str | None
    profit: int | None
    value: int | None
    at_stake: int | None
    last_on: str | None
    why: str = ""
    likeness: float = 1.0


class Spelling(NamedTuple):
    """A word of the index that somebody may have meant."""

    number: int
    word: str
    customers: int
    likeness: float


def list_customers(index: sqlite3.Connection, *, limit: int, after: int) -> list[FoundCustomer]:
    """List customers, those with most at stake first.

    Args:
        index: Of a build.
        limit: Most rows (count).
        after: Number of the last customer of the page before; 0 for the first page.
    """
    query = "SELECT * FROM customers WHERE number > ? ORDER BY number LIMIT ?"
    return [_customer(row) for row in index.execute(query, (after, limit))]


def count_customers(index: sqlite3.Connection) -> int:
    """Count the customers of an index."""
    [(count,)] = index.execute("SELECT coalesce(max(number), 0) FROM customers")
    return int(count)


def customers_by_id(
    index: sqlite3.Connection, customer_ids: Collection[str]
) -> dict[str, FoundCustomer]:
    """Return customers of an index by their id; those that it does not have are left out."""
    codes = [code_key(each) for each in customer_ids]
    query = f"SELECT customer FROM codes WHERE kind = 'customer' AND code IN ({_places(codes)})"
    numbers = [row["customer"] for row in index.execute(query, codes)]
    return {
        customer.customer_id: customer
        for customer in _customers(index, numbers).values()
        if customer.customer_id in customer_ids
    }


def find_customers(
    index: sqlite3.Connection, query: str, *, country: str | None, personal: bool, limit: int
) -> list[FoundCustomer]:
    """Find customers by anything that is said on the phone, the likeliest first.

    Args:
        index: Of a build.
        query: What was said: a name, whose typing errors are forgiven; part of a phone number; a
            mail address or its beginning; the number of an order, a card, a record, or its
            beginning.
        country: Of phones without a country code.
        personal: Whether names, contact data and cards are searched; otherwise only numbers that
            name nobody outside the firm.
        limit: Most customers (count).
    """
    text = query.strip()[:LONGEST_QUERY]
    best_match: dict[int, tuple[float, str]] = {}
    for number, alike, why in _matches(index, text, country=country, personal=personal):
        if alike > best_match.get(number, (0.0, ""))[0]:
            best_match[number] = (alike, why)
    best = sorted(best_match, key=lambda number: (-best_match[number][0], number))[:limit]
    shown = _customers(index, best)
    return [
        replace(shown[number], likeness=best_match[number][0], why=best_match[number][1])
        for number in best
    ]


def _matches(
    index: sqlite3.Connection, text: str, *, country: str | None, personal: bool
) -> Iterator[tuple[int, float, str]]:
    """Yield customers by their number, with the likeness of what they are found by."""
    yield from _by_code(index, text, personal=personal)
    if not personal:
        return
    if "@" in text:
        mails = list(_by_email(index, text))
        yield from mails or _by_name(index, text.partition("@")[0])
        return
    yield from _by_phone(index, text, country)
    if any(not re.search(r"\d", word) for word in text.split()):
        yield from _by_name(index, text)


def _by_code(
    index: sqlite3.Connection, text: str, *, personal: bool
) -> Iterator[tuple[int, float, str]]:
    code = code_key(text)
    if len(code) < FEWEST_DIGITS or not re.search(r"\d", code):
        return
    query = "SELECT * FROM codes WHERE code >= ? AND code < ? LIMIT ?"
    for row in index.execute(query, (code, code + _LAST, MOST_RANKED)):
        if personal or row["kind"] in PUBLIC_KINDS:
            alike = 1.0 if row["code"] == code else BEGINS
            yield row["customer"], alike, f"{row['kind']} number"


def _by_email(index: sqlite3.Connection, text: str) -> Iterator[tuple[int, float, str]]:
    address = text.lower().strip("<> ")
    query = "SELECT customer, value FROM contacts WHERE value >= ? AND value < ? LIMIT ?"
    for row in index.execute(query, (address, address + _LAST, MOST_RANKED)):
        yield row["customer"], 1.0 if row["value"] == address else BEGINS, "mail address"


def _by_phone(
    index: sqlite3.Connection, text: str, country: str | None
) -> Iterator[tuple[int, float, str]]:
    digits = _digits(text, country)
    if len(digits) < FEWEST_DIGITS:
        return
    query = (
        "SELECT c.customer, c.value FROM contact_trigrams t JOIN contacts c ON c.number = t.rowid "
        "WHERE contact_trigrams MATCH ? AND c.kind = 'phone' LIMIT ?"
    )
    for row in index.execute(query, (f'"{digits}"', MOST_RANKED)):
        is_end = row["value"].endswith(digits)
        yield (
            row["customer"],
            1.0 if row["value"] == digits else BEGINS - 0.01 * (not is_end),
            ("phone number"),
        )


def _digits(text: str, country: str | None) -> str:
    """The digits of a phone number as the index has it: without the country code at home."""
    if re.search(r"[^\W\d_]", text):
        return ""
    code = f"+{numbering_plan(country).country_code}" if country else "+"
    whole = normalise_phone(text, country)
    if whole:
        return whole.removeprefix(code).removeprefix("+")
    plain = re.sub(r"[^\d+]", "", text)
    for prefix in (code, f"00{code[1:]}" if country else "00", "+", "0"):
        if plain.startswith(prefix):
            return re.sub(r"\D", "", plain.removeprefix(prefix))
    return re.sub(r"\D", "", plain)


def _by_name(index: sqlite3.Connection, text: str) -> list[tuple[int, float, str]]:
    """Customers whose name has every word: as it is typed, then with typing errors, then some."""
    words = name_words(text)[:MOST_WORDS]
    plain = [_beginnings(index, word) for word in words]
    numbers = _with_every_word(index, plain) if all(plain) else []
    if len(numbers) < MOST_RANKED // 4:
        spelt = [_spellings(index, word, near) for word, near in zip(words, plain, strict=True)]
        known_words = [spellings for spellings in spelt if spellings]
        more = _with_every_word(index, known_words) if known_words else []
        numbers = list(dict.fromkeys((*numbers, *more)))
    return list(_ranked(index, words, numbers))


def _beginnings(index: sqlite3.Connection, word: str) -> list[Spelling]:
    """The word itself, and those that begin with it."""
    query = (
        "SELECT * FROM words WHERE word >= ? AND word < ? "
        "ORDER BY word = ? DESC, customers DESC LIMIT ?"
    )
    rows = index.execute(query, (word, word + _LAST, word, MOST_BEGINNINGS))
    return [_spelling(row, 1.0 if row["word"] == word else BEGINS) for row in rows]


def _spellings(index: sqlite3.Connection, word: str, plain: Sequence[Spelling]) -> list[Spelling]:
    """Words that somebody may have meant, the likeliest first."""
    query = (
        "SELECT w.* FROM word_trigrams t JOIN words w ON w.number = t.rowid "
        "WHERE word_trigrams MATCH ? ORDER BY t.rank LIMIT ?"
    )
    parts = " OR ".join(f'"{part}"' for part in trigrams(word))
    rows = index.execute(query, (parts, MOST_CANDIDATES))
    alike = (_spelling(row, likeness(word, row["word"])) for row in rows)
    near = [spelling for spelling in alike if spelling.likeness >= ALIKE]
    unique = {spelling.number: spelling for spelling in (*near, *plain)}
    return sorted(unique.values(), key=lambda s: (-s.likeness, s.number))[:MOST_SPELLINGS]


def _spelling(row: Any, alike: float) -> Spelling:  # noqa: ANN401  sqlite3.Row
    return Spelling(row["number"], row["word"], row["customers"], alike)


def _with_every_word(
    index: sqlite3.Connection, spellings: Sequence[Sequence[Spelling]]
) -> list[int]:
    """Customers who have a spelling of each word, begun with the rarest word."""
    first, *others = sorted(spellings, key=lambda choices: sum(s.customers for s in choices))
    also = "".join(
        " AND EXISTS (SELECT 1 FROM word_customers o WHERE o.customer = w.customer "
        f"AND o.word IN ({_numbers(choices)}))"
        for choices in others
    )
    query = (
        f"SELECT customer FROM word_customers w WHERE w.word = ?{also} ORDER BY customer LIMIT ?"
    )
    each = (index.execute(query, (choice.number, MOST_RANKED)) for choice in first)
    return list(islice(dict.fromkeys(row[0] for rows in each for row in rows), MOST_RANKED))


def _numbers(choices: Iterable[Spelling]) -> str:
    return ", ".join(str(choice.number) for choice in choices)


def _ranked(
    index: sqlite3.Connection, words: Sequence[str], numbers: Sequence[int]
) -> Iterator[tuple[int, float, str]]:
    """Rank customers by how alike the words are to the nearest of their names."""
    query = f"SELECT number, names FROM customers WHERE number IN ({_places(numbers)})"
    for row in index.execute(query, tuple(numbers)):
        names = row["names"].split()
        alike = [max((_nearness(word, name) for name in names), default=0.0) for word in words]
        yield row["number"], sum(alike) / len(alike), "name"


def _nearness(word: str, name: str) -> float:
    if name == word:
        return 1.0
    return max(BEGINS if name.startswith(word) else 0.0, min(likeness(word, name), BEGINS))


def _customers(index: sqlite3.Connection, numbers: Sequence[int]) -> dict[int, FoundCustomer]:
    query = f"SELECT * FROM customers WHERE number IN ({_places(numbers)})"
    return {row["number"]: _customer(row) for row in index.execute(query, tuple(numbers))}


def _places(numbers: Sequence[object]) -> str:
    return ", ".join("?" * len(numbers))


def _customer(row: Any) -> FoundCustomer:  # noqa: ANN401  sqlite3.Row
    return FoundCustomer(row["number"], *(row[name] for name in SHOWN))
