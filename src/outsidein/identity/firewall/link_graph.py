"""The graph of records and links, as arrays, that the firewall checks."""

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from ibis.backends import BaseBackend
from numpy.typing import NDArray

from outsidein.identity.declaration import FirewallSettings
from outsidein.identity.records.attributes import (
    FURTHER_NAMES,
    Codes,
    Flags,
    RecordAttributes,
    column_array,
    record_attributes,
)
from outsidein.identity.records.pairs import PAIR
from outsidein.identity.records.record_codes import RecordCodes
from outsidein.lake.expressions import evaluate_once
from outsidein.lake.scratch import scratch

FACTS = ("born_on", "given_name", "family_name", "suffix", "gender", "party_kind")
MOST_SLIPS = 1
"""First names so many letters apart may be one."""


@dataclass(frozen=True, slots=True)
class Links:
    """Pairs of records with any evidence, each once, `left` above `right`."""

    left: Codes
    right: Codes
    weight: NDArray[np.float64]
    is_shared: Flags
    """Nothing but identifiers that records of many names share."""
    is_household: Flags
    """Nothing but identifiers that a household shares, between different first names."""
    is_own: Flags
    """Any identifier that neither a household nor people of many names share."""
    decision: Codes
    """Number of the decision that joins them, 0 where none does."""
    probability: NDArray[np.float64]
    """As the model has it; not a number where no model proposes the pair."""

    def only(self, places: Codes) -> "Links":
        """Return some of the edges, by place."""
        return Links(*(getattr(self, name)[places] for name in self.__slots__))


@dataclass(frozen=True, slots=True)
class LinkGraph:
    """Records with any evidence as nodes, in order of their codes: the first would found."""

    nodes: Codes
    """For each node the code of its record."""
    attributes: RecordAttributes
    edges: Links
    apart: NDArray[np.int64]
    """Pairs to keep apart: `left`, `right`, number of the decision."""


def link_graph(
    backend: BaseBackend,
    ledger: ir.Table,
    described: ir.Table,
    decisions: ir.Table,
    numbers: RecordCodes,
    *,
    lone: Codes,
    settings: FirewallSettings,
) -> LinkGraph:
    """Read evidence and facts into arrays.

    Args:
        backend: Where the tables lie.
        ledger: `EVIDENCE`.
        described: From `describe`.
        decisions: `DECISIONS`.
        numbers: Of all records.
        lone: Pairs to leave out, as `Numbers.pairs` tells them.
        settings: What makes an identifier shared.
    """
    wanted = ledger.select(*PAIR, "kind", "rule", "value", "weight", "probability")
    asked = decisions.filter(decisions.kind.isin(["always", "never"]))
    with scratch(backend) as temporary:
        rows = temporary.hold(numbers.coded(wanted), "firewall_evidence")
        decided = numbers.coded(asked.select(*PAIR, "kind", "decision"))
        decided = temporary.hold(decided, "firewall_decisions")
        edges = _edges(_marked(rows, described, settings), decided, settings)
        links = backend.to_pyarrow(_with_households(edges, described).order_by("left", "right"))
        never = decided.filter(decided.kind == "never").order_by("decision", "left", "right")
        apart = backend.to_pyarrow(never.select("left", "right", "decision"))
    links = links.filter(pa.array(~np.isin(numbers.pairs(links), lone)))
    return _by_node(backend, links, apart, described, len(numbers.keys), settings=settings)


def _by_node(
    backend: BaseBackend,
    edges: pa.Table,
    apart: pa.Table,
    described: ir.Table,
    records: int,
    *,
    settings: FirewallSettings,
) -> LinkGraph:
    """Number the records that have evidence anew, without gaps, and add what is known of them."""
    columns = {name: column_array(edges, name) for name in edges.column_names}
    nodes, node = _numbered(columns["left"], columns["right"], records)
    ends = {name: node[columns[name]] for name in ("left", "right")}
    kept = [
        node[column_array(apart, "left")],
        node[column_array(apart, "right")],
        column_array(apart, "decision"),
    ]
    decided = np.column_stack(kept).astype(np.int64)
    attributes = ibis.memtable(pa.table({"node": nodes})).left_join(
        described.select("code", *FACTS), ibis._.node == described.code
    )
    return LinkGraph(
        nodes,
        record_attributes(
            backend.to_pyarrow(attributes.order_by("node")), sure_gender=settings.sure_gender
        ),
        Links(**(columns | ends)),
        decided[(decided >= 0).all(axis=1)],
    )


def _numbered(left: Codes, right: Codes, records: int) -> tuple[Codes, Codes]:
    """Codes of the records at any end, and for each code the place there, -1 where it is none."""
    is_node = np.zeros(records, dtype=np.bool_)
    is_node[left] = is_node[right] = True
    nodes = np.flatnonzero(is_node)
    places = np.full(records, -1)
    places[nodes] = np.arange(len(nodes))
    return nodes, places


def _marked(rows: ir.Table, described: ir.Table, settings: FirewallSettings) -> ir.Table:
    desks = _desks(rows, described, settings)
    marked = rows.left_join(desks, ["rule", "value"])
    return marked.select(*rows.columns, is_desk=marked.is_desk.notnull())


def _desks(rows: ir.Table, described: ir.Table, settings: FirewallSettings) -> ir.Table:
    """Return identifiers on records of too many family names."""
    shared = rows.filter(rows.kind == "identifier")
    ties = shared.group_by("rule", "value").aggregate(ties=shared.count())
    # Two records a tie at most: most identifiers need no look at names.
    several = ties.filter(2 * ties.ties > settings.most_names)
    shared = shared.semi_join(several, ["rule", "value"])
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
        is_own=(is_identifier & ~is_household & ~marked.is_desk).any(),
        is_decided=(marked.kind == "decision").any(),
        probability=marked.probability.max(where=marked.kind == "model"),
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
        is_own="is_own",
        decision=decision.cast("int64"),
        probability=joined.probability.fill_null(float("nan")),
    )


def _with_households(edges: ir.Table, described: ir.Table) -> ir.Table:
    """Of the ties that a household may share, mark those between different first names."""
    one = described.select(left="code", one="given_name")
    other = described.select(right="code", other="given_name")
    named = edges.filter(edges.is_household).inner_join(one, "left").inner_join(other, "right")
    names = ibis.array([_first(named.one), _first(named.other)])
    is_apart = evaluate_once(names, lambda pair: _are_different(pair[0], pair[1]))
    apart = named.filter(is_apart).select("left", "right", told=ibis.literal(1))
    joined = edges.drop("is_household").left_join(apart, ["left", "right"])
    return joined.select(
        *(name for name in edges.columns if name != "is_household"),
        is_household=joined.told.notnull(),
    )


def _first(name: ir.StringValue) -> ir.StringValue:
    return name.strip().lower().re_replace(FURTHER_NAMES, "").nullif("")


def _are_different(one: ir.StringValue, other: ir.StringValue) -> ir.BooleanValue:
    """Neither one slip of the pen nor one short for the other lies between two first names."""
    begins = one.startswith(other) | other.startswith(one)
    return ~begins & (one.levenshtein(other) > MOST_SLIPS)
