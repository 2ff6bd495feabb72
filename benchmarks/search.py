"""Search of customers in a generated firm: how long the index takes, and each kind of question."""

import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from statistics import quantiles

import ibis
import numpy as np
import pyarrow as pa

from outsidein.lake.engine import close, connect
from outsidein.search.customer_search import find_customers, list_customers
from outsidein.search.index_file import open_index, write_index
from outsidein.search.index_rows import IndexTables

GIVEN = (
    *("Anna", "Maria", "Julia", "Laura", "Lena", "Sophie", "Katharina", "Sarah", "Lisa"),
    *("Thomas", "Michael", "Andreas", "Peter", "Stefan", "Christian", "Martin", "Markus"),
    *("Jan", "Tobias", "Florian", "Sebastian", "Philipp", "Jonas", "Lukas", "Felix", "Paul"),
    *("Ursula", "Monika", "Petra", "Sabine", "Renate", "Helga", "Karin", "Brigitte", "Ingrid"),
)
SYLLABLES = tuple(first + last for first in "bdfghklmnrstw" for last in ("a", "e", "i", "o", "u"))
ENDS = ("mann", "er", "ler", "ner", "ke", "ow", "ski", "ing", "berg", "hoff", "bach", "stein")
TOWNS = ("Berlin", "Hamburg", "Köln", "Kiel", "Ulm", "Mainz", "Bonn", "Jena", "Trier", "Fulda")
SURNAMES = 60_000
HALF = 0.5
ASKED = 200
"""Questions of each kind."""


def firm(customers: int) -> tuple[IndexTables, dict[str, list[str]]]:
    """Return tables of a firm with four orders a customer, and what callers say, by kind."""
    rng = np.random.default_rng(1)
    surnames = _surnames(rng)
    number = np.arange(customers)
    given = np.array(GIVEN)[rng.integers(0, len(GIVEN), customers)]
    family = surnames[rng.zipf(1.25, customers) % len(surnames)]
    name = np.char.add(np.char.add(given, " "), family)
    ids = np.char.mod("c%07d", number)
    phone = np.char.mod("+49%d", rng.integers(15 * 10**9, 18 * 10**9, customers))
    email = np.char.add(
        np.char.add(np.char.replace(np.char.lower(name), " ", "."), ids), "@mail.de"
    )
    people = {
        "customer_id": ids,
        "name": name,
        "city": np.array(TOWNS)[rng.integers(0, len(TOWNS), customers)],
        "postcode": np.char.mod("%05d", rng.integers(0, 100_000, customers)),
        "stage": np.full(customers, "loyalty"),
        "tier": np.full(customers, "gold"),
        "profit": rng.integers(0, 100_000, customers),
        "value": rng.integers(0, 100_000, customers),
        "churn_probability": rng.random(customers),
    }
    members = {"source": np.full(customers, "crm"), "record_id": ids, "customer_id": ids}
    records = {**members, **{key: people[key] for key in ("name", "city", "postcode")}}
    keys = {name: np.concatenate([members[name]] * 2) for name in ("source", "record_id")}
    identifiers = {
        **keys,
        "kind": np.repeat(["phone", "email"], customers),
        "value": np.concatenate([phone, email]),
    }
    orders = {
        "source": np.full(4 * customers, "crm"),
        "record_id": np.tile(ids, 4),
        "transaction_id": np.char.mod("o%08d", rng.permutation(4 * customers)),
    }
    tables = IndexTables(
        *map(_table, (people, records, members, identifiers, orders)), country="DE"
    )
    asked = rng.integers(0, customers, ASKED)
    questions = {
        "name": list(name[asked]),
        "name with a typing error": [_misspelt(text, rng) for text in name[asked]],
        "family name": list(family[asked]),
        "family name with a typing error": [_misspelt(text, rng) for text in family[asked]],
        "first name": list(given[asked]),
        "last five digits of a phone": [text[-5:] for text in phone[asked]],
        "phone": ["0" + text[3:] for text in phone[asked]],
        "mail address": list(email[asked]),
        "order": list(orders["transaction_id"][asked]),
        "beginning of an order": [text[:6] for text in orders["transaction_id"][asked]],
    }
    return tables, questions


def _surnames(rng: np.random.Generator) -> np.ndarray:
    """Return the family names of the firm."""
    parts = [rng.choice(SYLLABLES, SURNAMES) for _ in range(2)]
    middle = np.where(rng.random(SURNAMES) < HALF, rng.choice(SYLLABLES, SURNAMES), "")
    names = np.char.add(np.char.add(np.char.add(parts[0], middle), parts[1]), "")
    return np.char.capitalize(np.char.add(names, rng.choice(ENDS, SURNAMES)))


def _misspelt(text: str, rng: np.random.Generator) -> str:
    """Exchange two letters, drop one or put in one."""
    place = int(rng.integers(1, len(text) - 1))
    choices = (
        text[:place] + text[place + 1] + text[place] + text[place + 2 :],
        text[:place] + text[place + 1 :],
        text[:place] + "e" + text[place:],
    )
    return choices[int(rng.integers(0, 3))]


def _table(columns: dict[str, np.ndarray]) -> ibis.Table:
    return ibis.memtable(
        pa.table({name: pa.array(values.tolist()) for name, values in columns.items()})
    )


def run(customers: int) -> None:
    """Build the index, ask, and print a table."""
    tables, questions = firm(customers)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "1.db"
        backend = connect()
        began = time.perf_counter()
        write_index(backend, tables, path)
        close(backend)
        seconds = time.perf_counter() - began
        print(
            f"{customers:,} customers: index in {seconds:.1f} s, {path.stat().st_size / 1e6:.0f} MB"
        )
        for kind, texts in questions.items():
            print(f"| {kind} | {_timed(path, texts)} |")
        with closing(open_index(path)) as index:
            began = time.perf_counter()
            list_customers(index, limit=50, after=customers // 2)
            print(f"| a page of the list | {1000 * (time.perf_counter() - began):.1f} |")


def _timed(path: Path, texts: list[str]) -> str:
    """Milliseconds: median, 95 of 100, longest; each with the opening of the file."""
    taken = []
    hits = 0
    for text in texts:
        began = time.perf_counter()
        with closing(open_index(path)) as index:
            hits += bool(find_customers(index, text, country="DE", personal=True, limit=50))
        taken.append(1000 * (time.perf_counter() - began))
    cuts = quantiles(taken, n=20)
    return f"{cuts[9]:.1f} | {cuts[18]:.1f} | {max(taken):.1f} | {hits / len(texts):.0%}"


if __name__ == "__main__":
    run(int(sys.argv[1]))
