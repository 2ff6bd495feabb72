"""Items of surveys: instrument, source of the answers, and factor."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from outsidein.project.declarations import Declaration

NAME = r"^[a-z][a-z0-9_]*$"

SCALES = {"nps": (0, 10), "kano": (1, 5)}
"""Fixed scales, by instrument."""

SCORED = ("rating", "nps", "csat", "ces", "kano", "repurchase", "referral")
"""Instruments whose answers are points on a scale."""

Instrument = Literal[
    "rating", "nps", "csat", "ces", "kano", "repurchase", "referral", "ladder", "choice", "text"
]
Code = str | int | float
Name = Annotated[str, Field(pattern=NAME)]


class Item(Declaration):
    """One `[[item]]`: a question, its instrument and its factor.

    Attributes:
        name: Name; the same name in two surveys is the same item.
        instrument: How answers are scored.
        column: Of a wide export; ladders and Kano pairs have their own columns.
        columns: Columns of a ladder's rungs, from factor to value.
        functional: Column of a Kano pair's "how if it is there".
        dysfunctional: Column of its "how if it is not".
        question: In a long export: value of the `question` column.
        sub_question: In a long export: value of the `sub_question` column.
        scale: Lowest and highest answer.
        reversed: Whether a low answer is the better one; the score is reversed.
        blank: Answers that count as missing.
        codes: Points of answers in words.
        separator: Between several choices, or between a ladder's rungs, in one column.
        wording: By language.
        ask_if: Condition over earlier items; the item is asked only where it holds.
    """

    name: Name
    instrument: Instrument
    column: str | None = None
    columns: tuple[str, ...] = ()
    functional: str | None = None
    dysfunctional: str | None = None
    question: str | None = None
    sub_question: str | None = None
    scale: tuple[float, float] | None = None
    reversed: bool = False
    blank: tuple[Code, ...] = ()
    codes: dict[str, float] = Field(default_factory=dict)
    separator: str | None = None
    factor: str | None = None
    level: Literal["factor", "benefit", "value"] = "factor"
    subject: Literal["own", "competitor"] = "own"
    brand: str | None = None
    product: str | None = None
    wording: dict[str, str] = Field(default_factory=dict)
    ask_if: str | None = None

    @property
    def ends(self) -> tuple[float, float] | None:
        """Lowest and highest answer; None where answers are not points."""
        return self.scale or SCALES.get(self.instrument)

    @property
    def source_columns(self) -> tuple[str, ...]:
        """Columns of a wide export with its answers."""
        single = (self.column, self.functional, self.dysfunctional)
        return (*(name for name in single if name), *self.columns)

    @model_validator(mode="after")
    def _has_a_scale(self) -> Self:
        if self.instrument in SCORED and self.ends is None:
            raise ValueError(f"instrument {self.instrument!r} needs `scale`, such as [1, 5]")
        if self.ends and self.ends[0] >= self.ends[1]:
            raise ValueError("`scale` is the lowest answer, then the highest")
        return self

    @model_validator(mode="after")
    def _has_columns(self) -> Self:
        if self.question is not None:
            return self
        if self.instrument == "kano" and (self.functional is None or self.dysfunctional is None):
            raise ValueError("instrument 'kano' needs `functional` and `dysfunctional`")
        if self.instrument == "ladder" and len(self.columns) < 2 and self.separator is None:  # noqa: PLR2004
            raise ValueError("instrument 'ladder' needs `columns`, or `column` and `separator`")
        if not self.source_columns:
            raise ValueError("name the `column` or the `question` of its answers")
        return self
