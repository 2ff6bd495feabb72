from datetime import date, timedelta

import numpy as np
import pytest

from outsidein.errors import InputError
from outsidein.feedback.asked_customers import asked_customers
from outsidein.feedback.asking import draw_survey_sample
from outsidein.feedback.declaration import Item, Responses, Survey
from outsidein.feedback.eligibility import Eligibility, eligibility
from outsidein.feedback.weights import answers
from tests.feedback.conftest import at
from tests.tables import table

AS_OF = date(2020, 1, 1)
SURVEY = Survey(
    name="after",
    version="1",
    responses=Responses(source="export", response_id="id", answered_at="at"),
    item=(Item(name="again", instrument="nps", column="Q1"),),
)


def ago(days):
    return AS_OF - timedelta(days=days)


@pytest.fixture
def told(con, canon):
    def make(customers, *, invitations=(), messages=(), signals=(), consents=()):
        rows = table(
            [(c, "shop", f"r-{c}", cell) for c, cell in customers],
            customer_id="string", source="string", record_id="string", cell="string",
        )  # fmt: skip
        return Eligibility(
            con.create_table("customers", rows, overwrite=True),
            canon("invitations", invitations),
            canon("messages", messages),
            canon("signals", signals),
            canon("consents", consents),
        )

    return make


def invited(customer, days, number=0):
    return {
        "invitation_id": f"i-{customer}-{number}",
        "customer_id": customer,
        "invited_at": at(ago(days)),
    }


def low_score(customer, days):
    return {
        "signal_id": f"s-{customer}",
        "customer_id": customer,
        "signalled_on": ago(days),
        "score": 2,
        "scale_low": 0,
        "scale_high": 10,
    }


def consent(customer, state, days, purpose="feedback", **more):
    row = {"customer_id": customer, "state": state, "effective_at": at(ago(days))}
    return row | {"record_id": customer, "purpose": purpose} | more


def test_nobody_is_asked_who_refused_was_asked_lately_or_often_or_was_dissatisfied(told):
    cast = ["free", "quiet", "often", "cross", "refused", "again", "calm", "mailed", "expired"]
    known = told(
        [(name, "all") for name in cast],
        invitations=[
            invited("quiet", 89),
            *(invited("often", 100 + 30 * i, i) for i in range(4)),
            invited("free", 91),
        ],
        messages=[
            {"message_id": who, "customer_id": who, "purpose": purpose, "sent_at": at(ago(3))}
            for who, purpose in (("mailed", "research"), ("free", "offers"))
        ],
        signals=[low_score("cross", 179), low_score("calm", 181)],
        consents=[
            consent("refused", "refused", 400),
            consent("again", "refused", 400),
            consent("again", "given", 10),
            consent("expired", "withdrawn", 400, expires_at=at(ago(2))),
            consent("free", "refused", 400, purpose="marketing"),
        ],
    )  # fmt: skip
    rows = eligibility(known, SURVEY, as_of=AS_OF).to_pyarrow().to_pylist()
    assert {row["customer_id"]: row["reason"] for row in rows} == {
        **dict.fromkeys(("free", "again", "calm", "expired")),
        "quiet": "asked within the quiet period",
        "mailed": "asked within the quiet period",
        "often": "asked as often as allowed in a year",
        "cross": "dissatisfied recently",
        "refused": "refused to be asked",
    }


def ask(told, canon, *, budget, seed=1):
    signals, invitations = told.signals, told.invitations
    return draw_survey_sample(
        told,
        asked_customers(invitations, signals),
        answers(signals, invitations, canon("encounters")),
        SURVEY,
        budget=budget,
        as_of=AS_OF,
        rng=np.random.default_rng(seed),
    )


@pytest.fixture
def two_cells(told):
    """In `torn` answers differ, in `agreed` they do not; both were asked a year ago."""
    customers = [(f"{cell}{i}", cell) for cell in ("agreed", "torn") for i in range(300)]
    heard = [(c, cell) for c, cell in customers if int(c.removeprefix(cell)) < 40]
    score = {"agreed": lambda _: 9, "torn": lambda i: 10 * (i % 2)}
    return told(
        customers,
        invitations=[invited(c, 300) for c, _ in heard],
        signals=[
            low_score(c, 300)
            | {"score": score[cell](i), "invitation_id": f"i-{c}-0", "response_id": c}
            for i, (c, cell) in enumerate(heard)
        ],
    )


def test_questions_go_where_an_answer_is_worth_most_and_the_chance_is_written_down(
    two_cells, canon
):
    asking = ask(two_cells, canon, budget=100)
    rows = asking.people.to_pylist()
    by_cell = {cell: [r for r in rows if r["cell"] == cell] for cell in ("agreed", "torn")}
    assert len(rows) == 100
    assert len(by_cell["torn"]) > 3 * len(by_cell["agreed"]) > 0
    for drawn in by_cell.values():
        assert {r["inclusion_probability"] for r in drawn} == {len(drawn) / 300}
    assert asking.error_after < asking.error_before


def test_the_same_seed_draws_the_same_list_and_another_draws_another(two_cells, canon, tmp_path):
    one, same, other = (ask(two_cells, canon, budget=50, seed=seed) for seed in (1, 1, 2))
    assert one.people.equals(same.people)
    assert not one.people.equals(other.people)
    one.write(tmp_path / "lists" / "ask.csv")
    head, *lines = (tmp_path / "lists" / "ask.csv").read_text().splitlines()
    assert head.replace('"', "").split(",") == [
        *("survey", "version", "customer_id", "source", "record_id", "cell"),
        "inclusion_probability",
    ]
    assert len(lines) == 50


def test_everyone_in_a_cell_is_drawn_as_often_as_the_list_says(two_cells, canon):
    names = [
        r["customer_id"] for seed in range(8) for r in ask(two_cells, canon, budget=100, seed=seed)
        .people.to_pylist() if r["cell"] == "torn"
    ]  # fmt: skip
    counts = np.unique_counts(names).counts
    expected = len(names) / 300
    assert counts.max() < expected + 5 * np.sqrt(expected)


def test_a_budget_beyond_all_asks_everyone_who_may_be_asked(told, canon):
    asking = ask(told([("a", "x"), ("b", "x")], invitations=[invited("b", 5)]), canon, budget=99)
    assert asking.people["customer_id"].to_pylist() == ["a"]
    assert asking.left_out == {"asked within the quiet period": 1}


def test_a_budget_of_none_and_a_list_of_nobody_are_said_in_a_line(told, canon):
    with pytest.raises(InputError, match="give 1 or more"):
        ask(told([("a", "x")]), canon, budget=0)
    with pytest.raises(InputError, match="Nobody may be asked now"):
        ask(told([("a", "x")], invitations=[invited("a", 5)]), canon, budget=5)
