"""What customers write in one project: coders learn from what people coded."""

import os
from collections.abc import Callable, Mapping
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


class Trained(NamedTuple):
    """A model that was written, and what is in it."""

    path: Path
    coders: Coders


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts of one project."""

    folder: Path
    check: Callable[[], Declared]

    def train(self, *, environment: Mapping[str, str] = os.environ) -> Trained:
        """Learn from the declared hand-coded samples how people code; write a new model.

        Sources are read anew; nothing needs to have been built. The same samples give the same
        model. It takes effect at the next build.

        Raises:
            InputError: No sample is declared, one is not there, or none teaches anything.
        """
        declared = self.check()
        with TemporaryDirectory() as spool:
            backend = connect(timezone=declared.timezone)
            samples = load_samples(
                backend,
                declared,
                spool=Path(spool),
                environment=environment,
                progress=SilentProgress(),
            )
            coders = train_coders(declared.coding, samples, packages=package_versions())
            close(backend)
        return Trained(add_coders(self.folder / FOLDER, coders), coders)
