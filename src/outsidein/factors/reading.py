"""Reading `factors.toml`, `beliefs.toml` and `initiatives.toml`, all optional."""

from pathlib import Path
from typing import NamedTuple

from outsidein.errors import ProjectError, nearest
from outsidein.factors.declaration import Beliefs, FactorSettings, InitiativesFile
from outsidein.project.declarations import declare, read_toml

FILES = ("factors.toml", "beliefs.toml", "initiatives.toml")


class FactorFiles(NamedTuple):
    """Declarations about factors."""

    settings: FactorSettings
    beliefs: Beliefs | None
    initiatives: InitiativesFile
    files: tuple[Path, ...]
    """The files that exist."""


def read_factor_files(folder: Path) -> FactorFiles:
    """Read the declarations about factors.

    Raises:
        ProjectError: A declaration is invalid; names file and key.
    """
    paths = {name: folder / name for name in FILES if (folder / name).exists()}
    tables = {name: read_toml(path) for name, path in paths.items()}
    settings = declare(FactorSettings, tables.get("factors.toml", {}), file="factors.toml")
    beliefs = (
        declare(Beliefs, tables["beliefs.toml"], file="beliefs.toml")
        if "beliefs.toml" in tables
        else None
    )
    initiatives = declare(
        InitiativesFile, tables.get("initiatives.toml", {}), file="initiatives.toml"
    )
    factor_files = FactorFiles(settings, beliefs, initiatives, tuple(paths.values()))
    _refuse_unknown_factors(factor_files)
    return factor_files


def _refuse_unknown_factors(factor_files: FactorFiles) -> None:
    """Beliefs and initiatives may name declared factors only, where any are declared."""
    declared_factors = factor_files.settings.factor
    if not declared_factors:
        return
    for place, belief in enumerate(factor_files.beliefs.belief if factor_files.beliefs else ()):
        if belief.factor not in declared_factors:
            problem = (
                f"{belief.factor!r} is not a declared factor. "
                f"{nearest(belief.factor, declared_factors)}"
            )
            raise ProjectError("beliefs.toml", f"belief.{place}.factor", problem)
    for place, initiative in enumerate(factor_files.initiatives.initiative):
        if initiative.factor not in declared_factors:
            problem = (
                f"{initiative.factor!r} is not a declared factor. "
                f"{nearest(initiative.factor, declared_factors)}"
            )
            raise ProjectError("initiatives.toml", f"initiative.{place}.factor", problem)
