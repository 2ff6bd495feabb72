"""What a project declares about what its sources hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from outsidein.project.declarations import Declaration


class ObservationSettings(Declaration):
    """`[observation]`: since when the sources hold every customer.

    Attributes:
        complete_from: First day from which customers who left are in the sources too; without
            it, contracts tell it where they can.
    """

    complete_from: date | None = None


class Sample(Declaration):
    """`[sample.SOURCE]`: the records of a source were drawn, and how.

    Attributes:
        of: "customers" where each was drawn with everything of theirs; "rows" where single
            orders, calls or answers were drawn, so that others of the same customers are missing.
        drawn: How, in words, as it is to be read after "a sample of rows:".
    """

    of: Literal["customers", "rows"]
    drawn: Annotated[str, Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Samples:
    """The samples that a project declares, by the source of their records."""

    by_source: Mapping[str, Sample]
