"""Exporting tables and figures of a project's current snapshot."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

from outsidein.consent.declaration import Purpose
from outsidein.errors import InputError, UnknownName
from outsidein.export.choices import DEFAULT_TABLES, FileFormat, PersonalColumns
from outsidein.export.export_files import write_export
from outsidein.export.exported_table import ExportedTable, exported_figure, exported_table
from outsidein.export.permitted import Refusals, names_a_customer, refusals
from outsidein.lake.snapshot_reading import Reading
from outsidein.lake.snapshots import Snapshot
from outsidein.pipeline.catalogue import CATALOGUE
from outsidein.store.locks import exclusive_lock
from outsidein.tables.snapshot_rows import existing_path
from outsidein.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True)
class ExportOrder:
    """What to export.

    Attributes:
        tables: Names of tables; every table of the snapshot if None.
        personal: Which personal columns.
        purpose: Name of the purpose; needed where personal columns are exported.
    """

    tables: Collection[str] | None = DEFAULT_TABLES
    personal: PersonalColumns = PersonalColumns.NONE
    purpose: str | None = None


def export(
    work: Workspace, folder: Path, order: ExportOrder, *, file_format: FileFormat, by: str | None
) -> tuple[str, ...]:
    """Write tables and all figures of the current snapshot; return the names of the tables.

    Raises:
        InputError: There is no such table or purpose, personal columns are asked for without a
            purpose, or the folder cannot be replaced.
    """
    purpose = _purpose(order, work.loop().consent.purpose)
    snapshot = work.snapshot()
    details = {
        "build": snapshot.number,
        "to": folder.name,
        "format": file_format.value,
        "personal": order.personal.value,
        "purpose": order.purpose or "",
    }
    with (
        exclusive_lock(work.store, "export"),
        work.acts.act("build.exported", "build", by=by, details=details) as act,
        work.reading(snapshot.number) as reading,
    ):
        tables = _exported_tables(work, reading, order, purpose)
        act.details["tables"] = ", ".join(table.name for table in tables)
        figures = [
            exported_figure(path, reading, currency=work.file.currency)
            for path in snapshot.figures()
        ]
        write_export(
            reading,
            [*tables, *figures],
            folder,
            file_format=file_format,
            about=_about(work, snapshot, order, purpose) | {"exported_at": act.now.isoformat()},
            is_private=order.personal is not PersonalColumns.NONE,
        )
        return tuple(table.name for table in tables)


def _purpose(order: ExportOrder, purposes: Mapping[str, Purpose]) -> Purpose | None:
    if order.purpose is None:
        if order.personal is PersonalColumns.NONE:
            return None
        raise InputError(
            "Personal columns are exported for a purpose that consent.toml declares: name it "
            "with --purpose, as in --purpose service."
        )
    if order.purpose not in purposes:
        raise UnknownName("purpose", order.purpose, purposes)
    return purposes[order.purpose]


def _exported_tables(
    work: Workspace, reading: Reading, order: ExportOrder, purpose: Purpose | None
) -> list[ExportedTable]:
    secret, refusing = token_hex(16), _refusals(work, reading, order, purpose)
    exported = []
    for name in _table_names(reading.snapshot, order):
        rows, personal = reading.table(name), order.personal
        if refusing is not None:
            rows = refusing.permitted_rows(rows)
        if not names_a_customer(rows):
            personal = PersonalColumns.NONE  # nobody could be asked whether they permit it
        exported.append(
            exported_table(
                CATALOGUE[name],
                rows,
                personal=personal,
                secret=secret,
                currency=work.file.currency,
            )
        )
    return exported


def _table_names(snapshot: Snapshot, order: ExportOrder) -> list[str]:
    if order.tables is not None:
        return list(dict.fromkeys(CATALOGUE[name].name for name in order.tables))
    return [table.name for table in CATALOGUE.values() if existing_path(table, snapshot.folder)]


def _refusals(
    work: Workspace, reading: Reading, order: ExportOrder, purpose: Purpose | None
) -> Refusals | None:
    if purpose is None or order.purpose is None:
        return None
    return refusals(
        reading.table("consents"),
        reading.table("memberships"),
        name=order.purpose,
        purpose=purpose,
        now=work.clock(),
    )


def _about(
    work: Workspace, snapshot: Snapshot, order: ExportOrder, purpose: Purpose | None
) -> dict[str, object]:
    return {
        "project": work.file.name,
        "build": snapshot.number,
        "as_of": snapshot.as_of.isoformat(),
        "currency": work.file.currency,
        "personal_columns": order.personal.value,
        "purpose": order.purpose,
        "legal_basis": purpose and purpose.legal_basis,
        "reason": purpose and purpose.reason,
    }
