"""A project's coder models: numbered, immutable files."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from outsidein.project.model_files import model_file, model_parts, next_model_file

if TYPE_CHECKING:  # keeps scikit-learn out of projects without a model
    from outsidein.text.coders import Coders

FOLDER = "coding"
"""Folder of a project's coder models."""


@dataclass(frozen=True, slots=True, eq=False)
class StoredCoders:
    """A model with its name and its files."""

    name: str
    files: tuple[Path, ...]
    coders: "Coders"


def stored_coders(folder: Path, name: str | None) -> StoredCoders | None:
    """Read the named or newest model; None if there is none.

    Raises:
        InputError: No model has that name, or it cannot be read.
    """
    file = model_file(folder, name)
    if file is None:
        return None
    from outsidein.text.coders import load_coders  # noqa: PLC0415  lazy import

    return StoredCoders(file.stem, model_parts(file), load_coders(file))


def add_coders(folder: Path, coders: "Coders") -> Path:
    """Write a model under the next number."""
    from outsidein.text.coders import save_coders  # noqa: PLC0415  lazy import

    path = next_model_file(folder)
    save_coders(coders, path)
    return path
