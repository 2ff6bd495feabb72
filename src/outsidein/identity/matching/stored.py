"""A project's models: one file each, numbered, never changed."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from outsidein.errors import InputError, nearest
from outsidein.identity.matching.model import Model, load, save

FOLDER = "identity"
"""Folder of a project in which its models lie."""

_NAME = re.compile(r"model-(\d{4,})\.json")


@dataclass(frozen=True, slots=True)
class StoredModel:
    """A model with its name, its files and their hash."""

    name: str
    files: tuple[Path, ...]
    sha256: str
    model: Model


def model_files(folder: Path) -> dict[str, Path]:
    """Return the JSON files of a project's models by name, the oldest first."""
    found = [path for path in folder.glob("model-*.json") if _NAME.fullmatch(path.name)]
    return {path.stem: path for path in sorted(found, key=_number)}


def stored_model(folder: Path, name: str | None) -> StoredModel | None:
    """Read the model of a name, or the newest where none is named; None where there is none.

    Raises:
        InputError: There is none of that name, or it cannot be read.
    """
    files = model_files(folder)
    if name is None and not files:
        return None
    name = name or list(files)[-1]
    if name not in files:
        hint = nearest(name, files) if files else "None was trained yet."
        raise InputError(f"There is no model {name!r} in {folder.name}/. {hint}")
    model = load(files[name])
    parts = tuple(sorted(folder.glob(f"{name}.*")))
    return StoredModel(name, parts, _hash(parts), model)


def add_model(folder: Path, model: Model) -> Path:
    """Write a model under the next number."""
    numbers = [_number(path) for path in model_files(folder).values()]
    path = folder / f"model-{max(numbers, default=0) + 1:04d}.json"
    save(model, path)
    return path


def _number(path: Path) -> int:
    found = _NAME.fullmatch(path.name)
    return int(found.group(1)) if found else 0


def _hash(files: tuple[Path, ...]) -> str:
    digest = hashlib.sha256()
    for chunk in _chunks(files):
        digest.update(chunk)
    return digest.hexdigest()


def _chunks(files: tuple[Path, ...]) -> Iterator[bytes]:
    for path in files:
        yield path.name.encode()
        yield path.read_bytes()
