"""The firewall: links that would make an impossible customer go to review, not into effect."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from ibis.backends import BaseBackend
from numpy.typing import NDArray

from outsidein.identity.declaration import FirewallSettings
from outsidein.identity.firewall.agglomeration import RecordGroup, RecordGroups, WithheldReason
from outsidein.identity.firewall.link_graph import LinkGraph, Links, link_graph
from outsidein.identity.firewall.screening import (
    REFUSALS,
    Screening,
    impossible_links,
    link_refusals,
    screen_groups,
)
from outsidein.identity.records.attributes import (
    UNKNOWN,
    Codes,
    Flags,
    RecordAttributes,
    column_array,
)
from outsidein.identity.records.birth_dates import are_incompatible, are_usable
from outsidein.identity.records.connected_components import component_labels
from outsidein.identity.records.pairs import PAIR
from outsidein.identity.records.record_codes import RecordCodes
from outsidein.identity.tables import WITHHELD

NONE = np.empty(0, np.int64)


@dataclass(frozen=True, slots=True)
class WithheldLinks:
    """What the firewall held back among coded edges.

    Attributes:
        edges: Which edges (index), in order.
        reasons: Why each.
        void: Pairs whose `never` a later decision contradicts, as codes.
    """

    edges: Codes
    reasons: tuple[WithheldReason, ...]
    void: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class LinkEffect:
    """What of the evidence takes effect, by the codes of records, and what does not."""

    left: Codes
    right: Codes
    withheld: pa.Table
    """One row per pair withheld: `left`, `right`, `founder` (null where there is none), `reason`,
    `weight`, `probability`."""

    def rows(self, numbers: RecordCodes) -> pa.Table:
        """Return what is withheld as `WITHHELD`, in order of `PAIR`."""
        withheld = self.withheld
        one, other = (numbers.places[column_array(withheld, name)] for name in ("left", "right"))
        later, first = np.maximum(one, other), np.minimum(one, other)
        withheld = withheld.take(pa.array(np.lexsort((first, later))))
        named = numbers.named(
            *numbers.oriented(column_array(withheld, "left"), column_array(withheld, "right"))
        )
        founders = numbers.keys.take(withheld["founder"])
        columns = named | {name: withheld[name] for name in ("reason", "weight", "probability")}
        columns |= {f"founder_{name}": founders[name] for name in PAIR[:2]}
        return pa.table(columns).cast(WITHHELD.schema.to_pyarrow())


def links_in_effect(
    backend: BaseBackend,
    ledger: ir.Table,
    described: ir.Table,
    decisions: ir.Table,
    numbers: RecordCodes,
    *,
    lone: Codes = NONE,
    settings: FirewallSettings,
) -> LinkEffect:
    """Find the pairs of records whose evidence is not to take effect.

    Groups of tied records that look wrong are joined anew from the strongest tie to the weakest,
    and a tie that would join what is no one customer is withheld: an organisation with a person,
    birth dates or first names of two people, records that a decision keeps apart, too many
    records, too long a chain. So is a tie by nothing but an identifier that people of several
    names share, or people of one household who have different first names. Decisions that join
    pass, the later before the earlier. All other groups are left alone.

    Args:
        backend: Where the tables lie.
        ledger: `EVIDENCE`.
        described: From `describe`.
        decisions: `DECISIONS`.
        numbers: Of all records; they tell the founders.
        lone: Pairs to leave out, as `Numbers.pairs` tells them.
        settings: The limits.
    """
    graph = link_graph(backend, ledger, described, decisions, numbers, lone=lone, settings=settings)
    screened = screen_groups(graph.attributes, graph.edges, graph.apart, settings)
    withheld = withhold_links(
        graph.attributes, graph.edges, graph.apart, screened, settings=settings
    )
    return _effect(graph, withheld, screened)


def evidence_in_effect(evidence: ir.Table, withheld: ir.Table) -> ir.Table:
    """Return the evidence the firewall lets through, of which memberships are the fold."""
    return evidence.anti_join(withheld, list(PAIR))


def withhold_links(
    facts: RecordAttributes,
    edges: Links,
    apart: NDArray[np.int64],
    screened: Screening,
    *,
    settings: FirewallSettings,
) -> WithheldLinks:
    """Look at the suspicious groups more closely.

    Args:
        facts: What is known of each record.
        edges: Pairs of records with evidence, in order of their codes.
        apart: Pairs to keep apart, with the number of the decision.
        screened: Which groups are suspicious.
        settings: The limits.
    """
    refusal = link_refusals(facts, edges)
    lacking = np.where(refusal > 0, refusal, impossible_links(facts, edges))
    lacking[_is_decided(edges, apart, screened)[edges.left]] = 0
    possible = np.flatnonzero(lacking == 0)
    rest = edges.only(possible)
    again = screen_groups(facts, rest, apart, settings, limit=screened.most_records)
    looked_at = np.flatnonzero(again.is_suspicious[rest.left])
    held_back = _held_back(
        facts,
        rest.only(looked_at),
        refusal[possible][looked_at],
        apart,
        again,
        settings=settings,
    )
    is_held = np.zeros(len(rest.left), dtype=np.bool_)
    is_held[looked_at[held_back.edges]] = True
    customer = component_labels(len(facts.born), rest.left[~is_held], rest.right[~is_held])
    outright = np.flatnonzero((lacking > 0) & (customer[edges.left] != customer[edges.right]))
    kept = np.concatenate([outright, possible[looked_at[held_back.edges]]])
    reasons = (*(REFUSALS[n] for n in lacking[outright].tolist()), *held_back.reasons)
    order = np.argsort(kept, kind="stable")
    return WithheldLinks(kept[order], tuple(reasons[n] for n in order.tolist()), held_back.void)


def _is_decided(edges: Links, apart: NDArray[np.int64], screened: Screening) -> Flags:
    """For each record, whether a decision bears on its group."""
    groups = np.zeros(len(screened.founder), dtype=np.bool_)
    groups[screened.founder[edges.left[edges.decision > 0]]] = True
    groups[screened.founder[apart[:, :2].ravel()]] = True
    is_decided: Flags = groups[screened.founder]
    return is_decided


def _held_back(
    facts: RecordAttributes,
    edges: Links,
    refusal: NDArray[np.int8],
    apart: NDArray[np.int64],
    screened: Screening,
    *,
    settings: FirewallSettings,
) -> WithheldLinks:
    """Join the records of suspicious groups anew, from the strongest tie to the weakest."""
    groups = RecordGroups(
        _singles(facts, np.flatnonzero(screened.is_suspicious)),
        neighbours=_neighbours(edges.left, edges.right),
        most_records=screened.most_records,
        longest_chain=settings.longest_chain,
        incompatible=_incompatible(facts, edges.left, edges.right),
    )
    contradicted = set(groups.decide(_decided(edges, apart, screened)))
    pairs = list(zip(edges.left.tolist(), edges.right.tolist(), strict=True))
    undecided = np.flatnonzero(edges.decision == 0)
    order = np.lexsort((edges.right[undecided], edges.left[undecided], -edges.weight[undecided]))
    lacking = [REFUSALS[n] for n in refusal.tolist()]
    refused = {
        i: WithheldReason.CONTRADICTED for i, ends in enumerate(pairs) if ends in contradicted
    }
    for i in undecided[order].tolist():
        reason = groups.tie(*pairs[i], refusal=lacking[i])
        if reason is not None:
            refused[i] = reason
    kept = sorted(i for i in refused if not groups.are_one(*pairs[i]))
    void = sorted(ends for ends in contradicted if groups.are_one(*ends))
    return WithheldLinks(np.array(kept, np.int64), tuple(refused[i] for i in kept), tuple(void))


def _decided(
    edges: Links, apart: NDArray[np.int64], screened: Screening
) -> list[tuple[int, bool, int, int]]:
    """Decisions on records of suspicious groups: number, whether the two are one, the two."""
    joined = np.flatnonzero(edges.decision).tolist()
    within = screened.founder[apart[:, 0]] == screened.founder[apart[:, 1]]
    return [
        (int(edges.decision[i]), True, int(edges.left[i]), int(edges.right[i])) for i in joined
    ] + [(number, False, left, right) for left, right, number in apart[within].tolist()]


def _singles(facts: RecordAttributes, records: Codes) -> dict[int, RecordGroup]:
    is_known_birth = are_usable(facts.born[records]).tolist()
    born = facts.born[records].astype(np.int64).tolist()
    has_name = ((facts.gender != UNKNOWN) & (facts.given >= 0))[records].tolist()
    names = zip(
        facts.gender[records].tolist(),
        facts.given[records].tolist(),
        facts.initial[records].tolist(),
        strict=True,
    )
    parties = facts.party[records].tolist()
    columns = zip(records.tolist(), is_known_birth, born, has_name, names, parties, strict=True)
    return {
        record: RecordGroup(
            [record], {day} if is_known else set(), {name} if is_named else set(), party
        )
        for record, is_known, day, is_named, name, party in columns
    }


def _incompatible(
    facts: RecordAttributes, left: Codes, right: Codes
) -> dict[tuple[int, int], bool]:
    """Compare the birth dates of tied records at once, which is quicker than one by one."""
    born = np.sort(np.column_stack([facts.born[left], facts.born[right]]), axis=1)
    apart = np.unique(born[are_usable(born).all(axis=1) & (born[:, 0] != born[:, 1])], axis=0)
    is_incompatible = are_incompatible(apart[:, 0], apart[:, 1]).tolist()
    days = zip(*apart.T.astype(np.int64).tolist(), strict=True)
    return dict(zip(days, is_incompatible, strict=True))


def _neighbours(left: Codes, right: Codes) -> Mapping[int, list[int]]:
    neighbours: dict[int, list[int]] = defaultdict(list)
    for one, other in zip(left.tolist(), right.tolist(), strict=True):
        neighbours[one].append(other)
        neighbours[other].append(one)
    return neighbours


def _effect(graph: LinkGraph, held_back: WithheldLinks, screened: Screening) -> LinkEffect:
    edges, nodes = graph.edges, graph.nodes
    void = np.array(held_back.void, dtype=np.int64).reshape(-1, 2)
    left = np.concatenate([edges.left[held_back.edges], void[:, 0]])
    right = np.concatenate([edges.right[held_back.edges], void[:, 1]])
    places, is_tied = _places(edges, void, len(nodes))
    chance = np.where(is_tied, edges.probability[places], np.nan)
    stays = np.ones(len(edges.left), dtype=np.bool_)
    stays[held_back.edges] = False
    stays[places[is_tied]] = False
    withheld = {
        "left": nodes[left],
        "right": nodes[right],
        "founder": nodes[screened.founder[left]],
        "reason": pa.array(
            [*held_back.reasons, *[WithheldReason.CONTRADICTED] * len(void)], pa.string()
        ),
        "weight": _known(
            np.concatenate([edges.weight[held_back.edges], np.full(len(void), np.nan)])
        ),
        "probability": _known(np.concatenate([edges.probability[held_back.edges], chance])),
    }
    return LinkEffect(nodes[edges.left[stays]], nodes[edges.right[stays]], pa.table(withheld))


def _places(edges: Links, pairs: NDArray[np.int64], nodes: int) -> tuple[Codes, Flags]:
    """Where pairs stand among the edges, and whether they do."""
    if not len(edges.left):
        return np.zeros(len(pairs), np.int64), np.zeros(len(pairs), np.bool_)
    edge_keys, pair_keys = edges.left * nodes + edges.right, pairs[:, 0] * nodes + pairs[:, 1]
    places = np.minimum(np.searchsorted(edge_keys, pair_keys), len(edge_keys) - 1)
    return places, edge_keys[places] == pair_keys


def _known(numbers: NDArray[np.float64]) -> pa.Array:
    return pa.array(numbers, from_pandas=True)
