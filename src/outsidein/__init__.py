"""Customer intelligence from the customer's side.

`open` a project's folder and use the verbs of the command line on it.
"""

from outsidein.workspace.project import Project, open_project

open = open_project  # noqa: A001  outsidein.open(path), as one opens a file

__all__ = ["Project", "open"]
