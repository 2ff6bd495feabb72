"""Records and their ties as numbers: what the firewall looks at."""

from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from ibis.backends import BaseBackend
from numpy.typing import NDArray

from outsidein.identity.facts import Codes, Facts, Flags, array, facts
from outsidein.identity.firewall_declaration import FirewallSettings
from outsidein.identity.pairs import PAIR


@dataclass(frozen=True, slots=True)
class Edges:
    """Pairs of records with any evidence, each once, `left` above `right`."""

    left: Codes
    right: Codes
    weight: NDArray[np.float64]
    is_shared: Flags
    """Nothing but identifiers that records of many names share."""
    decision: Codes
    """Number of the decision that joins them, 0 where none does."""


@dataclass(frozen=True, slots=True)
class Coded:
    """Records with any evidence, coded by founder: the first is the one that would found."""

    nodes: ir.Table
    """One row per record: `code`, `source`, `record_id`."""
    facts: Facts
    edges: Edges
    apart: NDArray[np.int64]
    """Pairs to keep apart: `left`, `right`, number of the decision."""


def coded(
    backend: BaseBackend,
    evidence: ir.Table,
    records: ir.Table,
    decisions: ir.Table,
    *,
    settings: FirewallSettings,
    before: ir.Table | None,
) -> Coded:
    """Read evidence and facts into arrays.

    The table of nodes stays with the backend, as `firewall_nodes`, until it is dropped.

    Args:
        backend: Where the tables lie.
        evidence: `EVIDENCE`.
        records: Canonical `records`.
        decisions: `DECISIONS`.
        settings: What makes an identifier shared.
        before: Memberships of the build before, which tell who would be the founder.
    """

    def kept(name: str, table: ir.Table) -> ir.Table:
        return backend.create_table(f"firewall_{name}", table, temp=True, overwrite=True)

    nodes = kept("nodes", _nodes(evidence, before))
    described = kept("facts", _described(nodes, records))
    rows = kept("rows", _rows(evidence, nodes))
    ends = _ends(decisions.filter(decisions.kind.isin(["always", "never"])), nodes)
    decided = kept("decided", ends.select("left", "right", "kind", "decision"))
    never = decided.filter(decided.kind == "never").order_by("decision", "left", "right")
    apart = backend.to_pyarrow(never.select("left", "right", "decision"))
    edges = _edges(rows, _desks(rows, described, settings), decided)
    graph = Coded(
        nodes.select("code", "source", "record_id"),
        facts(backend.to_pyarrow(described.order_by("code")), sure_gender=settings.sure_gender),
        _as_edges(backend.to_pyarrow(edges.order_by("left", "right"))),
        np.column_stack([array(apart, name) for name in apart.column_names]).astype(np.int64),
    )
    for name in ("facts", "rows", "decided"):
        backend.drop_table(f"firewall_{name}")
    return graph


def _nodes(evidence: ir.Table, before: ir.Table | None) -> ir.Table:
    ends = evidence.select("source", "record_id").union(
        evidence.select(source="to_source", record_id="to_record_id"), distinct=True
    )
    order: list[Any] = ["source", "record_id"]
    if before is not None:
        known = before.select("source", "record_id", "first_seen_build")
        ends = ends.left_join(known, ["source", "record_id"])
        ends = ends.select("source", "record_id", "first_seen_build")
        order = [ibis.asc("first_seen_build", nulls_first=False), *order]
    return ends.mutate(code=ibis.row_number().over(order_by=order)).select(
        "code", "source", "record_id"
    )


def _described(nodes: ir.Table, records: ir.Table) -> ir.Table:
    joined = nodes.left_join(records, ["source", "record_id"])
    return joined.select("code", "born_on", "given_name", "family_name", "gender", "party_kind")


def _ends(rows: ir.Table, nodes: ir.Table) -> ir.Table:
    """Add the codes of both ends, the higher as `left`; rows of records unknown here go."""
    one = nodes.select("source", "record_id", one="code")
    other = nodes.select(to_source="source", to_record_id="record_id", other="code")
    joined = rows.inner_join(one, ["source", "record_id"])
    joined = joined.inner_join(other, ["to_source", "to_record_id"])
    high = ibis.greatest(joined.one, joined.other)
    return joined.mutate(left=high, right=ibis.least(joined.one, joined.other))


def _rows(evidence: ir.Table, nodes: ir.Table) -> ir.Table:
    wanted = evidence.select(*PAIR, "kind", "rule", "value", "weight")
    return _ends(wanted, nodes).select("left", "right", "kind", "rule", "value", "weight")


def _desks(rows: ir.Table, described: ir.Table, settings: FirewallSettings) -> ir.Table:
    """Return identifiers on records of too many family names."""
    shared = rows.filter(rows.kind == "identifier")
    holders = shared.select("rule", "value", code="left").union(
        shared.select("rule", "value", code="right")
    )
    named = holders.inner_join(described.filter(described.family_name.notnull()), "code")
    letter = named.family_name.strip().lower().substr(0, 1).nullif("")
    use = named.group_by("rule", "value").aggregate(names=letter.nunique())
    return use.filter(use.names > settings.most_names).select("rule", "value", is_desk=True)


def _edges(rows: ir.Table, desks: ir.Table, decided: ir.Table) -> ir.Table:
    """Gather the evidence of each pair: identifiers add up, and the stronger of them and model.

    A model that compares e-mails has weighed the e-mail already, so the two are not added.
    """
    marked = rows.left_join(desks, ["rule", "value"])
    marked = marked.select(*rows.columns, is_desk=marked.is_desk.notnull())
    exact = marked.weight.fill_null(0.0).cast("decimal(18, 6)")
    is_shared = (marked.kind == "identifier") & marked.is_desk
    pairs = marked.group_by("left", "right").aggregate(
        identifiers=exact.sum(where=marked.kind == "identifier").cast("float64").fill_null(0.0),
        modelled=marked.weight.max(where=marked.kind == "model").fill_null(0.0),
        is_shared=is_shared.all(),
        is_decided=(marked.kind == "decision").any(),
    )
    always = decided.filter(decided.kind == "always").select("left", "right", "decision")
    joined = pairs.left_join(always, ["left", "right"])
    decision = joined.is_decided.ifelse(joined.decision.fill_null(1), 0)
    return joined.select(
        "left",
        "right",
        weight=ibis.greatest(joined.identifiers, joined.modelled),
        is_shared="is_shared",
        decision=decision.cast("int64"),
    )


def _as_edges(table: pa.Table) -> Edges:
    left, right, weight, is_shared, decision = (array(table, n) for n in table.column_names)
    return Edges(left, right, weight, is_shared, decision)
