"""The loop of a project in a folder, opened for the command line."""

from collections.abc import Callable
from pathlib import Path

from outsidein.workspace.alerts import Alerts
from outsidein.workspace.cases import Cases
from outsidein.workspace.edges import shown
from outsidein.workspace.project import open_project


def alerts_of(folder: Path, tell: Callable[[str], None]) -> Alerts:
    """Open the alerts of the project in a folder; notices are told instead of sent."""
    project = open_project(folder)
    identity = project.identity
    return Alerts(
        folder, identity.store, identity.clock, project.snapshot, project.check, shown(tell)
    )


def cases_of(folder: Path, tell: Callable[[str], None]) -> Cases:
    """Open the cases of the project in a folder; notices are told instead of sent."""
    project = open_project(folder)
    identity = project.identity
    return Cases(
        folder, identity.store, identity.clock, project.snapshot, project.check, shown(tell)
    )
