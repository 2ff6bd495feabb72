"""What customers write in one project: coders learn from what people coded."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from outsidein.lake.engine import close, connect
from outsidein.lake.manifest import package_versions
from outsidein.pipeline.declared import Declared
from outsidein.pipeline.samples import load_samples
from outsidein.sources.progress import SilentProgress
from outsidein.text.coder_files import FOLDER, add_coders
from outsidein.text.coders import Coders, train_coders
from outsidein.workspace.workspace import Workspace


class Trained(NamedTuple):
    """A model that was written, and what is in it."""

    path: Path
    coders: Coders


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts of one project."""

    work: Workspace

    def train(
        self, *, environment: Mapping[str, str] = os.environ, by: str | None = None
    ) -> Trained:
        """Train coders on the declared hand-coded samples; write them to a new file.

        Sources are read anew; nothing needs to have been built. The same samples give the same
        model. It takes effect at the next build.

        Args:
            environment: Values for `${NAME}` in database addresses.
            by: Who trains; the login name if not given.

        Raises:
            InputError: No sample is declared, one is not there, or none teaches anything.
        """
        coders = _train(self.work.check(), environment)
        with self.work.acts.act("texts.trained", "texts", by=by) as act:
            path = add_coders(self.work.folder / FOLDER, coders)
            act.details["model"] = path.stem
        return Trained(path, coders)


def _train(declared: Declared, environment: Mapping[str, str]) -> Coders:
    with TemporaryDirectory() as spool:
        backend = connect(timezone=declared.timezone)
        try:
            samples = load_samples(
                backend,
                declared,
                spool=Path(spool),
                environment=environment,
                progress=SilentProgress(),
            )
            return train_coders(declared.coding, samples, packages=package_versions())
        finally:
            close(backend)
