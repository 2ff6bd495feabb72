"""Playbooks: the best practice for a kind of case, in Markdown, and which one a case gets."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, NamedTuple

import numpy as np
from pydantic import Field

from outsidein.errors import ProjectError, UnknownName
from outsidein.project.declarations import Declaration, declare

FENCE = "+++"
_STEP = re.compile(r"^\s*(?:\d+[.)]|[-*])\s+(.*)$")


class Header(Declaration):
    """What stands between the two `+++` lines at the head of a playbook."""

    title: str
    issues: tuple[str, ...]
    """Issues it is proposed for."""

    minimum_response: Annotated[str, Field(min_length=1)]
    """What a customer hears at the least, where the team cannot take the case up today."""

    cost: Annotated[int, Field(ge=0)] = 0
    """Of following it once (minor units)."""


@dataclass(frozen=True, slots=True)
class Playbook:
    """A playbook: its name is that of its file."""

    name: str
    header: Header
    text: str

    @property
    def steps(self) -> tuple[str, ...]:
        """What to do, in order: the items of its lists."""
        found = (_STEP.match(line) for line in self.text.splitlines())
        return tuple(match[1] for match in found if match)


class Assigned(NamedTuple):
    """The playbook of a case and the probability with which it got this one."""

    playbook: str | None
    propensity: float | None


def read_playbooks(folder: Path) -> dict[str, Playbook]:
    """Read every playbook of a folder; none where there is no folder.

    Raises:
        ProjectError: One has no header, or a header that says what cannot be.
    """
    return {path.stem: _read(path) for path in sorted(folder.glob("*.md"))}


def _read(path: Path) -> Playbook:
    parts = path.read_text(encoding="utf-8").split(f"{FENCE}\n", 2)
    file = f"{path.parent.name}/{path.name}"
    if len(parts) != 3 or parts[0].strip():  # noqa: PLR2004  before, within, after
        raise ProjectError(file, "", f"must begin with a header between two lines {FENCE}")
    try:
        header = declare(Header, tomllib.loads(parts[1]), file=file)
    except tomllib.TOMLDecodeError as error:
        raise ProjectError(file, "", f"its header is not valid TOML: {error}") from error
    return Playbook(path.stem, header, parts[2].strip())


def proposed(playbooks: Mapping[str, Playbook], issue: str) -> list[Playbook]:
    """Return the playbooks for an issue, by name."""
    return [playbooks[name] for name in sorted(playbooks) if issue in playbooks[name].header.issues]


def known(names: Sequence[str], playbooks: Mapping[str, Playbook]) -> None:
    """Check that all of these are playbooks of the project.

    Raises:
        UnknownName: One is not.
    """
    for name in names:
        if name not in playbooks:
            raise UnknownName("playbook", name, playbooks)


def assigned(valid: Sequence[str], *, is_randomised: bool, rng: np.random.Generator) -> Assigned:
    """Give a case one of its valid playbooks.

    Randomised, each is as likely as the other and the probability is kept with the case, so that
    what followed can be compared; else the first is taken, which compares with nothing.

    Example:
        >>> assigned(["voucher"], is_randomised=True, rng=np.random.default_rng(1))
        Assigned(playbook='voucher', propensity=1.0)
    """
    if not valid:
        return Assigned(None, None)
    if not is_randomised:
        return Assigned(valid[0], 1.0)
    return Assigned(valid[int(rng.integers(len(valid)))], 1 / len(valid))
