from datetime import date

import networkx as nx
import pytest

from outsidein.identity.declaration import FirewallSettings
from outsidein.identity.firewall.chain_length import is_longer_than
from tests.identity.world import decided, resolve

ANN = {"given_name": "Ann", "family_name": "Lee", "gender": "f", "born_on": date(1980, 5, 4)}
BOB = {"given_name": "Bob", "family_name": "Lee", "gender": "m", "born_on": date(1951, 11, 23)}
FIRM = {"party_kind": "organisation", "organisation_name": "Lee Ltd"}

BIRTHS = "birth dates that are no one person's"
NAMES = "different first names of different gender"
SUFFIXES = "generational suffixes (Sr., Jr., II) differ, and no identifier of one person agrees"
PARTIES = "an organisation with a person"
HOUSEHOLD = "only an identifier that a household shares, and different first names"
SHARED = "only an identifier that people of several names share"
SIZE = "more records than customers have"
CHAIN = "too long a chain of links"
DECIDED = "a decision keeps records of the two apart"


def emails(*pairs):
    return [(a, b, "email", f"{a}{b}") for a, b in pairs]


def bare(names):
    return {name: {} for name in names}


def test_a_group_that_looks_right_is_left_alone():
    found = resolve({"a": ANN, "b": ANN, "c": {}}, ties=emails("ba", "cb"))
    assert (found.groups, found.why) == (["abc"], {})


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ({"born_on": date(1980, 5, 4)}, {"born_on": date(1951, 11, 23)}, BIRTHS),
        ({"given_name": "Ann", "gender": "F"}, {"given_name": "Bob", "gender": "male"}, NAMES),
        (ANN, FIRM, PARTIES),
    ],
)
def test_two_who_cannot_be_one_are_kept_apart_and_reviewed(one, other, reason):
    found = resolve({"a": one, "b": other}, ties=emails("ba"))
    assert (found.groups, found.why) == (["a", "b"], {("b", "a"): reason})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"born_on": date(1980, 5, 4)}, {"born_on": date(1980, 4, 5)}),
        ({"born_on": date(1980, 1, 1)}, {"born_on": date(1951, 11, 23)}),
        ({"given_name": "Ann", "gender": "f"}, {"given_name": "Ann", "gender": "m"}),
        ({"given_name": "Ann", "gender": "f"}, {"given_name": "A.", "gender": "m"}),
        ({"given_name": "Ann", "gender": "f"}, {"given_name": "Bob"}),
        ({"given_name": "Ann Mary", "gender": "f"}, {"given_name": " ANN", "gender": "m"}),
    ],
)
def test_mere_differences_are_no_reason(one, other):
    assert resolve({"a": one, "b": other}, ties=emails("ba")).groups == ["ab"]


OLD = date(1940, 2, 3)
LIKELY = [("b", "a", 20.0, 0.99)]


def namesakes(one, other, **fields):
    names = {"a": one, "b": other}
    return {
        record: {"given_name": "Hans", "family_name": name, **fields}
        for record, name in names.items()
    }


@pytest.mark.parametrize(
    ("one", "other"), [("Maier Sr.", "Maier Jr."), ("Pohl III", "Pohl II"), ("Berg", "Berg Jr.")]
)
def test_namesakes_of_different_suffix_are_reviewed_however_probable_they_are(one, other):
    found = resolve(namesakes(one, other), proposals=LIKELY)
    assert (found.groups, found.why) == (["a", "b"], {("b", "a"): SUFFIXES})
    phone = [("b", "a", "phone", "+49")]
    assert resolve(namesakes(one, other), proposals=LIKELY, ties=phone).groups == ["a", "b"]
    decision = decided(("always", "b", "a"))
    assert resolve(namesakes(one, other), proposals=LIKELY, decisions=decision).groups == ["ab"]


@pytest.mark.parametrize(("one", "other"), [("Maier Sr.", "Maier Jr."), ("Berg", "Berg Jr.")])
def test_an_identifier_of_one_person_joins_different_suffixes(one, other):
    assert resolve(namesakes(one, other), proposals=LIKELY, ties=emails("ba")).groups == ["ab"]


def test_an_equal_birth_date_joins_a_name_with_the_same_name_and_a_suffix_only():
    plain = namesakes("Berg", "Berg Jr.", born_on=OLD)
    assert resolve(plain, proposals=LIKELY).groups == ["ab"]
    twins = namesakes("Berg Sr.", "Berg Jr.", born_on=OLD)
    assert resolve(twins, proposals=LIKELY).why == {("b", "a"): SUFFIXES}
    stopgap = namesakes("Berg", "Berg Jr.", born_on=date(1970, 1, 1))
    assert resolve(stopgap, proposals=LIKELY).groups == ["a", "b"]


def test_one_suffix_written_in_two_ways_and_a_record_without_a_name_are_left_alone():
    assert resolve(namesakes("Maier Jr.", "Maier junior"), proposals=LIKELY).groups == ["ab"]
    nameless = {"a": {}, "b": {"given_name": "Hans", "family_name": "Maier Jr."}}
    assert resolve(nameless, proposals=LIKELY).groups == ["ab"]


def test_a_first_name_tells_the_gender_where_nearly_all_who_bear_it_are_of_one():
    known = {f"b{i:02}": {"given_name": "Bob", "gender": "m"} for i in range(25)}
    chain = [(f"b{i + 1:02}", f"b{i:02}", "email", f"e{i}") for i in range(0, 24, 2)]
    pair = {"x": {"given_name": "Ann", "gender": "f"}, "y": {"given_name": "Bob"}}
    found = resolve(known | pair, ties=[*chain, ("b24", "b23", "email", "z"), *emails("yx")])
    assert found.why == {("y", "x"): NAMES}


def test_the_weakest_link_between_two_people_gives_way():
    records = {"a": ANN, "b": {}, "c": {}, "d": BOB}
    ties = [("b", "a", 20.0, 0.99), ("c", "b", 9.0, 0.8), ("d", "c", 15.0, 0.95)]
    found = resolve(records, proposals=ties)
    assert (found.groups, found.why) == (["ab", "cd"], {("c", "b"): BIRTHS})
    [row] = found.withheld.to_pylist()
    assert (row["weight"], row["probability"], row["founder_record_id"]) == (9.0, 0.8, "a")


def test_what_a_model_says_is_not_added_to_the_identifiers_it_has_seen():
    ties = [("b", "a", "email", "1"), ("c", "b", "account", "2"), ("c", "b", "phone", "3")]
    found = resolve({"a": ANN, "b": {}, "c": BOB}, ties=ties, proposals=[("b", "a", 19.0, 0.9)])
    assert found.groups == ["a", "bc"]  # 20 and 19 against 20 + 12


def test_birth_dates_are_compared_with_all_others_of_the_group():
    born = {"a": date(1980, 5, 4), "b": date(1980, 5, 14), "c": date(1980, 6, 15)}
    records = {name: {"born_on": day} for name, day in born.items()}
    assert resolve(records, ties=emails("ba", "cb")).why == {("c", "b"): BIRTHS}


def test_what_a_record_of_unknown_kind_is_tied_to_counts_for_it():
    ties = [("c", "b", 30.0, 0.9), ("b", "a", 20.0, 0.9), ("d", "c", 10.0, 0.9)]
    found = resolve({"a": FIRM, "d": ANN}, proposals=ties)  # nothing is known of b and c
    assert found.why == {("d", "c"): PARTIES}


def test_the_founder_is_the_record_known_longest():
    ties = emails("cb", "ba")
    first = resolve({"b": {}, "c": BOB}, ties=emails("cb")).members
    found = resolve({"a": ANN, "b": {}, "c": BOB}, ties=ties, before=first, build=2)
    assert [row["founder_record_id"] for row in found.withheld.to_pylist()] == ["b"]


def test_identifiers_add_up_and_the_stronger_of_them_and_the_model_counts():
    ties = [("b", "a", "phone", "1"), ("b", "a", "device", "2"), ("c", "b", "email", "3")]
    found = resolve({"a": ANN, "b": {}, "c": BOB}, ties=ties, proposals=[("b", "a", 19.0, 0.9)])
    assert found.groups == ["ab", "c"]  # 12 + 8 and 19 against 19.9: the pair with two stays
    weaker = FirewallSettings(identifier_weight=20.5)
    assert resolve({"a": ANN, "b": {}, "c": BOB}, ties=ties, settings=weaker).groups == ["a", "bc"]


def test_a_desk_phone_ties_nobody_but_people_of_one_name():
    names = {"a": "Ada", "b": "Berg", "c": "Cole", "d": "Ada"}
    records = {name: {"family_name": family} for name, family in names.items()}
    ties = [(name, "a", "phone", "+49") for name in "bcd"]
    found = resolve(records, ties=ties)
    assert found.groups == ["ad", "b", "c"]
    assert found.why == {("b", "a"): SHARED, ("c", "a"): SHARED}
    also = resolve(records, ties=[*ties, ("b", "a", "email", "x")])
    assert also.groups == ["abd", "c"]


FAMILY = {
    "a": {"given_name": "Ann", "family_name": "Ash"},
    "b": {"given_name": "Bob", "family_name": "Ash"},
    "c": {"given_name": "Anne Marie", "family_name": "Ash"},
    "d": {"given_name": "A.", "family_name": "Ash"},
    "e": {"family_name": "Ash"},
}


def test_a_phone_alone_does_not_make_one_customer_of_a_family():
    found = resolve(FAMILY, ties=[(name, "a", "phone", "+49") for name in "bcde"])
    assert found.groups == ["acde", "b"]
    assert found.why == {("b", "a"): HOUSEHOLD}


def test_what_else_ties_them_counts_beside_the_phone():
    ties = [(name, "a", "phone", "+49") for name in "b"]
    assert resolve(FAMILY, ties=[*ties, ("b", "a", "email", "x")]).groups[0] == "ab"
    assert resolve(FAMILY, ties=ties, proposals=[("b", "a", 19.0, 0.9)]).groups[0] == "ab"
    free = FirewallSettings(household_kinds=())
    assert resolve(FAMILY, ties=ties, settings=free).groups[0] == "ab"


def test_two_who_are_one_by_other_ties_need_no_look_at_their_phone():
    ties = [("b", "a", "phone", "+49"), *emails("ca", "cb")]
    records = {name: FAMILY[name] for name in "ab"} | {"c": {}}
    found = resolve(records, ties=ties)
    assert found.groups == ["abc"]
    assert found.why == {}


def test_misspellings_of_one_name_make_no_desk_phone():
    names = {"a": "Schmidt", "b": "Schmitt", "c": "Smith", "d": "Chmidt"}
    records = {name: {"family_name": family} for name, family in names.items()}
    found = resolve(records, ties=[(name, "a", "phone", "+49") for name in "bcd"])
    assert found.groups == ["abcd"]


def test_a_customer_of_more_records_than_others_have_is_cut_at_its_weakest_links():
    names = [f"r{i:02}" for i in range(12)]
    star = [(name, "r00", 30.0 - i, 0.9) for i, name in enumerate(names[1:])]
    found = resolve(bare(names), proposals=star, settings=FirewallSettings(fewest_large=10))
    sizes = sorted(len(group) // 3 for group in found.groups)
    assert (sizes, set(found.why.values())) == ([1, 1, 10], {SIZE})
    assert ("r11", "r00") in found.why


def test_a_long_chain_is_cut():
    names = "abcdefghij"
    ties = emails(*(a + b for a, b in zip(names[1:], names, strict=False)))
    found = resolve(bare(names), ties=ties, settings=FirewallSettings(longest_chain=5))
    assert (found.groups, found.why) == (["abcdef", "ghij"], {("g", "f"): CHAIN})


def test_a_chain_is_cut_though_its_middle_is_near_to_all():
    arms = ["ab", "bc", "cd", "de", "ef", "fg", "gh", "hi", "ej", "ek"]
    ties = emails(*(b + a for a, b in arms))
    found = resolve(bare("abcdefghijk"), ties=ties, settings=FirewallSettings(longest_chain=5))
    assert set(found.why.values()) == {CHAIN}


def test_records_kept_apart_by_a_decision_are_and_their_companions_choose_the_stronger():
    ties = [("b", "a", 20.0, 0.9), ("c", "b", 10.0, 0.9)]
    found = resolve(bare("abc"), proposals=ties, decisions=decided(("never", "a", "c")))
    assert (found.groups, found.why) == (["ab", "c"], {("c", "b"): DECIDED})


def test_a_decision_that_joins_passes_whatever_speaks_against_it():
    found = resolve(
        {"a": ANN, "b": BOB}, ties=emails("ba"), decisions=decided(("always", "a", "b"))
    )
    assert (found.groups, found.why) == (["ab"], {})
    both = {"a": ANN, "b": BOB}
    assert resolve(both, decisions=decided(("always", "a", "b"))).groups == ["ab"]


def test_of_decisions_that_contradict_each_other_over_three_records_the_latest_win():
    abc = bare("abc")
    said = [("always", "a", "b"), ("always", "b", "c"), ("never", "a", "c")]
    last_never = resolve(abc, decisions=decided(*said))
    assert last_never.groups == ["a", "bc"]
    assert last_never.why == {("b", "a"): "a later decision contradicts this one"}
    first_never = resolve(abc, decisions=decided(said[2], *said[:2]))
    assert first_never.groups == ["abc"]
    assert first_never.why == {("c", "a"): "a later decision contradicts this one"}


def test_chains_are_measured_as_networkx_does():
    for seed in range(60):
        graph = nx.gnm_random_graph(9, 11, seed=seed)
        neighbours = {node: list(graph[node]) for node in graph}
        for part in nx.connected_components(graph):
            diameter = nx.diameter(graph.subgraph(part))
            for longest in (1, 2, 3, 4, 5):
                assert is_longer_than(part, neighbours, longest=longest) == (diameter > longest)
