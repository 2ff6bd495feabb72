"""Who is who, on data where it is known: our matching beside plain Splink.

`python -m benchmarks.identity` prints the whole table, `... febrl3 historical_50k` some of it,
`... curve febrl3` what every threshold gives.
Precision, recall and F1 count pairs of records after grouping, with 95 % intervals from a
bootstrap over the true persons; `F1 of pairs` counts proposed pairs before grouping; `exact` is
the share of true persons whose records were all found and nothing else.
"""

import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import duckdb
import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from ibis.backends.duckdb import Backend
from numpy.typing import NDArray

from benchmarks.identity_data import SETS as LABELLED
from benchmarks.identity_data import People
from benchmarks.identity_splink import family, splink_pairs
from benchmarks.serial_mailboxes import serial_mailboxes
from outsidein.identity.declaration import IdentitySettings
from outsidein.identity.firewall.withheld_pairs import weak_links, withheld_pairs
from outsidein.identity.matching.clusters import merge_or_review
from outsidein.identity.matching.duckdb.prepared_records import prepare_records
from outsidein.identity.matching.duckdb.proposals import propose_pairs
from outsidein.identity.matching.duckdb.training import train
from outsidein.identity.matching.record_features import record_features
from outsidein.identity.records.birth_dates import are_incompatible
from outsidein.identity.records.connected_components import component_labels
from outsidein.identity.records.customer_ids import identifier_links, identifier_use
from outsidein.identity.records.evidence_ledger import ModelVersion, gather_evidence
from outsidein.identity.records.identifiers import normalise_identifiers
from outsidein.identity.records.record_codes import assign_codes, describe_records
from outsidein.identity.review.decisions import DECISIONS
from outsidein.identity.review.linkage_quality import (
    QualityEstimate,
    linkage_quality,
    threshold_curve,
)
from outsidein.lake.engine import connect
from outsidein.lake.scratch import Scratch

SETS = LABELLED | {"serial_mailboxes": serial_mailboxes}
LEAST = 0.01
THRESHOLDS = (0.5, 0.7, 0.9, 0.95, 0.99, 0.999)
ROUNDS = 400
Codes = NDArray[np.int64]


class Ours(NamedTuple):
    """What our matching gives on one data set.

    Attributes:
        likely: Pairs proposed.
        merged: Those of them that hold together.
        in_effect: Pairs behind the firewall, shared identifiers among them.
        withheld: Pairs of records left to review (count).
        seconds: Of training and matching.
        impossible: Customers in effect with birth dates that are no one person's (count).
    """

    likely: pa.Table
    merged: pa.Table
    in_effect: pa.Table
    withheld: int
    seconds: float
    impossible: int


def ours(data: People) -> Ours:
    """Train, match and hold back what needs a look."""
    with TemporaryDirectory() as folder:
        backend = connect(spill=Path(folder))
        work = Scratch(backend)
        records = backend.create_table("r", ibis.memtable(data.records), temp=True)
        identifiers = backend.create_table("i", ibis.memtable(data.identifiers), temp=True)
        began = time.perf_counter()
        held = normalise_identifiers(identifiers, country=data.country)
        prepared = prepare_records(work, record_features(records, held))
        model = train(backend, prepared, now=datetime(2026, 1, 1, tzinfo=UTC))
        found = propose_pairs(backend, prepared, model, least=LEAST).to_pyarrow()
        told = merge_or_review(found)
        seconds = time.perf_counter() - began
        merged = told.filter(pc.equal(told["outcome"], "merged"))
        held, effective = _effective(backend, records, identifiers, told, data.country)
    return Ours(told, merged, effective, len(held), seconds, _impossible(data.records, effective))


def _effective(
    backend: Backend, records: ir.Table, identifiers: ir.Table, told: pa.Table, country: str | None
) -> tuple[pa.Table, pa.Table]:
    """What a build withholds, and the pairs that take effect: shared identifiers are ties too."""
    settings = IdentitySettings()
    compared = normalise_identifiers(identifiers, country=country)
    tied = identifier_links(compared, identifier_use(compared, settings=settings))
    likely = ibis.memtable(told)
    ledger = gather_evidence(
        tied,
        likely,
        None,
        model=ModelVersion("model", "benchmark"),
        settings=settings.firewall,
        before=None,
        build=1,
    )
    ledger = backend.create_table("ledger", ledger, temp=True, overwrite=True)
    keys = records.select("source", "record_id")
    work = Scratch(backend)
    numbers = assign_codes(work, keys, before=None)
    effect = withheld_pairs(
        backend,
        ledger,
        describe_records(work, records, numbers),
        ibis.memtable(DECISIONS.to_pyarrow().empty_table()),
        numbers,
        lone=weak_links(likely, ledger),
        settings=settings.firewall,
    )
    pairs = pa.table(numbers.named(*numbers.oriented(effect.left, effect.right)))
    return effect.rows(numbers), pairs


def _impossible(records: pa.Table, effective: pa.Table) -> int:
    """Count the customers in effect who hold two birth dates that no one person has."""
    keys = _keys(records, "source", "record_id")
    place = {key: number for number, key in enumerate(keys)}
    groups = component_labels(len(keys), *_ends(place, effective))
    born = np.array(records["born_on"].to_pylist(), dtype="datetime64[D]")
    days: dict[int, set[np.datetime64]] = {}
    for group, day in zip(groups.tolist(), born, strict=True):
        if not np.isnat(day):
            days.setdefault(group, set()).add(day)
    several = [sorted(found) for found in days.values() if len(found) > 1]
    return sum(
        any(
            are_incompatible(np.array([one]), np.array([other]))[0]
            for one, other in combinations(found, 2)
        )
        for found in several
    )


def rows(name: str) -> list[str]:
    """Table rows of one data set, one for each method."""
    data = SETS[name]()
    keys = _keys(data.truth, "source", "record_id")
    place = {key: number for number, key in enumerate(keys)}
    _, truth = np.unique(np.array(data.truth["person"].to_pylist()), return_inverse=True)
    mine = ours(data)
    likely = _ends(place, mine.likely)
    out = [
        _row(label, truth, merged=_ends(place, pairs), likely=likely, seconds=mine.seconds)
        for label, pairs in (
            (f"{name} | {len(truth):,} | Outside-In, proposed", mine.merged),
            (f"{name} | {len(truth):,} | {_in_effect(mine)}", mine.in_effect),
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


def _in_effect(mine: Ours) -> str:
    return (
        f"Outside-In, in effect ({mine.withheld:,} pairs for review, "
        f"{mine.impossible} impossible customers)"
    )


def thresholds(name: str) -> list[str]:
    """Table rows of one data set, one for each least probability of a pair."""
    data = SETS[name]()
    keys = _keys(data.truth, "source", "record_id")
    place = {key: number for number, key in enumerate(keys)}
    likely = ours(data).likely
    found = threshold_curve(
        *_ends(place, likely),
        likely["probability"].to_numpy(),
        data.truth["person"].to_pylist(),
        thresholds=THRESHOLDS,
    )
    return [
        f"| {name} | {least:.1%} | {_said(q.precision)} | {_said(q.recall)} | {_said(q.f1)} |"
        for least, q in found
    ]


def main(names: Sequence[str]) -> None:
    """Print the table, or the curve of some data."""
    if names and names[0] == "curve":
        print("| data | least probability | precision | recall | F1 |\n" + "|---" * 5 + "|")
        for name in names[1:]:
            print("\n".join(thresholds(name)), flush=True)
        return
    heads = ("data", "records", "method", "precision", "recall", "F1", "F1 of pairs")
    print("|", " | ".join((*heads, "B-cubed F1", "exact", "s")), "|")
    print("|" + "---|" * (len(heads) + 3))
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
    q = linkage_quality(
        component_labels(len(truth), *merged), truth, rng=np.random.default_rng(1), draws=ROUNDS
    )
    hits = float((truth[likely[0]] == truth[likely[1]]).sum())
    pair_f1 = 2 * hits / max(len(likely[0]) + _pairs(np.bincount(truth)).sum(), 1)
    return (
        f"| {label} | {_said(q.precision)} | {_said(q.recall)} | {_said(q.f1)} | {pair_f1:.4f} "
        f"| {_said(q.record_f1)} | {_said(q.exact)} | {seconds:.1f} |"
    )


def _said(found: QualityEstimate) -> str:
    return f"{found.value:.4f} ({found.low:.4f} to {found.high:.4f})"


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
