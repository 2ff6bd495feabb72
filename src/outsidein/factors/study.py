"""Studies of factors: all driver estimates of one group of customers."""

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
    coded_factors,
    is_rated_by_factor,
    occasion_rows,
    rated_occasions,
    ratings_of,
)
from outsidein.segments.declaration import EVERYBODY
from outsidein.stats.factors.contrast import Contrast, FactorVerdict, contrast, factor_verdicts
from outsidein.stats.factors.dissatisfiers import Dissatisfiers, key_dissatisfiers
from outsidein.stats.factors.importance import Drivers, drivers
from outsidein.stats.factors.misclassification import (
    UNMEASURED,
    CoderErrors,
    with_coder_errors,
)
from outsidein.stats.factors.ordered import OrderedEffect, ordered_effects
from outsidein.stats.factors.ratings import SLACK, Bools, Cuts, Moments, Ratings, rating_moments


@dataclass(frozen=True, slots=True)
class Study:
    """Estimates from the ratings of one group of customers.

    `drivers` and `dissatisfiers` are errors where data are too few.
    """

    segment: str
    cuts: Cuts
    occasions: pa.Table
    ratings: Ratings
    moments: Moments
    contrast: Contrast
    verdicts: tuple[FactorVerdict, ...]
    drivers: Drivers | InputError
    dissatisfiers: Dissatisfiers | InputError
    coder_errors: Mapping[str, CoderErrors]
    """Of factors that a machine coded from texts."""
    ordered: Mapping[str, OrderedEffect]
    """Effects by the ordered model; of all customers only."""

    def verdict(self, factor: str) -> FactorVerdict:
        """Return the verdict on a factor."""
        return self.verdicts[self.ratings.factors.index(factor)]


@dataclass(frozen=True, slots=True)
class Studies:
    """All studies, that of all customers first; `unstudied` has the reason by segment."""

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
    coder_errors: Mapping[str, CoderErrors] | None = None,
) -> Studies:
    """Study the factors of all customers and of each segment.

    Args:
        responses: One row per score, as by `factor_responses`.
        segments: One row per customer and segment: `segment`, `customer_id`.
        settings: The project's.
        rng: Source of the bootstrap draws.
        coder_errors: Measured errors of the coder of texts, by factor.
    """
    errors = {
        factor: (coder_errors or {}).get(factor, UNMEASURED) for factor in coded_factors(responses)
    }
    asked = asked_shares(responses, settings)
    scored = occasion_rows(responses, asked, settings)
    factors = is_rated_by_factor(scored, asked)
    rated = rated_occasions(scored, factors)
    complete, unstudied = [], {}
    for segment, rows in _groups(rated, segments):
        (own_rng,) = rng.spawn(1)
        try:
            complete.append(
                study(segment, rows, factors, settings=settings, rng=own_rng, coder_errors=errors)
            )
        except TooLittleData as error:
            unstudied[segment] = error
    return Studies(settings, factors, tuple(complete), unstudied)


def _groups(occasions: pa.Table, segments: ir.Table | None) -> Iterator[tuple[str, pa.Table]]:
    yield EVERYBODY, occasions
    if segments is None:
        return
    members = segments.select("segment", "customer_id").order_by("segment", "customer_id")
    memberships = members.to_pyarrow()
    for segment in pc.unique(memberships["segment"]).to_pylist():
        inside = memberships.filter(pc.equal(memberships["segment"], segment))["customer_id"]
        yield segment, occasions.filter(pc.is_in(occasions["customer_id"], inside.combine_chunks()))


def study(
    segment: str,
    occasions: pa.Table,
    factors: Mapping[str, bool],
    *,
    settings: FactorSettings,
    rng: np.random.Generator,
    coder_errors: Mapping[str, CoderErrors],
) -> Study:
    """Study the factors on the occasions of one segment.

    Raises:
        TooLittleData: There are fewer than 2 customers, or no factor at all.
    """
    if not factors:
        raise TooLittleData(0, needed=1, of="factors with an answer")
    ratings = ratings_of(occasions, factors)
    moments = rating_moments(ratings, cuts=settings.cuts)
    effects = with_coder_errors(contrast(moments, rng=rng), moments, coder_errors, rng=rng)
    return Study(
        segment,
        settings.cuts,
        occasions,
        ratings,
        moments,
        effects,
        factor_verdicts(moments, effects),
        _drivers(moments, rng),
        _dissatisfiers(ratings, settings),
        coder_errors,
        _ordered(segment, ratings, effects.is_estimated, settings, rng),
    )


def _ordered(
    segment: str,
    ratings: Ratings,
    is_estimated: Bools,
    settings: FactorSettings,
    rng: np.random.Generator,
) -> dict[str, OrderedEffect]:
    if segment != EVERYBODY or not is_estimated.any():
        return {}
    names = [name for name, use in zip(ratings.factors, is_estimated, strict=True) if use]
    try:
        fitted = ordered_effects(ratings, is_estimated, cuts=settings.cuts, rng=rng.spawn(1)[0])
    except TooLittleData:
        return {}
    return dict(zip(names, fitted, strict=True))


def _drivers(moments: Moments, rng: np.random.Generator) -> Drivers | InputError:
    try:
        return drivers(moments, rng=rng)
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
