"""One study per group of customers: every estimate that the figures of factors rest on."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from outsidein.errors import InputError, TooLittleData
from outsidein.factors.declaration import FactorSettings
from outsidein.factors.responses import (
    asked_shares,
    judged,
    looked_at,
    occasions,
    ratings_of,
)
from outsidein.stats.factors.contrast import Contrast, FactorVerdict, contrast, factor_verdicts
from outsidein.stats.factors.dissatisfiers import Dissatisfiers, key_dissatisfiers
from outsidein.stats.factors.importance import Drivers, drivers
from outsidein.stats.factors.ratings import SLACK, Cuts, Moments, Ratings, rating_moments

EVERYBODY = "all customers"


@dataclass(frozen=True, slots=True)
class Study:
    """What the ratings of one group of customers gave.

    `drivers` and `dissatisfiers` are errors where there is too little for them.
    """

    segment: str
    cuts: Cuts
    laid_out: pa.Table
    ratings: Ratings
    moments: Moments
    contrast: Contrast
    verdicts: tuple[FactorVerdict, ...]
    drivers: Drivers | InputError
    dissatisfiers: Dissatisfiers | InputError

    def verdict(self, factor: str) -> FactorVerdict:
        """Return the verdict on a factor."""
        return self.verdicts[self.ratings.factors.index(factor)]


@dataclass(frozen=True, slots=True)
class Studies:
    """All studies, everybody's first; `unstudied` says of a segment why there is none."""

    settings: FactorSettings
    factors: Mapping[str, bool]
    studies: tuple[Study, ...]
    unstudied: Mapping[str, TooLittleData]

    @property
    def everybody(self) -> Study | None:
        """The study of all customers, if there is enough for one."""
        return next((s for s in self.studies if s.segment == EVERYBODY), None)


def studies(
    responses: ir.Table,
    segments: ir.Table | None,
    *,
    settings: FactorSettings,
    rng: np.random.Generator,
) -> Studies:
    """Study the factors for everybody and for each segment.

    Args:
        responses: One row per score, as by `factor_responses`.
        segments: One row per customer and segment: `segment`, `customer_id`.
        settings: The project's.
        rng: Source of the bootstrap draws.
    """
    asked = asked_shares(responses, settings)
    everything = occasions(responses, asked, settings)
    factors = looked_at(everything, asked)
    laid_out = judged(everything, factors)
    made, few = [], {}
    for segment, rows in _groups(laid_out, segments):
        (own,) = rng.spawn(1)
        try:
            made.append(study(segment, rows, factors, settings=settings, rng=own))
        except TooLittleData as error:
            few[segment] = error
    return Studies(settings, factors, tuple(made), few)


def _groups(laid_out: pa.Table, segments: ir.Table | None) -> Iterator[tuple[str, pa.Table]]:
    yield EVERYBODY, laid_out
    if segments is None:
        return
    members = segments.select("segment", "customer_id").order_by("segment", "customer_id")
    listed = members.to_pyarrow()
    for segment in pc.unique(listed["segment"]).to_pylist():
        inside = listed.filter(pc.equal(listed["segment"], segment))["customer_id"]
        yield segment, laid_out.filter(pc.is_in(laid_out["customer_id"], inside.combine_chunks()))


def study(
    segment: str,
    laid_out: pa.Table,
    factors: Mapping[str, bool],
    *,
    settings: FactorSettings,
    rng: np.random.Generator,
) -> Study:
    """Study the factors over some occasions.

    Raises:
        TooLittleData: There are fewer than 2 customers, or no factor at all.
    """
    if not factors:
        raise TooLittleData(0, needed=1, of="factors with an answer")
    ratings = ratings_of(laid_out, factors)
    found = rating_moments(ratings, cuts=settings.cuts)
    made = contrast(found, rng=rng)
    return Study(
        segment,
        settings.cuts,
        laid_out,
        ratings,
        found,
        made,
        factor_verdicts(found, made),
        _drivers(found, rng),
        _dissatisfiers(ratings, settings),
    )


def _drivers(found: Moments, rng: np.random.Generator) -> Drivers | InputError:
    try:
        return drivers(found, rng=rng)
    except InputError as error:
        return error


def _dissatisfiers(ratings: Ratings, settings: FactorSettings) -> Dissatisfiers | InputError:
    try:
        return key_dissatisfiers(
            ratings.scores <= settings.low_to + SLACK,
            ratings.overall <= settings.low_to + SLACK,
            customer=ratings.customer,
            weight=ratings.weight,
        )
    except InputError as error:
        return error
