"""Declarations of sources: `sources.toml`."""

import re
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, StringConstraints, field_validator, model_validator

from outsidein.project.declarations import Declaration, declare, read_toml
from outsidein.sources.typing import COLUMN_TYPE, is_number_type

Format = Literal["csv", "jsonl", "parquet", "excel", "sql"]

OPTIONS: dict[str, frozenset[str]] = {
    "csv": frozenset(
        {
            "path",
            "separator",
            "encoding",
            "decimal",
            "types",
            "null_values",
            "skip_rows",
            "quote",
        }
    ),
    "jsonl": frozenset({"path", "encoding"}),
    "parquet": frozenset({"path"}),
    "excel": frozenset({"path", "sheet"}),
    "sql": frozenset({"url", "table", "query"}),
}
"""Options of each format, beside `format` and `dated_by`."""


def _as_tuple(value: object) -> object:
    return (value,) if isinstance(value, str) else value


Paths = Annotated[
    tuple[Annotated[str, StringConstraints(min_length=1)], ...], BeforeValidator(_as_tuple)
]


class Source(Declaration):
    """One `[source.NAME]` table: location and format of raw data.

    `path` is a path or glob, or a list of them, relative to the project's folder;
    `package:NAME/inner/path` is a file inside an installed Python package. CSV
    columns without a declared type arrive as text. `null_values` are read as null,
    beside the empty field. `dated_by` names the column that dates a row, for retention.
    """

    format: Format
    path: Paths = ()
    separator: str | None = None
    encoding: str = "utf-8"
    decimal: Literal[".", ","] = "."
    types: dict[str, str] = Field(default_factory=dict)
    null_values: tuple[str, ...] = ()
    skip_rows: Annotated[int, Field(ge=0)] = 0
    quote: str = '"'
    sheet: str | None = None
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
        elif not self.path:
            raise ValueError(f"format {self.format!r} needs `path`")
        return self

    @model_validator(mode="after")
    def _decimal_has_something_to_act_on(self) -> Self:
        if self.decimal == "," and not any(map(is_number_type, self.types.values())):
            raise ValueError(
                "`decimal` acts on columns with a number type; name them, as in "
                'types = { price = "DECIMAL(12,2)" }'
            )
        if self.separator is not None and self.separator == self.quote:
            raise ValueError("`separator` and `quote` are the same mark")
        return self


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
