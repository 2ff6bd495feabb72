"""Factors of a million responses: the estimators alone, and the whole way from signals.

`python -m benchmarks.factors` prints seconds of wall and of processor time; on a shared machine
read the latter.
"""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import ibis
import numpy as np
from threadpoolctl import threadpool_limits

from outsidein.factors.declaration import FactorSettings
from outsidein.factors.responses import factor_responses
from outsidein.factors.study import studies
from outsidein.lake.engine import connect, spool_table
from outsidein.stats.factors.contrast import contrast, factor_verdicts
from outsidein.stats.factors.dissatisfiers import key_dissatisfiers
from outsidein.stats.factors.importance import drivers, lmg
from outsidein.stats.factors.ratings import Ratings, rating_moments

RESPONSES, FACTORS = 1_000_000, 20


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Print how long something took."""
    wall, processor = time.perf_counter(), time.process_time()
    yield
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    print(f"{what:<60} {wall:6.2f} s wall {processor:6.2f} s processor")


def simulated(rng: np.random.Generator) -> Ratings:
    """A million responses on twenty factors that go together, as ratings do."""
    mood = rng.normal(size=(RESPONSES, 1))
    latent = 0.6 * mood + 0.8 * rng.normal(size=(RESPONSES, FACTORS))
    scores = np.digitize(latent, [-1.3, -0.5, 0.3, 0.9]) / 4
    overall = scores @ rng.uniform(0, 0.1, FACTORS) + rng.normal(0, 0.2, RESPONSES)
    return Ratings(
        tuple(f"factor_{place:02d}" for place in range(FACTORS)),
        scores,
        overall,
        np.arange(RESPONSES),
        np.ones(RESPONSES),
        np.ones(FACTORS, dtype=bool),
    )


def estimators(ratings: Ratings, rng: np.random.Generator) -> None:
    """Time what is reckoned on numbers."""
    with threadpool_limits(1, user_api="blas"):
        with timed("penalty and reward, classes with probability, 400 draws"):
            found = rating_moments(ratings)
            factor_verdicts(found, contrast(found, rng=rng))
        with timed("exact LMG and relative weights with intervals, moments included"):
            found = rating_moments(ratings)
            drivers(found, rng=rng)
        with timed("LMG of 20 drivers alone, 1,048,576 subsets"):
            lmg(np.cov(np.column_stack([ratings.scores, ratings.overall])[:10_000].T))
        with timed("key dissatisfiers"):
            key_dissatisfiers(ratings.scores <= 0, ratings.overall < np.median(ratings.overall))


SIGNALS = f"""
CREATE TABLE signals AS
SELECT
    'survey' AS source, response::VARCHAR || ':' || factor AS signal_id,
    NULL::VARCHAR AS record_id, response::VARCHAR AS response_id, NULL::VARCHAR AS invitation_id,
    NULL::VARCHAR AS encounter_id, 'direct' AS kind, 'survey' AS instrument,
    CASE WHEN factor = {FACTORS} THEN 'overall' ELSE 'factor_' || factor END AS factor,
    'factor' AS level, 'own' AS subject, (hash(response * 31 + factor) % 5 + 1)::DOUBLE AS score,
    1.0 AS scale_low, 5.0 AS scale_high, NULL::VARCHAR AS coder,
    md5(response::VARCHAR) AS customer_id, DATE '2019-05-01' AS signalled_on
FROM range({RESPONSES}) r(response), range({FACTORS + 1}) f(factor)
"""


def whole_way(rng: np.random.Generator) -> None:
    """Time the way from a table of signals to every estimate of one group."""
    with tempfile.TemporaryDirectory() as folder:
        backend = connect(spill=Path(folder) / "spill")
        backend.raw_sql(SIGNALS)
        nobody = ibis.memtable(
            {"source": ["x"], "invitation_id": ["x"], "inclusion_probability": [1.0]}
        )
        settings = FactorSettings()
        with timed("from 21 million signals to responses in the lake"):
            told = factor_responses(backend.table("signals"), nobody)
            told = spool_table(backend, told, Path(folder) / "responses.parquet")
        with timed("from responses in the lake to every estimate"):
            studies(told, None, settings=settings, rng=rng)


def main() -> None:
    """Run all."""
    rng = np.random.default_rng(1)
    estimators(simulated(rng), rng)
    whole_way(rng)


if __name__ == "__main__":
    main()
