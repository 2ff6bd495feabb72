from datetime import date
from itertools import pairwise

from outsidein.factors.ladders import implications, ladders_figure
from tests.factors.world import find, one


def laddered(canon, answers):
    """Tables of ladders as lists of codes by customer."""
    links, signals = [], []
    for who, ladders in answers.items():
        signals.append(
            {
                "signal_id": who,
                "customer_id": who,
                "response_id": f"r{who}",
                "signalled_on": date(2019, 1, 1),
            }
        )
        steps = [pair for codes in ladders for pair in pairwise(codes)]
        links += [
            {
                "source": "survey",
                "response_id": f"r{who}",
                "position": place,
                "from_code": a,
                "to_code": b,
            }
            for place, (a, b) in enumerate(steps)
        ]
    return canon("ladder_links", links), canon("signals", signals)


def pairs(links, signals):
    rows = implications(links, signals).to_pyarrow().to_pylist()
    return {(r["from_code"], r["to_code"]): (r["direct"], r["indirect"]) for r in rows}


def test_codes_lead_directly_to_the_next_and_indirectly_to_all_above(canon):
    answers = {"a": [["seat", "rest", "health"]], "b": [["seat", "health"]]}
    assert pairs(*laddered(canon, answers)) == {
        ("seat", "rest"): (1, 0),
        ("rest", "health"): (1, 0),
        ("seat", "health"): (1, 1),
    }


def test_two_ladders_of_one_response_do_not_run_into_each_other(canon):
    answers = {"a": [["seat", "rest"], ["price", "thrift"]]}
    assert pairs(*laddered(canon, answers)) == {
        ("seat", "rest"): (1, 0),
        ("price", "thrift"): (1, 0),
    }


def test_a_customer_who_says_it_twice_counts_once(canon):
    answers = {"a": [["seat", "rest"], ["seat", "rest"]]}
    assert pairs(*laddered(canon, answers)) == {("seat", "rest"): (1, 0)}


def test_the_map_draws_what_many_said_and_tells_the_levels(canon):
    answers = {f"a{k}": [["seat", "rest", "health"]] for k in range(30)}
    answers |= {f"b{k}": [["seat", "envy"]] for k in range(3)}
    figure = ladders_figure(*laddered(canon, answers))
    drawn = {(e.group["from"], e.group["to"]) for e in find(figure, "customers, directly (drawn)")}
    assert drawn == {("seat", "rest"), ("rest", "health")}
    [few] = find(figure, "customers, directly (not drawn)")
    assert few.group["to"] == "envy"
    levels = {e.group["from"]: e.group["level"] for e in find(figure, "abstractness")}
    assert (levels["seat"], levels["rest"], levels["health"]) == ("factor", "benefit", "value")
    assert one(figure, "customers, by way of others").value == 30


def test_without_ladders_it_says_so(canon):
    figure = ladders_figure(*laddered(canon, {}))
    assert figure.estimates[0].why == "no laddering answer was given"
