"""A data owner's decisions, written into a file that people also edit by hand."""

from datetime import date

import pytest
import tomlkit

from outsidein.errors import InputError
from outsidein.sources.need_edits import NeedDecision, decide_need

NEED = """# ours
[[need]]
source = "people"
columns = {columns}  # agreed in May
department = "care"
purpose = "calls"
owner = "Bo"
{approver}state = "{state}"
retention_days = 30
"""


def need(*columns, state):
    approver = 'approver = "dpo"\n' if state == "approved" else ""
    return NEED.format(
        columns=tomlkit.item(list(columns)).as_string(), approver=approver, state=state
    )


def decided(text, column, *, is_approved, **words):
    document = tomlkit.parse(text)
    day = date(2020, 1, 2)
    decide_need(document, NeedDecision("people", column, is_approved, "Ann", day, **words))
    return tomlkit.dumps(document)


def needs(text):
    return [(n["columns"], n["state"]) for n in tomlkit.parse(text).unwrap().get("need", [])]


def test_a_veto_stands_beside_the_approval_and_taking_it_back_restores_the_file():
    before = need("city", "email", state="approved")
    vetoed = decided(before, "city", is_approved=False)
    assert needs(vetoed) == [(["city", "email"], "approved"), (["city"], "vetoed")]
    assert vetoed.startswith(before)
    assert tomlkit.parse(vetoed)["need"][1]["retention_days"] == 30
    assert decided(vetoed, "city", is_approved=True).strip() == before.strip()


def test_one_column_of_a_proposed_need_is_approved_alone():
    text = decided(need("city", "email", state="proposed"), "city", is_approved=True)
    assert needs(text) == [(["email"], "proposed"), (["city"], "approved")]
    assert "# agreed in May" in text


def test_a_need_of_one_column_is_decided_where_it_stands():
    text = decided(need("city", state="proposed"), "city", is_approved=True)
    [row] = tomlkit.parse(text)["need"]
    assert (row["state"], row["approver"], row["decided_on"]) == (
        *("approved", "Ann"),
        date(2020, 1, 2),
    )
    assert needs(decided(text, "city", is_approved=False)) == [
        (["city"], "approved"),
        (["city"], "vetoed"),
    ]


def test_what_is_decided_already_is_left_as_it_is():
    text = need("city", state="approved")
    assert decided(text, "city", is_approved=True) == text


def test_a_column_without_a_need_needs_to_be_said_what_for():
    with pytest.raises(InputError, match="No need names 'city' yet: give its department"):
        decided("", "city", is_approved=True)
    words = {"department": "care", "purpose": "calls", "owner": "Bo"}
    assert needs(decided("", "city", is_approved=True, **words)) == [(["city"], "approved")]
