"""A project written for an older version is read, with warnings that say what to rename."""

import ibis
import pytest
from typer.testing import CliRunner

from outsidein.cli import main
from outsidein.errors import FormerNameWarning, ProjectError
from outsidein.figures.former_names import present_figure_name
from outsidein.rules.condition import condition
from outsidein.rules.parsing import condition_columns
from outsidein.workspace.declaration import read_project_file
from tests.projects import write_shop


@pytest.fixture
def older(tmp_path):
    folder = write_shop(tmp_path / "shop", people=2)
    settings = folder / "outsidein.toml"
    settings.write_text(settings.read_text().replace("[churn]", "[breakoff]"))
    return folder


def test_the_former_key_is_read_and_the_warning_names_the_present_one(older):
    with pytest.warns(FormerNameWarning, match=r"\[breakoff\] is called \[churn\] now"):
        assert read_project_file(older).churn.after_days == 90


def test_a_key_under_both_names_is_refused(older):
    with (older / "outsidein.toml").open("a") as file:
        file.write('[churn]\nrule = "silence"\nafter_days = 30\n')
    with pytest.raises(ProjectError, match=r"breakoff: is the former name of \[churn\]"):
        read_project_file(older)


@pytest.mark.filterwarnings("always::outsidein.errors.FormerNameWarning")
def test_a_command_that_reads_the_project_twice_warns_once(older):
    result = CliRunner().invoke(main, ["check", "--project", str(older)])
    assert result.stderr.count("[breakoff] is called [churn] now") == 1


@pytest.mark.filterwarnings("default::outsidein.errors.FormerNameWarning")
def test_the_command_shows_the_warning_as_one_line(older):
    result = CliRunner().invoke(main, ["builds", "list", "--project", str(older)])
    assert (
        result.stderr == "Warning: outsidein.toml: [breakoff] is called [churn] now. Rename it.\n"
    )
    assert result.exit_code == 0


def test_a_rule_that_names_a_former_column_means_the_present_one():
    customers = ibis.table({"churn_probability": "float64", "city": "string"}, name="customers")
    with pytest.warns(FormerNameWarning, match="called 'churn_probability' now"):
        rule = condition("breakoff_probability > 0.5 and city = 'is_broken_off'", customers)
    assert rule.equals(condition("churn_probability > 0.5 and city = 'is_broken_off'", customers))
    with pytest.warns(FormerNameWarning):
        assert condition_columns("is_broken_off") == {"is_churned"}


def test_a_former_figure_is_shown_under_its_present_name():
    with pytest.warns(FormerNameWarning, match="'breakoff_hazard' is called 'churn_hazard' now"):
        assert present_figure_name("breakoff_hazard") == "churn_hazard"
