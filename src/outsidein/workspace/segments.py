"""Segments of a project: a rule tried on the customers of the current build."""

from dataclasses import dataclass
from typing import NamedTuple

from outsidein.errors import InputError, ProjectError
from outsidein.profiles.tables import CUSTOMERS
from outsidein.segments.declaration import Segment
from outsidein.segments.memberships import segment_memberships
from outsidein.workspace.workspace import Workspace

TRIED = "tried"
MOST = 10


class TriedRule(NamedTuple):
    """Whom a rule holds: how many customers, of how many, and a few of their ids."""

    customers: int
    of: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Segments:
    """Segments of one project."""

    work: Workspace

    def columns(self) -> dict[str, str]:
        """Return the columns that a rule may name, with their types."""
        with self.work.reading() as reading:
            schema = reading.table(CUSTOMERS.name).schema()
        return {name: str(kind) for name, kind in schema.items()}

    def try_rule(self, rule: str) -> TriedRule:
        """Return whom a rule holds among the customers of the current build.

        Raises:
            InputError: It is no condition over the columns of customers.
        """
        with self.work.reading() as reading:
            facts = reading.table(CUSTOMERS.name)
            try:
                members = segment_memberships(facts, {TRIED: Segment(rule=rule)})
            except ProjectError as error:
                raise InputError(str(error)) from error
            count, of = members.count(), facts.count()
            ids = members.order_by("customer_id").limit(MOST).customer_id
            return TriedRule(
                int(reading.backend.execute(count)),
                int(reading.backend.execute(of)),
                tuple(str(each) for each in reading.backend.to_pyarrow(ids).to_pylist()),
            )
