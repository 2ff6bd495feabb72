"""Agglomerative clustering under constraints: strongest links first, no impossible customer."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import product

from outsidein.identity.firewall.chain_length import is_longer_than
from outsidein.identity.records.birth_dates import is_incompatible_pair

PARTY_MIX = 3
"""Bits of a person and of an organisation."""


class WithheldReason(StrEnum):
    """Why a tie is withheld: shown to the reviewer as it stands."""

    DECIDED = "a decision keeps records of the two apart"
    CONTRADICTED = "a later decision contradicts this one"
    SHARED = "only an identifier that people of several names share"
    HOUSEHOLD = "only an identifier that a household shares, and different first names"
    SUFFIXES = "generational suffixes (Sr., Jr., II) differ, and no identifier of one person agrees"
    PARTIES = "an organisation with a person"
    BIRTHS = "birth dates that are no one person's"
    NAMES = "different first names of different gender"
    SIZE = "more records than customers have"
    CHAIN = "too long a chain of links"


@dataclass(slots=True)
class RecordGroup:
    """Records joined so far, with what is known of them."""

    records: list[int]
    births: set[int] = field(default_factory=set)
    names: set[tuple[int, int, int]] = field(default_factory=set)
    """Gender, first name and its initial (negative where there is no more of the name)."""
    parties: int = 0
    apart: set[int] = field(default_factory=set)
    """Records that a decision keeps out."""


class RecordGroups:
    """Groups of records, each record in one, and why two of them may not become one."""

    def __init__(
        self,
        records: Mapping[int, RecordGroup],
        *,
        neighbours: Mapping[int, list[int]],
        most_records: int,
        longest_chain: int,
        incompatible: Mapping[tuple[int, int], bool],
    ) -> None:
        self._group = dict(records)
        self._neighbours = neighbours
        self._most_records = most_records
        self._longest_chain = longest_chain
        self._incompatible = dict(incompatible)
        self._refused: dict[tuple[int, int], tuple[int, int, WithheldReason]] = {}

    def are_one(self, left: int, right: int) -> bool:
        """Say whether two records are in one group."""
        return self._group[left] is self._group[right]

    def decide(self, decisions: Iterable[tuple[int, bool, int, int]]) -> Iterator[tuple[int, int]]:
        """Follow decisions, the last taken first; yield pairs whose decision is contradicted.

        Args:
            decisions: Number, whether the two are one, and the two records.
        """
        for _, is_one, left, right in sorted(decisions, reverse=True):
            one, other = self._group[left], self._group[right]
            if is_one and not self._is_apart(one, other):
                self._join(one, other)
            elif not is_one and one is not other:
                one.apart.add(right)
                other.apart.add(left)
            else:
                yield left, right

    def tie(
        self, left: int, right: int, *, refusal: WithheldReason | None
    ) -> WithheldReason | None:
        """Join the groups of two records, or say why not.

        Args:
            left: A record.
            right: Another.
            refusal: What the tie itself lacks, if anything.
        """
        one, other = self._group[left], self._group[right]
        if one is other:
            return None
        if refusal:
            return refusal
        reason = self._known_refusal(one, other) or self._objection(one, other)
        if reason is None:
            self._join(one, other)
        else:
            key = (one.records[0], other.records[0])
            self._refused[key] = (len(one.records), len(other.records), reason)
        return reason

    def _known_refusal(self, one: RecordGroup, other: RecordGroup) -> WithheldReason | None:
        left, right, reason = self._refused.get(
            (one.records[0], other.records[0]), (0, 0, WithheldReason.SIZE)
        )
        is_current = (left, right) == (len(one.records), len(other.records))
        return reason if is_current else None

    def _objection(self, one: RecordGroup, other: RecordGroup) -> WithheldReason | None:
        if self._is_apart(one, other):
            return WithheldReason.DECIDED
        if one.parties | other.parties == PARTY_MIX:
            return WithheldReason.PARTIES
        if any(self._are_incompatible(a, b) for a, b in product(one.births, other.births)):
            return WithheldReason.BIRTHS
        if any(_are_of_two(a, b) for a, b in product(one.names, other.names)):
            return WithheldReason.NAMES
        if len(one.records) + len(other.records) > self._most_records:
            return WithheldReason.SIZE
        together = {*one.records, *other.records}
        is_chain = len(together) > self._longest_chain + 1 and is_longer_than(
            together, self._neighbours, longest=self._longest_chain
        )
        return WithheldReason.CHAIN if is_chain else None

    def _are_incompatible(self, one: int, other: int) -> bool:
        if one == other:
            return False
        days = (one, other) if one < other else (other, one)
        is_incompatible = self._incompatible.get(days)
        if is_incompatible is None:
            is_incompatible = self._incompatible[days] = is_incompatible_pair(*days)
        return is_incompatible

    def _is_apart(self, one: RecordGroup, other: RecordGroup) -> bool:
        if len(one.apart) > len(other.apart):
            one, other = other, one
        return any(self._group[record] is other for record in one.apart)

    def _join(self, one: RecordGroup, other: RecordGroup) -> None:
        if one is other:
            return
        if len(one.records) < len(other.records):
            one, other = other, one
        for record in other.records:
            self._group[record] = one
        one.records.extend(other.records)
        one.births |= other.births
        one.names |= other.names
        one.apart |= other.apart
        one.parties |= other.parties


def _are_of_two(one: tuple[int, int, int], other: tuple[int, int, int]) -> bool:
    """Different gender and different first names; an initial differs from no name it begins."""
    (gender, name, initial), (other_gender, other_name, other_initial) = one, other
    if gender == other_gender or name == other_name:
        return False
    is_initial = min(initial, other_initial) < 0
    return not (is_initial and abs(initial) == abs(other_initial))
