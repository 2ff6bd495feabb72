"""Answers one a row, as survey tools export them: Qualtrics' own tables."""

import pytest

import outsidein
from tests.feedback.surveyed import quoted
from tests.projects import NEED, write_shop

SURVEY = """
name = "tool"
version = "1"

[responses]
source = "survey_response"
record = ["tool", "recipient_email"]
response_id = "id"
answered_at = "end_date"
language = "user_language"

[answers]
source = "question_response"
response_id = "response_id"
question = "question_id"
sub_question = "sub_question_key"
value = "value"
text = "text"

[invitations]
source = "distribution_contact"
record = ["tool_contact", "contact_id"]
invitation_id = "contact_id"
invited_at = "sent_at"
status = "status"
statuses = { Opened = "opened", SurveyFinished = "answered" }

[[item]]
name = "drink"
instrument = "rating"
question = "QID2"
scale = [1, 5]

[[item]]
name = "state"
instrument = "text"
question = "QID58"
"""
TABLES = {
    "survey_response": "id,end_date,user_language,recipient_email",
    "question_response": "response_id,question_id,sub_question_key,value,text",
    "distribution_contact": "contact_id,sent_at,status",
}


@pytest.fixture
def project(tmp_path, shared_data):
    seeds = (shared_data / "vendor_schema_seeds" / "qualtrics").resolve()
    folder = write_shop(tmp_path / "shop")
    (folder / "surveys").mkdir()
    (folder / "surveys" / "tool.toml").write_text(SURVEY)
    with (
        (folder / "sources.toml").open("a") as sources,
        (folder / "data_needs.toml").open("a") as needs,
    ):
        for name, columns in TABLES.items():
            path = seeds / f"{name}.csv"
            if name == "survey_response":
                path = _with_the_answers_responses(path, seeds, folder)
            sources.write(f'[source.{name}]\nformat = "csv"\npath = "{path}"\n')
            needs.write(NEED.format(source=name, columns=quoted(columns), state="approved"))
    return outsidein.open(folder)


def _with_the_answers_responses(path, seeds, folder):
    """The seeds' answers belong to other responses than the seeds hold: give them theirs."""
    head, first, *rest = path.read_text().splitlines()
    answers = (seeds / "question_response.csv").read_text().splitlines()[1:]
    ids = dict.fromkeys(line.split(",")[6] for line in answers)
    own = [",".join([name, *first.split(",")[1:]]) for name in ids]
    made = folder / "raw" / "survey_response.csv"
    made.write_text("\n".join([head, first, *rest, *own]) + "\n")
    return made


def test_answers_find_their_responses_and_everyone_asked_is_known(project):
    project.build(publish_anyway="a contact of the seeds is asked by three mailings")
    signals = project.table("signals").to_pylist()
    drinks = [s for s in signals if s["item"] == "drink"]
    assert sorted(s["score"] for s in drinks) == [1, 2, 2, 3]
    assert {s["text"] for s in signals if s["item"] == "state"} >= {"example e"}
    assert {s["language"] for s in signals} == {"en"}
    asked = project.table("invitations").to_pylist()
    assert {a["status"] for a in asked} == {"opened"}
