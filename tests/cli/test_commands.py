from getpass import getuser

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from outsidein.cli import main
from tests.projects import OBJECTIVES, write_shop


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    folder = write_shop(tmp_path_factory.mktemp("cli") / "shop")
    assert run("build", "-p", folder).exit_code == 0
    return folder


def run(*arguments):
    return CliRunner().invoke(main, [str(a) for a in arguments])


def commands(command, *path):
    if not hasattr(command, "list_commands"):
        yield path, command
        return
    for name in command.list_commands(None):
        yield from commands(command.get_command(None, name), *path, name)


@pytest.mark.parametrize(("path", "command"), list(commands(get_command(main))), ids=str)
def test_every_command_says_what_it_does_and_shows_an_example(path, command):
    assert command.help
    assert f"Example: outsidein {' '.join(path)}" in command.help


def test_init_writes_objectives_and_data_needs_first_and_check_finds_nothing_wrong(tmp_path):
    result = run("init", tmp_path / "new")
    assert [line.rsplit("/")[-1] for line in result.stdout.splitlines()[:3]] == [
        *("objectives.toml", "data_needs.toml", "outsidein.toml")
    ]
    checked = run("check", "-p", tmp_path / "new")
    assert "new: 0 objectives, 0 data needs, 0 sources" in checked.stdout


def test_init_never_writes_over_a_project(tmp_path):
    run("init", tmp_path / "new")
    again = run("init", tmp_path / "new")
    assert again.exit_code == 1
    assert "holds a project already" in again.stderr


def test_a_new_project_that_is_built_says_what_is_missing(tmp_path):
    run("init", tmp_path / "new")
    result = run("build", "-p", tmp_path / "new")
    assert result.exit_code == 1
    assert "say in sources.toml where the raw data lies" in result.stderr


def test_check_counts_what_it_read(shop):
    assert run("check", "-p", shop).stdout == (
        "Shop: 1 objectives, 2 data needs, 2 sources, 3 models, 1 segments, "
        "0 alert rules, 0 teams, 0 playbooks. No errors.\n"
    )


def test_build_accounts_for_every_source_and_table(shop):
    said = run("build", "-p", shop).stdout
    assert "people: 40 rows, 0 rejected, 0 past retention; columns: 3 loaded, 1 without an " in said
    assert "records: 40 rows, 0 rejected" in said
    assert "is now current." in said


def test_builds_are_listed_the_newest_first_with_the_current_one(shop):
    run("build", "-p", shop)
    run("builds", "rollback", "1", "-p", shop)
    rows = [line.split("\t") for line in run("builds", "list", "-p", shop).stdout.splitlines()]
    assert rows[0] == ["build", "finished", "state"]
    assert [(row[0], row[2]) for row in rows[1:]][-1] == ("1", "current")
    assert int(rows[1][0]) > 1


def test_comparing_equal_builds_shows_the_heading_only(shop):
    run("build", "-p", shop)
    assert run("builds", "compare", "1", "1", "-p", shop).stdout == (
        "table\trows before\trows after\tonly before\tonly after\n"
    )


def test_an_unknown_figure_names_the_nearest(shop):
    result = run("figures", "ladder_step", "-p", shop)
    assert result.exit_code == 1
    assert "Did you mean 'ladder_steps'?" in result.stderr


def test_an_unknown_build_is_named(shop):
    assert "no kept build '99'" in run("builds", "rollback", "99", "-p", shop).stderr


def test_builds_that_are_made_rolled_back_and_pruned_are_in_the_audit_with_who_did_it(shop):
    assert run("builds", "rollback", 1, "-p", shop).exit_code == 0
    assert run("builds", "prune", "--keep", 9, "-p", shop).exit_code == 0
    lines = run("store", "audit", "--who", getuser(), "-p", shop).stdout.splitlines()[1:]
    told = [line.split("\t")[3::2] for line in lines]
    assert told[:2] == [["build.pruned", '{"gone": ""}'], ["build.rolled_back", '{"to": 1}']]
    assert told[-1] == ["build.published", '{"build": 1}']


def test_check_names_what_is_wrong_in_the_metric_of_an_objective(tmp_path):
    folder = tmp_path / "new"
    run("init", folder)
    metric = '[objective.metric]\nfigure = "tier"\nmeasure = "profit"\n'
    objective = OBJECTIVES.replace('metric = "share who buy again within 90 days"\n', metric)
    (folder / "objectives.toml").write_text(objective)
    result = run("check", "-p", folder)
    assert result.exit_code == 1
    assert "objective.0.metric.figure" in result.stderr
    assert "Did you mean 'tiers'?" in result.stderr


def test_check_reads_the_files_of_the_loop_too(tmp_path):
    folder = write_shop(tmp_path / "shop")
    (folder / "consent.toml").write_text('[purpose.service]\nlegal_basis = "habit"\nreason = "x"\n')
    result = run("check", "-p", folder)
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert "consent.toml: purpose.service.legal_basis: 'habit' is invalid" in result.stderr
