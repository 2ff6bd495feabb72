"""A git commit of one file, whatever else is staged or changed."""

import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from outsidein.errors import InputError
from outsidein.project.declarations import PROJECT_FILE

TIMEOUT = 60.0
"""After which git is stopped (seconds)."""

QUIET = (
    *("-c", "core.hooksPath=/dev/null", "-c", "commit.gpgSign=false"),
    *("-c", "core.fsmonitor=false", "-c", "gc.auto=0", "-c", "maintenance.auto=false"),
)
"""No hook runs, nothing is signed and nothing begins in the background."""

NOT_ASKING = {"GIT_TERMINAL_PROMPT": "0", "GIT_LITERAL_PATHSPECS": "1", "LC_ALL": "C"}
SUBJECT = 72
"""Longest first line of a commit (characters)."""


@dataclass(frozen=True, slots=True)
class Author:
    """Who changes a file."""

    name: str
    email: str = ""


@dataclass(frozen=True, slots=True)
class Repository:
    """The git repository that a project's folder is in.

    Attributes:
        folder: Of the project.
        environment: Of the process, for `PATH` and `HOME`.
    """

    folder: Path
    environment: Mapping[str, str]

    def keeps(self, path: str) -> bool:
        """Return whether git keeps a file of the project, or would as soon as it is added."""
        if shutil.which("git") is None or not self._is_repository():
            return False
        return self._run("check-ignore", "-q", "--", path).returncode != 0

    def commit_file(self, path: str, *, author: Author, message: str) -> str:
        """Commit one file and return the commit; what else is staged stays staged.

        Raises:
            InputError: git refuses.
        """
        is_new = self._run("ls-files", "--error-unmatch", "--", path).returncode != 0
        if is_new:
            self._do("add", "--intent-to-add", "--", path)
        try:
            self._do(
                *("commit", "--quiet", "--only", "--no-verify", "--no-gpg-sign"),
                *("--cleanup=whitespace", "--file=-", "--", path),
                author=author,
                text=message,
            )
        except InputError:
            if is_new:
                self._run("rm", "--cached", "--quiet", "--", path)
            raise
        return self._do("rev-parse", "HEAD")

    def _is_repository(self) -> bool:
        """Whether the folder is a repository, or git keeps the project as a part of one."""
        top = self._run("rev-parse", "--show-toplevel")
        if top.returncode and "not a git repository" in top.stderr:
            return False
        if top.returncode:
            raise _refusal(top.stderr)
        if Path(top.stdout.strip()).resolve() == self.folder.resolve():
            return True
        return self._run("ls-files", "--error-unmatch", "--", PROJECT_FILE).returncode == 0

    def _do(self, *arguments: str, author: Author | None = None, text: str = "") -> str:
        done = self._run(*arguments, author=author, text=text)
        if done.returncode:
            raise _refusal(done.stderr or done.stdout)
        return done.stdout.strip()

    def _run(
        self, *arguments: str, author: Author | None = None, text: str = ""
    ) -> subprocess.CompletedProcess[str]:
        own = {k: v for k, v in self.environment.items() if not k.startswith("GIT_")}
        try:
            return subprocess.run(  # noqa: S603  arguments of our own, no shell
                ["git", *QUIET, *arguments],  # noqa: S607  the git of this machine
                cwd=self.folder,
                env={**own, **NOT_ASKING, **(_identity(author) if author else {})},
                input=text,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=TIMEOUT,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise InputError(f"git did not end within {TIMEOUT:.0f} seconds.") from error


def commit_message(path: str, reason: str) -> str:
    """Return the message of a commit: the file and the reason, whole below where it is long.

    Example:
        >>> commit_message("segments.toml", "Gold begins at 500 EUR")
        'segments.toml: Gold begins at 500 EUR'
    """
    line = f"{path}: {' '.join(reason.split())}"
    return line if len(line) <= SUBJECT else f"{line[: SUBJECT - 1].rstrip()}…\n\n{reason.strip()}"


def _identity(author: Author) -> dict[str, str]:
    return {
        f"GIT_{role}_{part}": value.replace("\0", "")
        for role in ("AUTHOR", "COMMITTER")
        for part, value in (("NAME", author.name), ("EMAIL", author.email))
    }


def _refusal(message: str) -> InputError:
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    reason = lines[0].removeprefix("fatal: ").removeprefix("error: ") if lines else "no reason"
    return InputError(f"git refuses the change, so nothing was written: {reason}")
