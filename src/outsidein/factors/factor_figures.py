"""Every figure about factors, from the canonical tables with their customers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from threadpoolctl import threadpool_limits

from outsidein.factors.beliefs import beliefs_figure
from outsidein.factors.competitors import competitor_comparison
from outsidein.factors.declaration import Beliefs, FactorSettings, Initiative
from outsidein.factors.dissatisfiers import dissatisfiers_figure
from outsidein.factors.drift import context_by_period, drift_figure
from outsidein.factors.initiatives import initiatives_figure
from outsidein.factors.kano import kano_figure
from outsidein.factors.ladders import ladders_figure
from outsidein.factors.performance import map_figure
from outsidein.factors.responses import overall_scale
from outsidein.factors.study import Studies, studies
from outsidein.factors.verdicts import methods_figure, verdicts_figure
from outsidein.figures.figure import Estimate, Figure
from outsidein.stats.factors.misclassification import CoderErrors


@dataclass(frozen=True, slots=True)
class FactorDeclarations:
    """Declarations about factors, and the seals of beliefs."""

    settings: FactorSettings
    beliefs: Beliefs | None
    initiatives: tuple[Initiative, ...]
    seals: pa.Table


def factor_figures(
    own: ir.Table,
    competitors: ir.Table,
    canonical: Mapping[str, ir.Table],
    segments: ir.Table | None,
    *,
    declared: FactorDeclarations,
    rng: np.random.Generator,
    values: ir.Table | None = None,
    coder_errors: Mapping[str, CoderErrors] | None = None,
) -> tuple[Figure, ...]:
    """Return every figure about factors.

    BLAS runs on one thread: sums then do not depend on the number of threads, and many small
    products are faster.

    Args:
        own: One row per score, as by `factor_responses`, of the firm's own offering.
        competitors: Likewise, of competitors' offerings.
        canonical: Canonical tables with `customer_id`: signals, ladder_links, context.
        segments: One row per customer and segment, if any are declared.
        declared: The project's.
        rng: Source of all random draws.
        values: One row per customer: `customer_id`, `value` (minor units, or null).
        coder_errors: Measured errors of the coder of texts, by factor.
    """
    with threadpool_limits(1, user_api="blas"):
        every_study = studies(
            own, segments, settings=declared.settings, rng=rng, coder_errors=coder_errors
        )
        comparison = competitor_comparison(own, competitors, settings=declared.settings)
        figures = _figures(every_study, comparison, canonical, declared=declared, rng=rng)
        initiatives = initiatives_figure(
            every_study, declared.initiatives, _value_by_customer(values)
        )
        return (*figures, initiatives)


def _figures(
    every_study: Studies,
    comparison: Sequence[Estimate],
    canonical: Mapping[str, ir.Table],
    *,
    declared: FactorDeclarations,
    rng: np.random.Generator,
) -> Iterator[Figure]:
    yield verdicts_figure(every_study, comparison)
    yield methods_figure(every_study, overall_scale(canonical["signals"], declared.settings))
    yield dissatisfiers_figure(every_study)
    yield map_figure(every_study)
    context = context_by_period(canonical["context"], declared.settings.period)
    yield drift_figure(every_study, context, rng=rng)
    yield kano_figure(canonical["signals"], rng=rng)
    yield ladders_figure(canonical["ladder_links"], canonical["signals"])
    yield beliefs_figure(every_study, declared.beliefs, declared.seals)


def _value_by_customer(values: ir.Table | None) -> dict[str, int]:
    if values is None:
        return {}
    estimated = values.filter(values.value.notnull()).select("customer_id", "value").to_pyarrow()
    return dict(
        zip(estimated["customer_id"].to_pylist(), estimated["value"].to_pylist(), strict=True)
    )
