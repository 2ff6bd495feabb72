"""People whose records are known, compared and learned from once in a session."""

from dataclasses import dataclass
from datetime import UTC, datetime

import ibis
import numpy as np
import pyarrow as pa
import pytest

from benchmarks.identity_data import SETS
from benchmarks.persons import persons
from benchmarks.serial_mailboxes import serial_mailboxes
from outsidein.identity.matching.duckdb.prepared_records import prepare_records
from outsidein.identity.matching.duckdb.training import train
from outsidein.identity.matching.match_model import MatchModel
from outsidein.identity.matching.record_features import record_features
from outsidein.identity.records.identifiers import normalise_identifiers
from outsidein.lake.engine import connect
from outsidein.lake.scratch import Scratch

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class LearnedPeople:
    """Compared records, the model learned from them, and who they truly are."""

    backend: ibis.backends.duckdb.Backend
    features: pa.Table
    model: MatchModel
    person: dict

    def f1(self, pairs):
        """F1 of pairs of records."""
        rows = pairs.to_pylist()
        hits = sum(
            self.person[row["source"], row["record_id"]]
            == self.person[row["to_source"], row["to_record_id"]]
            for row in rows
        )
        _, sizes = np.unique(list(self.person.values()), return_counts=True)
        return 2 * hits / (len(rows) + (sizes * (sizes - 1) // 2).sum())


def _learn(data, spill):
    backend = connect(threads=2, spill=spill)
    held = normalise_identifiers(ibis.memtable(data.identifiers), country=data.country)
    table = backend.to_pyarrow(record_features(ibis.memtable(data.records), held))
    model = train(backend, prepare_records(Scratch(backend), ibis.memtable(table)), now=NOW)
    person = {(r["source"], r["record_id"]): r["person"] for r in data.truth.to_pylist()}
    return LearnedPeople(backend, table, model, person)


@pytest.fixture(scope="session")
def invented(tmp_path_factory):
    """Six thousand generated records."""
    return _learn(persons(6_000), tmp_path_factory.mktemp("spill"))


@pytest.fixture(scope="session")
def numbered(tmp_path_factory):
    """Generated records with numbered mailboxes."""
    return _learn(serial_mailboxes(2_000), tmp_path_factory.mktemp("spill"))


@pytest.fixture(scope="session")
def learned(shared_data, tmp_path_factory):
    """Learn from a real or published data set: `learned("febrl3")`."""
    done = {}

    def learn(name):
        if not shared_data:
            pytest.skip("needs the real data in ../shared/data")
        if name not in done:
            done[name] = _learn(SETS[name](), tmp_path_factory.mktemp("spill"))
        return done[name]

    return learn


@pytest.fixture
def engine(tmp_path):
    """Open an engine of so many threads."""

    def opened(threads):
        return connect(threads=threads, spill=tmp_path / "spill")

    return opened
