"""What a project demands of a build before it is published: `[publish]` of outsidein.toml."""

from collections.abc import Collection
from typing import Annotated

from pydantic import Field, field_validator

from outsidein.canonical.tables import CANONICAL
from outsidein.errors import ProjectError, nearest
from outsidein.project.declarations import PROJECT_FILE, Declaration

Share = Annotated[float, Field(ge=0, le=1)]
Rise = Annotated[float, Field(ge=0)]
Days = Annotated[int, Field(ge=0)]

FEWEST_BEFORE_RISE = 100
"""Rows of the current build without which a rise is no sign of an error (count)."""


class SourceLimits(Declaration):
    """`[publish.source.NAME]`: limits of one source that differ from the project's."""

    max_rejected: Share | None = None
    max_fall_in_rows: Share | None = None
    max_rise_in_rows: Rise | None = None


class TableLimits(SourceLimits):
    """`[publish.table.NAME]`: limits of one canonical table that differ from the project's."""

    max_fall_in_sums: Share | None = None
    max_rise_in_sums: Rise | None = None
    max_age_days: Days | None = None


class PublishLimits(Declaration):
    """`[publish]`: a build beyond one of these limits is kept and not published.

    Attributes:
        max_rejected: Rows of a source, model or table that may be rejected (share of its rows).
        max_fall_in_rows: How far the rows of a source or table may fall against the current
            build (share of the rows there).
        max_fall_in_sums: How far a sum of money may fall against the current build (share).
        max_rise_in_rows: How far the rows of a source or table that has `FEWEST_BEFORE_RISE` in the
            current build may rise (share of the rows there; 2 is a tripling).
        max_rise_in_sums: How far a sum of money of such a table may rise (share).
        max_age_days: Age that the newest row of a table may have (days); by default thrice the
            longest pause of its last year, a fortnight at least, if it has rows on 50 days of it.
        may_be_empty: Sources, canonical tables and paths of models that may have no row.
        table: Limits of single tables.
        source: Limits of single sources.
    """

    max_rejected: Share = 0.05
    max_fall_in_rows: Share = 0.2
    max_fall_in_sums: Share = 0.2
    max_rise_in_rows: Rise = 2.0
    max_rise_in_sums: Rise = 2.0
    max_age_days: Days | None = None
    may_be_empty: tuple[str, ...] = ()
    table: dict[str, TableLimits] = Field(default_factory=dict)
    source: dict[str, SourceLimits] = Field(default_factory=dict)

    @field_validator("table")
    @classmethod
    def _are_canonical(cls, table: dict[str, TableLimits]) -> dict[str, TableLimits]:
        for name in table.keys() - CANONICAL.keys():
            raise ValueError(f"there is no canonical table {name!r}. {nearest(name, CANONICAL)}")
        return table

    def of_table(self, name: str) -> "PublishLimits":
        """Return the limits that hold for a canonical table."""
        return self._with(self.table.get(name))

    def of_source(self, name: str) -> "PublishLimits":
        """Return the limits that hold for a source."""
        return self._with(self.source.get(name))

    def _with(self, own: SourceLimits | None) -> "PublishLimits":
        declared = own.model_dump(exclude_none=True) if own else {}
        return self.model_copy(update=declared)


def check_limits(
    limits: PublishLimits, *, sources: Collection[str], models: Collection[str]
) -> None:
    """Check that limits name what the project has.

    Args:
        limits: The project's limits.
        sources: Names of its sources.
        models: Paths of its models, from the project's folder.

    Raises:
        ProjectError: There is no such source, table or model.
    """
    for name in limits.source.keys() - set(sources):
        problem = f"there is no such source. {nearest(name, sources)}"
        raise ProjectError(PROJECT_FILE, f"publish.source.{name}", problem)
    may_be_empty = {*sources, *models, *CANONICAL}
    for name in limits.may_be_empty:
        if name not in may_be_empty:
            problem = f"{name!r} is no source, table or model. {nearest(name, may_be_empty)}"
            raise ProjectError(PROJECT_FILE, "publish.may_be_empty", problem)
