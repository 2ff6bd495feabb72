"""What a project declares about shifts."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from outsidein.project.declarations import Declaration


class KnownChange(Declaration):
    """`[[shifts.known_change]]`: a day on which something is known to have changed.

    Attributes:
        on: The day.
        description: What changed.
        cause: "recording": the way in which data are recorded; shifts at that time are withheld.
            "event": something that customers met with; shifts at that time are shown, whatever
            else speaks against them.
        kinds: Kinds of streams that it concerns; all where none is named.
    """

    on: date
    description: Annotated[str, Field(min_length=1)]
    cause: Literal["recording", "event"] = "recording"
    kinds: tuple[str, ...] = ()


class ShiftSettings(Declaration):
    """`[shifts]`: how finely to look, and which share of false ones is accepted.

    Attributes:
        period: How long one point of a stream is.
        false_share: Share of the listed shifts that may be false, in expectation.
        smallest: Change of a share below which a shift is not worth listing (0 to 1).
        known_change: Days on which something is known to have changed.
    """

    period: Literal["week", "month", "quarter"] = "month"
    false_share: Annotated[float, Field(gt=0, lt=0.5)] = 0.05
    smallest: Annotated[float, Field(ge=0, lt=1)] = 0.005
    known_change: tuple[KnownChange, ...] = ()
