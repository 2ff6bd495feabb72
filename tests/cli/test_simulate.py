import pytest
from typer.testing import CliRunner

from outsidein.cli import main


def run(*arguments):
    return CliRunner().invoke(main, [str(a) for a in arguments])


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    folder = tmp_path_factory.mktemp("small")
    declared = folder / "simulation.toml"
    declared.write_text("months = 12\n", encoding="utf-8")
    made = run("simulate", "new", folder / "firm", "--customers", 300, "--from", declared)
    return folder / "firm", made


def test_new_writes_a_project_that_check_finds_nothing_wrong_with(small):
    folder, made = small
    assert made.exit_code == 0, made.output
    assert "responses: " in made.output
    assert made.output.endswith(f"Next: outsidein build --project {folder}\n")
    checked = run("check", "--project", folder)
    assert "No errors" in checked.output


def test_new_refuses_a_folder_that_holds_a_project(small):
    folder, _ = small
    refused = run("simulate", "new", folder)
    assert refused.exit_code == 1
    assert "holds a project already" in refused.output


def test_the_declaration_that_is_printed_can_be_handed_back(tmp_path):
    printed = run("simulate", "declaration").output
    (tmp_path / "simulation.toml").write_text(printed, encoding="utf-8")
    made = run(
        "simulate", "new", tmp_path / "firm", "--customers", 5, "--from",
        tmp_path / "simulation.toml",
    )  # fmt: skip
    assert made.exit_code == 0, made.output


def test_compare_before_a_build_says_to_build(small):
    refused = run("simulate", "compare", "--project", small[0])
    assert refused.exit_code == 1
    assert "build" in refused.output


def test_sample_size_shows_what_was_tried_and_the_answer():
    told = run(
        "simulate", "sample-size", "--factor", "waiting", "--segment", "families", "--rounds", 10
    )
    lines = told.output.splitlines()
    assert lines[0] == "responses\tright\tlow\thigh\ttrials"
    assert lines[-1].endswith("responses are right 80% of the time or more.")


def test_sample_size_wants_one_question():
    refused = run("simulate", "sample-size")
    assert refused.exit_code == 1
    assert "either --factor" in refused.output
