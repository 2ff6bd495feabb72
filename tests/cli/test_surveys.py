import csv

import pytest
from typer.testing import CliRunner

from outsidein.cli import main
from tests.feedback.surveyed import write_surveyed


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    folder = write_surveyed(tmp_path_factory.mktemp("asked") / "shop")
    assert CliRunner().invoke(main, ["build", "-p", str(folder)]).exit_code == 0
    return folder


def run(*words):
    ran = CliRunner().invoke(main, ["surveys", *map(str, words)])
    return ran.exit_code, ran.output


def test_surveys_are_listed_with_who_was_asked_and_answered(shop):
    assert run("list", "-p", shop) == (
        0,
        "survey\tversion\titems\tlanguages\tasked\tanswered\nafter_delivery\t2\t8\ten pt\t5\t2\n",
    )


def test_a_list_of_whom_to_ask_is_written_with_everyones_chance(shop, tmp_path):
    to = tmp_path / "ask.csv"
    code, said = run("ask", "--survey", "after_delivery", "--budget", 12, "--out", to, "-p", shop)
    assert code == 0, said
    with to.open() as file:
        rows = list(csv.DictReader(file))
    assert len({row["customer_id"] for row in rows}) == 12
    assert all(0 < float(row["inclusion_probability"]) <= 1 for row in rows)
    assert said.startswith(f"{to} lists 12 of 36 customers who may be asked.")


def test_a_survey_that_is_not_there_and_a_budget_of_none_are_said_in_a_line(shop, tmp_path):
    to = tmp_path / "ask.csv"
    code, said = run("ask", "--survey", "after_delivry", "--budget", 5, "--out", to, "-p", shop)
    assert (code, said.count("\n")) == (1, 1)
    assert "There is no survey 'after_delivry'. Did you mean 'after_delivery'?" in said
    code, said = run("ask", "--survey", "after_delivery", "--budget", 0, "--out", to, "-p", shop)
    assert (code, "give 1 or more" in said) == (1, True)
    assert not to.exists()
