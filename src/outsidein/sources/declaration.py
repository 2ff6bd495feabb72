"""Declarations of sources: `sources.toml`."""

import re
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, StringConstraints, field_validator, model_validator

from outsidein.project.declarations import Declaration, declare, read_toml
from outsidein.sources.date_forms import date_form_problem, date_type
from outsidein.sources.select_query import query_problem
from outsidein.sources.typing import (
    COLUMN_TYPE,
    is_number_type,
    is_time_type,
    may_group_thousands,
)

Format = Literal["csv", "jsonl", "json", "parquet", "excel", "sql"]

_TYPING = frozenset({"types", "decimal", "thousands", "units", "dates"})
"""Options that say how texts become values."""

OPTIONS: dict[str, frozenset[str]] = {
    "csv": _TYPING
    | {"path", "separator", "encoding", "null_values", "skip_rows", "header_rows", "quote"},
    "jsonl": _TYPING | {"path", "encoding", "explode"},
    "json": _TYPING | {"path", "records", "explode"},
    "parquet": frozenset({"path"}),
    "excel": _TYPING | {"path", "sheet", "null_values", "skip_rows", "header_rows"},
    "sql": frozenset({"url", "table", "query", "types", "dates"}),
}
"""Options of each format, beside `format` and `dated_by`."""


def _as_tuple(value: object) -> object:
    return (value,) if isinstance(value, str) else value


Texts = Annotated[
    tuple[Annotated[str, StringConstraints(min_length=1)], ...], BeforeValidator(_as_tuple)
]


class Source(Declaration):
    """One `[source.NAME]` table: location and format of raw data.

    `docs/guide/sources.md` shows each option with an example.

    Attributes:
        path: A path or glob, or a list of them, relative to the project's folder;
            `package:NAME/inner/path` is a file inside an installed Python package.
        separator: Mark between the columns of a CSV file; by default the most likely one.
        encoding: Of a text file.
        decimal: Mark before the fraction of a number.
        thousands: Mark between the thousands of a number; by default none may be there.
        units: Texts that may stand before or after a number, such as a currency.
        types: Type of columns; columns without one arrive as text.
        dates: How columns write days and times, by the codes of `strptime`, or `"excel"`
            for the numbers by which Excel counts days.
        null_values: Texts that are read as null, beside the empty field.
        skip_rows: Lines above the header (count).
        header_rows: Lines of the header (count), which together name a column.
        quote: Mark around values; `""` where they are never quoted.
        sheet: Sheets of a workbook, by name or glob; may be left out where there is one.
        records: Path to the list of records in a JSON document, as in `"data.orders"`.
        explode: Path to a list inside a record, which gives a row for each of its items.
        url: Address of a database.
        table: Its table.
        query: A query in place of a table.
        dated_by: The column that dates a row, for retention.
    """

    format: Format
    path: Texts = ()
    separator: str | None = None
    encoding: str = "utf-8"
    decimal: Literal[".", ","] = "."
    thousands: Literal[".", ",", "'", "\u2019", " ", "\u00a0", "\u202f"] | None = None
    units: Texts = ()
    types: dict[str, str] = Field(default_factory=dict)
    dates: dict[str, str] = Field(default_factory=dict)
    null_values: tuple[str, ...] = ()
    skip_rows: Annotated[int, Field(ge=0)] = 0
    header_rows: Annotated[int, Field(ge=1, le=9)] = 1
    quote: str = '"'
    sheet: Texts = ()
    records: str | None = None
    explode: str | None = None
    url: str | None = None
    table: str | None = None
    query: str | None = None
    dated_by: str | None = None

    @field_validator("separator")
    @classmethod
    def _separator_is_one_mark(cls, value: str | None) -> str | None:
        if value is not None and (not _is_mark(value) or value == '"'):
            raise ValueError("give one ASCII mark, such as ',', ';', '|' or '\\t'")
        return value

    @field_validator("quote")
    @classmethod
    def _quote_is_one_mark_or_none(cls, value: str) -> str:
        if value and not _is_mark(value):
            raise ValueError("give one ASCII mark, or '' where values are never quoted")
        return value

    @field_validator("encoding")
    @classmethod
    def _encoding_is_known(cls, value: str) -> str:
        try:
            "".encode(value)
        except LookupError as error:
            raise ValueError("there is no such text encoding; try utf-8 or cp1252") from error
        return value

    @field_validator("units")
    @classmethod
    def _units_are_no_numbers(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for unit in value:
            if re.search(r"^[\d+.,-]|[\d+,-]$", unit):
                raise ValueError(f"{unit!r} may be part of a number; give a unit, such as 'EUR'")
        return value

    @field_validator("types")
    @classmethod
    def _types_are_known(cls, value: dict[str, str]) -> dict[str, str]:
        types = {column: kind.upper().replace(" ", "") for column, kind in value.items()}
        for column, kind in types.items():
            if not COLUMN_TYPE.fullmatch(kind):
                raise ValueError(
                    f"{column!r} has the unknown type {kind!r}; there are VARCHAR, BOOLEAN, "
                    "SMALLINT, INTEGER, BIGINT, DECIMAL(p,s), DOUBLE, DATE, TIME, TIMESTAMP "
                    "and TIMESTAMPTZ"
                )
        return types

    @model_validator(mode="after")
    def _options_belong_to_the_format(self) -> Self:
        allowed = OPTIONS[self.format] | {"format", "dated_by"}
        for option in sorted(self.model_fields_set - allowed):
            owners = " or ".join(f"'{owner}'" for owner in OPTIONS if option in OPTIONS[owner])
            raise ValueError(f"{option!r} is an option of format {owners}, not of {self.format!r}")
        return self

    @model_validator(mode="after")
    def _says_where_the_data_lies(self) -> Self:
        if self.format == "sql":
            if self.url is None:
                raise ValueError("format 'sql' needs `url`")
            if (self.table is None) == (self.query is None):
                raise ValueError("format 'sql' needs `table` or `query`, and not both")
            if self.query is not None and (problem := query_problem(self.query, url=self.url)):
                raise ValueError(f"`query` is refused: {problem}")
        elif not self.path:
            raise ValueError(f"format {self.format!r} needs `path`")
        return self

    @field_validator("dates")
    @classmethod
    def _dates_name_a_day(cls, value: dict[str, str]) -> dict[str, str]:
        for column, form in value.items():
            problem = date_form_problem(form)
            if problem:
                raise ValueError(f"{column!r}: {problem}")
        return value

    @model_validator(mode="after")
    def _dates_have_types_of_time(self) -> Self:
        for column, form in self.dates.items():
            kind = self.types.get(column, date_type(form))
            if not is_time_type(kind):
                raise ValueError(
                    f"`dates` and `types` disagree about {column!r}: {kind} has no day; "
                    "leave it out of `types`"
                )
        return self

    @model_validator(mode="after")
    def _marks_have_something_to_act_on(self) -> Self:
        kinds = self.types.values()
        if self.decimal == "," and not any(map(is_number_type, kinds)):
            raise ValueError(
                "`decimal` acts on columns with a number type; name them, as in "
                'types = { price = "DECIMAL(12,2)" }'
            )
        for option in ("thousands", "units"):
            if getattr(self, option) and not any(map(may_group_thousands, kinds)):
                raise ValueError(
                    f"`{option}` acts on columns with a number type; name them, as in "
                    'types = { price = "DECIMAL(12,2)" }'
                )
        if self.thousands == self.decimal:
            raise ValueError("`thousands` and `decimal` are the same mark; set both")
        if self.separator is not None and self.separator == self.quote:
            raise ValueError("`separator` and `quote` are the same mark")
        return self

    def type_of(self, column: str) -> str:
        """Return the declared type of a column; text where none is declared."""
        return self.declared_type(column) or "VARCHAR"

    def declared_type(self, column: str) -> str | None:
        """Return the declared type of a column, if one is."""
        form = self.dates.get(column)
        return self.types.get(column, None if form is None else date_type(form))


class _SourcesFile(Declaration):
    source: dict[
        Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")],
        Source,
    ] = Field(default_factory=dict)


def read_sources(path: Path) -> dict[str, Source]:
    """Read `sources.toml`.

    Returns:
        Each source under its name.

    Raises:
        ProjectError: The first error, by file and key.
    """
    return declare(_SourcesFile, read_toml(path), file=path).source


def _is_mark(value: str) -> bool:
    return bool(re.fullmatch(r"[^\w\r\n]", value, re.ASCII)) and value.isascii()
