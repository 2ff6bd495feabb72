"""What a project declares about shifts."""

from typing import Annotated, Literal

from pydantic import Field

from outsidein.project.declarations import Declaration


class ShiftSettings(Declaration):
    """`[shifts]`: how finely to look, and which share of false ones is accepted.

    Attributes:
        period: How long one point of a stream is.
        false_share: Share of the listed shifts that may be false, in expectation.
        smallest: Change of a share below which a shift is not worth listing (0 to 1).
    """

    period: Literal["week", "month", "quarter"] = "month"
    false_share: Annotated[float, Field(gt=0, lt=0.5)] = 0.05
    smallest: Annotated[float, Field(ge=0, lt=1)] = 0.005
