"""The search index: one SQLite file for each build, which no other account reads."""

import os
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import ibis.expr.types as ir
from ibis.backends import BaseBackend

from outsidein.lake.queries import row_batches
from outsidein.lake.scratch import Scratch, scratch
from outsidein.project.private_files import FILE_MODE
from outsidein.search.index_rows import (
    SHOWN,
    IndexTables,
    codes,
    contacts,
    numbered_customers,
)
from outsidein.search.name_words import name_words, padded_word

SCHEMA = f"""
CREATE TABLE customers (number INTEGER PRIMARY KEY, {", ".join(SHOWN)}, names);
CREATE TABLE words (number INTEGER PRIMARY KEY, word, customers);
CREATE VIRTUAL TABLE word_trigrams USING fts5
    (word, content='', detail='none', tokenize='trigram');
CREATE TABLE word_customers (word INTEGER, customer INTEGER, PRIMARY KEY (word, customer))
    WITHOUT ROWID;
CREATE TABLE contacts (number INTEGER PRIMARY KEY, kind, value, customer);
CREATE VIRTUAL TABLE contact_trigrams USING fts5
    (value, content='', columnsize=0, tokenize='trigram');
CREATE TABLE codes (code, customer INTEGER, kind, PRIMARY KEY (code, customer, kind))
    WITHOUT ROWID;
CREATE TEMP TABLE unsorted (word INTEGER, customer INTEGER);
"""

_SEARCHED_MAILBOX = "CASE kind WHEN 'email' THEN substr(value, 1, instr(value, '@')) ELSE value END"
"""Of a mail address the trigrams of the mailbox suffice; those of providers are everybody's."""


def write_index(backend: BaseBackend, tables: IndexTables, path: Path) -> None:
    """Write the index of a snapshot; the file appears once it is whole.

    Args:
        backend: Where the tables lie.
        tables: Of the snapshot.
        path: Of the file.
    """
    unfinished = path.with_suffix(f".{os.getpid()}.unfinished")
    unfinished.unlink(missing_ok=True)
    os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, FILE_MODE))
    with closing(sqlite3.connect(unfinished, isolation_level=None)) as index:
        index.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + SCHEMA)
        index.execute("BEGIN")
        with scratch(backend) as temporary:
            numbers = numbered_customers(temporary, tables)
            _write_customers(index, _rows(temporary, numbers, "number"))
            _write_contacts(
                index, _rows(temporary, contacts(tables, numbers), "number", "kind", "value")
            )
            _write_codes(index, _rows(temporary, codes(tables, numbers), "code", "number", "kind"))
        index.execute("COMMIT")
    unfinished.replace(path)


def open_index(path: Path) -> sqlite3.Connection:
    """Open an index for reading; it never changes."""
    address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    index = sqlite3.connect(address, uri=True)
    index.row_factory = sqlite3.Row
    return index


def _rows(temporary: Scratch, table: ir.Table, *key: str) -> Iterator[list[dict[str, Any]]]:
    backend = temporary.backend
    ordered = temporary.hold(table, "index_rows").order_by(*key)
    for batch in row_batches(backend, str(backend.compile(ordered))):
        yield batch.to_pylist()


def _write_customers(index: sqlite3.Connection, batches: Iterable[list[dict[str, Any]]]) -> None:
    numbers: dict[str, int] = {}
    uses: Counter[int] = Counter()
    places = ", ".join("?" * (len(SHOWN) + 2))
    for rows in batches:
        words_by_row = [name_words(row["names"] or "") for row in rows]
        written = (
            (row["number"], *(_text(row[name]) for name in SHOWN), " ".join(words))
            for row, words in zip(rows, words_by_row, strict=True)
        )
        index.executemany(f"INSERT INTO customers VALUES ({places})", written)
        pairs = [
            (numbers.setdefault(word, len(numbers) + 1), row["number"])
            for row, words in zip(rows, words_by_row, strict=True)
            for word in words
        ]
        uses.update(word for word, _ in pairs)
        index.executemany("INSERT INTO unsorted VALUES (?, ?)", pairs)
    index.execute("INSERT INTO word_customers SELECT * FROM unsorted ORDER BY word, customer")
    _write_words(index, numbers, uses)


def _write_words(index: sqlite3.Connection, numbers: dict[str, int], uses: Counter[int]) -> None:
    words = [(number, word, uses[number]) for word, number in numbers.items()]
    index.executemany("INSERT INTO words VALUES (?, ?, ?)", words)
    index.execute("CREATE UNIQUE INDEX words_by_word ON words (word, number, customers)")
    padded = ((number, padded_word(word)) for number, word, _ in words)
    index.executemany("INSERT INTO word_trigrams (rowid, word) VALUES (?, ?)", padded)
    index.execute("INSERT INTO word_trigrams (word_trigrams) VALUES ('optimize')")


def _write_contacts(index: sqlite3.Connection, batches: Iterable[list[dict[str, Any]]]) -> None:
    for rows in batches:
        written = ((row["kind"], row["value"], row["number"]) for row in rows)
        statement = "INSERT INTO contacts (kind, value, customer) VALUES (?, ?, ?)"
        index.executemany(statement, written)
    index.execute("CREATE INDEX contacts_by_value ON contacts (value)")
    index.execute(
        "INSERT INTO contact_trigrams (rowid, value) "
        f"SELECT number, {_SEARCHED_MAILBOX} FROM contacts"
    )
    index.execute("INSERT INTO contact_trigrams (contact_trigrams) VALUES ('optimize')")


def _write_codes(index: sqlite3.Connection, batches: Iterable[list[dict[str, Any]]]) -> None:
    for rows in batches:
        written = ((row["code"], row["number"], row["kind"]) for row in rows)
        index.executemany("INSERT INTO codes VALUES (?, ?, ?)", written)


def _text(value: object) -> object:
    return value if value is None or isinstance(value, int) else str(value)
