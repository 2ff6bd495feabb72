"""A build beyond its limits is kept, and not published unless somebody says why."""

import re

import pytest
from typer.testing import CliRunner

import outsidein
from outsidein.cli import main
from outsidein.errors import InputError
from tests.projects import write_shop

WITHHELD = 3


def run(*arguments):
    return CliRunner().invoke(main, [str(a) for a in arguments])


def edit(path, pattern, replacement):
    text = path.read_text()
    assert re.search(pattern, text)
    path.write_text(re.sub(pattern, replacement, text))


def states(folder):
    lines = run("builds", "list", "-p", folder).stdout.splitlines()[1:]
    return {line.split("\t")[0]: line.split("\t")[2] for line in lines}


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """A shop whose second build loses the orders above 99, written with a thousands separator."""
    folder = write_shop(tmp_path_factory.mktemp("publishing") / "shop")
    assert run("build", "-p", folder).exit_code == 0
    edit(folder / "raw" / "orders.csv", r",(\d)(\d\d)\.", r',"\1,\2.')
    edit(folder / "raw" / "orders.csv", r'("\d,\d\d\.\d\d)', r'\1"')
    edit(
        folder / "tables" / "transactions" / "orders.sql",
        re.escape("cast(cast(amount as decimal(12, 2)) * 100 as bigint)"),
        "cast(try_cast(amount as decimal(12, 2)) * 100 as bigint)",
    )
    return folder


@pytest.fixture(scope="module")
def refusal(shop):
    return run("build", "-p", shop)


def test_a_build_that_loses_rows_is_withheld_with_what_to_look_at(shop, refusal):
    assert refusal.exit_code == WITHHELD
    assert "is now current" not in refusal.stdout
    assert "most because revenue is missing" in refusal.stderr
    assert "`outsidein rejects list --build 2`" in refusal.stderr
    assert "revenue is missing" in run("rejects", "list", "--build", 2, "-p", shop).stdout
    assert "revenue is missing" not in run("rejects", "list", "-p", shop).stdout


@pytest.mark.usefixtures("refusal")
def test_it_is_kept_and_compared_while_the_build_before_stays_current(shop):
    assert states(shop) == {"2": "withheld", "1": "current"}
    assert "transactions\t" in run("builds", "compare", 1, 2, "-p", shop).stdout
    assert "rows were rejected" in run("builds", "show", 2, "-p", shop).stdout
    assert '"build.withheld"' not in run("store", "audit", "-p", shop).stdout
    assert "build.withheld" in run("store", "audit", "-p", shop).stdout


@pytest.mark.usefixtures("refusal")
def test_a_rollback_does_not_publish_what_was_withheld(shop):
    result = run("builds", "rollback", 2, "-p", shop)
    assert (result.exit_code, "Build 2 was withheld." in result.stderr) == (1, True)


@pytest.mark.usefixtures("refusal")
def test_publishing_it_records_who_and_why(shop):
    result = run("builds", "publish", 2, "--why", "sold Kiel", "--by", "Ann", "-p", shop)
    assert "Build 2 is now current." in result.stdout
    assert states(shop) == {"2": "current", "1": "kept"}
    assert "by Ann: sold Kiel" in run("builds", "show", 2, "-p", shop).stdout
    again = run("builds", "publish", 2, "--why", "sold Kiel", "-p", shop)
    assert (again.exit_code, "was not withheld" in again.stderr) == (1, True)
    assert run("builds", "publish", 1, "--why", " ", "-p", shop).exit_code == 1


def test_publish_anyway_publishes_at_once_and_leaves_the_reason_in_the_audit(tmp_path):
    folder = write_shop(tmp_path / "shop", people=10)
    edit(folder / "raw" / "orders.csv", r"(\d{4})-(\d\d)-(\d\d) ", r"\3.\2.\1 ")
    (folder / "tables" / "transactions" / "returns.sql").write_text(
        "select 'web' as source, order_id as transaction_id, ordered_at, 0 as revenue from orders "
        "where try_cast(quantity as integer) > 99"
    )
    result = run("build", "--publish-anyway", "a first look", "-p", folder)
    assert (result.exit_code, "Build 1 is now current." in result.stdout) == (0, True)
    assert "Build 1 is published beyond limits" in result.stderr
    assert re.search("Table transactions has no row: .*ordered_at is not a times", result.stderr)
    assert "Model tables/transactions/returns.sql has no row; if that is right" in result.stderr
    [entry, *_] = outsidein.open(folder).operations.audit()
    assert (entry.did, entry.details["anyway"]) == ("build.published", "a first look")
    assert len(entry.details["exceeds"]) == 3


def test_a_project_without_needs_and_models_is_withheld(tmp_path):
    folder = write_shop(tmp_path / "shop", people=10)
    (folder / "data_needs.toml").write_text("")
    for model in (folder / "tables").glob("*/*.sql"):
        model.unlink()
    project = outsidein.open(folder)
    [sentence] = project.build().verdict.exceeds
    assert "data_needs.toml" in sentence
    with pytest.raises(InputError, match=r"build 1 was withheld.*builds show 1"):
        project.snapshot()
