"""Statements and customers that tests of headlines share."""

import ibis

from outsidein.figures.figure import Estimate, Unit
from outsidein.headlines.basis import Basis
from outsidein.headlines.statement import Audience, Ground, Kind, Statement
from outsidein.ladder.figures import LADDER_STEPS
from outsidein.present.wording import Wording

BASE = "of those who reach Purchase"
WORDS = Wording("EUR")


def share(value, low, high, n=400):
    return Estimate("climb", Unit.SHARE, n, value, low, high)


def ground(estimate, *, no_effect=None, spec=LADDER_STEPS):
    return Ground(spec=spec, estimate=estimate, no_effect=no_effect)


def statement(*grounds, name="climb", **changes):
    parts = {
        "kind": Kind.NOTE,
        "text": f"40 % {BASE} climb.",
        "base": BASE,
        "grounds": grounds or (ground(share(0.4, 0.35, 0.45)),),
    }
    return Statement(name=name, **parts | changes)


def audience(name, tier):
    return Audience(name=name, select=lambda t: t.filter(t.tier == tier))


def customers(rows, *, value=50_000, orders=3):
    """Customers as pairs of tier and whether they can be reached."""
    table = {
        "customer_id": [str(i) for i, _ in enumerate(rows)],
        "tier": [tier for tier, _ in rows],
        "is_reachable": [is_reachable for _, is_reachable in rows],
        "had_disaster": [tier == "lead" for tier, _ in rows],
        "value": [value for _ in rows],
        "orders": [orders for _ in rows],
        "is_churned": [not is_reachable for _, is_reachable in rows],
    }
    return ibis.memtable(table)


def basis(figures=(), **changes):
    parts = {
        "figures": {figure.name: figure for figure in figures},
        "words": WORDS,
        "customers": customers([("gold", True)] * 40),
    }
    return Basis(**parts | changes)
