"""Names in `outsidein.toml` that the data must bear out: sources of records, identifier kinds."""

from collections.abc import Collection, Iterator
from typing import NamedTuple

import pyarrow.parquet as pq

from outsidein.canonical.literals import together
from outsidein.canonical.sql_models import Models
from outsidein.errors import ProjectError, nearest
from outsidein.identity.declaration import FirewallSettings, IdentitySettings
from outsidein.lake.snapshots import Snapshot
from outsidein.profiles.declaration import ProfileSettings
from outsidein.project.declarations import PROJECT_FILE


class Named(NamedTuple):
    """What a key of the project file names: values of a column of a canonical table."""

    key: str
    names: tuple[str, ...]
    table: str
    column: str

    def unknown(self, values: Collection[str]) -> str | None:
        """Return the first name that is no such value; the case of kinds does not matter."""
        folded = {_folded(self, value) for value in values}
        return next((name for name in self.names if _folded(self, name) not in folded), None)

    def problem(
        self, name: str, values: Collection[str], *, where: str, file: str = PROJECT_FILE
    ) -> ProjectError:
        """Word that a name is not there."""
        hint = nearest(name, values)
        problem = f"the {self.column} {name!r} is in no {where} of {self.table}. {hint}"
        return ProjectError(file, self.key, problem)


def names(profile: ProfileSettings, identity: IdentitySettings) -> Iterator[Named]:
    """Yield what a project names; the kinds that it would have without saying so are left out."""
    usual = {*IdentitySettings().ignore, *FirewallSettings().weights}
    firewall = identity.firewall
    kinds = {
        "identity.ignore": identity.ignore,
        "identity.firewall.household_kinds": firewall.household_kinds,
        "identity.firewall.weights": firewall.weights,
    }
    yield Named("profile.trusted", profile.trusted, "records", "source")
    for key, listed in kinds.items():
        unusual = tuple(kind for kind in listed if kind.lower() not in usual)
        yield Named(key, unusual, "identifiers", "kind")


def refuse_unknown(profile: ProfileSettings, identity: IdentitySettings, models: Models) -> None:
    """Refuse a name that no model writes.

    Where a model takes its column out of the data, or there is no model yet, nothing is refused;
    `unheard` looks at what was built.

    Raises:
        ProjectError: The first such name, by key, with the nearest that there is.
    """
    for named in names(profile, identity):
        written = _written(models, named)
        unknown = named.unknown(written) if written else None
        if written and unknown:
            raise named.problem(unknown, written, where="model")


def unheard(
    profile: ProfileSettings, identity: IdentitySettings, models: Models, snapshot: Snapshot
) -> Iterator[str]:
    """Tell of names that no row of a snapshot has, where the models alone cannot tell.

    Args:
        profile: The project's.
        identity: The project's.
        models: The project's.
        snapshot: What was built.

    Yields:
        A line for each key that names one.
    """
    for named in names(profile, identity):
        if named.names and _written(models, named) is None:
            there = _there(snapshot, named)
            if unknown := named.unknown(there):
                yield str(named.problem(unknown, there, where="row"))


def refuse_unheard(identity: IdentitySettings, snapshot: Snapshot, *, file: str) -> None:
    """Refuse settings to be tried on a snapshot that name what no row of it has.

    Raises:
        ProjectError: The first such name, by key, with the nearest that there is.
    """
    for named in names(ProfileSettings(), identity):
        there = _there(snapshot, named) if named.names else set()
        if unknown := named.unknown(there):
            raise named.problem(unknown, there, where="row", file=file)


def _there(snapshot: Snapshot, named: Named) -> set[str]:
    column = pq.read_table(snapshot.table(named.table), columns=[named.column])
    return {value for value in column[0].unique().to_pylist() if value is not None}


def _written(models: Models, named: Named) -> frozenset[str] | None:
    queries = models.by_table.get(named.table, ())
    return together([query.literals for query in queries], named.column) if queries else None


def _folded(named: Named, name: str) -> str:
    return name.lower() if named.column == "kind" else name
