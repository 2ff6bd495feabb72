"""Headings of figures, which pass the same gate as the sentences in short."""

from outsidein.figures.figure import Estimate
from outsidein.figures.spec import FigureSpec
from outsidein.headlines.gate import Circumstances, joined_reasons, objections
from outsidein.headlines.statement import Ground, Kind, Statement


def heading(
    spec: FigureSpec,
    text: str,
    *estimates: Estimate,
    base: str = "",
    no_effect: float | None = None,
    doubts: tuple[str, ...] = (),
    says: tuple[str, ...] = (),
) -> Statement:
    """Word a heading and say what it rests on.

    Args:
        spec: The figure.
        text: The heading.
        estimates: The numbers in it.
        base: Whom its shares are of, word for word as in `text`.
        no_effect: The value at which there would be nothing to say, where it claims a direction.
        doubts: Reasons against it.
        says: Names of the statements in short that it says again.
    """
    grounds = tuple(Ground(spec=spec, estimate=e, no_effect=no_effect) for e in estimates)
    return Statement(
        name=spec.name,
        kind=Kind.NOTE,
        text=text,
        base=base,
        grounds=grounds,
        doubts=doubts,
        says=says,
    )


def passed(
    claim: Statement | str | None, circumstances: Circumstances
) -> tuple[str | None, str | None]:
    """Return the text of a heading, or why it is not said.

    Args:
        claim: A heading with its grounds, a mere title, or nothing.
        circumstances: What the checks ask beside it.
    """
    if not isinstance(claim, Statement):
        return claim, None
    reasons = objections(claim, circumstances)
    return (None, joined_reasons(reasons)) if reasons else (claim.text, None)
