"""Writes a project to start from: sources, proposed needs and models for exports at hand."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from types import MappingProxyType

from outsidein.drafts.filled_models import FilledModel, filled_models, header_of, repeats_another
from outsidein.drafts.layouts import SourceLayout, source_layouts
from outsidein.drafts.looked_at import LookedAt, look_at
from outsidein.drafts.project_settings import Setting, drafted_settings, state_settings
from outsidein.project.declarations import PROJECT_FILE, read_toml
from outsidein.sources.needs import NEEDS_FILE
from outsidein.workspace.template import make_folder, write_project

SOURCES_FILE = "sources.toml"
_KEYS = {"records": ("record_id",), "identifiers": ("record_id", "value")}
"""Columns by which two sources of one system would repeat a row."""


@dataclass(frozen=True, slots=True)
class DraftedSource:
    """What is written for one source, and the models that it can fill."""

    looked_at: LookedAt
    models: tuple[FilledModel, ...]

    def line(self) -> str:
        """Say in one line what the source is and what was made of it."""
        seen = self.looked_at
        title = seen.export.title if seen.export else "not recognised"
        about = "about " if seen.share < 1 else ""
        rows = "not looked at" if seen.rows is None else f"{about}{seen.rows:,} rows"
        return f"{seen.layout.name}: {title}, {rows}{self._filled()}"

    def _filled(self) -> str:
        tables = ", ".join(dict.fromkeys(model.table for model in self.models))
        header = next((model.header for model in self.models if model.header), None)
        joined = f", joined to {header.layout.name}" if header else ""
        return f" -> {tables}{joined}" if tables else "; write its models"


@dataclass(frozen=True, slots=True)
class DraftedProject:
    """What is written for a project: its sources, and its settings with the reason of guesses."""

    sources: tuple[DraftedSource, ...]
    settings: tuple[Setting, ...]


def write_draft(
    folder: Path,
    files: Sequence[Path],
    *,
    today: date,
    stated: Mapping[str, str] = MappingProxyType({}),
) -> DraftedProject:
    """Write a new project with a draft of sources, needs and models for the given files.

    Values are looked at to see how numbers and days are written; none is kept. Needs are
    proposed: nothing is loaded before somebody approves them.

    Args:
        folder: The project's folder, which must not hold one yet.
        files: The exports.
        today: The day; older data set the project's `as_of`.
        stated: Settings that are not to be guessed: `currency`, `timezone`.

    Raises:
        InputError: The folder holds a project already, or a file cannot be read.
    """
    make_folder(folder)
    layouts = list(
        _named(layout for file in files for layout in source_layouts(file, folder=folder))
    )
    seen = [look_at(layout, folder=folder, today=today) for layout in layouts]
    drafts = sorted(_drafts(seen), key=_most_of_customers_first)
    write_project(folder)
    _append(folder / SOURCES_FILE, "\n".join(_source_toml(draft) for draft in drafts))
    _append(folder / NEEDS_FILE, "\n".join(_need_toml(d, _columns(d, drafts)) for d in drafts))
    may_be_empty: list[str] = []
    for place, draft in enumerate(drafts):
        may_be_empty += _write_models(folder, draft, drafts[:place])
    settings = drafted_settings(
        [one.currency for one in seen],
        [one.country for one in seen],
        stated=stated,
        defaults=read_toml(folder / PROJECT_FILE),
    )
    newest = max((one.newest for one in seen if one.newest), default=None)
    state_settings(
        folder / PROJECT_FILE, settings, newest=newest, may_be_empty=may_be_empty, today=today
    )
    return DraftedProject(tuple(drafts), tuple(settings))


def _most_of_customers_first(draft: DraftedSource) -> int:
    """Order by how much a source says about a customer: its records go before another's."""
    return -sum(len(model.columns) for model in draft.models if model.table == "records")


def _named(layouts: Iterator[SourceLayout]) -> Iterator[SourceLayout]:
    """Give sources of one name different names."""
    taken: set[str] = set()
    for layout in layouts:
        name, place = layout.name, 2
        while name in taken:
            name, place = f"{layout.name}_{place}", place + 1
        taken.add(name)
        yield replace(layout, name=name)


def _drafts(seen: Sequence[LookedAt]) -> list[DraftedSource]:
    """Fill the models; amounts that lines or orders hold are not taken twice."""
    headers = {one.layout.name: header_of(one, seen) for one in seen}
    without_amounts = {header.layout.name for header in headers.values() if header}
    without_amounts |= {one.layout.name for one in seen if repeats_another(one, seen)}
    return [
        DraftedSource(
            one,
            tuple(
                model
                for model in filled_models(one, headers[one.layout.name])
                if model.table != "transactions" or one.layout.name not in without_amounts
            ),
        )
        for one in seen
    ]


def _columns(draft: DraftedSource, drafts: Sequence[DraftedSource]) -> list[str]:
    """Return the columns that models read, in the order of the source."""
    seen = draft.looked_at
    if seen.export is None:
        return list(seen.columns)
    read = {column for d in drafts for model in d.models for column in model.columns_of(seen)}
    return [column for column in seen.columns if column in read]


def _write_models(
    folder: Path, draft: DraftedSource, earlier: Sequence[DraftedSource]
) -> Iterator[str]:
    """Write the models; yield the paths of those that earlier sources may leave without a row."""
    seen = draft.looked_at
    for model in draft.models:
        kind = model.columns.get("kind", "").strip("'")
        name = f"{seen.layout.name}_{kind}" if model.table == "identifiers" else seen.layout.name
        path = folder / "tables" / model.table / f"{name}.sql"
        path.parent.mkdir(parents=True, exist_ok=True)
        others = _others(draft, model, earlier)
        path.write_text(model.sql(others), encoding="utf-8")
        if others:
            yield path.relative_to(folder).as_posix()


def _others(
    draft: DraftedSource, model: FilledModel, earlier: Sequence[DraftedSource]
) -> list[str]:
    """Leave out the records and identifiers that earlier sources of the same system hold."""
    if model.table not in _KEYS:
        return []
    system = _system(draft)
    return [
        _not_in(model, same)
        for other in earlier
        if _system(other) == system
        for same in other.models
        if same.table == model.table and same.columns.get("kind") == model.columns.get("kind")
    ]


def _system(draft: DraftedSource) -> str | None:
    export = draft.looked_at.export
    return export.system if export else None


def _not_in(model: FilledModel, same: FilledModel) -> str:
    key = _KEYS[model.table]
    own = ", ".join(f"cast({model.columns[name]} as varchar)" for name in key)
    theirs = ", ".join(f"cast({same.columns[name]} as varchar)" for name in key)
    conditions = [same.where, *(f"{same.columns[name]} is not null" for name in key)]
    where = " and ".join(filter(None, conditions))
    source = same.source.layout.name
    return f"({own}) not in (" + same.with_columns(f"select {theirs} from {source} where {where})")


def _source_toml(draft: DraftedSource) -> str:
    seen = draft.looked_at
    lines = [f"[source.{seen.layout.name}]"]
    lines += [f"{option} = {_toml(value)}" for option, value in seen.layout.options.items()]
    dated_by = seen.parts.get(seen.export.dated_by or "") if seen.export else None
    if dated_by:
        lines.append(f"dated_by = {_toml(dated_by)}")
    lines += [
        f"# {_toml(column)}: is the day first or the month? Both fit every value"
        for column in seen.unsure
    ]
    return "\n".join(lines) + "\n"


def _need_toml(draft: DraftedSource, columns: Sequence[str]) -> str:
    seen = draft.looked_at
    purpose = seen.export.purpose if seen.export else "say what you need it for"
    others = [column for column in seen.columns if column not in columns]
    lines = [
        "[[need]]",
        f"source = {_toml(seen.layout.name)}",
        f"columns = {_toml(columns)}",
        'department = "marketing"',
        f"purpose = {_toml(purpose)}",
        'owner = "name the owner of the data"',
        'approver = ""',
        'state = "proposed"          # approved, once the approver agrees; vetoed, where not',
    ]
    if others:
        lines.append(f"# not needed by the drafted models: {', '.join(map(_toml, others))}")
    return "\n".join(lines) + "\n"


def _append(path: Path, text: str) -> None:
    path.write_text(path.read_text("utf-8") + "\n" + text, encoding="utf-8")


def _toml(value: object) -> str:
    """Write a value in TOML."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_toml(k)} = {_toml(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
