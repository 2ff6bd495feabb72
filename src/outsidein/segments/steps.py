"""Step of segments: who is in which segment."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from outsidein.feedback.tables import CUSTOMER_GROUPS
from outsidein.figures.figure import Figure
from outsidein.ladder.facts import stages_today
from outsidein.ladder.tables import LADDER_SPELLS
from outsidein.profiles.tables import CUSTOMERS
from outsidein.segments.declaration import Segment
from outsidein.segments.memberships import segment_memberships
from outsidein.segments.tables import SEGMENT_MEMBERSHIPS
from outsidein.steps.run import Run
from outsidein.steps.step import Step
from outsidein.value.tables import TIERS


@dataclass(frozen=True, slots=True)
class SegmentRules:
    """The segments that a project declares, by name."""

    segments: Mapping[str, Segment]


def _memberships(run: Run) -> Iterable[Figure]:
    segments = run.declaration(SegmentRules).segments
    members = segment_memberships(run.read(CUSTOMERS), segments)
    members = run.write(SEGMENT_MEMBERSHIPS, members)
    stages = stages_today(run.read(LADDER_SPELLS))
    groups = customer_groups(stage=stages, tier=run.read(TIERS), segment=members)
    run.write(CUSTOMER_GROUPS, groups)
    return ()


def customer_groups(**tables: ir.Table) -> ir.Table:
    """List the groups that customers are in.

    Args:
        tables: By dimension: `customer_id` and the group, in a column named as the dimension.

    Returns:
        One row per customer and group: `customer_id`, `dimension`, `value`.
    """
    groups = ibis.union(
        *(
            table.select("customer_id", dimension=ibis.literal(name), value=table[name])
            for name, table in tables.items()
        )
    )
    return groups.filter(groups.value.notnull())


FIND_MEMBERS = Step(
    name="Understand: segments",
    run=_memberships,
    reads=(CUSTOMERS, LADDER_SPELLS, TIERS),
    writes=(SEGMENT_MEMBERSHIPS, CUSTOMER_GROUPS),
)
