"""Every error this package raises on purpose.

OutsideInError
├── DeliveryError           an outside service refused or did not answer; can a retry help?
├── QueryError              the engine refuses a query; the caller names where it stands
├── Undeclared              code names a figure, measure or group that no noun declares: a bug
└── InputError              the caller can fix it; its message is shown to them as it stands
    ├── UnknownName         a name does not exist; suggests the closest one
    ├── TooLittleData       a sample is too small for the estimate; callers may show the message
    ├── ProjectError        a project file is invalid; names file and key
    ├── SourceError         raw data cannot be read as declared; names the source and the file
    ├── WrongLake           the lake is another store's, or the store has another lake
    ├── DamagedSnapshot     files of a snapshot are missing or were changed
    ├── NothingBuilt        no snapshot exists yet, or none was published
    └── BuildRunning        another build of the same project is running
"""

from collections.abc import Iterable
from datetime import timedelta
from difflib import get_close_matches
from pathlib import Path


class FormerNameWarning(FutureWarning):
    """A project file uses a name that was replaced; the message says by which."""


class ProjectNotice(Warning):
    """Something of a project was changed or mended without being asked for."""


class OutsideInError(Exception):
    """Base of every error raised on purpose."""


def one_line(message: str) -> str:
    r"""Return a message on one line: ends of lines become spaces, other invisible marks escapes.

    Example:
        >>> print(one_line("no 'a\nb' near \x1b[31m"))
        no 'a b' near \x1b[31m
    """
    return "".join(char if char.isprintable() else _shown(char) for char in message)


def _shown(char: str) -> str:
    return " " if char.isspace() else char.encode("unicode_escape").decode()


class InputError(OutsideInError):
    """The caller can fix this; the message, always one line, is written for them."""

    def __init__(self, message: str) -> None:
        super().__init__(one_line(message))


class DeliveryError(OutsideInError):
    """An outside service refused a mail or a webhook, or did not answer.

    `is_permanent` means that a retry cannot help; `wait` is how long the service asked us to wait.
    """

    def __init__(self, message: str, *, is_permanent: bool, wait: timedelta = timedelta(0)) -> None:
        self.is_permanent = is_permanent
        self.wait = wait
        super().__init__(message)


class QueryError(OutsideInError):
    """The engine refuses a query; the message is the first line of its own."""


LISTED = 12
"""How many names to list when none is close to the one asked for."""


def nearest(name: str, available: Iterable[str]) -> str:
    """Suggest the closest of the `available` names, or list them.

    Example:
        >>> nearest("regoin", ["region", "price"])
        "Did you mean 'region'?"
    """
    names = sorted(available)
    close = get_close_matches(name, names, n=1)
    if close:
        return f"Did you mean {close[0]!r}?"
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    return f"Available: {', '.join(names[:LISTED])}{more}." if names else "None is available."


class UnknownName(InputError):
    """A name does not exist; `available` is None where there are too many to list."""

    def __init__(self, kind: str, name: str, available: Iterable[str] | None) -> None:
        self.name = name
        hint = "" if available is None else f" {nearest(name, available)}"
        super().__init__(f"There is no {kind} {name!r}.{hint}")


class Undeclared(OutsideInError):
    """Code publishes or asks for a figure, measure, unit or group that no noun declares.

    A bug in a program, so it keeps its traceback.
    """

    def __init__(self, kind: str, name: str, declared: Iterable[str]) -> None:
        super().__init__(f"No {kind} {name!r} is declared. {nearest(name, declared)}")


class NothingBuilt(InputError):
    """No snapshot exists yet, or none was published."""

    def __init__(self, *, withheld: int | None = None) -> None:
        if withheld is None:
            super().__init__("Nothing has been built yet. Run `outsidein build` first.")
        else:
            super().__init__(
                f"Nothing has been published yet: build {withheld} was withheld. "
                f"`outsidein builds show {withheld}` says why."
            )


class TooLittleData(InputError):
    """A sample is too small for the estimate."""

    def __init__(self, n: int, *, needed: int, of: str = "observations") -> None:
        self.n = n
        self.needed = needed
        super().__init__(f"{n} {of} are too few: the estimate needs {needed} or more.")


class ProjectError(InputError):
    """A project file is invalid."""

    def __init__(self, file: Path | str, key: str, problem: str) -> None:
        self.file = str(file)
        self.key = key
        place = f"{file}: {key}" if key else str(file)
        super().__init__(f"{place}: {problem}")


class SourceError(InputError):
    """Raw data cannot be read as declared."""

    def __init__(self, source: str, problem: str) -> None:
        self.source = source
        super().__init__(f"Source {source!r}: {problem}")


class WrongLake(InputError):
    """The lake is another store's, or the store's own lake is another one."""

    @classmethod
    def of_another_store(cls, folder: Path) -> "WrongLake":
        """The folder holds snapshots that this store does not list."""
        return cls(
            f"The lake in {folder} belongs to another store. Use or restore that store, or move "
            "the folder away to begin a new lake; nothing in it was touched."
        )

    @classmethod
    def elsewhere(cls, folder: Path, *, where: str) -> "WrongLake":
        """The folder does not hold the snapshots that this store lists."""
        own = f"lie in {where}, not in" if where else "are not in"
        return cls(
            f"The snapshots of this store {own} {folder}. Machines that share a store share its "
            "lake: let [lake] path in outsidein.toml name a folder that all of them mount. If the "
            "snapshots are lost, `outsidein build --afresh` begins a new lake."
        )


class DamagedSnapshot(InputError):
    """Files of a snapshot are missing or were changed."""

    def __init__(self, number: int, folder: Path, damage: str) -> None:
        self.number = number
        super().__init__(
            f"Build {number} is damaged: {damage} (in {folder}). Restore its files from a copy, go "
            "back to another build with `outsidein builds rollback`, or build without it: "
            "`outsidein build --afresh`."
        )


class BuildRunning(InputError):
    """Another build of the same project is running."""

    def __init__(self, lock: Path) -> None:
        super().__init__(f"Another build of this project is running (it holds {lock}); try again.")
