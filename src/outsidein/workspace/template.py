"""What `outsidein init` writes."""

import re
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType

from outsidein.canonical.tables import CANONICAL
from outsidein.errors import ProjectError
from outsidein.project.declarations import PROJECT_FILE, declare
from outsidein.workspace.declaration import ProjectFile
from outsidein.workspace.project_files import FILES


def check_stated(stated: Mapping[str, str]) -> None:
    """Check settings that somebody stated for a new project.

    Raises:
        ProjectError: There is no such currency or time zone.
    """
    declare(ProjectFile, {"name": "-", "currency": "EUR", **stated}, file="init")


def write_project(folder: Path, stated: Mapping[str, str] = MappingProxyType({})) -> list[Path]:
    """Write a new project, objectives and data needs first.

    Args:
        folder: The project's folder.
        stated: Values of settings that differ from the template's.

    Returns:
        The files written, in order.

    Raises:
        ProjectError: The folder holds a project already.
    """
    make_folder(folder)
    written = []
    for name in FILES:
        text = files("outsidein.workspace").joinpath("template", name).read_text("utf-8")
        text = text.replace("$NAME", folder.name)
        for setting, value in stated.items() if name == PROJECT_FILE else ():
            text = with_setting(text, setting, value)
        (folder / name).write_text(text, encoding="utf-8")
        written.append(folder / name)
    return [*written, _write_guide(folder / "tables"), _write_ignore(folder)]


def with_setting(text: str, name: str, value: str, *, comment: str = "") -> str:
    """Replace a setting of `outsidein.toml` in its line, with a comment in the line above.

    Example:
        >>> with_setting('currency = "EUR"  # of amounts', "currency", "USD")
        'currency = "USD"  # of amounts'
    """
    line = f'{name} = "{value}"'
    if comment:
        line = f"# {comment}\n{line}"
    return re.sub(rf'^{name} = "[^"]*"', lambda _: line, text, count=1, flags=re.MULTILINE)


def make_folder(folder: Path) -> None:
    """Make the folder of a new project.

    Raises:
        ProjectError: It holds a project already.
    """
    if (folder / PROJECT_FILE).exists():
        raise ProjectError(folder, "", "holds a project already; choose another folder")
    folder.mkdir(parents=True, exist_ok=True)


def _write_guide(tables: Path) -> Path:
    """Write which columns each canonical table has, where a model's author looks first."""
    tables.mkdir(exist_ok=True)
    lines = ["# Canonical tables", ""]
    lines += ["Write one SELECT per file into `tables/<table>/<name>.sql`, or views that several"]
    lines += ["of them share into `tables/staging/<name>.sql`. `*` marks required columns.", ""]
    for table in CANONICAL.values():
        columns = ", ".join(
            f"{name}{'*' if name in table.required else ''} ({column.type})"
            for name, column in table.columns.items()
        )
        lines += [f"## {table.name}", f"One row per {table.grain}. {columns}.", ""]
    (tables / "README.md").write_text("\n".join(lines), encoding="utf-8")
    return tables / "README.md"


def _write_ignore(folder: Path) -> Path:
    (folder / ".gitignore").write_text(".outsidein/\nreport/\n", encoding="utf-8")
    return folder / ".gitignore"
