import pytest
from typer.testing import CliRunner

from outsidein.cli import main
from outsidein.errors import ProjectError
from outsidein.workspace.project import Project
from tests.persons import write_people
from tests.projects import write_shop


def declared(folder, text):
    file = folder / "outsidein.toml"
    file.write_text(file.read_text() + text)
    return folder


def run(verb, folder):
    return CliRunner().invoke(main, [verb, "-p", str(folder)])


@pytest.fixture
def shop(tmp_path):
    """A shop whose one model of records writes `'shop' as source`."""
    return write_shop(tmp_path / "shop")


@pytest.fixture
def people(tmp_path):
    """People whose model takes the source of a record out of the data."""
    return write_people(tmp_path / "people", people=30)


def test_a_source_that_no_model_writes_cannot_be_trusted(shop):
    said = "outsidein.toml: profile.trusted: the source 'shpo' is in no model of records. "
    with pytest.raises(ProjectError) as error:
        Project(declared(shop, '[profile]\ntrusted = ["shpo"]\n')).check()
    assert str(error.value) == said + "Did you mean 'shop'?"


def test_a_source_that_a_model_writes_can_be(shop):
    assert Project(declared(shop, '[profile]\ntrusted = ["shop"]\n')).check()


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('[identity]\nignore = ["emial"]', "identity.ignore"),
        ("[identity.firewall.weights]\nemial = 9", "identity.firewall.weights"),
        (
            '[identity.firewall]\nhousehold_kinds = ["emial"]',
            "identity.firewall.household_kinds",
        ),
    ],
)
def test_a_kind_that_no_model_writes_is_refused_by_its_key(people, text, key):
    said = f"outsidein.toml: {key}: the kind 'emial' is in no model of identifiers. "
    result = run("check", declared(people, text + "\n"))
    assert result.exit_code == 1
    assert said + "Did you mean 'email'?" in result.stderr


def test_kinds_in_any_case_and_those_of_every_project_are_let_pass(people):
    text = '[identity]\nignore = ["Email", "device"]\n[identity.firewall.weights]\nphone = 3\n'
    assert Project(declared(people, text)).check()


def test_where_the_data_says_the_source_a_build_warns_and_so_does_every_check_after(people):
    declared(people, '[profile]\ntrusted = ["crm", "wbe"]\n')
    said = "Warning: outsidein.toml: profile.trusted: the source 'wbe' is in no row of records. "
    assert "No errors" in run("check", people).stdout
    built = run("build", people)
    assert built.exit_code == 0
    assert said + "Did you mean 'web'?" in built.stderr
    checked = run("check", people)
    assert (said in checked.stderr, "No errors" in checked.stdout) == (True, False)
