"""Reading what a project declares of its operational loop: alerts, teams, playbooks."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from outsidein.alerts.declaration import AlertRule, AlertsFile, check_alerts
from outsidein.cases.declaration import Team, TeamsFile
from outsidein.cases.playbooks import Playbook, read_playbooks
from outsidein.project.declarations import declare, read_toml

ALERTS, TEAMS, PLAYBOOKS = "alerts.toml", "teams.toml", "playbooks"
F = TypeVar("F", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class LoopFiles:
    """A project's alert rules, teams and playbooks, by name; each may be missing."""

    rules: Mapping[str, AlertRule]
    teams: Mapping[str, Team]
    playbooks: Mapping[str, Playbook]


def read_loop(folder: Path) -> LoopFiles:
    """Read and check them.

    Raises:
        ProjectError: The first thing that is wrong, by file and key.
    """
    rules = _declared(AlertsFile, folder / ALERTS).alert
    teams = _declared(TeamsFile, folder / TEAMS).team
    playbooks = read_playbooks(folder / PLAYBOOKS)
    check_alerts(rules, teams, playbooks)
    return LoopFiles(rules, teams, playbooks)


def _declared(kind: type[F], path: Path) -> F:
    return declare(kind, read_toml(path) if path.exists() else {}, file=path.name)
