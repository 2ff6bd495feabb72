from datetime import date

import pytest

from outsidein.errors import ProjectError
from outsidein.project.declarations import Declaration, declare, parse_toml, read_toml


class Spoon(Declaration):
    length: int
    metal: str = "steel"


class Wait(Declaration):
    within_days: int = 1
    within_hours: float = 1.0
    costs: tuple[float, ...] = ()
    since: date = date(2019, 1, 1)


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


@pytest.mark.parametrize(
    ("key", "value", "problem"),
    [
        ("within_days", 10**12, "use a number up to 36,525"),
        ("within_hours", 1e12, "use a number up to 876,600"),
        ("costs", [1, float("nan")], "use a number up to 1,000,000,000,000,000"),
        ("costs", [float("-inf")], "use a number up to 1,000,000,000,000,000"),
        ("since", date(9999, 12, 31), "use a day from 1800-01-01 to 2199-12-31"),
    ],
)
def test_a_number_or_a_day_that_no_firm_means_is_refused(key, value, problem):
    with pytest.raises(ProjectError, match=rf"wait\.toml: {key}: .*{problem}"):
        declare(Wait, {key: value}, file="wait.toml")
    assert declare(Wait, {}, file="wait.toml").within_days == 1


def test_a_number_too_long_to_print_is_refused_on_one_line():
    table = parse_toml(f"within_days = 0x{'f' * 9_000}".encode(), file="wait.toml")
    with pytest.raises(ProjectError) as error:
        declare(Wait, table, file="wait.toml")
    assert str(error.value).startswith("wait.toml: within_days: the number of 36000 bits is inval")
