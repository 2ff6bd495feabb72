import json

import pytest
from typer.testing import CliRunner

from outsidein.cli import main
from outsidein.cli.console import print_row
from outsidein.cli.root import ENTRIES
from tests.projects import write_shop


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    folder = write_shop(tmp_path_factory.mktemp("groups") / "shop")
    assert run("build", "-p", folder).exit_code == 0
    return folder


def run(*arguments):
    return CliRunner().invoke(main, [str(a) for a in arguments])


def test_the_project_may_be_named_before_or_after_the_command(shop):
    before = run("--project", shop, "builds", "list").stdout
    assert before == run("builds", "list", "--project", shop).stdout
    assert before == run("builds", f"--project={shop}", "list").stdout
    assert before.splitlines()[1].startswith("1\t")


def test_commands_find_the_project_from_anywhere_inside_its_folder(shop, monkeypatch):
    monkeypatch.chdir(shop / "tables" / "records")
    assert run("builds", "list").stdout.splitlines()[1].endswith("current")


def test_outside_any_project_the_error_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = run("builds", "list")
    assert result.exit_code == 1
    assert "`outsidein init` writes one" in result.stderr


def test_a_noun_alone_lists_and_followed_by_a_name_shows_it(shop):
    assert run("figures", "-p", shop).stdout == run("figures", "list", "-p", shop).stdout
    tiers = run("figures", "show", "tiers", "-p", shop).stdout
    assert run("figures", "tiers", "-p", shop).stdout == tiers
    assert "platinum" in tiers


def test_the_version_is_printed():
    assert run("--version").stdout.startswith("outsidein 0.")


def test_money_is_shown_as_money_and_json_keeps_minor_units(shop):
    head, *lines = run("figures", "show", "tiers", "-p", shop).stdout.splitlines()[1:]
    place = head.split("\t").index("value")
    shown = [line.split("\t")[place] for line in lines if "\tmoney\t" in line]
    rows = json.loads(run("figures", "show", "tiers", "-p", shop, "--json").stdout)
    published = [row["value"] for row in rows if row["unit"] == "money"]
    assert any(published)
    for text, minor in zip(shown, published, strict=True):
        if minor is not None:
            assert text.lstrip("-")[0] == "€"
            amount = float(text.replace("€", "").replace(",", ""))
            assert round(amount * 100) == round(minor)


LISTS = [
    *("builds list", "tables list", "figures list", "rejects list", "surveys list", "alerts list"),
    *("cases list", "deliveries list", "store audit", "identity decisions", "shifts list"),
    *("identity review", "figures show tiers", "tables show customers", "standards list"),
]


@pytest.mark.parametrize("words", LISTS)
def test_everything_that_lists_or_shows_does_so_as_json_too(shop, words):
    result = run(*words.split(), "-p", shop, "--json")
    if result.exit_code == 1:  # this shop declares no standards
        assert "no standards" in result.stderr
        return
    assert isinstance(json.loads(result.stdout), list)


def test_a_multiline_cell_stays_on_one_line_of_tab_separated_output(capsys):
    print_row("a\nb", "c\td")
    assert capsys.readouterr().out == "a b\tc d\n"


def test_the_root_lists_every_command_without_loading_any():
    listed = run("--help").stdout
    assert all(name in listed for name in ENTRIES)
