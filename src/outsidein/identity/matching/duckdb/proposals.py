"""Proposals: pairs of records that a model holds to be one customer."""

from collections.abc import Collection

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis.backends.duckdb import Backend

from outsidein.errors import InputError
from outsidein.identity.matching.blocking import BlockingRule
from outsidein.identity.matching.comparisons import columns_read
from outsidein.identity.matching.duckdb.match_weights import (
    create_weight_inputs,
    least_weight,
    match_weight_sql,
)
from outsidein.identity.matching.duckdb.prefilter import WeightBounds, create_likely_pairs
from outsidein.identity.matching.duckdb.prepared_records import computed_columns_sql
from outsidein.identity.matching.duckdb.work_tables import WorkTables, work_tables
from outsidein.identity.matching.match_model import MatchModel, PartyModel
from outsidein.identity.tables import PROPOSALS
from outsidein.lake.sql import quoted

_SCHEMA = ibis.schema(PROPOSALS.all_columns).to_pyarrow()
_ENDS = ", ".join(
    f"{{'source': {side}.source, 'record_id': {side}.record_id}}" for side in ("l", "r")
)
_KEYS = ", ".join(
    f"{end}({_ENDS}).{name} AS {to}{name}"
    for end, to in (("least", ""), ("greatest", "to_"))
    for name in ("source", "record_id")
)
"""The keys of a pair, the lesser first."""


def propose_pairs(
    backend: Backend,
    records: ir.Table,
    model: MatchModel,
    *,
    only: ir.Table | None = None,
    least: float | None = None,
) -> ir.Table:
    """Weigh every pair that the model's rules find and return those above its threshold.

    The same records give the same rows, in whatever order they come and on any number of
    threads; and with `only` the same rows as without it, as far as they have one of those.

    Args:
        backend: The engine in which `records` lies.
        records: Prepared records, from `prepare`.
        model: What was learned.
        only: `source`, `record_id` of new or changed records: just pairs with one of them.
        least: Least probability, if it is not to be the model's threshold.

    Returns:
        One row per pair, in key order, the lesser key first: `PROPOSALS`. `weight` is log2 of
        the Bayes factor; `pattern` says the levels, which `explained` spells out.

    Raises:
        InputError: The model compares what records no longer have.
    """
    least = model.threshold if least is None else least
    proposals = [
        _of_part(backend, records, model, part, only=only, least=least) for part in model.parts
    ]
    table = pa.concat_tables(proposals) if proposals else _SCHEMA.empty_table()
    keys = [(name, "ascending") for name in PROPOSALS.key]
    return ibis.memtable(table.sort_by(keys) if len(proposals) > 1 else table)


def _of_part(
    backend: Backend,
    records: ir.Table,
    model: MatchModel,
    part: PartyModel,
    *,
    only: ir.Table | None,
    least: float,
) -> pa.Table:
    _refuse_lacking(part, records.columns)
    if not part.rules:
        return _SCHEMA.empty_table()
    with work_tables(backend) as work:
        view = work.view("records", records.filter(records.party_kind == part.party_kind))
        if only is not None:
            view = _near(work, view, work.view("only", only), part.rules)
        enough = least_weight(part, least)
        bounds = WeightBounds(model, part)
        inputs = create_weight_inputs(work, view, model, part)
        pairs = create_likely_pairs(
            work, inputs, part, bounds, least=enough, with_new=only is not None
        )
        weighed = match_weight_sql(part, pairs, inputs)
        query = (
            f"SELECT {_KEYS}, '{part.party_kind}' AS party_kind, weight, probability, pattern "
            f"FROM (SELECT * FROM ({weighed}) WHERE weight >= {enough!r}) "
            f"JOIN {view} l ON l.i = li JOIN {view} r ON r.i = ri ORDER BY ALL"
        )
        return backend.con.execute(query).to_arrow_table().cast(_SCHEMA)


def _refuse_lacking(part: PartyModel, columns: Collection[str]) -> None:
    read = columns_read(part.compared)
    if lacking := sorted(read - set(columns) - set(computed_columns_sql(read))):
        raise InputError(
            f"The model compares {', '.join(lacking)}, which records no longer tell as text: "
            "train anew with `outsidein identity train`."
        )


def _near(work: WorkTables, view: str, only: str, rules: tuple[BlockingRule, ...]) -> str:
    """Keep the new records and those that a rule finds for one of them."""
    keys = sorted({column for rule in rules for column in rule.columns})
    added = ", ".join(
        f"{sql} AS {quoted(name)}" for name, sql in computed_columns_sql(keys).items()
    )
    keyed = f"SELECT *{', ' + added if added else ''} FROM {view}"
    is_new = f"(source, record_id) IN (SELECT (source, record_id) FROM {only})"
    new = work.table("new", f"SELECT * FROM ({keyed}) WHERE {is_new}")
    near = " OR ".join(
        f"({', '.join(rule.names)}) IN (SELECT ({', '.join(rule.names)}) FROM {new} p "
        f"WHERE {rule.has_columns_sql})"
        for rule in rules
    )
    return work.table(
        "near", f"SELECT *, i IN (SELECT i FROM {new}) AS is_new FROM {view} WHERE {near}"
    )
