"""Models in a project's folder: `model-0001.json` and what lies beside it, never changed."""

import re
from pathlib import Path

from outsidein.errors import InputError, nearest

_NAME = re.compile(r"model-(\d{4,})\.json")


def model_files(folder: Path) -> dict[str, Path]:
    """Return the JSON files of the models in a folder by name, the oldest first."""
    found = [path for path in folder.glob("model-*.json") if _NAME.fullmatch(path.name)]
    return {path.stem: path for path in sorted(found, key=_number)}


def model_file(folder: Path, name: str | None) -> Path | None:
    """Return the JSON file of a model, of the newest where none is named; None if there is none.

    Raises:
        InputError: There is none of that name.
    """
    files = model_files(folder)
    if name is None:
        return files[list(files)[-1]] if files else None
    if name not in files:
        hint = nearest(name, files) if files else "None was trained yet."
        raise InputError(f"There is no model {name!r} in {folder.name}/. {hint}")
    return files[name]


def parts_of(file: Path) -> tuple[Path, ...]:
    """Return every file of a model, in order."""
    return tuple(sorted(file.parent.glob(f"{file.stem}.*")))


def next_file(folder: Path) -> Path:
    """Return where the next model's JSON file will lie."""
    numbers = [_number(path) for path in model_files(folder).values()]
    return folder / f"model-{max(numbers, default=0) + 1:04d}.json"


def _number(path: Path) -> int:
    found = _NAME.fullmatch(path.name)
    return int(found.group(1)) if found else 0
