"""A project's declarations, parsed once for as long as its files stay as they are."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Generic, TypeVar

from outsidein import workspace
from outsidein.alerts.loop import LoopFiles, hash_contents, parse_loop, read_loop_contents

if TYPE_CHECKING:
    from outsidein.identity.review.decisions import Decision
    from outsidein.pipeline.declared import Declared

T = TypeVar("T")

FOLDERS = ("tables", "surveys", "identity", "coding")
"""Folders whose files `read_project` reads, beside the TOML files in the project's own."""


@dataclass(slots=True)
class Cached(Generic[T]):
    """One value, parsed anew when the hash of its files changes."""

    _sha256: str = ""
    _value: T | None = None

    def get(self, key: str, parse: Callable[[], T]) -> T:
        """Return the value of a key, which is the last one's where the key is."""
        if self._value is None or self._sha256 != key:
            self._value = parse()
            self._sha256 = key
        return self._value


class Declarations:
    """What the files of one project declare; several threads may ask at once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = Lock()
        self._loop: Cached[LoopFiles] = Cached()
        self._project: Cached[Declared] = Cached()

    def loop(self) -> LoopFiles:
        """Return alert rules, teams, playbooks and purposes; each file is read once.

        Raises:
            ProjectError: The first thing that is wrong, by file and key.
        """
        contents = read_loop_contents(self.folder)
        with self._lock:
            return self._loop.get(hash_contents(contents), lambda: parse_loop(contents))

    def project(self, *, today: date, decisions: "tuple[Decision, ...]") -> "Declared":
        """Return everything a build needs to know.

        Args:
            today: The day a build looks at where the project declares none.
            decisions: The verdicts on identity that are in force.

        Raises:
            ProjectError: The first thing that is wrong, by file and key.
        """
        key = f"{_hash_files(self.folder)} {today}"
        with self._lock:
            declared = self._project.get(key, lambda: self._read(today))
        return replace(declared, decisions=decisions)

    def _read(self, today: date) -> "Declared":
        return workspace.project_files.read_project(self.folder, today=today)


def _hash_files(folder: Path) -> str:
    """Hash every file that `read_project` may read, and the names of the folders among them."""
    digest = sha256()
    for path in sorted(_files(folder)):
        content = path.read_bytes() if path.is_file() else b""
        name = path.relative_to(folder).as_posix()
        digest.update(f"\0{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    yield from folder.glob("*.toml")
    for name in FOLDERS:
        yield from (folder / name).rglob("*")
