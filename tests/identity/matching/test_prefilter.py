"""The first look at pairs may let through what comes to nothing, but never turns a match away."""

from dataclasses import replace

import ibis
import pytest

from outsidein.identity.matching.blocking import BlockingRule
from outsidein.identity.matching.duckdb.match_weights import (
    create_weight_inputs,
    least_weight,
    match_weight_sql,
    rarity_condition_sql,
)
from outsidein.identity.matching.duckdb.prefilter import WeightBounds, create_likely_pairs
from outsidein.identity.matching.duckdb.prepared_records import prepare_records
from outsidein.identity.matching.duckdb.work_tables import work_tables
from outsidein.lake.scratch import Scratch


def _all_pairs(part, told, *, common=False):
    """Pairs that rules find; with `common` those too that agree on what many share."""
    alone = (
        (rule, None if common else rarity_condition_sql(part, rule, bits_of="lb"))
        for rule in part.rules
    )
    found = " OR ".join(f"({rule.condition} AND {enough or 'true'})" for rule, enough in alone)
    records = f"(SELECT * FROM {told.records})"
    return (
        f"SELECT l.i AS li, r.i AS ri FROM {records} l JOIN {told.bits} lb USING (i) "
        f"JOIN {records} r ON l.i < r.i AND ({found})"
    )


def looked_at(people, part, *, least):
    """Pairs that rules find; those let through; and those that weigh enough, all as sets."""
    bounds = WeightBounds(people.model, part)
    with work_tables(people.backend) as work:
        view = work.view(
            "records", prepare_records(Scratch(people.backend), ibis.memtable(people.features))
        )
        told = create_weight_inputs(work, view, people.model, part)
        found = work.table("all", _all_pairs(part, told))
        let_through = create_likely_pairs(work, told, part, bounds, least=least)
        weighed = match_weight_sql(part, found, told)
        return (
            set(work.rows(f"SELECT li, ri FROM {found}")),
            set(work.rows(f"SELECT li, ri FROM {let_through}")),
            set(work.rows(f"SELECT li, ri FROM ({weighed}) WHERE weight >= {least!r}")),
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


def test_names_that_many_share_find_pairs_no_more_and_hardly_a_match_is_lost(invented):
    [part] = invented.model.parts
    of_names = replace(part, rules=(BlockingRule(("given", "family"), pairs=2 * part.records),))
    of_names = replace(of_names, matching=part.matching / 2**6)  # as in a town of many more
    with work_tables(invented.backend) as work:
        view = work.view(
            "records", prepare_records(Scratch(invented.backend), ibis.memtable(invented.features))
        )
        told = create_weight_inputs(work, view, invented.model, of_names)
        every = work.table("every", _all_pairs(of_names, told, common=True))
        found = set(work.rows(_all_pairs(of_names, told)))
        weighed = match_weight_sql(of_names, every, told)
        least = least_weight(of_names, 0.5)
        likely = set(work.rows(f"SELECT li, ri FROM ({weighed}) WHERE weight >= {least!r}"))
        passed_over = set(work.rows(f"FROM {every}")) - found
        by_others = set(work.rows(_all_pairs(part, told)))
    assert len(passed_over) > 50
    assert len(passed_over & likely) < len(passed_over) / 10
    assert not (passed_over & likely) - by_others


def test_a_rule_that_finds_few_pairs_finds_them_all(invented):
    [part] = invented.model.parts
    few = BlockingRule(("given", "family"), pairs=part.records)
    assert rarity_condition_sql(part, few, bits_of="lb") is None
    assert rarity_condition_sql(part, replace(few, pairs=few.pairs + 1), bits_of="lb")
