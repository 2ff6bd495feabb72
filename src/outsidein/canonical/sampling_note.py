"""What a sample does to statements that follow customers over time."""

from collections.abc import Iterable
from dataclasses import dataclass

from outsidein.canonical.figures import DRAWN_WHOLE, ROWS_MISSING, SAMPLING
from outsidein.figures.figure import Figure
from outsidein.figures.spec import FigureSpec, Follows


@dataclass(frozen=True, slots=True)
class SamplingNote:
    """How the data were drawn, as far as a statement must say it.

    Attributes:
        base: The sentence that names the sample.
        objection: Why figures that follow customers of whom rows may be missing are wrong; empty
            where no source is a sample of rows.
        is_anybody_whole: Whether some customers are held with all their rows.
    """

    base: str
    objection: str
    is_anybody_whole: bool

    def objection_to(self, specs: Iterable[FigureSpec]) -> str | None:
        """Return why figures are wrong, if one follows customers of whom rows may be missing."""
        misled = {Follows.ALL} if self.is_anybody_whole else {Follows.ALL, Follows.WHOLE}
        is_misled = any(spec.follows in misled for spec in specs)
        return self.objection if self.objection and is_misled else None

    def base_of(self, specs: Iterable[FigureSpec]) -> str:
        """Return the sentence that names the sample, for figures that follow customers."""
        return self.base if any(spec.follows is not Follows.NOBODY for spec in specs) else ""


def sampling_note(sampling: Figure | None) -> SamplingNote | None:
    """Return how the data were drawn; None where no source is a sample.

    Args:
        sampling: The figure `SAMPLING`, if it was published.
    """
    count = SAMPLING.one(sampling, DRAWN_WHOLE, source=None)
    if count is None:
        return None
    whole = int(count.value or 0)
    of_rows = SAMPLING.select(sampling, ROWS_MISSING, of="rows")
    sources = "; ".join(f"{e.group['source']}: {e.group['drawn']}" for e in of_rows)
    lost = f"a sample of rows ({sources}) leaves out what else they did"
    return SamplingNote(
        base=f"Counted in a sample of {whole:,} customers.",
        objection=f"it follows customers, and {lost}" if of_rows else "",
        is_anybody_whole=whole > 0,
    )
