"""Data needs: which columns may be kept, for which purpose, by whose approval, how long."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, NamedTuple, Self

from pydantic import Field, StringConstraints, field_validator, model_validator

from outsidein.errors import ProjectError, nearest
from outsidein.project.declarations import Declaration, declare, read_toml
from outsidein.sources.declaration import Source

Words = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
NEEDS_FILE = "data_needs.toml"


class Need(Declaration):
    """One `[[need]]`: columns of a source, wanted by a department for a purpose.

    `retention_days` counts from the day in the source's `dated_by` column.
    """

    source: Words
    columns: Annotated[tuple[Words, ...], Field(min_length=1)]
    department: Words
    purpose: Words
    owner: Words
    approver: str = ""
    state: Literal["proposed", "approved", "vetoed"]
    decided_on: date | None = None
    retention_days: Annotated[int, Field(gt=0)] | None = None

    @field_validator("columns")
    @classmethod
    def _no_wildcards(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for column in value:
            if "*" in column:
                raise ValueError(
                    f"{column!r} is a wildcard; each column needs its own approval, so name it"
                )
        return value

    @model_validator(mode="after")
    def _approved_by_someone(self) -> Self:
        if self.state == "approved" and not self.approver.strip():
            raise ValueError("an approved need names its `approver`")
        return self


class ColumnApprovals(NamedTuple):
    """Approval state of the columns of one source, in source order."""

    approved: tuple[str, ...]
    vetoed: tuple[str, ...]
    proposed: tuple[str, ...]
    without_need: tuple[str, ...]


class _NeedsFile(Declaration):
    need: tuple[Need, ...] = ()


def read_needs(path: Path, sources: Mapping[str, Source]) -> tuple[Need, ...]:
    """Read `data_needs.toml`.

    Raises:
        ProjectError: The file is invalid, or a need does not fit its source.
    """
    needs = declare(_NeedsFile, read_toml(path), file=path).need
    check_needs(needs, sources, file=path)
    return needs


def check_needs(
    needs: Iterable[Need], sources: Mapping[str, Source], *, file: Path | str = NEEDS_FILE
) -> None:
    """Refuse needs of unknown sources, and retentions without a dating column.

    Raises:
        ProjectError: The first such need, by its place in the file (from 0).
    """
    needs = tuple(needs)
    for place, need in enumerate(needs):
        key = f"need.{place}"
        if need.source not in sources:
            hint = nearest(need.source, sources)
            raise ProjectError(file, f"{key}.source", f"there is no source {need.source!r}. {hint}")
        if need.state == "approved" and need.retention_days is not None:
            dated_by = sources[need.source].dated_by
            approved = column_approvals(needs, need.source, [dated_by] if dated_by else []).approved
            problem = _dating_problem(need.source, dated_by, approved)
            if problem:
                raise ProjectError(file, f"{key}.retention_days", problem)


def unknown_columns(needs: Iterable[Need], source: str, columns: Collection[str]) -> list[str]:
    """Return a line for each column that a need names and that its source does not have.

    Args:
        needs: All needs of the project.
        source: Name of a source.
        columns: What its data have.
    """
    return [
        f"{NEEDS_FILE}: need.{place}.columns: source {source!r} has no column {name!r} "
        f"({need.state}). {nearest(name, columns)}"
        for place, need in enumerate(needs)
        if need.source == source
        for name in need.columns
        if name not in columns
    ]


def column_approvals(
    needs: Iterable[Need], source: str, columns: Collection[str]
) -> ColumnApprovals:
    """Return which columns of a source are approved, vetoed, proposed or without a need.

    A veto beats an approval, an approval beats a proposal.
    """
    states = {
        state: {
            column
            for need in needs
            if need.source == source and need.state == state
            for column in need.columns
        }
        for needs in [tuple(needs)]
        for state in ("vetoed", "approved", "proposed")
    }

    def state_of(column: str) -> str:
        return next((state for state, named in states.items() if column in named), "none")

    groups = ("approved", "vetoed", "proposed", "none")
    return ColumnApprovals(*(tuple(c for c in columns if state_of(c) == group) for group in groups))


def approved_columns(needs: Iterable[Need], source: str) -> tuple[str, ...]:
    """Return a source's columns with an approved need and no veto, in the order of the needs."""
    needs = tuple(needs)
    named = dict.fromkeys(c for need in needs if need.source == source for c in need.columns)
    return column_approvals(needs, source, named).approved


def retention_days(needs: Iterable[Need], source: str, column: str) -> int | None:
    """Return the days a column may be kept: the longest of its approved needs; None for ever."""
    days = [
        need.retention_days
        for need in needs
        if need.source == source and need.state == "approved" and column in need.columns
    ]
    limited = [number for number in days if number is not None]
    return max(limited) if limited and len(limited) == len(days) else None


def _dating_problem(source: str, dated_by: str | None, approved: tuple[str, ...]) -> str | None:
    if dated_by is None:
        return (
            f'nothing dates the rows of {source!r}; add dated_by = "COLUMN" to '
            f"[source.{source}] in sources.toml"
        )
    if not approved:
        return (
            f"{dated_by!r} dates the rows of {source!r} but is not approved; "
            "add it to the columns of an approved need"
        )
    return None
