"""Data or customers: what speaks for either behind a shift, and what a person puts on record."""

import shutil
from datetime import UTC, date, datetime

import pytest

from outsidein.access.rights import Role
from outsidein.edits.file_history import FileChange
from outsidein.figures.figure import Estimate, Unit
from outsidein.present.figure_set import FigureSet
from outsidein.present.wording import Wording
from outsidein.shifts.declaration import KnownChange
from outsidein.shifts.figures import RECORDING_CHANGES, SHIFTS, SHIFTS_WITHHELD
from outsidein.workspace.declaration import read_project_file
from outsidein.workspace.shift_causes import shift_causes
from tests.web.site import form_token, sign_in, site_of, with_people

CHANGES = "/p/shop/standards/changes"


def shift(kind, since, **more):
    """A lasting rise."""
    group = {"kind": kind, "stream": "late", "since": since, "direction": "up"}
    return Estimate("change", Unit.POINTS, 900, 0.1, 0.05, 0.15, group=group | more)


@pytest.fixture
def figures():
    """A shown shift, a withheld one, and a field whose recording changed beside the second."""
    on = {"on": "2019-06-01", "data": "signals", "what": "score filled"}
    recorded = (
        Estimate("before", Unit.SHARE, 100, 0.9, why="counted", group=on),
        Estimate("since", Unit.SHARE, 100, 0.2, why="counted", group=on),
    )
    shown = shift("encounters", "2019-01-01", earliest="2018-12-01", latest="2019-02-01")
    built = {
        "shifts": SHIFTS.figure((shown,), period="month", share=0.05, smallest=0.005),
        "shifts_withheld": SHIFTS_WITHHELD.figure((shift("themes", "2019-07-01", reason="why"),)),
        "recording_changes": RECORDING_CHANGES.figure(
            recorded, share_matters=0.05, p_value="", length=2, volume=2
        ),
    }
    return FigureSet(figures=built, words=Wording("EUR"))


def test_each_change_has_what_speaks_for_the_data(figures):
    later, earlier = shift_causes(figures, (), ())
    assert (later.kind, later.withheld) == ("themes", "why")
    [sentence] = later.for_data
    assert "signals, score filled: changed on 2019-06-01" in sentence
    assert "90" in sentence
    assert "20" in sentence
    assert (earlier.kind, earlier.withheld, earlier.for_data) == ("encounters", "", ())


def test_a_need_that_changed_at_the_time_speaks_for_the_data(figures):
    at = datetime(2019, 1, 20, tzinfo=UTC)
    edit = FileChange(1, at, "Ann", "data_needs.toml", "veto of city", "", "", None)
    later, earlier = shift_causes(figures, (), (edit,))
    assert earlier.for_data == ("data needs changed on 2019-01-20: veto of city",)
    assert len(later.for_data) == 1


def test_what_is_on_record_stands_by_the_shift_of_its_time_and_kind(figures):
    known = (
        KnownChange(on=date(2019, 1, 3), description="prices rose", cause="event"),
        KnownChange(on=date(2019, 1, 4), description="new form", kinds=("themes",)),
    )
    later, earlier = shift_causes(figures, known, ())
    assert [change.description for change in earlier.decided] == ["prices rose"]
    assert later.decided == ()


@pytest.fixture(scope="module")
def shop(built_shop, tmp_path_factory):
    return with_people(shutil.copytree(built_shop, tmp_path_factory.mktemp("shifts") / "shop"))


@pytest.fixture(scope="module")
def web(shop):
    with site_of(shop) as browser:
        yield browser


def record(web, shop, **more):
    """Put a change on record as the manager."""
    sign_in(web, Role.MANAGER)
    form = {
        "form_token": form_token(web),
        "was": shop.files.read("outsidein.toml").sha256,
        "on": "2019-05-01",
        "cause": "customers",
        "description": "Prices <b>rose</b>",
        "reason": "price list of May",
    }
    return web.post(CHANGES, data=form | more)


def test_a_change_on_record_is_a_known_change_of_the_file(web, shop):
    assert record(web, shop).status_code == 303
    again = record(web, shop, cause="data", description="New till", kind="encounters")
    assert again.status_code == 303
    first, second = read_project_file(shop.folder).shifts.known_change
    assert (first.on, first.cause, first.kinds) == (date(2019, 5, 1), "event", ())
    assert (second.cause, second.kinds) == ("recording", ("encounters",))
    page = web.get(CHANGES).text
    assert "Prices &lt;b&gt;rose&lt;/b&gt;" in page
    assert "<b>rose</b>" not in page
    assert shop.files.history(path="outsidein.toml")[0].reason.endswith("price list of May")


@pytest.mark.parametrize("wrong", [{"on": "soon"}, {"cause": "luck"}, {"reason": " "}])
def test_what_says_too_little_is_refused_and_nothing_is_written(web, shop, wrong):
    before = shop.files.read("outsidein.toml").text
    assert 'role="alert"' in record(web, shop, **wrong).text
    assert shop.files.read("outsidein.toml").text == before


def test_who_decides_nothing_sees_no_form(web):
    sign_in(web, Role.VIEWER)
    assert 'name="description"' not in web.get(CHANGES).text
