"""A sample of links for clerical review, and the precision that reviewed links show."""

from collections.abc import Sequence
from typing import NamedTuple

import pyarrow as pa

from outsidein.errors import InputError
from outsidein.identity.declaration import FirewallSettings
from outsidein.identity.review.audit_sample import (
    add_verdicts,
    count_strata,
    draw_audit_sample,
    links_by_evidence,
)
from outsidein.identity.review.decisions import Decision
from outsidein.identity.review.linkage_quality import QualityEstimate, reviewed_precision
from outsidein.lake.snapshot_reading import Reading


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


def draw_links(
    reading: Reading,
    settings: FirewallSettings,
    *,
    in_force: Sequence[Decision],
    size: int,
    seed: int,
) -> Sampled:
    """Draw links that the evidence of a snapshot makes, for clerical review.

    Those reviewed before, for this snapshot or an earlier one, come with their verdict.

    Args:
        reading: The snapshot.
        settings: Of the firewall.
        in_force: Decisions in force.
        size: Links to draw (count).
        seed: The same seed draws the same links.
    """
    evidence = links_by_evidence(
        reading.backend,
        reading.table("evidence"),
        reading.table("proposals") if reading.has("proposals") else None,
        reading.table("records"),
        settings=settings,
        members=reading.table("memberships"),
    )
    drawn = draw_audit_sample(reading.backend, evidence, size=size, seed=seed)
    answered = add_verdicts(drawn, in_force)
    links = sum(stratum.links for stratum in count_strata(answered))
    return Sampled(reading.snapshot.number, links, answered)
