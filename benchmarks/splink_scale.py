"""Plain Splink on the generated persons of `identity_scale`, as its examples go about it.

Names, birth date, postcode, town and e-mail are compared as they are written: nothing is spelt
alike first, and there are no evidence, no ids that stay, no review and nothing to come back to.
"""

import logging
import resource
import sys
import time
from pathlib import Path

import duckdb
import numpy as np
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from outsidein.identity.review.linkage_quality import linkage_quality
from outsidein.lake.sql import literal

MOST_PAIRS = 1_000_000
"""Of pairs to learn from: without a limit training takes minutes here."""
PEOPLE = """
CREATE TABLE people AS
SELECT source || chr(31) || record_id AS unique_id, given_name AS first_name,
  family_name AS surname, born_on::VARCHAR AS dob, postcode, city, email
FROM read_parquet({records}) LEFT JOIN (
  SELECT source, record_id, min(value) AS email FROM read_parquet({identifiers})
  WHERE kind = 'email' GROUP BY ALL
) USING (source, record_id)
"""
FOUND = """
SELECT dense_rank() OVER (ORDER BY cluster_id) - 1 AS found,
  dense_rank() OVER (ORDER BY person) - 1 AS true
FROM {clusters} JOIN (
  SELECT source || chr(31) || record_id AS unique_id, person FROM read_parquet({truth})
) USING (unique_id)
"""


def _linker(con: duckdb.DuckDBPyConnection) -> Linker:
    creator = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            cl.ForenameSurnameComparison("first_name", "surname"),
            cl.DateOfBirthComparison("dob", input_is_string=True),
            cl.ExactMatch("postcode").configure(term_frequency_adjustments=True),
            cl.ExactMatch("city"),
            cl.EmailComparison("email"),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("first_name", "surname"),
            block_on("surname", "dob"),
            block_on("first_name", "dob"),
            block_on("email"),
            block_on("dob", "postcode"),
        ],
    )
    return Linker(DuckDBAPI(connection=con).register("people"), creator)


def resolve(folder: Path, *, threshold: float) -> str:
    """Train, predict and cluster; tell seconds, quality and peak memory of this process."""
    con = duckdb.connect()
    con.execute("SET enable_progress_bar = false")
    files = {p.stem: literal(p) for p in folder.glob("*.parquet")}
    con.execute(PEOPLE.format(**files))
    began = time.perf_counter()
    linker = _linker(con)
    logging.getLogger("splink").setLevel(logging.CRITICAL)
    linker.training.estimate_probability_two_random_records_match(
        [block_on("first_name", "surname", "dob"), block_on("email")], recall=0.8
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=MOST_PAIRS, seed=2)
    for rule in (block_on("first_name", "surname"), block_on("dob")):
        linker.training.estimate_parameters_using_expectation_maximisation(
            rule, max_pairs=MOST_PAIRS
        )
    trained = time.perf_counter()
    found = linker.inference.predict(threshold_match_probability=0.5)
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(found, threshold)
    ended = time.perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    codes = con.sql(FOUND.format(clusters=clusters.physical_name, **files)).fetchnumpy()
    q = linkage_quality(codes["found"], codes["true"], rng=np.random.default_rng(1), draws=100)
    return (
        f"plain Splink, {threshold:.0%}: training {trained - began:.1f} s, matching "
        f"{ended - trained:.1f} s; precision {q.precision.value:.4f}, recall "
        f"{q.recall.value:.4f}, F1 {q.f1.value:.4f}, {peak:.1f} GiB"
    )


if __name__ == "__main__":
    sys.stdout.write(resolve(Path(sys.argv[1]), threshold=float(sys.argv[2])) + "\n")
