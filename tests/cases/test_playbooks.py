import pytest

from outsidein.cases.playbooks import HOLD_OUT, assigned, proposed, read_playbooks
from outsidein.errors import ProjectError
from outsidein.stats.proportion import proportion

CALL = """+++
title = "Late"
issues = ["delivery"]
minimum_response = "Sorry."
cost = 900
+++
Before you call:

1. Look at what was promised.
2) Say what happened.
- Ask what it cost.
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "call.md").write_text(CALL)
    (tmp_path / "voucher.md").write_text(CALL.replace("delivery", "price"))
    return tmp_path


def test_a_playbook_is_markdown_with_a_header(folder):
    book = read_playbooks(folder)["call"]
    assert book.header.cost == 900
    assert book.steps == (
        "Look at what was promised.",
        "Say what happened.",
        "Ask what it cost.",
    )


def test_playbooks_are_proposed_by_issue(folder):
    books = read_playbooks(folder)
    assert [book.name for book in proposed(books, "price")] == ["voucher"]
    assert proposed(books, "weather") == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("1. Call.", r"playbooks/odd\.md: must begin with a header"),
        ("+++\ntitle = \n+++\n", r"playbooks/odd\.md: its header is not valid TOML"),
        (CALL.replace("cost", "price"), r"odd\.md: price: is not known here. There is cost|Did"),
        (CALL.replace('"Sorry."', '""'), "minimum_response"),
    ],
)
def test_a_header_that_cannot_be_is_named_by_file_and_key(tmp_path, text, problem):
    folder = tmp_path / "playbooks"
    folder.mkdir()
    (folder / "odd.md").write_text(text)
    with pytest.raises(ProjectError, match=problem):
        read_playbooks(folder)


def test_a_project_without_playbooks_has_none(tmp_path):
    assert read_playbooks(tmp_path / "playbooks") == {}


def test_chance_gives_each_playbook_its_share_and_a_customer_always_the_same():
    said = [
        assigned(("a", "b"), of=("late", f"c{n}"), is_randomised=True, hold_out=0.1)
        for n in range(10_000)
    ]
    again = assigned(("a", "b"), of=("late", "c7"), is_randomised=True, hold_out=0.1)
    assert again == said[7]
    for name, chance in (("a", 0.45), ("b", 0.45), (HOLD_OUT, 0.1)):
        mine = [one for one in said if one.playbook == name]
        assert [one.propensity for one in mine] == pytest.approx([chance] * len(mine))
        share = proportion(len(mine), len(said), confidence=0.999)
        assert share.low < chance < share.high


def test_without_chance_the_preferred_is_taken():
    said = assigned(("b", "a"), of=("late", "c1"), is_randomised=False)
    assert said == ("b", 1.0)
    assert assigned((), of=("late", "c1"), is_randomised=True) == (None, None)


def test_what_one_rule_draws_says_nothing_of_what_another_draws():
    late, rude = (
        [assigned(("a", "b"), of=(rule, f"c{n}"), is_randomised=True).playbook for n in range(4000)]
        for rule in ("late", "rude")
    )
    same = proportion(sum(x == y for x, y in zip(late, rude, strict=True)), 4000, confidence=0.999)
    assert same.low < 0.5 < same.high
