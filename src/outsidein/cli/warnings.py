"""Warnings about names in the project file that only data can confirm."""

from typing import TYPE_CHECKING

from outsidein.cli.console import err
from outsidein.profiles.name_checks import unheard

if TYPE_CHECKING:
    from outsidein.lake.snapshots import Snapshot
    from outsidein.pipeline.declared import Declared


def warn_of_absent_names(declared: "Declared", snapshot: "Snapshot") -> int:
    """Warn of names in the project file that no row of a snapshot has; return how many."""
    lines = [*unheard(declared.profile, declared.identity, declared.models, snapshot)]
    for line in lines:
        err.print(f"Warning: {line}", markup=False)
    return len(lines)
