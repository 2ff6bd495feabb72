"""Reading `factors.toml`, `beliefs.toml` and `initiatives.toml`, each of which may be missing."""

from pathlib import Path
from typing import NamedTuple

from outsidein.errors import ProjectError, nearest
from outsidein.factors.declaration import Beliefs, FactorSettings, InitiativesFile
from outsidein.project.declarations import declare, read_toml

FILES = ("factors.toml", "beliefs.toml", "initiatives.toml")


class FactorFiles(NamedTuple):
    """What a project declares about its factors."""

    settings: FactorSettings
    beliefs: Beliefs | None
    initiatives: InitiativesFile
    files: tuple[Path, ...]
    """The files there are."""


def read_factor_files(folder: Path) -> FactorFiles:
    """Read what a project declares about its factors.

    Raises:
        ProjectError: The first thing that is wrong, by file and key.
    """
    there = {name: folder / name for name in FILES if (folder / name).exists()}
    tables = {name: read_toml(path) for name, path in there.items()}
    settings = declare(FactorSettings, tables.get("factors.toml", {}), file="factors.toml")
    beliefs = (
        declare(Beliefs, tables["beliefs.toml"], file="beliefs.toml")
        if "beliefs.toml" in tables
        else None
    )
    initiatives = declare(
        InitiativesFile, tables.get("initiatives.toml", {}), file="initiatives.toml"
    )
    found = FactorFiles(settings, beliefs, initiatives, tuple(there.values()))
    _refuse_unknown_factors(found)
    return found


def _refuse_unknown_factors(found: FactorFiles) -> None:
    """Where factors are declared, beliefs and initiatives may name no others."""
    known = found.settings.factor
    if not known:
        return
    for place, belief in enumerate(found.beliefs.belief if found.beliefs else ()):
        if belief.factor not in known:
            problem = f"{belief.factor!r} is no factor. {nearest(belief.factor, known)}"
            raise ProjectError("beliefs.toml", f"belief.{place}.factor", problem)
    for place, initiative in enumerate(found.initiatives.initiative):
        if initiative.factor not in known:
            problem = f"{initiative.factor!r} is no factor. {nearest(initiative.factor, known)}"
            raise ProjectError("initiatives.toml", f"initiative.{place}.factor", problem)
