"""Length of the longest chain of links in a group of records."""

from collections.abc import Collection, Mapping


def is_longer_than(
    records: Collection[int], neighbours: Mapping[int, list[int]], *, longest: int
) -> bool:
    """Say whether two of the records are more than `longest` links apart.

    Only links between the records count. Records in no link with the others are far from all.

    Args:
        records: The group.
        neighbours: Records linked to each; those outside of the group are passed over.
        longest: Links (count).

    Example:
        >>> chain = {0: [1], 1: [0, 2], 2: [1, 3], 3: [2]}
        >>> is_longer_than({0, 1, 2, 3}, chain, longest=2)
        True
        >>> is_longer_than({0, 1, 2}, chain, longest=2)
        False
    """
    within = {record: [n for n in neighbours[record] if n in records] for record in records}
    hub = max(within, key=lambda record: (len(within[record]), -record))
    rings = _rings(hub, within)
    if sum(map(len, rings)) < len(within):
        return True
    # two records within half the limit of the hub are within the limit of each other
    remote = (record for ring in reversed(rings[longest // 2 + 1 :]) for record in ring)
    return any(len(_rings(record, within)) > longest + 1 for record in remote)


def _rings(start: int, within: Mapping[int, list[int]]) -> list[set[int]]:
    """Records by how many links they are away: the start itself, its neighbours, theirs."""
    reached, rings = {start}, [{start}]
    while frontier := {n for record in rings[-1] for n in within[record]} - reached:
        reached |= frontier
        rings.append(frontier)
    return rings
