"""Records and their ties as numbers: what the firewall looks at."""

from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from ibis.backends import BaseBackend
from numpy.typing import NDArray

from outsidein.identity.facts import FURTHER_NAMES, Codes, Facts, Flags, array, facts
from outsidein.identity.firewall_declaration import FirewallSettings
from outsidein.identity.pairs import PAIR

MOST_SLIPS = 1
"""First names so many letters apart may be one."""


@dataclass(frozen=True, slots=True)
class Edges:
    """Pairs of records with any evidence, each once, `left` above `right`."""

    left: Codes
    right: Codes
    weight: NDArray[np.float64]
    is_shared: Flags
    """Nothing but identifiers that records of many names share."""
    is_household: Flags
    """Nothing but identifiers that a household shares, between different first names."""
    decision: Codes
    """Number of the decision that joins them, 0 where none does."""

    def only(self, places: Codes) -> "Edges":
        """Return some of the edges, by place."""
        return Edges(*(getattr(self, name)[places] for name in self.__slots__))


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
    marked = rows.left_join(_desks(rows, described, settings), ["rule", "value"])
    marked = marked.select(*rows.columns, is_desk=marked.is_desk.notnull())
    edges = _with_households(_edges(marked, decided, settings), described)
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


def _edges(marked: ir.Table, decided: ir.Table, settings: FirewallSettings) -> ir.Table:
    """Gather the evidence of each pair: identifiers add up, and the stronger of them and model.

    A model that compares e-mails has weighed the e-mail already, so the two are not added.
    """
    kinds = [kind.lower() for kind in settings.household_kinds]
    exact = marked.weight.fill_null(0.0).cast("decimal(18, 6)")
    is_identifier = marked.kind == "identifier"
    is_household = is_identifier & marked.rule.lower().isin(kinds)
    pairs = marked.group_by("left", "right").aggregate(
        identifiers=exact.sum(where=marked.kind == "identifier").cast("float64").fill_null(0.0),
        modelled=marked.weight.max(where=marked.kind == "model").fill_null(0.0),
        is_shared=(is_identifier & marked.is_desk).all(),
        is_household=is_household.all(),
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
        is_household="is_household",
        decision=decision.cast("int64"),
    )


def _with_households(edges: ir.Table, described: ir.Table) -> ir.Table:
    """Of the ties that a household may share, mark those between different first names."""
    first = described.given_name.strip().lower().re_replace(FURTHER_NAMES, "").nullif("")
    one, other = (
        described.select(left="code", one=first),
        described.select(right="code", other=first),
    )
    named = edges.filter(edges.is_household).inner_join(one, "left").inner_join(other, "right")
    apart = named.filter(_are_different(named.one, named.other)).select(
        "left", "right", told=ibis.literal(1)
    )
    joined = edges.drop("is_household").left_join(apart, ["left", "right"])
    return joined.select(
        *(name for name in edges.columns if name != "is_household"),
        is_household=joined.told.notnull(),
    )


def _are_different(one: ir.StringValue, other: ir.StringValue) -> ir.BooleanValue:
    """Neither one slip of the pen nor one short for the other lies between two first names."""
    begins = one.startswith(other) | other.startswith(one)
    return ~begins & (one.levenshtein(other) > MOST_SLIPS)


def _as_edges(table: pa.Table) -> Edges:
    return Edges(**{name: array(table, name) for name in table.column_names})
