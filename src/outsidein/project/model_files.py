"""Numbered model files in a project's folder: `model-0001.json` and its siblings, immutable."""

import re
from pathlib import Path

from outsidein.errors import InputError, nearest

_NAME = re.compile(r"model-(\d{4,})\.json")


def model_files(folder: Path) -> dict[str, Path]:
    """Return the JSON files of the models in a folder by name, oldest first."""
    paths = [path for path in folder.glob("model-*.json") if _NAME.fullmatch(path.name)]
    return {path.stem: path for path in sorted(paths, key=_number)}


def model_file(folder: Path, name: str | None) -> Path | None:
    """Return a model's JSON file (the newest one's if `name` is None), or None if there is none.

    Raises:
        InputError: There is no model of that name.
    """
    files = model_files(folder)
    if name is None:
        return files[list(files)[-1]] if files else None
    if name not in files:
        hint = nearest(name, files) if files else "No model has been trained yet."
        raise InputError(f"There is no model {name!r} in {folder.name}/. {hint}")
    return files[name]


def model_parts(file: Path) -> tuple[Path, ...]:
    """Return every file of a model, in order."""
    return tuple(sorted(file.parent.glob(f"{file.stem}.*")))


def next_model_file(folder: Path) -> Path:
    """Return the path for the next model's JSON file."""
    numbers = [_number(path) for path in model_files(folder).values()]
    return folder / f"model-{max(numbers, default=0) + 1:04d}.json"


def _number(path: Path) -> int:
    match = _NAME.fullmatch(path.name)
    return int(match.group(1)) if match else 0
