"""What a project declares of its operational loop: alerts, teams, playbooks, consent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from typing import TypeVar

from pydantic import BaseModel

from outsidein.alerts.declaration import AlertRule, AlertsFile, check_alerts
from outsidein.cases.declaration import MailLimits, Team, TeamsFile
from outsidein.cases.playbooks import Playbook, parse_playbook
from outsidein.consent.declaration import FILE as CONSENT
from outsidein.consent.declaration import ConsentFile
from outsidein.errors import ProjectError, UnknownName
from outsidein.project.declarations import PROJECT_FILE, declare, parse_toml

ALERTS, TEAMS, PLAYBOOKS = "alerts.toml", "teams.toml", "playbooks"

F = TypeVar("F", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class LoopFiles:
    """A project's alert rules, teams, playbooks and purposes, by name; each may be missing.

    `unreadable` has the playbooks that are there and cannot be read, by name: what depends on one
    waits for it, and everything else goes on.
    """

    rules: Mapping[str, AlertRule]
    teams: Mapping[str, Team]
    playbooks: Mapping[str, Playbook]
    consent: ConsentFile
    mail: MailLimits
    sha256: str
    """Of every file that a run of the alerts follows from."""
    unreadable: Mapping[str, ProjectError] = field(default_factory=dict)

    def team(self, name: str) -> Team:
        """Return a team.

        Raises:
            UnknownName: There is no such team.
        """
        if name not in self.teams:
            raise UnknownName("team", name, self.teams)
        return self.teams[name]

    def rule(self, name: str) -> AlertRule:
        """Return an alert rule.

        Raises:
            UnknownName: There is no such rule.
        """
        if name not in self.rules:
            raise UnknownName("alert rule", name, self.rules)
        return self.rules[name]

    def causes(self, rule: str) -> tuple[str, ...]:
        """Return the root causes that a rule lists; none where the rule is gone."""
        return self.rules[rule].causes if rule in self.rules else ()


def check_loop(files: LoopFiles) -> LoopFiles:
    """Return the files if all of them can be read.

    Raises:
        ProjectError: The first that cannot, by file and key.
    """
    for _, problem in sorted(files.unreadable.items()):
        raise problem
    return files


def read_loop(folder: Path) -> LoopFiles:
    """Read and check the files of a project's loop.

    Raises:
        ProjectError: The first thing that is wrong, by file and key.
    """
    return check_loop(parse_loop(read_loop_contents(folder)))


def read_loop_contents(folder: Path) -> dict[str, bytes]:
    """Read the files of the loop that a project has, each once, by their path in the project."""
    paths = [folder / name for name in (ALERTS, TEAMS, CONSENT, PROJECT_FILE)]
    paths += sorted((folder / PLAYBOOKS).glob("*.md"))
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in paths if path.exists()
    }


def hash_contents(contents: Mapping[str, bytes]) -> str:
    """Return a hash of files by their paths and contents, and of this package's version."""
    digest = sha256(_own_version().encode())
    for name, content in sorted(contents.items()):
        digest.update(f"\0{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


@cache
def _own_version() -> str:
    """Return this package's version; to look it up takes longer than to read all files."""
    return version("outsidein")


def parse_loop(contents: Mapping[str, bytes]) -> LoopFiles:
    """Parse and check the files of the loop; a playbook that cannot be read is set aside.

    Raises:
        ProjectError: The first thing that is wrong anywhere else, by file and key.
    """
    rules = _declared(AlertsFile, contents, ALERTS).alert
    declared = _declared(TeamsFile, contents, TEAMS)
    teams = declared.team
    books, unreadable = _playbooks(contents)
    check_alerts(rules, teams, books, unreadable=unreadable)
    consent = _declared(ConsentFile, contents, CONSENT)
    return LoopFiles(
        rules, teams, books, consent, declared.mail, hash_contents(contents), unreadable
    )


def _playbooks(
    contents: Mapping[str, bytes],
) -> tuple[dict[str, Playbook], dict[str, ProjectError]]:
    """Return the playbooks by name, and why the others cannot be read."""
    books, unreadable = {}, {}
    for name, content in contents.items():
        if not name.startswith(f"{PLAYBOOKS}/"):
            continue
        try:
            book = parse_playbook(content, file=name)
        except ProjectError as error:
            unreadable[PurePosixPath(name).stem] = error
        else:
            books[book.name] = book
    return books, unreadable


def _declared(kind: type[F], contents: Mapping[str, bytes], name: str) -> F:
    return declare(kind, parse_toml(contents.get(name, b""), file=name), file=name)
