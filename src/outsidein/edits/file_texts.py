"""Texts of a project's files: read with their hash, written whole or not at all."""

import os
import shutil
import tempfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath

from outsidein.errors import InputError, ProjectError

SUFFIXES = frozenset({".toml", ".md"})
"""Kinds of files that a page may change."""


@dataclass(frozen=True, slots=True)
class FileText:
    """The text of one file at one moment.

    Attributes:
        path: Within the project.
        text: With its own ends of lines; empty where there is no such file.
    """

    path: str
    text: str

    @property
    def sha256(self) -> str:
        """Hash of the text."""
        return sha256(self.text.encode()).hexdigest()


class FileConflict(InputError):
    """A file changed since its text was shown; `on_disk` is what it is now, `wanted` what was sent.

    Nothing was written.
    """

    def __init__(self, on_disk: FileText, wanted: str) -> None:
        self.on_disk = on_disk
        self.wanted = wanted
        super().__init__(
            f"{on_disk.path} was changed since this page was shown. Nothing was written: compare "
            "both texts and send yours again."
        )


def place_of(folder: Path, path: str) -> Path:
    """Return where a file of a project lies.

    Raises:
        InputError: It lies elsewhere, is hidden, or is of a kind that no page changes.
    """
    parts = PurePosixPath(path).parts
    place = folder.joinpath(*parts)
    is_inside = place.resolve().is_relative_to(folder.resolve())
    is_plain = parts and "\\" not in path and not any(part.startswith((".", "/")) for part in parts)
    if not is_plain or not is_inside or place.suffix not in SUFFIXES:
        raise InputError(f"{path!r} is no file that a page may change.")
    return place


def read_text(folder: Path, path: str) -> FileText:
    """Return the text of a file, empty where it does not exist.

    Raises:
        InputError: It is no file that a page may change, or is not UTF-8.
    """
    place = place_of(folder, path)
    try:
        return FileText(path, place.read_bytes().decode())
    except FileNotFoundError:
        return FileText(path, "")
    except UnicodeDecodeError as error:
        raise ProjectError(path, "", f"is not UTF-8 at byte {error.start}") from error


def with_line_ends_of(text: str, old: str) -> str:
    r"""Return a text with the ends of lines of the one that it replaces.

    Browsers send `\r\n` whatever they were shown.

    Example:
        >>> with_line_ends_of("a\r\nb", "x\n"), with_line_ends_of("a\nb", "x\r\n")
        ('a\nb', 'a\r\nb')
    """
    plain = text.replace("\r\n", "\n")
    return plain.replace("\n", "\r\n") if "\r\n" in old else plain


def write_text(folder: Path, path: str, text: str) -> None:
    """Write a file: readers see the old text or the new one, never a part."""
    place = place_of(folder, path).resolve()
    place.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=place.parent, prefix=".change-")
    part = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        _take_rights(part, place)
        part.replace(place)
    finally:
        part.unlink(missing_ok=True)


def _take_rights(part: Path, place: Path) -> None:
    if place.exists():
        shutil.copymode(place, part)
    else:
        part.chmod(0o644)
