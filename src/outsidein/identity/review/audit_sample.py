"""A stratified random sample of links, to estimate how many are right."""

from collections.abc import Iterable

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from ibis.backends import BaseBackend

from outsidein.errors import InputError
from outsidein.identity.declaration import FirewallSettings
from outsidein.identity.firewall.links_in_effect import evidence_in_effect
from outsidein.identity.firewall.withheld_pairs import weak_links, withheld_pairs
from outsidein.identity.matching.clusters import merge_or_review
from outsidein.identity.records.pairs import PAIR, Pair, RecordKey
from outsidein.identity.records.record_codes import assign_codes, describe_records
from outsidein.identity.review.decisions import DECISIONS, Decision, DecisionKind
from outsidein.identity.review.linkage_quality import ReviewedStratum
from outsidein.lake.scratch import scratch

SAMPLE = ibis.schema(
    {
        **dict.fromkeys(PAIR, "!string"),
        "weight": "float64",
        "stratum": "!int64",  # 1 holds the weakest links
        "links": "!int64",  # in the stratum
    }
)
"""Grain: one row per link drawn for a reviewer to judge."""

_SEPARATOR = "\x1f"


def links_by_evidence(
    backend: BaseBackend,
    ledger: ir.Table,
    proposals: ir.Table | None,
    records: ir.Table,
    *,
    settings: FirewallSettings,
    members: ir.Table,
) -> ir.Table:
    """Return the evidence that would be in effect had nobody decided anything.

    Of these links a sample is drawn: were it drawn of what is left once people have taken out
    the wrong ones, judged samples would not last, and would tell of another population each time.

    Args:
        backend: Where the tables lie.
        ledger: `EVIDENCE` of a build.
        proposals: Pairs its model proposed: `PAIR`, `weight` (log2), `probability`.
        records: Canonical `records`.
        settings: The firewall's limits.
        members: `MEMBERSHIPS` of that build.

    Returns:
        Rows of `EVIDENCE`.
    """
    free = ledger.filter(ledger.kind != "decision")
    lone = None
    if proposals is not None:
        likely = free.filter(free.kind == "model")
        with_outcomes = merge_or_review(
            backend.to_pyarrow(proposals.order_by(*PAIR)), threshold=0.0
        )
        lone = weak_links(ibis.memtable(with_outcomes), free).semi_join(likely, list(PAIR))
    nothing = ibis.memtable(DECISIONS.to_pyarrow().empty_table())
    with scratch(backend) as temporary:
        numbers = assign_codes(temporary, members, before=members)
        effect = withheld_pairs(
            backend,
            free,
            describe_records(temporary, records, numbers),
            nothing,
            numbers,
            lone=lone,
            settings=settings,
        )
    return evidence_in_effect(free, ibis.memtable(effect.rows(numbers)))


def draw_audit_sample(
    backend: BaseBackend, evidence: ir.Table, *, size: int, seed: int, strata: int = 5
) -> pa.Table:
    """Draw links for review, equally many of each stratum of weight.

    The weaker a link, the more often it is wrong, and equal numbers tell more of the weak ones
    than their share would; `reviewed_precision` weighs them back. Each link has a random number
    of its own for good, made of the seed and its records' keys, and the lowest of a stratum are
    drawn: a larger sample holds the smaller one, and another build draws the same links again
    but for those that came or went, or that such moved to another stratum.

    Args:
        backend: Where the table lies.
        evidence: From `links_by_evidence`.
        size: Links to draw (count).
        seed: The same seed gives the same numbers.
        strata: Strata of about equally many links each (count).

    Returns:
        `SAMPLE`, the weakest stratum first, each in random order. Fewer links than asked for
        where a stratum has no more.

    Raises:
        InputError: There would be less than one link per stratum.

    Source:
        Ohlsson (1995), "Coordination of Samples Using Permanent Random Numbers", in Business
        Survey Methods.
    """
    if size < strata or strata < 1:
        raise InputError(f"{size} links are too few for {strata} strata; draw more.")
    pairs = evidence.group_by(*PAIR).aggregate(weight=evidence.weight.max())
    key = ibis.literal(str(seed)).concat(*(_SEPARATOR + pairs[name] for name in PAIR))
    pairs = pairs.mutate(number=key.hexdigest("md5"))
    with scratch(backend) as temporary:
        pairs = temporary.hold(pairs, "links")
        links = int(backend.to_pyarrow(pairs.count()).as_py())
        place = ibis.row_number().over(order_by=["weight", *PAIR])
        placed = pairs.mutate(place=place).cross_join(_shares(links, size=size, strata=strata))
        placed = placed.filter((placed.place >= placed.start) & (placed.place < placed.stop))
        draw = ibis.row_number().over(group_by="stratum", order_by=["number", *PAIR])
        drawn = placed.mutate(draw=draw).filter(ibis._.draw < ibis._.wanted)
        rows = backend.to_pyarrow(drawn.order_by("stratum", "draw").select(*SAMPLE.names))
    return rows.cast(SAMPLE.to_pyarrow())


def _shares(links: int, *, size: int, strata: int) -> ir.Table:
    """One row per stratum: from which place by rising weight to which, and how many to draw."""
    edges = np.linspace(0, links, strata + 1).astype(np.int64)
    wanted = np.diff(np.linspace(0, size, strata + 1).astype(np.int64))
    return ibis.memtable(
        pa.table(
            {
                "stratum": np.arange(1, strata + 1),
                "start": edges[:-1],
                "stop": edges[1:],
                "links": np.diff(edges),
                "wanted": wanted,
            }
        )
    )


def add_verdicts(drawn: pa.Table, verdicts: Iterable[Decision]) -> pa.Table:
    """Add what people decided of the links drawn.

    Args:
        drawn: From `draw_audit_sample`.
        verdicts: Decisions in force.

    Returns:
        The same rows with `is_right`, null where nobody has decided yet.
    """
    verdict_by_pair = {decision.pair: decision.kind == DecisionKind.ALWAYS for decision in verdicts}
    columns = (drawn.column(name).to_pylist() for name in PAIR)
    pairs = [Pair(RecordKey(a, b), RecordKey(c, d)) for a, b, c, d in zip(*columns, strict=True)]
    is_right = pa.array([verdict_by_pair.get(pair) for pair in pairs], pa.bool_())
    return drawn.append_column("is_right", is_right)


def count_strata(answered: pa.Table) -> list[ReviewedStratum]:
    """Count the links of each stratum, those judged and those judged right.

    Args:
        answered: From `add_verdicts`.
    """
    counts_by_stratum: dict[int, list[int]] = {}
    for row in answered.select(["stratum", "links", "is_right"]).to_pylist():
        counts = counts_by_stratum.setdefault(row["stratum"], [row["links"], 0, 0])
        counts[1] += row["is_right"] is not None
        counts[2] += row["is_right"] is True
    return [ReviewedStratum(*counts) for counts in counts_by_stratum.values()]
