"""A random sample of the links in effect, to learn how many are right."""

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from ibis.backends import BaseBackend

from outsidein.errors import InputError
from outsidein.identity.pairs import PAIR

SAMPLE = ibis.schema(
    {
        **dict.fromkeys(PAIR, "!string"),
        "weight": "float64",
        "stratum": "!int64",  # 1 holds the weakest links
        "links": "!int64",  # in the stratum
    }
)
"""Grain: one row per link drawn for a reviewer to judge."""


def sample(
    backend: BaseBackend, in_effect: ir.Table, *, size: int, seed: int, strata: int = 5
) -> pa.Table:
    """Draw links in effect for review, equally many of each stratum of weight.

    The weaker a link, the more often it is wrong, and equal numbers tell more of the weak ones
    than their share would; `reviewed_precision` weighs them back.

    Args:
        backend: Where the table lies.
        in_effect: `EVIDENCE` in effect; pairs that were decided are not drawn.
        size: Links to draw (count).
        seed: The same seed draws the same links.
        strata: Strata of about equally many links each (count).

    Returns:
        `SAMPLE`, the weakest stratum first, each in random order. Fewer links than asked for
        where a stratum has no more.

    Raises:
        InputError: There would be less than one link per stratum.
    """
    if size < strata or strata < 1:
        raise InputError(f"{size} links are too few for {strata} strata; draw more.")
    decided = in_effect.filter(in_effect.kind == "decision")
    undecided = in_effect.anti_join(decided, list(PAIR))
    pairs = undecided.group_by(*PAIR).aggregate(weight=undecided.weight.max())
    pairs = backend.create_table("links_in_effect", pairs, temp=True, overwrite=True)
    weights = backend.to_pyarrow(pairs.order_by("weight", *PAIR).select("weight"))
    drawn = _drawn(len(weights), size=size, strata=strata, rng=np.random.default_rng(seed))
    place = ibis.row_number().over(order_by=["weight", *PAIR])
    chosen = pairs.mutate(place=place).inner_join(ibis.memtable(drawn), "place")
    rows = backend.to_pyarrow(chosen.order_by("draw").select(*SAMPLE.names))
    backend.drop_table("links_in_effect")
    return rows.cast(SAMPLE.to_pyarrow())


def _drawn(links: int, *, size: int, strata: int, rng: np.random.Generator) -> pa.Table:
    """Places drawn, by rising weight, in order of stratum and then at random."""
    edges = np.linspace(0, links, strata + 1).astype(np.int64)
    per_stratum = np.diff(np.linspace(0, size, strata + 1).astype(np.int64))
    parts = [
        (stratum, int(stop - start), start + rng.permutation(stop - start)[:wanted])
        for stratum, (start, stop, wanted) in enumerate(
            zip(edges[:-1], edges[1:], per_stratum, strict=True), start=1
        )
    ]
    places = np.concatenate([places for _, _, places in parts])
    return pa.table(
        {
            "place": places,
            "draw": np.arange(len(places)),
            "stratum": np.repeat([s for s, _, _ in parts], [len(p) for _, _, p in parts]),
            "links": np.repeat([n for _, n, _ in parts], [len(p) for _, _, p in parts]),
        }
    )
