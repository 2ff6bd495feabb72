"""Playbooks: the best practice for a kind of case, in Markdown, and which one a case gets."""

import hashlib
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, NamedTuple

from pydantic import Field

from outsidein.errors import ProjectError
from outsidein.project.declarations import Declaration, declare

FENCE = "+++"

HOLD_OUT = "hold-out"
"""Stands in the place of a playbook where a case was left alone by chance."""

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


def assigned(
    valid: Sequence[str], *, of: tuple[str, str], is_randomised: bool, hold_out: float = 0.0
) -> Assigned:
    """Give a case one of its valid playbooks.

    Randomised, each is as likely as the other; a share may be held out, left alone, so that what
    the work changes can be told. The probability is kept with the case. The draw is a hash of the
    rule and the customer: the same customer gets the same again, and no run redraws it. Not
    randomised, the first is taken, which compares with nothing but the hold-out.

    Args:
        valid: Names of playbooks, the preferred first.
        of: The rule, and whom the case is about.
        is_randomised: Whether chance decides between several.
        hold_out: Share of cases left alone (0 to 1).

    Example:
        >>> assigned(["voucher"], of=("late", "c1"), is_randomised=True)
        Assigned(playbook='voucher', propensity=1.0)
    """
    if not valid:
        return Assigned(None, None)
    place = _uniform(*of)
    if place < hold_out:
        return Assigned(HOLD_OUT, hold_out)
    if not is_randomised:
        return Assigned(valid[0], 1 - hold_out)
    chosen = int((place - hold_out) / (1 - hold_out) * len(valid))
    return Assigned(valid[min(chosen, len(valid) - 1)], (1 - hold_out) / len(valid))


def _uniform(*parts: str) -> float:
    digest = hashlib.sha256("\x1f".join(parts).encode()).digest()
    return int.from_bytes(digest[:7]) / 256**7
