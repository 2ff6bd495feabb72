"""A folder that is replaced whole, or stays as it was."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from outsidein.errors import InputError

ABOUT = "export.json"
"""File of an export that says what it holds; it marks a folder that may be replaced."""

PRIVATE = 0o700


@contextmanager
def replaced_folder(folder: Path, *, is_private: bool) -> Iterator[Path]:
    """Yield an empty folder that takes the place of `folder` once the block has ended.

    After an error, or a stop halfway, `folder` is what it was.

    Args:
        folder: Does not exist, is empty, or holds an export.
        is_private: Whether only the owner may read it.

    Raises:
        InputError: `folder` holds files that no export wrote, or cannot be written.
    """
    folder = folder.resolve()
    if folder.parent == folder:
        raise InputError(f"{folder} cannot be replaced. Name a folder for the export.")
    new, old = (folder.with_name(f".{folder.name}.export-{state}") for state in ("new", "old"))
    try:
        _recover(folder, new, old)
        new.mkdir(parents=True, mode=PRIVATE if is_private else 0o777)
    except OSError as error:
        raise InputError(f"The export cannot be written to {folder}: {error.strerror}.") from error
    try:
        yield new
        _flush(new)
        _swap(folder, new, old)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _recover(folder: Path, new: Path, old: Path) -> None:
    """Clear what a stopped export left, and refuse to replace what is no export."""
    if old.exists() and not folder.exists():
        old.rename(folder)
    for left in (new, old):
        if left.exists():
            shutil.rmtree(left)
    if folder.exists():
        _check_is_export(folder)


def _check_is_export(folder: Path) -> None:
    if not folder.is_dir():
        raise InputError(f"{folder} is a file. Name a folder for the export.")
    files = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if not path.is_dir() and not path.name.startswith((".", "~$"))
    }
    if other := sorted(files - _files_of_export(folder)):
        raise InputError(
            f"{folder} holds {other[0]!r}, which no export wrote, and an export replaces the whole "
            "folder. Move that file, or name another folder."
        )


def _files_of_export(folder: Path) -> set[str]:
    try:
        about = json.loads((folder / ABOUT).read_text("utf-8"))
        return {ABOUT, *(table["file"] for table in about["tables"])}
    except (OSError, ValueError, TypeError, KeyError):
        return set()


def _swap(folder: Path, new: Path, old: Path) -> None:
    try:
        if folder.exists():
            folder.rename(old)
        new.rename(folder)
    except OSError as error:
        if old.exists() and not folder.exists():
            old.rename(folder)
        raise InputError(
            f"{folder} cannot be replaced: {error.strerror}. Close the programs that use it."
        ) from error
    shutil.rmtree(old, ignore_errors=True)


def _flush(folder: Path) -> None:
    """Flush every file of a folder to disk, so that a power cut cannot leave half of it."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb+") as file:
                os.fsync(file.fileno())
