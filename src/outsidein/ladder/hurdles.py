"""Figures: what kind of hurdle lies between two steps, as far as customers' signals tell."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import ibis
import ibis.expr.types as ir

from outsidein.figures.figure import Estimate, Figure
from outsidein.ladder.declaration import ANSWERS, STAGE_NAMES, HurdleType, Ladder
from outsidein.ladder.figures import (
    CLIMB_AFTER_BAD_SIGNALS,
    CLIMB_AFTER_BETTER_SIGNALS,
    DIFFERENCE,
    HURDLE,
    LADDER_HURDLES,
)
from outsidein.ladder.moves import FEWEST, first_climbs, first_days
from outsidein.stats.proportion import Difference, difference, proportion

FOLLOWED_DAYS = 180
SIGNAL_DAYS = 90
UNTYPED = "untyped"


def hurdles_figure(
    spells: ir.Table, signals: ir.Table, ladder: Ladder, observed: Sequence[str], *, as_of: date
) -> Figure:
    """Type the hurdle of each step by the signals of those who stand before it."""
    typed_signals = _typed_signals(signals, ladder.hurdles).cache()
    firsts = first_days(spells.semi_join(typed_signals, "customer_id")).cache()
    estimates = [
        estimate
        for lower, upper in pairwise(observed)
        for estimate in _hurdle(firsts, typed_signals, lower, upper, as_of=as_of)
    ]
    return LADDER_HURDLES.figure(estimates, followed_days=FOLLOWED_DAYS, signal_days=SIGNAL_DAYS)


def _typed_signals(signals: ir.Table, types: Mapping[str, HurdleType]) -> ir.Table:
    own = signals.filter(
        signals.customer_id.notnull(),
        signals.score.notnull() & (signals.scale_high > signals.scale_low),
        signals.subject == "own",
    )
    unknown = ibis.null().cast("string")
    branches = [(own.factor == factor, kind) for factor, kind in sorted(types.items())]
    kind = ibis.cases(*branches, else_=unknown) if branches else unknown
    is_bad = own.score - own.scale_low < (own.scale_high - own.scale_low) / 2
    typed = own.select("customer_id", "signalled_on", type=kind, is_bad=is_bad)
    return typed.filter(typed.type.notnull())


def _hurdle(
    firsts: ir.Table, typed_signals: ir.Table, lower: str, upper: str, *, as_of: date
) -> list[Estimate]:
    group = {"from": STAGE_NAMES[lower], "to": STAGE_NAMES[upper]}
    counts = _counts(firsts, typed_signals, lower, upper, as_of=as_of)
    estimates = [e for row in counts if _is_enough(row) for e in _compared(row, group)]
    if estimates:
        return estimates
    why = f"{UNTYPED}: no attitudinal evidence from {FEWEST} customers or more on either side"
    return [HURDLE.unanswered(why, group=group | {"type": UNTYPED})]


def _counts(
    firsts: ir.Table, typed_signals: ir.Table, lower: str, upper: str, *, as_of: date
) -> list[dict[str, Any]]:
    """Per type: customers after bad and after better signals, and how many of them climbed."""
    climbs = first_climbs(firsts, lower=lower, upper=upper, as_of=as_of)
    climbs = climbs.filter(climbs.began_on <= ibis.literal(as_of - timedelta(days=FOLLOWED_DAYS)))
    joined = climbs.join(typed_signals, "customer_id")
    until = joined.began_on + ibis.interval(days=SIGNAL_DAYS)
    in_time = joined.filter(
        joined.signalled_on >= joined.began_on,
        joined.signalled_on < until,
        joined.reached_on.isnull() | (joined.signalled_on < joined.reached_on),
    )
    climbed = in_time.has_reached & (in_time.days <= FOLLOWED_DAYS)
    customers = (
        in_time.mutate(climbed=climbed)
        .group_by("type", "customer_id")
        .aggregate(is_bad=lambda t: t.is_bad.max(), climbed=lambda t: t.climbed.max())
    )
    bad, good = customers.is_bad, ~customers.is_bad
    counts = customers.group_by("type").aggregate(
        bad=bad.cast("int64").sum(),
        bad_climbed=(bad & customers.climbed).cast("int64").sum(),
        good=good.cast("int64").sum(),
        good_climbed=(good & customers.climbed).cast("int64").sum(),
    )
    rows: list[dict[str, Any]] = counts.order_by("type").to_pyarrow().to_pylist()
    return rows


def _is_enough(row: dict[str, Any]) -> bool:
    return bool(row["bad"] >= FEWEST and row["good"] >= FEWEST)


def _compared(row: dict[str, Any], group: dict[str, str]) -> list[Estimate]:
    apart = difference(row["bad_climbed"], row["bad"], row["good_climbed"], row["good"])
    typed = group | {"type": row["type"]}
    after_bad = proportion(row["bad_climbed"], row["bad"])
    after_good = proportion(row["good_climbed"], row["good"])
    verdict = DIFFERENCE.estimate(
        row["bad"] + row["good"],
        apart.difference,
        apart.low,
        apart.high,
        why=_verdict(apart, row["type"]),
        group=typed,
    )
    return [
        CLIMB_AFTER_BAD_SIGNALS.estimated(after_bad, value="share", group=typed),
        CLIMB_AFTER_BETTER_SIGNALS.estimated(after_good, value="share", group=typed),
        verdict,
    ]


def _verdict(apart: Difference, kind: str) -> str:
    if apart.high < 0:
        return f"{kind}: answer with {ANSWERS[kind]}"
    return f"{UNTYPED}: the interval of the difference holds zero"
