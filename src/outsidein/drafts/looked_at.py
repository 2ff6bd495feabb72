"""Looks at the data of a source to be declared: columns, and how their values are written."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from ibis.backends import BaseBackend

from outsidein.drafts.known_exports import KnownExport, known_exports, recognised
from outsidein.drafts.layouts import SourceLayout
from outsidein.drafts.values import date_guess, number_guess
from outsidein.lake.engine import close, connect
from outsidein.lake.queries import column_types
from outsidein.lake.sql import quoted
from outsidein.project.declarations import declare
from outsidein.sources.declaration import Source
from outsidein.sources.load import LoadedSource, load_sources
from outsidein.sources.needs import Need
from outsidein.sources.typing import fit


@dataclass(frozen=True, slots=True)
class LookedAt:
    """What was seen of one source.

    Attributes:
        layout: Where it lies, with the options that its values need.
        columns: Its columns, in order.
        rows: How many rows could be read (count); None where the data were not looked at.
        export: The export that it is, where one was recognised.
        parts: The column of each role of the export.
        currency: Of all its amounts, where it names one and no other.
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
    currency: str | None = None
    casts: dict[str, str] = field(default_factory=dict)
    newest: date | None = None

    @property
    def place(self) -> str:
        """The file, database or folder whose sources belong together."""
        options = self.layout.options
        return str(options.get("url") or Path(str(options.get("path", ""))).parent)


def look_at(layout: SourceLayout, *, folder: Path) -> LookedAt:
    """Read a source once, as text, and guess how the columns of known roles are written.

    Raises:
        SourceError: The data cannot be read.
    """
    if layout.columns:
        export, parts = recognised(layout.columns, layout.name) or (None, {})
        return LookedAt(layout, layout.columns, None, export, parts)
    backend = connect()
    try:
        with TemporaryDirectory(prefix="outsidein-") as spool:
            return _looked_at(backend, layout, folder=folder, spool=Path(spool))
    finally:
        close(backend)


def _looked_at(
    backend: BaseBackend, layout: SourceLayout, *, folder: Path, spool: Path
) -> LookedAt:
    columns = _load(backend, layout, (), folder, spool).columns_without_need
    inner = next((e.explode for e in known_exports() if e.explode in columns), None)
    if inner and layout.options["format"] in ("json", "jsonl"):
        layout.options["explode"] = inner
        columns = _load(backend, layout, (), folder, spool).columns_without_need
    match = recognised(columns, layout.name)
    if match is None:
        loaded = _load(backend, layout, columns[:1], folder, spool)
        return LookedAt(layout, columns, loaded.rows, None)
    export, parts = match
    loaded = _load(backend, layout, tuple(parts.values()), folder, spool)
    unsure = _guess_values(backend, layout, export, parts)
    currency = _only_value(backend, layout.name, parts.get("currency"))
    casts = _casts(backend, layout, export, parts)
    newest = _newest(backend, layout, parts.get(export.dated_by or ""))
    return LookedAt(layout, columns, loaded.rows, export, parts, unsure, currency, casts, newest)


def _newest(backend: BaseBackend, layout: SourceLayout, column: str | None) -> date | None:
    """Return the last day in a column, read as the layout says; None where it holds no days."""
    if column is None:
        return None
    source = declare(Source, layout.options, file=layout.shown)
    text = f"CAST({quoted(column)} AS VARCHAR)"
    declared = source.type_of(column)
    kind = "TIMESTAMP" if declared == "VARCHAR" else declared
    value = fit(text, kind, form=source.dates.get(column)).value
    row = backend.raw_sql(
        f"SELECT CAST(max({value}) AS DATE) FROM {quoted(layout.name)}"
    ).fetchone()
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


def _only_value(backend: BaseBackend, source: str, column: str | None) -> str | None:
    """Return the one text, in capitals, that a column holds; None where there are others."""
    if column is None:
        return None
    rows = backend.raw_sql(
        f"SELECT DISTINCT upper(trim({quoted(column)})) FROM {quoted(source)} "
        f"WHERE nullif(trim({quoted(column)}), '') IS NOT NULL LIMIT 2"
    ).fetchall()
    return str(rows[0][0]) if len(rows) == 1 else None


def _load(
    backend: BaseBackend, layout: SourceLayout, columns: tuple[str, ...], folder: Path, spool: Path
) -> LoadedSource:
    needs = []
    if columns:
        needs.append(
            Need(
                source=layout.name,
                columns=columns,
                department="-",
                purpose="a look at how values are written",
                owner="-",
                approver="-",
                state="approved",
            )
        )
    source = declare(Source, layout.options, file=layout.shown)
    (loaded,) = load_sources(
        backend,
        {layout.name: source},
        needs,
        root=folder,
        spool=spool,
        as_of=date.max,
        environment={},
    )
    return loaded


def _guess_values(
    backend: BaseBackend, layout: SourceLayout, export: KnownExport, parts: dict[str, str]
) -> tuple[str, ...]:
    """Add the options for days and numbers to the layout; return the columns left unsure."""
    types = column_types(backend, f"SELECT * FROM {quoted(layout.name)}")
    texts = {role: name for role, name in parts.items() if types[name] == "VARCHAR"}
    if layout.options["format"] in ("sql", "parquet"):
        return ()
    kinds: dict[str, str] = {}
    dates: dict[str, str] = {}
    unsure = []
    for role in sorted(export.dates & set(texts)):
        guess = date_guess(backend, layout.name, texts[role])
        if guess is None:
            continue
        if guess.form is None:
            kinds[texts[role]] = guess.type
        else:
            dates[texts[role]] = guess.form
        if guess.is_unsure:
            unsure.append(texts[role])
    names = [texts[role] for role in sorted(export.numbers & set(texts))]
    numbers = number_guess(backend, layout.name, names)
    kinds |= numbers.types
    if kinds:
        layout.options["types"] = kinds
    if dates:
        layout.options["dates"] = dates
    if numbers.types and numbers.decimal != ".":
        layout.options["decimal"] = numbers.decimal
    if numbers.types and numbers.thousands:
        layout.options["thousands"] = numbers.thousands
    return tuple(unsure)
