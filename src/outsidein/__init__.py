"""Customer intelligence from the customer's side.

`open` a project's folder and use the verbs of the command line on it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from outsidein.workspace.project import Project
    from outsidein.workspace.project import open_project as open  # noqa: A004  as files are opened

__all__ = ["Project", "open"]

_NAMES = {"Project": "Project", "open": "open_project"}
"""Public names, and what `outsidein.workspace.project` calls them; loaded when first used."""


def __getattr__(name: str) -> Any:  # noqa: ANN401  a class or a function
    if name not in _NAMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("outsidein.workspace.project"), _NAMES[name])
