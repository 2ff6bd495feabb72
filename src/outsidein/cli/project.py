"""The project a command works on."""

from pathlib import Path

import typer

from outsidein.project.declarations import PROJECT_FILE
from outsidein.workspace.project import Project, open_project


def opened(context: typer.Context) -> Project:
    """Open the project named at the root, or the one whose folder the caller is in.

    Raises:
        InputError: There is none.
    """
    return open_project(context.find_root().obj or project_folder(Path()))


def project_folder(start: Path) -> Path:
    """Return the nearest folder at or above `start` that holds a project, else `start`."""
    above = (start, *start.resolve().parents)
    return next((folder for folder in above if (folder / PROJECT_FILE).exists()), start)
