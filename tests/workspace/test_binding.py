"""`check` binds needs, models and rules to the columns that the sources really have."""

import re

import pytest
from typer.testing import CliRunner

from outsidein.cli import main
from outsidein.sources.file_head import HEAD_BYTES
from tests.projects import NEED, write_shop

TEAM = """
[team.desk]
lead = "Ida"
members = { Ida = "ida@shop.example" }
"""
ALERT = """
[alert.complaint]
on = "encounters"
rule = "kindd = 'complaint'"
issue = "service"
team = "desk"
"""


def run(*arguments):
    return CliRunner().invoke(main, [str(a) for a in arguments])


@pytest.fixture
def shop(tmp_path):
    return write_shop(tmp_path / "shop", people=3)


def edit(folder, name, old, new):
    path = folder / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def errors(folder, verb="check"):
    """The errors that a verb prints, one a line, without the folder."""
    result = run(verb, "-p", folder)
    assert "Traceback" not in result.output
    lines = [line for line in result.stderr.splitlines() if "Error: " in line]
    assert result.exit_code == (1 if lines else 0), result.output
    return [re.sub(r".*Error: ", "", line).replace(f"{folder}/", "") for line in lines]


def test_every_misspelt_column_of_models_segments_and_alerts_is_listed_with_its_place(shop):
    edit(shop, "tables/records/people.sql", "city", "citty as city")
    edit(shop, "tables/transactions/orders.sql", "as transaction_id", "as transaction")
    (shop / "segments.toml").write_text("[segment.berlin]\nrule = \"citty = 'Berlin'\"\n")
    model, canonical = errors(shop)
    assert model == (
        "tables/records/people.sql: line 1, column 50: there is no column 'citty'. "
        "Did you mean 'city'?"
    )
    assert canonical.startswith("tables/transactions/orders.sql: line 2, column 38: 'transaction'")
    assert canonical.endswith("Did you mean 'transaction_id'?")
    assert errors(shop, "build") == [model]
    edit(shop, "tables/records/people.sql", "citty", "city")
    assert errors(shop, "build") == [canonical]


def test_rules_of_segments_and_alerts_name_columns_that_there_are(shop):
    (shop / "segments.toml").write_text("[segment.berlin]\nrule = \"citty = 'Berlin'\"\n")
    (shop / "teams.toml").write_text(TEAM)
    (shop / "alerts.toml").write_text(ALERT)
    segment, alert = errors(shop)
    assert segment.startswith("segments.toml: segment.berlin.rule: There is no column 'citty'.")
    assert alert.startswith("alerts.toml: alert.complaint.rule: There is no column 'kindd'.")
    assert alert.endswith("Did you mean 'kind'?")


def test_a_trait_that_a_model_selects_may_be_named_by_a_segment(shop):
    edit(shop, "tables/records/people.sql", "city", "city, length(city) as trait_letters")
    (shop / "segments.toml").write_text('[segment.long]\nrule = "trait_letters > 4"\n')
    assert errors(shop) == []


@pytest.mark.parametrize("verb", ["check", "build"])
def test_a_source_whose_needs_are_only_proposed_is_named_with_what_is_missing(shop, verb):
    edit(shop, "data_needs.toml", 'state = "approved"', 'state = "proposed"')
    first = errors(shop, verb)[0]
    assert first.endswith(
        "source 'people' is not loaded: no column of it has an approved need. "
        "Approve it in data_needs.toml."
    )


@pytest.mark.parametrize("verb", ["check", "build"])
def test_a_column_that_nobody_approved_is_told_from_one_that_is_misspelt(shop, verb):
    edit(shop, "tables/identifiers/emails.sql", "email as value", "shoe_size as value")
    [error] = errors(shop, verb)
    assert "column 'shoe_size' of source 'people' is not loaded: it is without a need" in error


def test_a_missing_file_database_or_table_is_an_error_of_check(shop):
    edit(
        shop,
        "sources.toml",
        "[source.people]",
        '[source.crm]\nformat = "sql"\nurl = "sqlite:///crm.db"\ntable = "people"\n[source.people]',
    )
    (shop / "raw" / "people.csv").unlink()
    crm, people = errors(shop)
    assert "crm" in crm
    assert "raw/people.csv" in people


def test_a_column_in_a_need_that_the_source_does_not_have_is_a_warning(shop):
    needs = (shop / "data_needs.toml").read_text()
    proposed = NEED.format(source="people", columns='["emial"]', state="proposed")
    (shop / "data_needs.toml").write_text(needs + proposed)
    result = run("check", "-p", shop)
    assert result.exit_code == 0
    assert "need.2.columns: source 'people' has no column 'emial' (proposed)" in result.stderr
    assert "Did you mean 'email'?" in result.stderr
    assert "See the warnings above." in result.stdout


def test_a_source_shows_its_columns_with_values_of_the_approved_ones_only(shop):
    lines = run("sources", "show", "people", "-p", shop).stdout.splitlines()
    assert lines[0].split("\t") == ["column", "type", "state", "sample"]
    rows = {line.split("\t")[0]: line.split("\t")[1:] for line in lines[1:]}
    assert rows["city"] == ["string", "approved", "Kiel, Berlin, Kiel"]
    assert rows["shoe_size"] == ["", "without a need", ""]
    assert "36" not in "".join(lines)
    unknown = run("sources", "people1", "-p", shop)
    assert (unknown.exit_code, "Did you mean 'people'?" in unknown.stderr) == (1, True)
    assert "people\tcsv\traw/people.csv" in run("sources", "-p", shop).stdout


def test_a_project_without_sources_is_told_where_to_declare_them(shop):
    (shop / "sources.toml").write_text("")
    (shop / "data_needs.toml").write_text("")
    for model in (shop / "tables").glob("*/*.sql"):
        model.unlink()
    [error] = errors(shop, "build")
    assert error.startswith("sources.toml: declares no source; say in sources.toml where the raw")


def test_of_a_large_csv_file_the_first_rows_are_read(shop):
    orders = shop / "raw/orders.csv"
    header, first, *_ = orders.read_bytes().splitlines(keepends=True)
    orders.write_bytes(header + first * 60_000 + b"\xff\xfe\n")
    assert orders.stat().st_size > HEAD_BYTES
    assert errors(shop) == []
    edit(shop, "data_needs.toml", '"amount"', '"amounts"')
    assert any("orders" in error and "amounts" in error for error in errors(shop))
    orders.write_bytes(header + first + b"\xff\xfe\n")
    assert any("raw/orders.csv" in error for error in errors(shop))


STANDARD = """
[standard.waiting]
description = "Nobody waits"
encounters = "{encounters}"
measure = "{measure}"
owner = "Ida"
[[standard.waiting.target]]
since = 2019-02-01
value = 60
by = "Ida"
reason = "patience ends"
"""


@pytest.mark.parametrize(
    ("encounters", "measure", "error"),
    [
        ("kindd = 'call'", "duration_seconds", "encounters: There is no column 'kindd'."),
        ("kind = 'call'", "duration", "measure: There is no column of numbers 'duration'."),
        ("kind = 1", "duration_seconds", "encounters: The condition 'kind = 1' does not fit"),
    ],
)
def test_standards_name_columns_that_encounters_have(shop, encounters, measure, error):
    standard = STANDARD.format(encounters=encounters, measure=measure)
    (shop / "standards.toml").write_text(standard)
    [line] = errors(shop)
    assert line.startswith(f"standards.toml: standard.waiting.{error}")


def test_a_rule_of_behaviour_names_a_declared_factor(shop):
    (shop / "factors.toml").write_text('[factor.delivery]\ndescription = "x"\nanswer = "channel"\n')
    (shop / "behaviour.toml").write_text(
        '[[rule]]\nname = "gone"\nsign = "silence"\ntimes = 3\nfactor = "delivry"\n'
    )
    problem = "'delivry' is not a declared factor. Did you mean 'delivery'?"
    assert errors(shop) == [f"behaviour.toml: rule.0.factor: {problem}"]
