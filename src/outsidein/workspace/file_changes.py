"""Changing a file of a project from a page: checked, written whole, with author and reason."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import tomlkit
from sqlalchemy.orm import Session
from tomlkit import TOMLDocument
from tomlkit.exceptions import TOMLKitError

from outsidein import workspace
from outsidein.alerts.loop import read_loop
from outsidein.edits import file_history
from outsidein.edits.file_history import FileChange
from outsidein.edits.file_texts import (
    FileConflict,
    FileText,
    place_of,
    read_text,
    with_line_ends_of,
    write_text,
)
from outsidein.edits.git_commits import Author, Repository, commit_message
from outsidein.errors import InputError, ProjectError
from outsidein.store.locks import exclusive_lock
from outsidein.workspace.workspace import Workspace

__all__ = ["FileChange", "FileChanges", "FileConflict", "FileText"]

LONGEST = 1_000_000
"""Longest text of a file that a page may write (characters)."""


@dataclass(frozen=True, slots=True)
class FileChanges:
    """The files of one project as pages change them."""

    work: Workspace

    def read(self, path: str) -> FileText:
        """Return the text of a file with its hash; empty where there is no such file.

        Raises:
            InputError: It is no file that a page may change, or is not UTF-8.
        """
        return read_text(self.work.folder, path)

    def change(
        self, path: str, new_text: str, *, was: str, by: str, reason: str, email: str = ""
    ) -> FileChange | None:
        """Write a new version of a file and commit it where the project is a git repository.

        Args:
            path: Of the file within the project, such as `segments.toml`.
            new_text: Its whole new text.
            was: Hash of the text that the page showed: `read(path).sha256`.
            by: Who changes it.
            reason: Why.
            email: Their address, for git.

        Returns:
            The change; None where the file has this text already.

        Raises:
            FileConflict: The file changed since the page was shown; nothing was written.
            ProjectError: The project would be wrong, by file and key; nothing was written.
            InputError: No reason is given, or git refuses; nothing was written.
        """
        if not reason.strip():
            raise InputError(f"Say why {path} is changed.")
        with exclusive_lock(self.work.store, "files"):
            old = self.read(path)
            text = with_line_ends_of(new_text, old.text)
            if text == old.text:
                return None
            if was != old.sha256:
                raise FileConflict(old, text)
            self._check(path, text)
            return self._write(old, text, author=Author(by, email), reason=reason.strip())

    def edit(
        self,
        path: str,
        edit: Callable[[TOMLDocument], None],
        *,
        was: str,
        by: str,
        reason: str,
        email: str = "",
    ) -> FileChange | None:
        """Change keys of a TOML file; comments and order of all others stay.

        Args:
            path: Of the file within the project.
            edit: Changes the document that it is called with.
            was: Hash of the text that the page showed.
            by: Who changes it.
            reason: Why.
            email: Their address, for git.

        Raises:
            FileConflict: The file changed since the page was shown; `wanted` is the edit of what
                it is now. Nothing was written.
            InputError: As `change` raises it.
        """
        text = edited_toml(self.read(path), edit)
        return self.change(path, text, was=was, by=by, reason=reason, email=email)

    def history(
        self, *, path: str | None = None, before: int | None = None, rows: int = 100
    ) -> list[FileChange]:
        """Return changes made on pages, latest first; of one file if `path` is given."""
        with Session(self.work.store) as session:
            return file_history.file_changes(session, path=path, before=before, rows=rows)

    def _check(self, path: str, text: str) -> None:
        if len(text) > LONGEST:
            raise ProjectError(path, "", f"has more than {LONGEST:,} characters")
        check_with(self.work.folder, path, text, today=self.work.clock().date())

    def _write(self, old: FileText, text: str, *, author: Author, reason: str) -> FileChange:
        """Write, commit and note a version: all of it, or nothing."""
        folder, path = self.work.folder, old.path
        repository = Repository(folder, self.work.environment)
        is_kept = repository.keeps(path)
        with (
            self.work.acts.act("file.changed", f"file:{path}", by=author.name) as act,
            _put_back_after_error(folder, old),
        ):
            change = FileChange(0, act.now, act.by, path, reason, old.text, text, None)
            number = file_history.add_change(act.session, change)
            write_text(folder, path, text)
            revision = None
            if is_kept:
                message = commit_message(path, reason)
                revision = repository.commit_file(path, author=author, message=message)
                file_history.note_revision(act.session, number, revision)
            act.details |= {"change": number, "revision": revision}
        return FileChange(number, act.now, act.by, path, reason, old.text, text, revision)


def edited_toml(file: FileText, edit: Callable[[TOMLDocument], None]) -> str:
    """Return the text of a TOML file after an edit, with all its comments.

    Raises:
        ProjectError: It is not TOML.
    """
    try:
        document = tomlkit.parse(file.text)
    except TOMLKitError as error:
        raise ProjectError(file.path, "", f"is not valid TOML: {error}") from error
    edit(document)
    return tomlkit.dumps(document)


def check_with(folder: Path, path: str, text: str, *, today: date) -> None:
    """Check all files of a project as if one had another text.

    Raises:
        ProjectError: The first thing that is wrong, by file and key.
    """
    with TemporaryDirectory(prefix="outsidein-change-") as name:
        trial = Path(name)
        _mirror(folder.resolve(), trial, Path(path).parts)
        place_of(trial, path).write_bytes(text.encode())
        try:
            workspace.project_files.read_project(trial, today=today)
            read_loop(trial)
        except ProjectError as error:
            raise _without_folder(error, trial) from error


def _without_folder(error: ProjectError, folder: Path) -> ProjectError:
    """Return an error that names its file within the project."""
    place = f"{error.file}: {error.key}" if error.key else error.file
    problem = str(error).removeprefix(f"{place}: ")
    return ProjectError(error.file.removeprefix(f"{folder}/"), error.key, problem)


def _mirror(folder: Path, trial: Path, without: tuple[str, ...]) -> None:
    """Link all that a folder holds into another one, except one path below it."""
    trial.mkdir(exist_ok=True)
    for entry in folder.iterdir() if folder.is_dir() else ():
        if entry.name != without[0] and not entry.name.startswith("."):
            (trial / entry.name).symlink_to(entry, target_is_directory=entry.is_dir())
    if len(without) > 1:
        _mirror(folder / without[0], trial / without[0], without[1:])


@contextmanager
def _put_back_after_error(folder: Path, old: FileText) -> Iterator[None]:
    """Give a file its old text again where the block raises."""
    existed = place_of(folder, old.path).exists()
    try:
        yield
    except BaseException:
        if existed:
            write_text(folder, old.path, old.text)
        else:
            place_of(folder, old.path).unlink(missing_ok=True)
        raise
