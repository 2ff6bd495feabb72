"""Screening: which groups of linked records may break a rule of the firewall."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from outsidein.identity.declaration import FirewallSettings
from outsidein.identity.firewall.agglomeration import WithheldReason
from outsidein.identity.firewall.link_graph import Links
from outsidein.identity.records.attributes import (
    FEMALE,
    MALE,
    ORGANISATION,
    PERSON,
    UNKNOWN,
    Codes,
    Flags,
    RecordAttributes,
)
from outsidein.identity.records.birth_dates import Days, are_incompatible, are_usable
from outsidein.identity.records.connected_components import component_labels

REFUSALS = (None, *WithheldReason)
"""Why a tie is refused, by number; none is 0."""

MOST_BIRTHS = 8
"""A group with more birth dates than this is looked at without comparing them."""


_DAY_BITS = 32
_EPOCH = 2**31
"""Days before 1970 are negative; so many later they are not."""


@dataclass(frozen=True, slots=True)
class Screening:
    """Groups of tied records, told by their first record's code."""

    founder: Codes
    """For each record the first of its group."""
    is_suspicious: Flags
    """For each record whether its group is looked at more closely."""
    most_records: int
    """More records than this are too many for one customer."""


def screen_groups(
    facts: RecordAttributes,
    edges: Links,
    apart: NDArray[np.int64],
    settings: FirewallSettings,
    *,
    limit: int | None = None,
) -> Screening:
    """Mark groups that might break a rule; one that is not marked breaks none.

    Args:
        facts: What is known of each record.
        edges: Pairs of records with evidence.
        apart: Pairs decided to be kept apart: one row per pair, codes first.
        settings: The limits.
        limit: More records than this are too many, if the sizes of groups are not to tell.
    """
    nodes = len(facts.born)
    founder = component_labels(nodes, edges.left, edges.right)
    sizes = np.bincount(founder, minlength=nodes)
    limit = most_records(sizes, settings) if limit is None else limit
    within = apart[founder[apart[:, 0]] == founder[apart[:, 1]], 0]
    marked = sizes > limit
    for suspicious in (
        _with_incompatible_births(founder, facts),
        founder[edges.left[link_refusals(facts, edges) > 0]],
        founder[within],
        _long_chains(founder, sizes, edges, settings.longest_chain),
    ):
        marked[suspicious] = True
    marked |= _both(founder, facts.gender, MALE, FEMALE)
    marked |= _both(founder, facts.party, PERSON, ORGANISATION)
    return Screening(founder, marked[founder], limit)


def most_records(sizes: Codes, settings: FirewallSettings) -> int:
    """Return the size that few groups of two or more exceed, or the least that counts as large.

    Of fewer than a thousand groups, say, it is the size of the largest but one.

    Example:
        >>> most_records(np.array([1, 2, 3, 2, 400]), FirewallSettings(fewest_large=20))
        20
    """
    several = np.sort(sizes[sizes > 1])
    beyond = max(1, int(len(several) * (1 - settings.largest_share)))
    within = several[:-beyond]
    return max(settings.fewest_large, int(within.max(initial=0)))


def link_refusals(facts: RecordAttributes, edges: Links) -> NDArray[np.int8]:
    """Say what edges themselves lack, as places in `REFUSALS`; a decision lacks nothing."""
    reasons = np.zeros(len(edges.left), dtype=np.int8)
    reasons[_of_two_generations(facts, edges)] = REFUSALS.index(WithheldReason.SUFFIXES)
    reasons[edges.is_household] = REFUSALS.index(WithheldReason.HOUSEHOLD)
    reasons[_shared_by_names(facts, edges)] = REFUSALS.index(WithheldReason.SHARED)
    reasons[edges.decision > 0] = 0
    return reasons


def impossible_links(facts: RecordAttributes, edges: Links) -> NDArray[np.int8]:
    """Say which edges tie two records that are no one customer, as places in `REFUSALS`.

    Whatever else is tied to either, the two never are.
    """
    left, right = edges.left, edges.right
    reasons = np.zeros(len(left), dtype=np.int8)
    party = facts.party[left] | facts.party[right]
    for reason, is_so in (
        (WithheldReason.NAMES, _of_two(facts, left, right)),
        (WithheldReason.BIRTHS, are_incompatible(facts.born[left], facts.born[right])),
        (WithheldReason.PARTIES, party == PERSON | ORGANISATION),
    ):
        reasons[is_so] = REFUSALS.index(reason)
    return reasons


def _of_two(facts: RecordAttributes, left: Codes, right: Codes) -> Flags:
    """Different gender and different first names; an initial differs from no name it begins."""
    is_known = (facts.gender[left] != UNKNOWN) & (facts.gender[right] != UNKNOWN)
    is_known &= (facts.given[left] >= 0) & (facts.given[right] >= 0)
    one, other = facts.initial[left], facts.initial[right]
    begins = (np.minimum(one, other) < 0) & (np.abs(one) == np.abs(other))
    differs = facts.given[left] != facts.given[right]
    is_of_two: Flags = is_known & (facts.gender[left] != facts.gender[right]) & differs & ~begins
    return is_of_two


def _of_two_generations(facts: RecordAttributes, edges: Links) -> Flags:
    """Suffixes differ and no identifier of one person agrees.

    Where one name has no suffix, an equal birth date speaks for one person, too.
    """
    left, right = edges.left, edges.right
    one, other = facts.suffix[left], facts.suffix[right]
    differs = (one >= 0) & (other >= 0) & (one != other)
    is_born_alike = (facts.born[left] == facts.born[right]) & are_usable(facts.born[left])
    is_explained = edges.is_own | (is_born_alike & (np.minimum(one, other) == 0))
    is_of_two: Flags = differs & ~is_explained
    return is_of_two


def _shared_by_names(facts: RecordAttributes, edges: Links) -> Flags:
    """Say which edges are a shared identifier only, between records not of one name."""
    left, right = edges.left, edges.right
    family = (facts.family[left] == facts.family[right]) & (facts.family[left] >= 0)
    same_first_name = facts.given[left] == facts.given[right]
    same_first_name |= (facts.given[left] < 0) | (facts.given[right] < 0)
    is_shared: Flags = edges.is_shared & ~(family & same_first_name)
    return is_shared


def _both(founder: Codes, kind: NDArray[np.int8], one: int, other: int) -> Flags:
    nodes = len(founder)
    counts = [np.bincount(founder[kind == k], minlength=nodes) for k in (one, other)]
    has_both: Flags = (counts[0] > 0) & (counts[1] > 0)
    return has_both


def _with_incompatible_births(founder: Codes, facts: RecordAttributes) -> Codes:
    """Founders of groups with birth dates of more than one person, or with very many."""
    group, born = _distinct(founder, facts.born)
    several = np.zeros(len(group), dtype=np.bool_)
    several[1:] = group[1:] == group[:-1]
    several[:-1] |= several[1:]
    several[several] = are_usable(born[several])
    group, born = group[several], born[several]
    suspicious = [group[MOST_BIRTHS:][group[MOST_BIRTHS:] == group[:-MOST_BIRTHS]]]
    for step in range(1, MOST_BIRTHS):
        same = np.flatnonzero(group[step:] == group[:-step])
        bad = are_incompatible(born[same], born[same + step])
        suspicious.append(group[same[bad]])
    return np.concatenate(suspicious)


def _distinct(founder: Codes, born: Days) -> tuple[Codes, Days]:
    """Each known birth date of each group once, in order."""
    has_birth_date = ~np.isnat(born)
    days = born[has_birth_date].astype(np.int64) + _EPOCH
    packed = np.sort((founder[has_birth_date] << _DAY_BITS) + days)
    packed = packed[np.diff(packed, prepend=-1) > 0]
    return packed >> _DAY_BITS, ((packed & (2**_DAY_BITS - 1)) - _EPOCH).astype("datetime64[D]")


def _long_chains(founder: Codes, sizes: Codes, edges: Links, longest: int) -> Codes:
    """Founders of groups some record of which is far from the record with the most links."""
    is_large = sizes[founder] > longest + 1
    kept = is_large[edges.left]
    left, right = edges.left[kept], edges.right[kept]
    nodes = np.flatnonzero(is_large)
    degree = np.bincount(np.concatenate([left, right]), minlength=len(founder))
    order = nodes[np.lexsort((-degree[nodes], founder[nodes]))]
    _, first = np.unique(founder[order], return_index=True)
    reached = np.zeros(len(founder), dtype=np.bool_)
    reached[order[first]] = True
    for _ in range(longest // 2):
        before = reached.copy()
        reached[left[before[right]]] = True
        reached[right[before[left]]] = True
    return founder[nodes[~reached[nodes]]]
