"""The manifest: everything a build depends on."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

_DECIDING = ("outsidein", "duckdb", "ibis-framework", "numpy", "scipy", "scikit-learn", "pyarrow")
"""Packages whose versions may change a build's tables."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything a build depends on: equal manifests give equal bytes."""

    number: int
    as_of: date
    project: Mapping[str, str]
    """Project files: path to sha256."""
    sources: Mapping[str, Mapping[str, str]]
    """Sources: name to its files' sha256, by path."""
    before: Mapping[str, str]
    """Tables of the previous build that carry customer ids and evidence over: name to sha256."""
    decisions: str
    """sha256 of the identity decisions in force."""
    packages: Mapping[str, str]

    def text(self) -> str:
        """Write it as JSON with sorted keys."""
        return json.dumps(asdict(self), indent=1, sort_keys=True, default=str)

    @property
    def sha256(self) -> str:
        """Hash of the text."""
        return hashlib.sha256(self.text().encode()).hexdigest()


def package_versions() -> dict[str, str]:
    """Return the versions of the packages that may change a build."""
    return {name: version(name) for name in _DECIDING}


def file_hash(path: Path) -> str:
    """Return the sha256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read the manifest of a snapshot."""
    manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text("utf-8"))
    return manifest
