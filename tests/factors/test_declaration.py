import pytest

from outsidein.errors import ProjectError
from outsidein.factors.declaration import FactorSettings
from outsidein.factors.reading import read_factor_files
from outsidein.stats.factors.classes import FactorClass

FACTORS = """
overall = "stars"
period = "quarter"
[factor.delivery]
description = "On the promised day"
answer = "channel"
terms.en = ["late", "never arrived"]
terms.pt = ["atrasado", "não chegou"]
[factor.price]
"""
BELIEFS = """
author = "head of service"
sealed_on = 2019-01-15
[[belief]]
factor = "price"
class = "performance"
[[belief]]
factor = "delivery"
class = "hygiene"
"""
INITIATIVES = """
[[initiative]]
name = "second carrier"
factor = "delivery"
work = "remove"
answer = "channel"
owner = "head of delivery"
cost = 2000000
hours = 300
improves = 0.05
begins_on = 2019-02-01
done_on = 2019-04-01
"""


@pytest.fixture
def written(tmp_path):
    def write(**files):
        for name, text in files.items():
            (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
        return tmp_path

    return write


def test_a_project_without_any_file_has_the_usual_settings(tmp_path):
    found = read_factor_files(tmp_path)
    assert found == (FactorSettings(), None, found.initiatives, ())
    assert found.initiatives.initiative == ()


def test_all_three_files_are_read(written):
    found = read_factor_files(written(factors=FACTORS, beliefs=BELIEFS, initiatives=INITIATIVES))
    assert found.settings.terms["delivery"]["pt"] == ("atrasado", "não chegou")
    assert found.settings.cuts == (0.25, 0.9)
    assert found.beliefs.ranking == ("price", "delivery")
    assert found.beliefs.belief[1].believed_class is FactorClass.HYGIENE
    assert found.initiatives.initiative[0].hours == 300
    assert [path.name for path in found.files] == [
        "factors.toml",
        "beliefs.toml",
        "initiatives.toml",
    ]


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"factors": "perod = 'year'"}, "factors.toml: perod: is unknown here. Did you mean"),
        ({"factors": "period = 'week'"}, "factors.toml: period: 'week' is invalid"),
        ({"factors": "low_to = 0.95"}, "low_to (0.95) must lie below high_from (0.9)"),
        ({"factors": "[factor.overall]"}, "cannot be a factor as well"),
        ({"factors": "[factor.a]\nanswer = 'money'"}, "factors.toml: factor.a.answer: 'money'"),
        (
            {"factors": FACTORS, "beliefs": BELIEFS.replace('"price"', '"prize"')},
            "belief.0.factor: 'prize' is not a declared factor. Did you mean 'price'?",
        ),
        ({"beliefs": BELIEFS.replace('"price"', '"delivery"')}, "delivery is ranked twice"),
        (
            {"beliefs": BELIEFS.replace("performance", "not enough data")},
            "a belief is one of destroyer, hygiene",
        ),
        ({"beliefs": "author = 'me'\nsealed_on = 2019-01-01\nbelief = []"}, "beliefs.toml"),
        (
            {"factors": FACTORS, "initiatives": INITIATIVES.replace('"delivery"', '"delivary"')},
            "initiative.0.factor: 'delivary' is not a declared factor. Did you mean",
        ),
        (
            {"initiatives": INITIATIVES.replace("2019-04-01", "2019-01-01")},
            "done_on lies before begins_on",
        ),
        ({"initiatives": INITIATIVES * 2}, "two initiatives are named second carrier"),
    ],
)
def test_what_is_wrong_is_said_by_file_and_key(written, files, said):
    with pytest.raises(ProjectError) as raised:
        read_factor_files(written(**files))
    assert said in str(raised.value)


def test_any_change_of_a_belief_changes_its_seal_and_nothing_else_does(written):
    def seal(text):
        return read_factor_files(written(beliefs=text)).beliefs.seal

    same = seal(BELIEFS)
    assert seal("# a remark\n" + BELIEFS) == same
    for old, new in (
        ("performance", "hygiene"),
        ("head of service", "head of sales"),
        ("2019-01-15", "2019-01-16"),
    ):
        assert seal(BELIEFS.replace(old, new)) != same
