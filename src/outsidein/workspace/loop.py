"""Reading what a project declares of its operational loop: alerts, teams, playbooks, consent."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from outsidein.alerts.declaration import AlertRule, AlertsFile, check_alerts
from outsidein.cases.declaration import Team, TeamsFile
from outsidein.cases.playbooks import Playbook, read_playbooks
from outsidein.consent.declaration import FILE as CONSENT
from outsidein.consent.declaration import ConsentFile
from outsidein.project.declarations import declare, read_toml
from outsidein.workspace.declaration import PROJECT_FILE

ALERTS, TEAMS, PLAYBOOKS = "alerts.toml", "teams.toml", "playbooks"
F = TypeVar("F", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class LoopFiles:
    """A project's alert rules, teams, playbooks and purposes, by name; each may be missing."""

    rules: Mapping[str, AlertRule]
    teams: Mapping[str, Team]
    playbooks: Mapping[str, Playbook]
    consent: ConsentFile


def loop_hash(folder: Path) -> str:
    """Return a hash of every file that a run of the alerts follows from."""
    files = [folder / name for name in (ALERTS, TEAMS, CONSENT, PROJECT_FILE)]
    digest = sha256(version("outsidein").encode())
    for path in [*files, *sorted((folder / PLAYBOOKS).glob("*.md"))]:
        text = path.read_bytes() if path.exists() else b""
        digest.update(f"\0{path.name}\0{len(text)}\0".encode() + text)
    return digest.hexdigest()


def read_loop(folder: Path) -> LoopFiles:
    """Read and check them.

    Raises:
        ProjectError: The first thing that is wrong, by file and key.
    """
    rules = _declared(AlertsFile, folder / ALERTS).alert
    teams = _declared(TeamsFile, folder / TEAMS).team
    playbooks = read_playbooks(folder / PLAYBOOKS)
    check_alerts(rules, teams, playbooks)
    return LoopFiles(rules, teams, playbooks, _declared(ConsentFile, folder / CONSENT))


def _declared(kind: type[F], path: Path) -> F:
    return declare(kind, read_toml(path) if path.exists() else {}, file=path.name)
