"""Checking a project against the columns of its sources; importing it loads the engine."""

from pathlib import Path
from tempfile import TemporaryDirectory

from outsidein.lake.engine import close, connect
from outsidein.pipeline.project_binding import Binding
from outsidein.workspace.workspace import Workspace


def bind(work: Workspace) -> Binding:
    """Return what is wrong with sources, models and rules of a project, all of it.

    Raises:
        ProjectError: A file is wrong by itself, by file and key.
    """
    declared, rules = work.check(), work.loop().rules
    backend = connect(timezone=declared.timezone)
    try:
        with TemporaryDirectory(prefix="outsidein-check-") as folder:
            binding = Binding(declared, backend, Path(folder), work.environment)
            binding.run(rules)
            return binding
    finally:
        close(backend)
