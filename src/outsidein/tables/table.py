"""What a table of a snapshot is: its name, grain, key and columns."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis


class Personal(StrEnum):
    """How a column holds personal data.

    DIRECT: a person's name, address, birth date, identifier, characteristics or own words.
    PSEUDONYM: a key that leads to one person, such as `customer_id` or `record_id`.
    """

    DIRECT = "direct"
    PSEUDONYM = "pseudonym"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its Ibis type, whether it must be filled, and its value where it is null.

    Attributes:
        type: Name of the Ibis type.
        required: Whether a row without a value is rejected.
        default: Expression that fills a missing value.
        personal: How it holds personal data; None where it holds none.
        formerly: Names under which older snapshots hold it.
        meaning: What a value says, where the name alone does not.
        limit: Largest absolute value; a row beyond it is rejected, so that sums fit.
        is_money: Whether it is an amount in minor units.
    """

    type: str
    required: bool = False
    default: str | None = None
    personal: Personal | None = None
    formerly: tuple[str, ...] = ()
    meaning: str = ""
    limit: int | None = None
    is_money: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a snapshot.

    Attributes:
        name: Its name, unique in the catalogue.
        grain: What one row stands for.
        key: Columns that identify a row, in the order in which rows are written. Empty where
            rows may repeat; they are then in the order of all columns.
        columns: Its columns by name, in the order in which they are written.
        formerly: Names under which older snapshots hold it.
        open_prefix: Prefix of the columns that a project may add.
        is_in_key_order: Whether rows are ordered by key; otherwise they stand in the order in
            which the project declares what they describe.
        is_kept: Whether the snapshot holds it; otherwise only later steps of the build read it.
    """

    name: str
    grain: str
    key: tuple[str, ...]
    columns: Mapping[str, Column]
    formerly: tuple[str, ...] = field(default=(), kw_only=True)
    open_prefix: str | None = field(default=None, kw_only=True)
    is_in_key_order: bool = field(default=True, kw_only=True)
    is_kept: bool = field(default=True, kw_only=True)

    @property
    def all_columns(self) -> dict[str, str]:
        """Names and Ibis types of all columns, in the order in which they are written."""
        return {name: column.type for name, column in self.columns.items()}

    @property
    def schema(self) -> "ibis.Schema":
        """All columns as an Ibis schema; required ones are not nullable."""
        import ibis  # noqa: PLC0415  lazy import: declarations are read where no engine is needed

        required = {name for name, column in self.columns.items() if column.required}
        types = self.all_columns.items()
        return ibis.schema({name: f"{'!' * (name in required)}{kind}" for name, kind in types})

    @property
    def personal_columns(self) -> dict[str, Personal]:
        """Columns that hold personal data, and how; without the columns a project adds."""
        return {name: c.personal for name, c in self.columns.items() if c.personal}

    @property
    def former_columns(self) -> dict[str, str]:
        """Present names of columns by their former names."""
        return {old: name for name, column in self.columns.items() for old in column.formerly}

    def personal(self, column: str) -> Personal | None:
        """Return how a column holds personal data; what a project adds describes a person."""
        if column in self.columns:
            return self.columns[column].personal
        return Personal.DIRECT if self.is_open_column(column) else None

    def optional_columns(self, *names: str) -> dict[str, Column]:
        """Return columns as a table declares them that lacks some of this table's rows."""
        return {name: replace(self.columns[name], required=False) for name in names}

    def is_open_column(self, name: str) -> bool:
        """Whether a project may add a column of this name."""
        return self.open_prefix is not None and name.startswith(self.open_prefix)
