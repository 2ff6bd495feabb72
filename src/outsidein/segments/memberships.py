"""Who belongs to which segment."""

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from outsidein.errors import InputError, ProjectError
from outsidein.rules.condition import condition
from outsidein.segments.declaration import Segment


def segment_memberships(facts: ir.Table, segments: Mapping[str, Segment]) -> ir.Table:
    """Return the customers of each segment; one may belong to several or to none.

    Args:
        facts: One row per customer: `customer_id` and every column that rules may name.
        segments: The declared segments by name.

    Returns:
        One row per customer and segment: `customer_id`, `segment`.

    Raises:
        ProjectError: A rule is no condition over these columns.
    """
    members = [_members(facts, name, segment) for name, segment in segments.items()]
    if not members:
        return facts.filter(ibis.literal(False)).select(  # noqa: FBT003  the Ibis way to say none
            "customer_id", segment=ibis.literal("")
        )
    return ibis.union(*members)


def _members(facts: ir.Table, name: str, segment: Segment) -> ir.Table:
    try:
        chosen = facts.filter(condition(segment.rule, facts))
    except InputError as error:
        raise ProjectError("segments.toml", f"segment.{name}.rule", str(error)) from error
    return chosen.select("customer_id", segment=ibis.literal(name))
