"""Runs the models of an example as a build would: approved columns only, canonical tables out."""

import re
import time
import tomllib
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb
import ibis
import pytest
from ibis.backends import BaseBackend

from outsidein.canonical.admission import Admission, admit, stage
from outsidein.canonical.sql_models import Models, read_models
from outsidein.canonical.tables import CANONICAL
from outsidein.errors import SourceError
from outsidein.lake.engine import connect
from outsidein.lake.sql import literal, quoted
from outsidein.rules.condition import condition
from outsidein.sources.declaration import read_sources
from outsidein.sources.files import find_files
from outsidein.sources.needs import approved_columns, read_needs
from outsidein.workspace.project_files import read_project

EXAMPLES = Path(__file__).parents[2] / "examples"

CUSTOMER_AS_OF_A_DAY = {
    **dict.fromkeys(("encounters", "messages", "trials", "orders", "orders_365d"), "int64"),
    **dict.fromkeys(("orders_90d", "days_since_order", "categories", "revenue"), "int64"),
    **dict.fromkeys(("contracts", "contract_days", "tenure_days"), "int64"),
    "is_under_contract": "boolean",
    "last_score": "float64",
}
"""Columns that a rule of the ladder may name."""

PROFILE = {
    **dict.fromkeys(("region", "country", "city", "stage", "tier"), "string"),
    **dict.fromkeys(("orders", "revenue"), "int64"),
    **dict.fromkeys(("first_seen_on", "started_on", "last_on"), "date"),
}
"""Columns that a segment may name, beside traits."""


@dataclass(frozen=True)
class Example:
    """An example project whose canonical tables are views of one connection."""

    root: Path
    backend: BaseBackend
    raw: duckdb.DuckDBPyConnection
    models: Models
    admissions: dict[str, Admission] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def connection(self):
        """The DuckDB connection that holds the canonical tables."""
        return self.backend.con

    def rows(self, sql):
        """Rows of a query over the canonical tables."""
        return self.connection.execute(sql).fetchall()

    def raw_rows(self, sql):
        """Rows of a query over the sources as they lie, all columns."""
        return self.raw.execute(sql).fetchall()

    def admitted(self):
        """Row counts of the canonical tables that have rows."""
        return {name: a.admitted for name, a in self.admissions.items() if a.admitted}

    def rejected(self):
        """Counts of rows turned away, where there are any."""
        return {name: a.rejected for name, a in self.admissions.items() if a.rejected}

    def settings(self):
        """What outsidein.toml says."""
        return _toml(self.root / "outsidein.toml")


def _toml(path):
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _connect(timezone, spill_to):
    connection = duckdb.connect()
    # Else DuckDB spills into the folder that the tests are run from.
    connection.execute(f"SET temp_directory = {literal(spill_to)}")
    connection.execute("SET threads = 2")
    connection.execute(f"SET TimeZone = {literal(timezone)}")
    return connection


def _views(root, connection, raw):
    """Make each source a view: of its approved columns for the models, of all for the checks."""
    sources = read_sources(root / "sources.toml")
    needs = read_needs(root / "data_needs.toml", sources)
    for name, source in sources.items():
        paths = [str(file.path) for file in find_files(name, source.path, root=root)]
        listed = f"[{', '.join(map(literal, paths))}]"
        columns = ", ".join(map(quoted, approved_columns(needs, name)))
        raw.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet({listed})")
        connection.execute(f"CREATE VIEW {name} AS SELECT {columns} FROM read_parquet({listed})")


def _build(name, to):
    root = EXAMPLES / name
    settings = _toml(root / "outsidein.toml")
    backend = connect(timezone=settings["timezone"], threads=2, spill=to / "spill")
    connection, raw = backend.con, _connect(settings["timezone"], to / "spill_raw")
    try:
        _views(root, connection, raw)
    except SourceError as error:
        pytest.skip(f"the data of this example is not at hand: {error}")
    sources = read_sources(root / "sources.toml")
    models = read_models(root / "tables", sources=sources)
    for query in models.staging:
        stage(backend, query)
    example = Example(root, backend, raw, models)
    for table in CANONICAL.values():
        began = time.perf_counter()
        example.admissions[table.name] = admit(
            backend,
            table,
            models.by_table.get(table.name, ()),
            currency=settings["currency"],
            rows_to=to / f"{table.name}.parquet",
            rejects_to=to / f"{table.name}.rejects.parquet",
        )
        example.seconds[table.name] = time.perf_counter() - began
    for table in CANONICAL:
        # A project's own view of that name has done its work.
        path = literal(to / f"{table}.parquet")
        connection.execute(f"CREATE OR REPLACE TEMP VIEW {table} AS FROM read_parquet({path})")
    return example


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """Build an example, once in a session: `built("grocery")`."""
    done = {}

    def build(name):
        if name not in done:
            done[name] = _build(name, tmp_path_factory.mktemp(name))
        return done[name]

    return build


@pytest.fixture
def check_project():
    """Check what holds for every example: keys, needs that are used, rules that parse."""

    def check(example):
        _check_keys(example)
        _check_needs(example)
        _check_rules(example)
        _check_dates(example)

    return check


def _check_keys(example):
    for table in CANONICAL.values():
        key = ", ".join(table.key)
        [(twice,)] = example.rows(
            f"SELECT count(*) FROM (SELECT 1 FROM {table.name} GROUP BY {key} HAVING count(*) > 1)"
        )
        assert twice == 0, table.name
    for table in ("transactions", "encounters", "signals", "contracts", "messages"):
        [(strangers,)] = example.rows(
            f"SELECT count(*) FROM {table} ANTI JOIN records USING (source, record_id) "
            "WHERE record_id IS NOT NULL"
        )
        assert strangers == 0, f"{table} names records that are not there"
    for table in ("transactions", "signals"):
        [(lost,)] = example.rows(
            f"SELECT count(*) FROM {table} ANTI JOIN encounters USING (source, encounter_id) "
            f"WHERE {table}.encounter_id IS NOT NULL"
        )
        assert lost == 0, f"{table} names encounters that are not there"


def _check_needs(example):
    """Every approved column is one that a model names."""
    sources = read_sources(example.root / "sources.toml")
    needs = read_needs(example.root / "data_needs.toml", sources)
    text = "\n".join(path.read_text(encoding="utf-8") for path in example.models.files)
    for source in sources:
        there = {row[0] for row in example.raw_rows(f"DESCRIBE {source}")}
        named = {c for need in needs if need.source == source for c in need.columns}
        assert named <= there, f"{source} has no such column"
        for column in approved_columns(needs, source):
            assert re.search(rf"\b{re.escape(column)}\b", text), f"{source}.{column} is not used"


def _check_rules(example):
    declared = read_project(example.root, today=date(2030, 1, 1))
    for rule in declared.ladder.rules.values():
        condition(rule, ibis.table(CUSTOMER_AS_OF_A_DAY, name="customers"))
    factors = {row[0] for row in example.rows("SELECT DISTINCT factor FROM signals")}
    assert declared.ladder.hurdles.keys() <= factors
    kinds = {row[0] for row in example.rows("SELECT DISTINCT kind FROM encounters")}
    assert declared.activities.keys() == kinds
    columns = example.rows("DESCRIBE records")
    traits = {name: kind for name, kind, *_ in columns if name.startswith("trait_")}
    ours = {"VARCHAR": "string", "BIGINT": "int64", "BOOLEAN": "boolean"}
    profile = PROFILE | {name: ours[kind] for name, kind in traits.items()}
    for segment in declared.segments.values():
        condition(segment.rule, ibis.table(profile, name="profiles"))


def _check_dates(example):
    """Nothing but promises lies on or after as_of, and something lies on the day before."""
    as_of = example.settings()["as_of"]
    latest = []
    for table in CANONICAL.values():
        for name, column in table.columns.items():
            if name.startswith(("promised", "valid", "due", "expires")):
                continue
            if not column.type.startswith(("date", "timestamp")):
                continue
            [(last,)] = example.rows(f"SELECT max(CAST({name} AS DATE)) FROM {table.name}")
            assert last is None or last < as_of, f"{table.name}.{name} reaches {last}"
            latest += [last] if last else []
    assert (as_of - max(latest)).days == 1
