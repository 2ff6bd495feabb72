from importlib import import_module
from pathlib import Path

import pytest

import outsidein
from outsidein.errors import Undeclared
from outsidein.figures.figure import Figure, Unit
from outsidein.figures.spec import FigureSpec, Measure
from outsidein.present.figure_view import Bars, CrossTable
from outsidein.report.evidence import gather
from outsidein.report.exhibits import Exhibit, SectionSpec
from outsidein.report.section_order import SECTIONS
from outsidein.report.sections.methods import PLACED
from outsidein.value.figures import LIFETIME_VALUE, TIERS
from tests.report.figures_of_a_shop import shop

NOT_OF_A_BUILD = {"alert_trial"}
"""Shown on the command line, where rules are tried."""

EXHIBITS = [exhibit for section in SECTIONS for exhibit in section.exhibits]


def declared():
    """Every spec that a noun declares, by name."""
    names = sorted(path.parent.name for path in Path(outsidein.__path__[0]).glob("*/figures.py"))
    modules = [import_module(f"outsidein.{name}.figures") for name in names]
    specs = [spec for m in modules for spec in vars(m).values() if isinstance(spec, FigureSpec)]
    return {spec.name: spec for spec in specs}


def test_every_declared_figure_has_a_place_in_the_report():
    assert len(declared()) >= 10
    assert declared().keys() - PLACED - NOT_OF_A_BUILD == set()


def test_no_anchor_of_a_section_is_that_of_a_figure():
    assert {section.name for section in SECTIONS} & declared().keys() == set()


def test_no_figure_has_two_places():
    names = [exhibit.name for exhibit in EXHIBITS]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("exhibit", EXHIBITS, ids=lambda exhibit: exhibit.name)
def test_charts_and_tables_name_only_declared_measures(exhibit):
    for kind in (exhibit.chart, exhibit.tables):
        if isinstance(kind, Bars | CrossTable) and isinstance(exhibit.spec, FigureSpec):
            for measure in kind.measures:
                assert exhibit.spec.measure(measure.name).unit is measure.unit


def test_asking_for_what_is_not_declared_raises_even_where_the_figure_was_not_built():
    evidence = gather(shop(figures={}))
    assert evidence.select(TIERS, *TIERS.measures) == []
    with pytest.raises(Undeclared, match="No measure of tiers 'expected value'"):
        evidence.numbers(TIERS, Measure("expected value", Unit.MONEY))
    with pytest.raises(Undeclared, match="No group of lifetime_value 'segment'"):
        evidence.one(LIFETIME_VALUE, LIFETIME_VALUE.measures[0], segment="all")


SPEC = FigureSpec("weather", "The weather", ("day",), (Measure("rain", Unit.NUMBER),), "Seen.")


def show(figure, **special):
    section = SectionSpec(
        name="sky",
        heading="Sky",
        intro="Above.",
        exhibits=(Exhibit(spec=SPEC, about="how wet it was", **special),),
    )
    evidence = gather(shop(figures={figure.name: figure} if figure else {}))
    return section.show(evidence), section.is_shown(evidence)


def test_a_figure_without_special_treatment_is_shown_with_title_chart_and_table():
    rain = (SPEC.measures[0].counted(day, n=40, group={"day": day}) for day in (1, 2))
    section, is_shown = show(SPEC.figure(rain))
    [block] = section.blocks
    assert (block.name, block.finding, is_shown) == ("weather", "The weather", True)
    assert block.drawing is not None
    assert block.reading == "Counted, not estimated."
    assert [table.caption for table in block.tables] == ["The weather"]


def test_a_figure_that_was_not_built_is_said_to_be_missing():
    section, is_shown = show(None)
    assert section.blocks == ()
    assert section.missing == ("How wet it was is not shown: this build has no figure “weather”.",)
    assert not is_shown


def test_an_empty_figure_is_shown_only_where_its_emptiness_says_something():
    empty = SPEC.figure(())
    assert show(empty)[0].blocks == ()
    assert show(empty)[0].missing == ()
    [block] = show(empty, if_empty="It never rained")[0].blocks
    assert (block.finding, block.tables) == ("It never rained", ())


def test_a_figure_that_only_says_why_shows_its_reasons_and_no_chart():
    figure = Figure(
        SPEC.name, SPEC.title, SPEC.method, SPEC.groups, (SPEC.measures[0].unanswered("no gauge"),)
    )
    [block] = show(figure)[0].blocks
    assert block.drawing is None
    assert block.tables[0].rows[0][-1].text == "no gauge"
