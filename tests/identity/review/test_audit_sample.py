import random

import ibis
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outsidein.errors import InputError
from outsidein.identity.declaration import FirewallSettings
from outsidein.identity.firewall.links_in_effect import evidence_in_effect
from outsidein.identity.review.audit_sample import (
    add_verdicts,
    count_strata,
    draw_audit_sample,
    links_by_evidence,
)
from outsidein.identity.review.linkage_quality import reviewed_precision
from tests.identity.world import CON, SETTINGS, decided, proposals_table, resolve

LARGE = FirewallSettings(fewest_large=1_000)
NAMES = "abcdefgh"


def star(links):
    """A customer whose records are tied to one of them by weaker and weaker links."""
    weights = [(f"r{i:03}", "r", 30.0 - i / 10, 0.9) for i in range(links)]
    found = resolve(
        {n: {} for n in ("r", *(w[0] for w in weights))}, proposals=weights, settings=LARGE
    )
    return found.evidence


@pytest.fixture(scope="module")
def linked():
    return star(100)


def records(drawn):
    return [row["record_id"] for row in drawn.to_pylist()]


def test_a_sample_has_as_many_links_of_each_stratum(linked):
    rows = draw_audit_sample(CON, linked, size=20, seed=3, strata=4).to_pylist()
    assert [row["stratum"] for row in rows] == [1] * 5 + [2] * 5 + [3] * 5 + [4] * 5
    assert {row["links"] for row in rows} == {25}
    weakest = [row["weight"] for row in rows if row["stratum"] == 1]
    assert max(weakest) < min(row["weight"] for row in rows if row["stratum"] > 1)
    assert len({row["record_id"] for row in rows}) == 20


def test_one_seed_draws_one_sample_and_another_another(linked):
    first, again, other = (draw_audit_sample(CON, linked, size=20, seed=seed) for seed in (3, 3, 4))
    assert first.equals(again)
    assert not first.equals(other)


def test_a_larger_sample_holds_the_smaller(linked):
    drawn = [
        set(records(draw_audit_sample(CON, linked, size=size, seed=3))) for size in (10, 40, 100)
    ]
    assert drawn[0] < drawn[1] < drawn[2]
    assert len(drawn[2]) == 100


def test_when_links_come_few_of_those_drawn_are_new(linked):
    before, after = (
        set(records(draw_audit_sample(CON, e, size=40, seed=3))) for e in (linked, star(110))
    )
    assert len(after) == len(before)
    assert len(after - before) <= 10


def test_every_link_is_as_likely_drawn_as_others_of_its_stratum(linked):
    drawn = [
        r for seed in range(20) for r in records(draw_audit_sample(CON, linked, size=50, seed=seed))
    ]
    times = [drawn.count(f"r{i:03}") for i in range(100)]
    assert min(times) >= 3
    assert max(times) <= 17


def test_a_sample_smaller_than_its_strata_is_refused(linked):
    with pytest.raises(InputError, match="4 links are too few for 5 strata"):
        draw_audit_sample(CON, linked, size=4, seed=1)


def test_without_links_nothing_is_drawn(linked):
    assert (
        len(draw_audit_sample(CON, linked.filter(ibis.literal(value=False)), size=5, seed=1)) == 0
    )


def pairs(rows):
    return {(row["record_id"], row["to_record_id"]) for row in rows.to_pylist()}


def free_of_decisions(found, proposals=None):
    return links_by_evidence(
        CON,
        found.evidence,
        proposals,
        found.records,
        settings=SETTINGS,
        members=ibis.memtable(found.members),
    )


ends = st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)).filter(
    lambda two: two[0] != two[1]
)


@settings(max_examples=8)
@given(
    st.lists(st.tuples(ends, st.sampled_from(["email", "phone"])), min_size=1, max_size=8),
    st.lists(st.tuples(st.sampled_from(["always", "never"]), ends), max_size=6),
)
def test_what_people_decided_moves_no_link_in_or_out_of_what_is_sampled(tied, said):
    born = {name: {"born_on": None, "given_name": name * 3} for name in NAMES}
    ties = [(max(two), min(two), kind, "".join(sorted(two))) for two, kind in tied]
    decisions = decided(*((kind, *two) for kind, two in said))
    alone, steered = (resolve(born, ties=ties, decisions=d) for d in ((), decisions))
    without = evidence_in_effect(alone.evidence, ibis.memtable(alone.withheld))
    assert pairs(CON.to_pyarrow(free_of_decisions(steered))) == pairs(CON.to_pyarrow(without))


def test_a_lone_link_of_the_model_is_no_link_even_once_it_was_accepted():
    told = [("b", "a", 9.0, 0.9), ("d", "c", 9.0, 0.9), ("c", "a", 0.1, 0.51)]
    told += [("c", "b", -9.0, 0.02), ("d", "a", -9.0, 0.02), ("d", "b", -9.0, 0.02)]
    likely = [row for row in told if row[3] >= 0.5]
    found = resolve(
        {n: {} for n in "abcd"}, proposals=likely, decisions=decided(("always", "c", "a"))
    )
    assert found.groups == ["abcd"]
    evidence = free_of_decisions(found, proposals_table(told))
    assert pairs(CON.to_pyarrow(evidence)) == {("b", "a"), ("d", "c")}


def test_judged_links_stay_judged_and_the_estimate_stays_true_when_the_wrong_ones_are_gone():
    rng = random.Random(5)  # noqa: S311  no secret
    names = [f"{side}{i:03}" for i in range(300) for side in "pq"]
    links = [(f"q{i:03}", f"p{i:03}", rng.uniform(5, 20), 0.9) for i in range(300)]
    wrong = {link[0] for link in links if rng.random() < (0.3 if link[2] < 8 else 0.1)}
    share = 1 - len(wrong) / 300

    def verdicts(drawn):
        said = [("never" if q in wrong else "always", q, "p" + q[1:]) for q in records(drawn)]
        return decided(*said)

    first = resolve({n: {} for n in names}, proposals=links)
    drawn = draw_audit_sample(CON, free_of_decisions(first), size=100, seed=1)
    assert add_verdicts(drawn, [])["is_right"].null_count == 100
    said = verdicts(drawn)
    before = add_verdicts(drawn, said)
    found = reviewed_precision(count_strata(before))
    assert found.low < share < found.high

    second = resolve({n: {} for n in names}, proposals=links, decisions=said)
    assert len(second.groups) > len(first.groups)
    again = add_verdicts(draw_audit_sample(CON, free_of_decisions(second), size=100, seed=1), said)
    assert again.equals(before)
    more = add_verdicts(draw_audit_sample(CON, free_of_decisions(second), size=200, seed=1), said)
    assert more["is_right"].null_count == 100
    whole = add_verdicts(more.drop_columns("is_right"), verdicts(more))
    assert reviewed_precision(count_strata(whole)).n == 200
    assert abs(reviewed_precision(count_strata(whole)).value - share) < 0.05


def test_a_verdict_is_right_or_wrong_and_no_verdict_is_neither(linked):
    drawn = draw_audit_sample(CON, linked, size=5, seed=3)
    one, other, *rest = records(drawn)
    said = decided(("always", one, "r"), ("never", "r", other))
    assert add_verdicts(drawn, said)["is_right"].to_pylist() == [True, False, *([None] * len(rest))]
