"""Playbooks: the best practice for a kind of case, in Markdown, and which one a case gets."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Annotated, NamedTuple

from pydantic import Field

from outsidein.errors import ProjectError
from outsidein.experiments.assignment import assign_arm
from outsidein.project.declarations import Declaration, declare, parse_toml
from outsidein.project.one_line import Line

FENCE = "+++"

_STEP = re.compile(r"^\s*(?:\d+[.)]|[-*])\s+(.*)$")


class PlaybookHeader(Declaration):
    """What stands between the two `+++` lines at the head of a playbook."""

    title: Line
    """Also the subject of the minimum response."""

    issues: tuple[str, ...]
    """Issues it is proposed for."""

    minimum_response: Annotated[str, Field(min_length=1)]
    """What a customer receives when the team has no time for the case today."""

    cost: Annotated[int, Field(ge=0)] = 0
    """Of following it once (minor units)."""


@dataclass(frozen=True, slots=True)
class Playbook:
    """A playbook: its name is that of its file."""

    name: str
    header: PlaybookHeader
    text: str

    @property
    def steps(self) -> tuple[str, ...]:
        """What to do, in order: the items of its lists."""
        matches = (_STEP.match(line) for line in self.text.splitlines())
        return tuple(match[1] for match in matches if match)


class PlaybookAssignment(NamedTuple):
    """The playbook of a case, or `HOLD_OUT`, and the probability with which it was assigned."""

    playbook: str | None
    propensity: float | None


def read_playbooks(folder: Path) -> dict[str, Playbook]:
    """Read every playbook of a folder; none where there is no folder.

    Raises:
        ProjectError: One has no header, or a header that is invalid.
    """
    paths = sorted(folder.glob("*.md"))
    books = (parse_playbook(p.read_bytes(), file=f"{folder.name}/{p.name}") for p in paths)
    return {book.name: book for book in books}


def parse_playbook(content: bytes, *, file: str) -> Playbook:
    """Parse the content of a playbook.

    Args:
        content: Of the file.
        file: Its path within the project; its stem names the playbook.

    Raises:
        ProjectError: It has no header, a header that is invalid, or is not UTF-8.
    """
    try:
        text = content.decode().replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise ProjectError(file, "", f"is not UTF-8 at byte {error.start}") from error
    parts = text.split(f"{FENCE}\n", 2)
    if len(parts) != 3 or parts[0].strip():  # noqa: PLR2004  before, within, after
        raise ProjectError(file, "", f"must begin with a header between two lines {FENCE}")
    header = declare(PlaybookHeader, parse_toml(parts[1].encode(), file=file), file=file)
    return Playbook(PurePosixPath(file).stem, header, parts[2].strip())


def playbooks_for(playbooks: Mapping[str, Playbook], issue: str) -> list[Playbook]:
    """Return the playbooks for an issue, by name."""
    return [playbooks[name] for name in sorted(playbooks) if issue in playbooks[name].header.issues]


def assign_playbook(
    valid: Sequence[str], *, rule: str, about: str, is_randomised: bool, hold_out: float = 0.0
) -> PlaybookAssignment:
    """Assign one of its valid playbooks to a case, or leave the case alone.

    Randomised, each playbook is equally likely. Otherwise the first is taken, and only the
    hold-out shows what working on cases changes. The experiment is the rule, the subject the
    customer: further cases of the same customer get the same playbook.

    Args:
        valid: Names of playbooks, the preferred one first.
        rule: Which opened the case.
        about: Whom the case is about.
        is_randomised: Whether chance decides between several.
        hold_out: Share of cases left alone (0 to 1).

    Example:
        >>> assign_playbook(["voucher"], rule="late", about="c1", is_randomised=True)
        PlaybookAssignment(playbook='voucher', propensity=1.0)
    """
    if not valid:
        return PlaybookAssignment(None, None)
    weights = dict.fromkeys(valid if is_randomised else valid[:1], 1.0)
    assignment = assign_arm(weights, experiment=rule, subject=about, hold_out=hold_out)
    return PlaybookAssignment(assignment.arm, assignment.propensity)
