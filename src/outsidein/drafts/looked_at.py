"""Looks at the data of a source to be declared: columns, and how their values are written."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from ibis.backends import BaseBackend

from outsidein.drafts.guesses import Guess, country_guess, currency_guess
from outsidein.drafts.known_exports import KnownExport, known_exports, recognised
from outsidein.drafts.layouts import SourceLayout
from outsidein.drafts.project_settings import is_past
from outsidein.drafts.source_reader import SourceReader
from outsidein.drafts.source_sample import sample
from outsidein.drafts.values import NumberGuess, date_guess, number_guess
from outsidein.lake.engine import close, connect
from outsidein.lake.queries import column_types
from outsidein.lake.sql import quoted
from outsidein.project.declarations import declare
from outsidein.sources.declaration import Source
from outsidein.sources.typing import fit

_WRITTEN = frozenset({"types", "dates", "decimal", "thousands", "units"})
"""Options that say how values are written."""


class _Written(NamedTuple):
    """Columns whose days may be read in two ways, and the currency of marks beside numbers."""

    unsure: tuple[str, ...] = ()
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class LookedAt:
    """What was seen of one source.

    Attributes:
        layout: Where it lies, with the options that its values need.
        columns: Its columns, in order.
        rows: How many rows could be read (count); None where the data were not looked at.
        share: Of the source that was looked at; the rows of a large one are estimated.
        export: The export that it is, where one was recognised.
        parts: The column of each role of the export.
        currency: The guess at the currency of its amounts.
        country: The guess at the country of most of its rows.
        unsure: Columns whose days may be read with the day or the month first.
        newest: The last day that any row is dated by, where the column reads as days.
        casts: For each column of a database that holds numbers as text, the type to read them as.
    """

    layout: SourceLayout
    columns: tuple[str, ...]
    rows: int | None
    export: KnownExport | None
    parts: dict[str, str] = field(default_factory=dict)
    unsure: tuple[str, ...] = ()
    currency: Guess | None = None
    country: Guess | None = None
    casts: dict[str, str] = field(default_factory=dict)
    newest: date | None = None
    share: float = 1.0

    @property
    def place(self) -> str:
        """The file, database or folder whose sources belong together."""
        options = self.layout.options
        return str(options.get("url") or Path(str(options.get("path", ""))).parent)


def look_at(layout: SourceLayout, *, folder: Path, today: date) -> LookedAt:
    """Read the first and last rows of a source, as text, and guess how they are written.

    Args:
        layout: Where the source lies; gets the options that its values need.
        folder: The project's folder.
        today: The day; a large source whose newest row is long past is read for its last day.

    Raises:
        SourceError: The data cannot be read.
    """
    if layout.columns:
        export, parts = recognised(layout.columns, layout.name) or (None, {})
        return LookedAt(layout, layout.columns, None, export, parts)
    backend = connect()
    try:
        with TemporaryDirectory(prefix="outsidein-") as spool:
            reader = SourceReader(backend, layout.name, folder, Path(spool))
            return _with_last_day(reader, _looked_at(reader, layout), today)
    finally:
        close(backend)


def _with_last_day(reader: SourceReader, looked_at: LookedAt, today: date) -> LookedAt:
    """Take the last day from all rows where the sample says that the data are of the past."""
    newest, export = looked_at.newest, looked_at.export
    if looked_at.share == 1 or newest is None or export is None or not is_past(newest, today):
        return looked_at
    column = looked_at.parts[export.dated_by or ""]
    layout = looked_at.layout
    plain = {name: value for name, value in layout.options.items() if name not in _WRITTEN}
    reader.load(plain, (column,))
    return replace(looked_at, newest=_newest(reader.backend, layout.name, layout.options, column))


def _looked_at(reader: SourceReader, layout: SourceLayout) -> LookedAt:
    backend = reader.backend
    options, share = sample(layout.options, folder=reader.folder, spool=reader.spool)
    columns = reader.load(options).columns_without_need
    inner = next((e.explode for e in known_exports() if e.explode in columns), None)
    if inner and layout.options["format"] in ("json", "jsonl"):
        layout.options["explode"] = inner
        options = {**options, "explode": inner}
        columns = reader.load(options).columns_without_need
    match = recognised(columns, layout.name)
    if match is None:
        loaded = reader.load(options, columns[:1])
        return LookedAt(layout, columns, round(loaded.rows / share), None, share=share)
    export, parts = match
    loaded = reader.load(options, tuple(parts.values()))
    values = _guess_values(backend, layout, export, parts)
    dated_by = parts.get(export.dated_by or "")
    return LookedAt(
        layout,
        columns,
        round(loaded.rows / share),
        export,
        parts,
        unsure=values.unsure,
        currency=currency_guess(
            backend, layout.name, parts, amounts=export.numbers, mark=values.currency
        ),
        country=country_guess(backend, layout.name, parts.get("country"), columns),
        casts=_casts(backend, layout, export, parts),
        newest=_newest(reader.backend, layout.name, layout.options, dated_by) if dated_by else None,
        share=share,
    )


def _newest(
    backend: BaseBackend, name: str, options: Mapping[str, object], column: str
) -> date | None:
    """Return the last day in a column, read as the options say; None where it holds no days."""
    source = declare(Source, options, file=name)
    text = f"CAST({quoted(column)} AS VARCHAR)"
    declared = source.type_of(column)
    kind = "TIMESTAMP" if declared == "VARCHAR" else declared
    value = fit(text, kind, form=source.dates.get(column)).value
    row = backend.raw_sql(f"SELECT CAST(max({value}) AS DATE) FROM {quoted(name)}").fetchone()
    return row[0] if row else None


def _casts(
    backend: BaseBackend, layout: SourceLayout, export: KnownExport, parts: dict[str, str]
) -> dict[str, str]:
    """Return the type of each column of a database that holds numbers as text."""
    if layout.options["format"] != "sql":
        return {}
    types = column_types(backend, f"SELECT * FROM {quoted(layout.name)}")
    names = [name for role, name in parts.items() if role in export.numbers]
    texts = [name for name in names if types[name] == "VARCHAR"]
    guess = number_guess(backend, layout.name, texts)
    return guess.types if (guess.decimal, guess.thousands) == (".", None) else {}


def _guess_values(
    backend: BaseBackend, layout: SourceLayout, export: KnownExport, parts: dict[str, str]
) -> _Written:
    """Add the options for days and numbers to the layout."""
    if layout.options["format"] in ("sql", "parquet"):
        return _Written()
    types = column_types(backend, f"SELECT * FROM {quoted(layout.name)}")
    texts = {role: name for role, name in parts.items() if types[name] == "VARCHAR"}
    days = {
        texts[role]: guess
        for role in sorted(export.dates & set(texts))
        if (guess := date_guess(backend, layout.name, texts[role]))
    }
    names = [texts[role] for role in sorted(export.numbers & set(texts))]
    numbers = number_guess(backend, layout.name, names)
    kinds = {name: guess.type for name, guess in days.items() if guess.form is None}
    dates = {name: guess.form for name, guess in days.items() if guess.form is not None}
    options = {"types": kinds | numbers.types, "dates": dates} | _number_options(numbers)
    layout.options.update({name: value for name, value in options.items() if value})
    unsure = tuple(name for name, guess in days.items() if guess.is_unsure)
    return _Written(unsure, numbers.currency)


def _number_options(numbers: NumberGuess) -> dict[str, object]:
    """Return the options for the marks of numbers that differ from the usual ones."""
    if not numbers.types:
        return {}
    return {
        "decimal": "," if numbers.decimal == "," else None,
        "thousands": numbers.thousands,
        "units": list(numbers.units),
    }
