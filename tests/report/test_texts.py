from datetime import date

from outsidein.figures.figure import Estimate, Figure, Unit, unanswered
from outsidein.report.contents import ReportContents
from outsidein.report.evidence import gather
from outsidein.report.sections.texts import TEXTS


def share(measure, value, n=400, **group):
    return Estimate(measure, Unit.SHARE, n, value, value - 0.02, value + 0.02, group=group)


def figure(name, groups, *estimates):
    return Figure(name, f"Title of {name}", "A method.", groups, estimates)


def section(*figures, verbatims=()):
    by_name = {each.name: each for each in figures}
    contents = ReportContents(
        "shop", "EUR", date(2018, 1, 1), 1, figures=by_name, verbatims=verbatims
    )
    return TEXTS.show(gather(contents))


MENTIONS = figure(
    "factor_mentions",
    ("language", "factor"),
    share("as coded", 0.3, language="en", factor="delivery"),
    unanswered(
        "corrected", Unit.SHARE, "not known", group={"language": "en", "factor": "delivery"}
    ),
    share("blame", 0.7, 120, language="en", factor="delivery"),
    share("blame", 0.2, 200, language="en", factor="price"),
)


def test_without_figures_the_section_says_what_is_missing():
    empty = section()
    assert empty.blocks == ()
    assert len(empty.missing) == len(TEXTS.exhibits)


def test_no_factor_is_called_the_most_blamed_for_machines_that_err_read_the_texts():
    [block] = section(MENTIONS).blocks
    assert block.finding == "Title of factor_mentions"
    assert block.drawing is not None


def test_a_theme_counts_as_new_only_if_its_interval_does_not_hold_0():
    rose = share("change", 0.05, language="en", theme="app, crash")
    noise = share("change", 0.01, language="en", theme="size, colour")
    themes = section(figure("text_themes", ("language", "theme"), rose, noise))
    assert themes.blocks[0].finding == (
        "One theme rose lately of those who write, most of all “app, crash”"
    )
    themes = section(figure("text_themes", ("language", "theme"), noise))
    assert themes.blocks[0].finding == "No theme rose lately by more than chance allows"


def test_a_theme_that_rose_when_titles_began_to_be_recorded_makes_no_headline():
    rose = share("change", 0.05, language="en", theme="app, crash")
    reason = "something changed in how data are recorded on 2018-05-01"
    group = {"kind": "theme", "stream": "app, crash", "since": "2018-05-01", "direction": "up"}
    withheld = share("change", 0.05, **group, reason=reason)
    themes = section(
        figure("text_themes", ("language", "theme"), rose),
        figure("shifts_withheld", (*group, "reason"), withheld),
    )
    assert "rose" not in themes.blocks[0].finding
    assert reason in themes.blocks[0].notes[0]


def test_nothing_coded_by_hand_is_said():
    [block] = section(figure("coder_quality", ("sample", "coder", "code"))).blocks
    assert "is not known: no texts were coded by hand" in block.finding


def test_customers_words_stand_there_only_where_they_are_handed_over():
    assert not any(block.name == "verbatims" for block in section(MENTIONS).blocks)
    quote = {"factor": "delivery", "is_praise": False, "text": "it never came"}
    told = section(MENTIONS, verbatims=[quote]).blocks[-1]
    assert [cell.text for cell in told.tables[0].rows[0]] == ["Delivery", "blame", "it never came"]
