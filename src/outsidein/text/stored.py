"""A project's models of how people code texts: numbered files, never changed."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from outsidein.project.model_files import model_file, model_parts, next_model_file

if TYPE_CHECKING:  # a project without a model loads nothing that learns
    from outsidein.text.coders import Coders

FOLDER = "coding"
"""Folder of a project in which its models lie."""


@dataclass(frozen=True, slots=True, eq=False)
class StoredCoders:
    """A model with its name and its files."""

    name: str
    files: tuple[Path, ...]
    coders: "Coders"


def stored_coders(folder: Path, name: str | None) -> StoredCoders | None:
    """Read the model of a name, or the newest where none is named; None where there is none.

    Raises:
        InputError: There is none of that name, or it cannot be read.
    """
    file = model_file(folder, name)
    if file is None:
        return None
    from outsidein.text.coders import load  # noqa: PLC0415  loaded by who needs it

    return StoredCoders(file.stem, model_parts(file), load(file))


def add_coders(folder: Path, coders: "Coders") -> Path:
    """Write a model under the next number."""
    from outsidein.text.coders import save  # noqa: PLC0415  loaded by who needs it

    path = next_model_file(folder)
    save(coders, path)
    return path
