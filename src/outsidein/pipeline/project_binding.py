"""Whether needs, models and rules name what the sources really have; nothing is written."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir
from ibis.backends import BaseBackend

from outsidein.alerts.candidates import compared_with, row_candidates, standing_candidates
from outsidein.alerts.declaration import AlertRule
from outsidein.alerts.facts import AlertTables
from outsidein.canonical.admission import stage
from outsidein.canonical.binding import refuse_other_relations
from outsidein.canonical.checked import checked
from outsidein.canonical.customer_tables import CUSTOMER_TABLES
from outsidein.canonical.model_errors import ModelError
from outsidein.canonical.query import Query
from outsidein.canonical.sql_models import Models
from outsidein.canonical.tables import CANONICAL
from outsidein.errors import InputError
from outsidein.feedback.inferred import inferred_signals
from outsidein.feedback.models import survey_queries
from outsidein.pipeline.approvals import with_approval
from outsidein.pipeline.catalogue import CATALOGUE
from outsidein.pipeline.declared import Declared
from outsidein.segments.memberships import segment_memberships
from outsidein.sources.load import LoadedSource, load_sources
from outsidein.sources.needs import unknown_columns
from outsidein.sources.progress import SilentProgress
from outsidein.sources.steps import column_rows
from outsidein.standards.declaration import Standard
from outsidein.standards.encounters import counted_events, standard_encounters
from outsidein.tables.table import Table

RECORDS = CANONICAL["records"]


@dataclass(slots=True)
class Binding:
    """A project bound to its sources on an engine of its own.

    Attributes:
        declared: The project.
        backend: The engine.
        spool: Folder for what is read.
        environment: Values for `${NAME}` in database addresses.
        errors: What is wrong, in the order of sources, models, surveys and rules.
        warnings: Columns in needs that no source has, though nothing is loaded for them; and
            costs that models make up.
    """

    declared: Declared
    backend: BaseBackend
    spool: Path
    environment: Mapping[str, str]
    errors: list[InputError] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    _loaded: list[LoadedSource] = field(default_factory=list)
    _broken: set[str] = field(default_factory=set)
    _traits: dict[str, dt.DataType] = field(default_factory=dict)

    def run(self, rules: Mapping[str, AlertRule]) -> list[InputError]:
        """Bind sources, models, surveys, rules and standards; return every error.

        What relies on something that has an error is left out: it would fail because of that.
        """
        self._load()
        self.warnings += warnings_of_costs(self.declared.models)
        self._bind_staging()
        self._bind_models()
        self._bind_surveys()
        self._bind_standards()
        self._bind_behaviour()
        if "records" not in self._broken:
            self._bind_rules(rules)
        return self.errors

    def _load(self) -> None:
        for name, source in self.declared.sources.items():
            with self._collected(name):
                needs = [need for need in self.declared.needs if need.source == name]
                [loaded] = load_sources(
                    self.backend,
                    {name: source},
                    needs,
                    root=self.declared.folder,
                    spool=self.spool,
                    as_of=self.declared.as_of,
                    environment=self.environment,
                    progress=SilentProgress(),
                    is_head_only=True,
                )
                self._loaded.append(loaded)
                self.warnings += unknown_columns(self.declared.needs, name, loaded.columns)

    def _bind_staging(self) -> None:
        for query in self.declared.models.staging:
            self._bind(query, partial(stage, self.backend, query), name=query.name)

    def _bind_models(self) -> None:
        for name, queries in self.declared.models.by_table.items():
            for query in queries:
                self._bind(query, partial(self._check, name, query), name)

    def _check(self, table: str, query: Query) -> None:
        staging = [s for s in self.declared.models.staging if s.name not in self._broken]
        refuse_other_relations(self.backend, staging, [query])
        checked(self.backend, CANONICAL[table], [query], currency=self.declared.currency)
        if table == RECORDS.name:
            selected = self.backend.sql(query.sql).schema()
            self._traits |= {n: kind for n, kind in selected.items() if RECORDS.is_open_column(n)}

    def _bind(self, query: Query, run: Callable[[], object], name: str) -> None:
        if query.relations & self._broken:
            self._broken.add(name)
            return
        with self._collected(name):
            run()

    def _bind_surveys(self) -> None:
        for survey in self.declared.surveys.values():
            if not set(survey.sources) & self._broken:
                with self._collected(survey.name):
                    for table, queries in survey_queries(self.backend, [survey]).items():
                        currency = self.declared.currency
                        checked(self.backend, CANONICAL[table], queries, currency=currency)

    def _bind_standards(self) -> None:
        encounters = _without_rows(CUSTOMER_TABLES["encounters"])
        signals = _without_rows(CUSTOMER_TABLES["signals"])
        for name, standard in self.declared.standards.items():
            with self._collected(name):
                bind_standard(encounters, signals, name, standard)

    def _bind_behaviour(self) -> None:
        encounters, transactions = (
            _without_rows(CANONICAL[name]) for name in ("encounters", "transactions")
        )
        for rule in self.declared.behaviour:
            with self._collected(rule.name):
                inferred_signals(rule, encounters, transactions, as_of=self.declared.as_of)

    def _bind_rules(self, rules: Mapping[str, AlertRule]) -> None:
        tables = AlertTables.of(self._empty)
        for name, segment in self.declared.segments.items():
            with self._collected(name):
                segment_memberships(tables.customers, {name: segment})
        for name, rule in rules.items():
            with self._collected(name):
                bind_alert_rule(tables, name, rule, as_of=self.declared.as_of)

    def _empty(self, name: str) -> ir.Table:
        """Return a table without rows that has the declared columns, and the traits."""
        table = CATALOGUE[name]
        more = self._traits if table.open_prefix else {}
        return ibis.table({**table.all_columns, **more}, name=name)

    @contextmanager
    def _collected(self, name: str) -> Iterator[None]:
        """Collect an error, and remember what has one."""
        try:
            yield
        except ModelError as error:
            states = [row for source in self._loaded for row in column_rows(source)]
            self._broken.add(name)
            self.errors.append(with_approval(error, states, self.declared.models))
        except InputError as error:
            self._broken.add(name)
            self.errors.append(error)


def warnings_of_costs(models: Models) -> Iterator[str]:
    """Warn of costs that a model makes up: profit would not say that its margin is assumed."""
    queries = [*models.staging, *(q for of in models.by_table.values() for q in of)]
    for query in queries:
        for column, part in query.assumed_costs.items():
            yield (
                f"{query.path.parent.name}/{query.path.name}: {column} is {part:.4g} times another "
                "number. If that is an assumed margin, leave cost empty and declare gross_margin "
                "in [value] of outsidein.toml, so that every figure of profit says so."
            )


def _without_rows(table: Table) -> ir.Table:
    return ibis.table(table.all_columns, name=table.name)


def bind_standard(encounters: ir.Table, signals: ir.Table, name: str, standard: Standard) -> None:
    """Check that a standard's conditions, measure and unit name what encounters have.

    Raises:
        ProjectError: They do not.
    """
    standard_encounters(encounters, signals, name, standard)
    if standard.count is not None:
        counted_events(encounters, name, standard)


def bind_alert_rule(tables: AlertTables, name: str, rule: AlertRule, *, as_of: date) -> None:
    """Check that an alert rule names facts that there are.

    Raises:
        ProjectError: It does not.
    """
    if not rule.is_of_rows:
        standing_candidates(tables, name, rule, as_of=as_of)
        return
    row_candidates(tables, name, rule)
    if rule.against is not None:
        compared_with(tables, name, rule)
