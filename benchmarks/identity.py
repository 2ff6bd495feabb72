"""Who is who, on data where it is known: our matching beside plain Splink.

`python -m benchmarks.identity` prints the whole table, `... febrl3 historical_50k` some of it.
Precision, recall and F1 count pairs of records after grouping, with 95 % intervals from a
bootstrap over the true persons; `F1 of pairs` counts proposed pairs before grouping; `exact` is
the share of true persons whose records were all found and nothing else.
"""

import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import duckdb
import ibis
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from benchmarks.identity_data import SETS, People
from benchmarks.identity_splink import family, splink_pairs
from outsidein.identity.components import components
from outsidein.identity.matching.clusters import settled
from outsidein.identity.matching.comparands import comparands
from outsidein.identity.matching.proposals import proposals
from outsidein.identity.matching.training import train
from outsidein.lake.engine import connect

LEAST = 0.01
ROUNDS = 400
Codes = NDArray[np.int64]


class Quality(NamedTuple):
    """Shares of pairs (0 to 1) and their intervals; `exact` is a share of persons."""

    precision: float
    recall: float
    f1: float
    low: float
    high: float
    exact: float


def quality(truth: Codes, groups: Codes) -> Quality:
    """Compare groups with the truth."""
    _, person = np.unique(truth, return_inverse=True)
    _, group = np.unique(groups, return_inverse=True)
    cells, inverse = np.unique(person * (group.max() + 1) + group, return_inverse=True)
    sizes = np.bincount(inverse)
    of_person, of_group = cells // (group.max() + 1), cells % (group.max() + 1)
    true = _pairs(np.bincount(person))
    hits = np.bincount(of_person, weights=_pairs(sizes), minlength=len(true))
    # A wrong pair belongs half to each of its two persons.
    wrong = np.bincount(
        of_person, weights=sizes * (np.bincount(group)[of_group] - sizes) / 2, minlength=len(true)
    )
    rng = np.random.default_rng(1)
    draws = rng.multinomial(len(true), np.full(len(true), 1 / len(true)), size=ROUNDS)
    scores = [2 * d @ hits / max(d @ (hits + wrong + true), 1) for d in draws]
    low, high = np.quantile(scores, [0.025, 0.975])
    is_exact = (sizes == np.bincount(person)[of_person]) & (sizes == np.bincount(group)[of_group])
    return Quality(
        float(hits.sum() / max((hits + wrong).sum(), 1)),
        float(hits.sum() / max(true.sum(), 1)),
        float(2 * hits.sum() / max((hits + wrong + true).sum(), 1)),
        float(low),
        float(high),
        float(is_exact.sum() / len(true)),
    )


def ours(data: People) -> tuple[pa.Table, pa.Table, float]:
    """Likely pairs, merged pairs, and seconds."""
    with TemporaryDirectory() as folder:
        backend = connect(spill=Path(folder))
        records = backend.create_table("r", ibis.memtable(data.records), temp=True)
        identifiers = backend.create_table("i", ibis.memtable(data.identifiers), temp=True)
        began = time.perf_counter()
        prepared = backend.create_table(
            "comparands", comparands(records, identifiers, country=data.country), temp=True
        )
        model = train(backend, prepared, now=datetime(2026, 1, 1, tzinfo=UTC))
        found = proposals(backend, prepared, model, least=LEAST).to_pyarrow()
        told = settled(found)
        seconds = time.perf_counter() - began
    return told, told.filter(pa.compute.equal(told["outcome"], "merged")), seconds


def rows(name: str) -> list[str]:
    """Table rows of one data set, one for each method."""
    data = SETS[name]()
    keys = _keys(data.truth, "source", "record_id")
    place = {key: number for number, key in enumerate(keys)}
    _, truth = np.unique(np.array(data.truth["person"].to_pylist()), return_inverse=True)
    likely, merged, seconds = ours(data)
    out = [
        _row(
            f"{name} | {len(truth):,} | Outside-In",
            truth,
            merged=_ends(place, merged),
            likely=_ends(place, likely),
            seconds=seconds,
        )
    ]
    if not family(name):
        return out
    began = time.perf_counter()
    found = splink_pairs(name)
    seconds = time.perf_counter() - began
    ids = place | {key.partition("\x1f")[2]: n for key, n in place.items()}
    left, right = (
        np.array([ids[x] for x in found[side].to_pylist()], dtype=np.int64)
        for side in ("unique_id_l", "unique_id_r")
    )
    for least in (0.5, 0.95):
        fits = found["match_probability"].to_numpy() >= least
        ends = left[fits], right[fits]
        label = f"{name} | {len(truth):,} | Splink, {least:.0%}"
        out.append(_row(label, truth, merged=ends, likely=ends, seconds=seconds))
    return out


def main(names: Sequence[str]) -> None:
    """Print the table."""
    print("| data | records | method | precision | recall | F1 (95 %) | F1 of pairs | exact | s |")
    print("|---|---|---|---|---|---|---|---|---|")
    for name in names or SETS:
        print("\n".join(rows(name)), flush=True)


def _row(
    label: str,
    truth: Codes,
    *,
    merged: tuple[Codes, Codes],
    likely: tuple[Codes, Codes],
    seconds: float,
) -> str:
    q = quality(truth, components(len(truth), *merged))
    hits = float((truth[likely[0]] == truth[likely[1]]).sum())
    pair_f1 = 2 * hits / max(len(likely[0]) + _pairs(np.bincount(truth)).sum(), 1)
    return (
        f"| {label} | {q.precision:.4f} | {q.recall:.4f} | {q.f1:.4f} "
        f"({q.low:.4f} to {q.high:.4f}) | {pair_f1:.4f} | {q.exact:.4f} | {seconds:.1f} |"
    )


def _pairs(sizes: Codes) -> Codes:
    number: Codes = sizes * (sizes - 1) // 2
    return number


def _keys(table: pa.Table, source: str, record: str) -> list[str]:
    pairs = zip(table[source].to_pylist(), table[record].to_pylist(), strict=True)
    return [f"{one}\x1f{other}" for one, other in pairs]


def _ends(place: dict[str, int], pairs: pa.Table) -> tuple[Codes, Codes]:
    left, right = (
        np.array([place[key] for key in _keys(pairs, *names)], dtype=np.int64)
        for names in (("source", "record_id"), ("to_source", "to_record_id"))
    )
    return left, right


if __name__ == "__main__":
    duckdb.execute("SET enable_progress_bar = false")
    main(sys.argv[1:])
