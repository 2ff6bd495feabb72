"""A project's models: one file each, numbered, never changed."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from outsidein.identity.matching.match_model import MatchModel, load_model, save_model
from outsidein.project.model_files import model_file, model_parts, next_model_file

FOLDER = "identity"
"""Folder of a project in which its models lie."""


@dataclass(frozen=True, slots=True)
class StoredModel:
    """A model with its name, its files and their hash."""

    name: str
    files: tuple[Path, ...]
    sha256: str
    model: MatchModel


def stored_model(folder: Path, name: str | None) -> StoredModel | None:
    """Read the model of a name, or the newest where none is named; None where there is none.

    Raises:
        InputError: There is none of that name, or it cannot be read.
    """
    file = model_file(folder, name)
    if file is None:
        return None
    parts = model_parts(file)
    return StoredModel(file.stem, parts, _hash(parts), load_model(file))


def add_model(folder: Path, model: MatchModel) -> Path:
    """Write a model under the next number."""
    path = next_model_file(folder)
    save_model(model, path)
    return path


def _hash(files: tuple[Path, ...]) -> str:
    digest = hashlib.sha256()
    for chunk in _chunks(files):
        digest.update(chunk)
    return digest.hexdigest()


def _chunks(files: tuple[Path, ...]) -> Iterator[bytes]:
    for path in files:
        yield path.name.encode()
        yield path.read_bytes()
