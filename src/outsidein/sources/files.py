"""Files of a source, in a fixed order, and their fingerprints."""

import glob
import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from outsidein.errors import SourceError, nearest

PACKAGE = "package:"


@dataclass(frozen=True, slots=True)
class DataFile:
    """One file of a source."""

    source: str
    path: Path
    shown: str
    """Its path relative to the project's folder, or `package:NAME/inner/path`."""

    def refuse(self, problem: str) -> SourceError:
        """Return an error about this file."""
        return SourceError(self.source, f"{self.shown}: {problem}")


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Identifies the content of a file in a build's manifest."""

    path: str
    bytes: int
    sha256: str


def find_files(source: str, patterns: Iterable[str], *, root: Path) -> list[DataFile]:
    """Return the files that match a source's patterns, sorted by path, without repeats.

    Raises:
        SourceError: A pattern matches no file, or names a package that is not installed.
    """
    files_by_path = {
        file.shown: file for pattern in patterns for file in _matches(source, pattern, root=root)
    }
    return [files_by_path[shown] for shown in sorted(files_by_path)]


def file_fingerprint(file: DataFile) -> Fingerprint:
    """Return a file's size and SHA-256."""
    with file.path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256")
    return Fingerprint(file.shown, file.path.stat().st_size, digest.hexdigest())


def _matches(source: str, pattern: str, *, root: Path) -> Iterator[DataFile]:
    folder, inner, prefix = root, pattern, ""
    if pattern.startswith(PACKAGE):
        package, _, inner = pattern.removeprefix(PACKAGE).partition("/")
        folder, prefix = _package_folder(source, package), f"{PACKAGE}{package}/"
    names = [inner] if (folder / inner).is_file() else _glob(source, folder, inner)
    if not names:
        raise SourceError(source, f"no file matches {pattern!r}. {_nearby(folder, inner, prefix)}")
    for name in names:
        path = folder / name
        yield DataFile(source, path, prefix + Path(os.path.relpath(path, folder)).as_posix())


def _glob(source: str, folder: Path, pattern: str) -> list[str]:
    names = glob.glob(pattern, root_dir=folder, recursive=True)  # noqa: PTH207  Path.glob refuses ".."
    dangling = next((name for name in names if _is_dangling(folder / name)), None)
    if dangling is not None:
        raise SourceError(
            source,
            f"{dangling}: is a link to a file that is not there; restore the file or remove the "
            "link, for rows would be missing",
        )
    return [name for name in names if (folder / name).is_file()]


def _is_dangling(path: Path) -> bool:
    return path.is_symlink() and not path.exists()


def _package_folder(source: str, package: str) -> Path:
    spec = find_spec(package) if package.isidentifier() else None
    if spec is None or not spec.submodule_search_locations:
        raise SourceError(
            source, f"the Python package {package!r} is not installed; try `pip install {package}`"
        )
    return Path(spec.submodule_search_locations[0])


def _nearby(folder: Path, pattern: str, prefix: str) -> str:
    """Suggest similar files in the deepest existing folder."""
    place = folder / pattern
    while not place.is_dir() and place != place.parent:
        place = place.parent
    names = sorted(p.name for p in place.iterdir() if not p.name.startswith("."))
    wanted = Path(pattern).name
    shown = Path(os.path.relpath(place, folder)).as_posix()
    where = prefix + ("" if shown == "." else f"{shown}/")
    return f"In {where or 'the project folder'}: {nearest(wanted, names[:20])}"
