"""Folders of a project that only the account that runs it may read."""

import warnings
from pathlib import Path

from outsidein.errors import ProjectNotice
from outsidein.project.private_files import private_folder


def keep_private(folder: Path) -> None:
    """Make a folder that others may not read, or mend one that they may, with a notice."""
    if private_folder(folder):
        message = f"Other accounts of this machine could read {folder}; that is mended."
        warnings.warn(message, ProjectNotice, stacklevel=3)
