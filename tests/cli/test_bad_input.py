import pytest
from typer.testing import CliRunner

from outsidein.cli import main
from tests.projects import write_shop

ORDER = "x1,p1,2019-03-01 10:00:00,1,9.50"


@pytest.fixture
def shop(tmp_path):
    return write_shop(tmp_path / "shop", people=15)


def run(*arguments):
    return CliRunner().invoke(main, [str(a) for a in arguments])


def edit(folder, name, old, new):
    path = folder / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def append(folder, *lines):
    with (folder / "raw" / "orders.csv").open("a") as file:
        file.writelines(line + "\n" for line in lines)


def refused(folder):
    """Build; the one line said on standard error, without a traceback."""
    result = run("build", "-p", folder)
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    [line] = [line for line in result.stderr.splitlines() if line.startswith("Error: ")]
    return line.removeprefix("Error: ")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("x1,p1,0000-00-00 00:00:00,1,9.50", "ordered_at is not a timestamp"),
        ("x1,p1,2019-03-01 10:00:00,-1,9.50", "quantity is negative and is_return is not set"),
        ("x1,p1,,1,9.50", "ordered_at is missing"),
        ("x1,p1,2019-03-01 10:00:00,1,-9.50", "revenue is negative and is_return is not set"),
        ("o1-0,p1,2019-03-01 10:00:00,1,9.50", "another row has the same key"),
        ('x1,p1,2019-03-01 10:00:00,1,"9.5', "unterminated|quote"),
        ("x1,p1,2019-03-01", "column"),
    ],
)
def test_a_bad_row_is_rejected_counted_and_shown_and_the_others_are_there(shop, line, reason):
    append(shop, ORDER.replace("x1", "good"), line)
    built = run("build", "-p", shop)
    assert built.exit_code == 0, built.output
    assert "1 rows were rejected" in built.stdout
    shown = run("rejects", "-p", shop, "--rows", "1").stdout
    assert any(part in shown for part in reason.split("|")), shown
    assert line.split(",")[0] in shown


def test_a_wrong_encoding_is_named_with_the_place_and_a_cure(shop):
    (shop / "raw" / "people.csv").write_bytes(
        b"person_id,email,city,shoe_size\np1,a@b.de,K\xf6ln,40\n"
    )
    said = refused(shop)
    assert "people.csv" in said
    assert 'encoding = "cp1252"' in said


def test_a_model_with_a_typo_is_named_with_what_is_wrong(shop):
    edit(shop, "tables/records/people.sql", "person_id", "persn_id")
    said = refused(shop)
    assert "tables/records/people.sql" in said
    assert "persn_id" in said


def test_a_model_that_is_no_sql_is_named_with_the_line(shop):
    edit(shop, "tables/records/people.sql", "select", "selct")
    assert "people.sql: line 1: syntax error" in refused(shop)


def test_a_column_that_is_gone_is_named(shop):
    edit(shop, "raw/people.csv", "email", "mail")
    said = refused(shop)
    assert "'email'" in said
    assert "'mail'" in said


def test_an_empty_source_is_named(shop):
    (shop / "raw" / "people.csv").write_text("")
    assert "people.csv" in refused(shop)


def test_an_unreadable_parquet_is_named(shop):
    (shop / "raw" / "people.parquet").write_bytes(b"PAR1 this is not one")
    edit(
        shop,
        "sources.toml",
        '[source.people]\nformat = "csv"\npath = "raw/people.csv"',
        '[source.people]\nformat = "parquet"\npath = "raw/people.parquet"',
    )
    assert "people.parquet" in refused(shop)


def test_a_missing_file_is_named(shop):
    (shop / "raw" / "people.csv").unlink()
    assert "raw/people.csv" in refused(shop)


def test_a_model_that_reads_what_is_not_declared_is_refused(shop):
    edit(shop, "tables/records/people.sql", "from people", "from 'raw/people.csv'")
    assert "is neither a source nor a staging query" in refused(shop)


def test_a_wrong_key_names_file_key_and_the_nearest(shop):
    edit(shop, "outsidein.toml", "gross_margin", "gros_margin")
    assert refused(shop).startswith(
        "outsidein.toml: value.gros_margin: is unknown here. Did you mean 'gross_margin'?"
    )


def test_a_rule_over_an_unknown_column_names_the_nearest(shop):
    edit(shop, "segments.toml", "city =", "citty =")
    assert "segment.berlin.rule: There is no column 'citty'. Did you mean 'city'?" in refused(shop)


def test_after_a_refusal_the_last_snapshot_is_still_the_one_to_read(shop):
    assert run("build", "-p", shop).exit_code == 0
    edit(shop, "tables/records/people.sql", "person_id", "persn_id")
    refused(shop)
    assert "1\t" in run("builds", "list", "-p", shop).stdout
    assert "Who climbs" in run("figures", "ladder_steps", "-p", shop).stdout


def test_a_folder_without_a_project_says_how_to_get_one(tmp_path):
    result = run("check", "-p", tmp_path)
    assert result.exit_code == 1
    assert "holds no project" in result.stderr
