"""Drivers: factors side by side, beliefs that are sealed and initiatives that are added."""

import shutil

import pytest

from outsidein.access.rights import Role
from outsidein.factors.figures import FACTOR_MAP, FACTOR_VERDICTS, INITIATIVES
from outsidein.factors.reading import read_factor_files
from outsidein.figures.figure import Estimate, Unit
from outsidein.present.figure_set import FigureSet
from outsidein.present.wording import Wording
from outsidein.segments.declaration import EVERYBODY
from outsidein.workspace.drivers import drivers, quotes_of, tables_of
from tests.web.site import form_token, sign_in, site_of, with_people

BELIEFS, INITIATIVE_PAGE = "/p/shop/drivers/beliefs", "/p/shop/drivers/initiatives"
FACTORS = "[factor.delivery]\n[factor.price]\n[factor.staff]\n"


def of(factor, measure, value, **group):
    """An estimate of a factor over all customers."""
    return Estimate(
        measure,
        Unit.SHARE,
        400,
        value,
        value - 0.1,
        value + 0.1,
        None,
        {"segment": EVERYBODY, "factor": factor} | group,
    )


@pytest.fixture
def figures():
    """Two factors: one that fails, and one whose class is not clear."""
    segment = {"class": "hygiene"}
    verdicts = (
        of("price", "verdict", 0.4, **{"class": "not clear yet"}),
        of("delivery", "verdict", 0.9, **segment),
        of("delivery", "penalty", -0.3, **segment),
        of("delivery", "reward", 0.05, **segment),
    )
    places = (
        of("delivery", "importance", 0.5, quarter="concentrate here"),
        of("delivery", "importance x room x reach", 0.2, quarter="concentrate here"),
        of("price", "importance x room x reach", 0.1, quarter="not clear"),
    )
    group = {"initiative": "proposed", "factor": "delivery", "work": "w", "answer": "a"}
    value = Estimate(
        "expected value of those with a low answer",
        Unit.MONEY,
        40,
        200_000.0,
        why="a sum",
        group=group | {"owner": "nobody yet"},
    )
    built = {
        "factor_verdicts": FACTOR_VERDICTS.figure(
            verdicts, low_to=0.25, high_from=0.9, rule="", clear=0.5, fewest_answers=10, basis=""
        ),
        "factor_map": FACTOR_MAP.figure(places),
        "initiatives": INITIATIVES.figure((value,)),
    }
    return FigureSet(figures=built, words=Wording("EUR"))


def test_factors_come_by_importance_room_and_reach_and_doubt_is_marked(figures):
    first, second = drivers(figures)
    assert (first.factor, first.kind, first.is_sure) == ("delivery", "hygiene", True)
    assert (second.factor, second.is_sure) == ("price", False)
    assert (first.if_low.value, first.if_high.value) == (-0.3, 0.05)
    assert first.quarter == "concentrate here"
    assert first.value_each.value == 5_000
    assert second.importance is None


def test_everything_about_a_factor_stands_in_tables_of_its_figures(figures):
    assert [len(table.rows) for table in tables_of(figures, "delivery")] == [3, 2, 1]
    assert tables_of(figures, "nothing") == []


def test_quotes_are_those_of_the_factor_blame_first():
    rows = [
        {"factor": "price", "language": "en", "is_praise": False, "place": 1},
        {"factor": "delivery", "language": "en", "is_praise": True, "place": 1},
        {"factor": "delivery", "language": "en", "is_praise": False, "place": 2},
        {"factor": "delivery", "language": "en", "is_praise": False, "place": 1},
    ]
    assert quotes_of(rows, "delivery") == [rows[3], rows[2], rows[1]]


@pytest.fixture(scope="module")
def shop(built_shop, tmp_path_factory):
    folder = shutil.copytree(built_shop, tmp_path_factory.mktemp("drivers") / "shop")
    (folder / "factors.toml").write_text(FACTORS)
    return with_people(folder)


@pytest.fixture(scope="module")
def web(shop):
    with site_of(shop) as browser:
        yield browser


def sent(web, shop, address, file, **fields):
    """Send a form as the manager, on the page as it is now."""
    sign_in(web, Role.MANAGER)
    form = {"form_token": form_token(web), "was": shop.files.read(file).sha256}
    return web.post(address, data=form | {"reason": "<b>Asked</b> on Monday."} | fields)


def seal(web, shop, ranks, **more):
    """Seal beliefs about delivery, price and staff."""
    rows = {"factor": ["delivery", "price", "staff"], "kind": ["hygiene", "enhancer", "destroyer"]}
    return sent(web, shop, BELIEFS, "beliefs.toml", **rows, rank=ranks, **more)


def test_beliefs_are_sealed_in_the_order_of_their_ranks_with_author_day_and_reason(web, shop):
    assert seal(web, shop, ["2", "", "1"]).status_code == 303
    beliefs = read_factor_files(shop.folder).beliefs
    assert beliefs.ranking == ("staff", "delivery")
    assert (beliefs.author, beliefs.sealed_on.isoformat()) == ("Manager", "2020-01-02")
    page = web.get(BELIEFS).text
    assert beliefs.seal[:12] in page
    assert "&lt;b&gt;Asked&lt;/b&gt; on Monday." in page
    assert seal(web, shop, ["", "1", ""]).status_code == 303
    assert read_factor_files(shop.folder).beliefs.ranking == ("price",)
    assert len(shop.files.history(path="beliefs.toml")) == 2


@pytest.mark.parametrize(
    ("ranks", "more", "problem"),
    [
        (["", "", ""], {}, "Rank at least one factor"),
        (["1", "1", ""], {}, "Two factors have the same rank"),
        (["x", "", ""], {}, "is no rank"),
        (["1", "", ""], {"reason": " "}, "Say why"),
    ],
)
def test_beliefs_that_cannot_be_are_refused_and_nothing_is_written(web, shop, ranks, more, problem):
    before = shop.files.read("beliefs.toml").text
    assert problem in seal(web, shop, ranks, **more).text
    assert shop.files.read("beliefs.toml").text == before


def add(web, shop, **more):
    """Add an initiative."""
    fields = {
        "name": "Ship <sooner>",
        "factor": "delivery",
        "work": "restore",
        "answer": "product",
        "owner": "head of shipping",
        "cost": "1250.50",
        "hours": "",
        "improves": "8",
        "begins_on": "2020-02-01",
        "done_on": "",
    }
    return sent(web, shop, INITIATIVE_PAGE, "initiatives.toml", **fields | more)


def test_an_initiative_is_added_in_the_units_of_the_file_and_shown(web, shop):
    assert add(web, shop).status_code == 303
    [initiative] = read_factor_files(shop.folder).initiatives.initiative
    assert (initiative.cost, initiative.improves, initiative.hours) == (125_050, 0.08, None)
    page = web.get(INITIATIVE_PAGE).text
    assert "Ship &lt;sooner&gt;" in page
    assert "<sooner>" not in page
    again = add(web, shop)
    assert "two initiatives are named" in again.text
    assert add(web, shop, name="Pack better").status_code == 303
    assert len(read_factor_files(shop.folder).initiatives.initiative) == 2


@pytest.mark.parametrize("wrong", [{"factor": "weather"}, {"work": "wait"}, {"reason": ""}])
def test_an_initiative_that_cannot_be_is_refused_and_what_was_typed_is_kept(web, shop, wrong):
    before = shop.files.read("initiatives.toml").text
    answer = add(web, shop, name="Another", **wrong)
    assert 'role="alert"' in answer.text
    assert 'value="Another"' in answer.text
    assert shop.files.read("initiatives.toml").text == before


def test_who_decides_nothing_sees_no_forms(web):
    sign_in(web, Role.VIEWER)
    for address in (BELIEFS, INITIATIVE_PAGE):
        assert 'name="reason"' not in web.get(address).text
    assert web.get("/p/shop/drivers/factor/nothing").status_code == 404
