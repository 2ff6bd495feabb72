import pytest

from outsidein.cases.playbooks import assign_playbook, playbooks_for, read_playbooks
from outsidein.errors import ProjectError
from outsidein.experiments.assignment import HOLD_OUT

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
    assert [book.name for book in playbooks_for(books, "price")] == ["voucher"]
    assert playbooks_for(books, "weather") == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("1. Call.", r"playbooks/odd\.md: must begin with a header"),
        ("+++\ntitle = \n+++\n", r"playbooks/odd\.md: is not valid TOML"),
        ("+++\ntitle = " + "1" * 5_000 + "\n+++\n", r"odd\.md: holds a number of too many digits"),
        ("+++\ntitle = " + "[" * 900 + "\n+++\n", r"odd\.md: nests too deep"),
        (CALL.replace("cost", "price"), r"odd\.md: price: is unknown here. Available: cost|Did"),
        (CALL.replace('"Sorry."', '""'), "minimum_response"),
        (CALL.replace('title = "Late"', 'title = "La\\nte"'), r"odd\.md: title: .* in one line"),
        (CALL.replace('title = "Late"', 'title = " "'), r"odd\.md: title: .* write something"),
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


def test_chance_chooses_among_the_playbooks_of_a_randomised_rule():
    assigned = {
        assign_playbook(("a", "b"), rule="late", about=f"c{n}", is_randomised=True, hold_out=0.1)
        for n in range(100)
    }
    assert assigned == {("a", 0.45), ("b", 0.45), (HOLD_OUT, 0.1)}


def test_without_chance_the_preferred_is_taken():
    playbook = assign_playbook(("b", "a"), rule="late", about="c1", is_randomised=False)
    assert playbook == ("b", 1.0)
    none = assign_playbook((), rule="late", about="c1", is_randomised=True)
    assert none == (None, None)
