"""Reads columns of one source before anybody has approved them, to see how they are written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ibis.backends import BaseBackend

from outsidein.project.declarations import declare
from outsidein.sources.declaration import Source
from outsidein.sources.load import LoadedSource, load_sources
from outsidein.sources.needs import Need


@dataclass(frozen=True, slots=True)
class SourceReader:
    """Reads columns of one source, as text unless its options say more, into a view."""

    backend: BaseBackend
    name: str
    folder: Path
    spool: Path

    def load(self, options: Mapping[str, object], columns: Sequence[str] = ()) -> LoadedSource:
        """Load the columns; without any, only their names are read."""
        needs = [_need(self.name, columns)] if columns else []
        (loaded,) = load_sources(
            self.backend,
            {self.name: declare(Source, options, file=self.name)},
            needs,
            root=self.folder,
            spool=self.spool,
            as_of=date.max,
            environment={},
        )
        return loaded


def _need(source: str, columns: Sequence[str]) -> Need:
    return Need(
        source=source,
        columns=tuple(columns),
        department="-",
        purpose="a look at how values are written",
        owner="-",
        approver="-",
        state="approved",
    )
