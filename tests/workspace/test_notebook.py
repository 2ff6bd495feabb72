"""What a notebook shows of a project: its line, and its figures as charts and tables."""

import sys
from xml.etree import ElementTree as ET

import pytest

import outsidein
from outsidein.errors import InputError, UnknownName
from tests.projects import write_shop


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    project = outsidein.open(write_shop(tmp_path_factory.mktemp("shop") / "shop", people=40))
    project.build()
    return project


def test_a_project_says_where_it_is_and_which_build_is_current(shop):
    day = shop.snapshot().finished_at.date()
    line = repr(shop)
    assert line.startswith(f"<Project 'Shop' in {shop.folder}: build 1 of {day.year}-")


def test_a_project_without_a_build_says_so(tmp_path):
    project = outsidein.open(write_shop(tmp_path / "shop"))
    assert repr(project).endswith("nothing built yet>")


def test_a_figure_gives_the_estimates_that_the_snapshot_holds(shop):
    figure = shop.figure("ladder_steps")
    assert figure.estimates == shop.figures()["ladder_steps"].estimates
    assert figure.table.num_rows == len(figure.estimates) > 0
    assert figure.to_pandas()["measure"].tolist() == figure.table["measure"].to_pylist()


def test_an_unknown_figure_is_answered_with_the_nearest(shop):
    with pytest.raises(UnknownName, match="Did you mean 'ladder_steps'"):
        shop.figure("lader_steps")


@pytest.mark.parametrize("package", ["pandas", "polars"])
def test_a_data_frame_needs_a_package_that_may_be_missing(shop, monkeypatch, package):
    monkeypatch.setitem(sys.modules, package, None)  # how Python marks what cannot be imported
    figure = shop.figure("ladder_steps")
    with pytest.raises(InputError, match=f"^{package} is not installed: pip install {package}$"):
        getattr(figure, f"to_{package}")()


def test_every_figure_is_well_formed_html_with_all_its_estimates(shop):
    for name in shop.figures():
        figure = shop.figure(name)
        page = ET.fromstring(figure._repr_html_())  # noqa: S314  our own page
        assert page.find("h3").text.startswith(figure.title)  # a margin may be added
        assert len(page.findall(".//tbody/tr")) == len(figure.estimates)


def test_a_figure_with_groups_is_drawn(shop):
    html = shop.figure("ladder_steps")._repr_html_()
    assert html.count("<svg") == 1
    assert "<script" not in html
