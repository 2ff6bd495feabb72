"""The first look at pairs may let through what comes to nothing, but never turns a match away."""

from dataclasses import replace

import ibis
import pytest

from outsidein.identity.matching.glance import Bounds, likely_pairs
from outsidein.identity.matching.prepared import prepare, scratch
from outsidein.identity.matching.weighing import least_weight, weighable, weighed_sql


def _all_pairs(rules, records):
    condition = " OR ".join(f"({rule.condition})" for rule in rules)
    pairs = f"{records} l JOIN {records} r ON l.i < r.i AND ({condition})"
    return f"SELECT l.i AS li, r.i AS ri FROM {pairs}"


def looked_at(people, part, *, least):
    """Pairs that rules find; those let through; and those that weigh enough, all as sets."""
    bounds = Bounds(people.model, part)
    with scratch(people.backend) as made:
        view = made.view("records", prepare(people.backend, ibis.memtable(people.comparands)))
        told = weighable(made, view, people.model, part)
        found = made.table("all", _all_pairs(part.rules, told.records))
        let_through = likely_pairs(made, told, part.rules, bounds, least=least)
        weighed = weighed_sql(part, found, told)
        return (
            set(made.rows(f"SELECT li, ri FROM {found}")),
            set(made.rows(f"SELECT li, ri FROM {let_through}")),
            set(made.rows(f"SELECT li, ri FROM ({weighed}) WHERE weight >= {least!r}")),
        )


@pytest.mark.parametrize("probability", [0.01, 0.5, 0.99])
def test_no_pair_that_weighs_enough_is_turned_away(invented, probability):
    [part] = invented.model.parts
    found, let_through, enough = looked_at(invented, part, least=least_weight(part, probability))
    assert enough
    assert enough <= let_through <= found


@pytest.mark.parametrize("name", ["febrl3", "fake_1000", "pseudopeople"])
def test_nor_on_published_data(learned, name):
    people = learned(name)
    for part in people.model.parts:
        found, let_through, enough = looked_at(people, part, least=least_weight(part, 0.01))
        assert enough <= let_through <= found


def test_most_pairs_need_no_second_look(invented):
    [part] = invented.model.parts
    found, let_through, enough = looked_at(invented, part, least=least_weight(part, 0.01))
    assert len(let_through) - len(enough) < (len(found) - len(enough)) / 2


def test_a_comparison_that_speaks_for_a_difference_is_bounded_too(invented):
    [part] = invented.model.parts
    odd = tuple(replace(c, m=c.u, u=c.m) for c in part.comparisons)
    turned = replace(part, comparisons=odd)
    _, let_through, enough = looked_at(invented, turned, least=least_weight(turned, 0.01))
    assert enough <= let_through
