"""Links drawn for judgement, and what the judged ones say of all."""

from typing import NamedTuple

import pyarrow as pa

from outsidein.errors import InputError
from outsidein.identity.review.audit_sample import count_strata
from outsidein.identity.review.linkage_quality import QualityEstimate, reviewed_precision


class Precision(NamedTuple):
    """How many of the links that evidence makes in a build are right, decisions left out."""

    build: int
    links: int
    right: QualityEstimate


class Sampled(NamedTuple):
    """Links drawn of a build, the weakest stratum first.

    Attributes:
        build: Number of the build.
        links: How many links its evidence makes (count).
        drawn: `SAMPLE` and `is_right`, null where nobody has decided yet.
    """

    build: int
    links: int
    drawn: pa.Table

    @property
    def to_judge(self) -> pa.Table:
        """Those that nobody has decided yet."""
        return self.drawn.filter(self.drawn["is_right"].is_null())

    def precision(self) -> Precision:
        """Estimate how many links are right.

        Raises:
            InputError: Part of the sample was not judged yet.
            TooLittleData: There are no links.
        """
        if unjudged := len(self.to_judge):
            raise InputError(
                f"{unjudged} of {len(self.drawn)} links drawn of build {self.build} are not "
                "judged yet; `outsidein identity sample` lists them, accept or reject each."
            )
        return Precision(self.build, self.links, reviewed_precision(count_strata(self.drawn)))
