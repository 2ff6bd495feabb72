import pytest

from outsidein.errors import ProjectError
from outsidein.project.declarations import Declaration, declare, read_toml


class Spoon(Declaration):
    length: int
    metal: str = "steel"


class Drawer(Declaration):
    spoon: dict[str, Spoon]


def test_a_misspelt_key_is_named_with_its_file_and_the_nearest_real_one():
    with pytest.raises(ProjectError) as error:
        declare(Drawer, {"spoon": {"soup": {"length": 20, "metl": "tin"}}}, file="drawer.toml")
    assert str(error.value) == (
        "drawer.toml: spoon.soup.metl: is unknown here. Did you mean 'metal'?"
    )


def test_a_missing_key_is_named():
    with pytest.raises(ProjectError) as error:
        declare(Drawer, {"spoon": {"soup": {}}}, file="drawer.toml")
    assert str(error.value) == "drawer.toml: spoon.soup.length: is missing"


def test_a_wrong_value_is_repeated_with_what_would_do():
    with pytest.raises(ProjectError, match=r"spoon\.soup\.length: 'long' is invalid: input shoul"):
        declare(Drawer, {"spoon": {"soup": {"length": "long"}}}, file="drawer.toml")


def test_broken_toml_is_one_line_with_the_place(tmp_path):
    path = tmp_path / "drawer.toml"
    path.write_text("a = 1\nb = = 2\n")
    with pytest.raises(ProjectError, match=r"is not valid TOML: .*line 2"):
        read_toml(path)


def test_a_file_that_is_not_utf8_says_at_which_byte(tmp_path):
    path = tmp_path / "drawer.toml"
    path.write_bytes(b'name = "caf\xe9"')
    with pytest.raises(ProjectError, match="is not UTF-8 at byte 11"):
        read_toml(path)


def test_a_missing_file_says_how_to_get_one(tmp_path):
    with pytest.raises(ProjectError, match="the file is missing; `outsidein init` writes one"):
        read_toml(tmp_path / "none.toml")
