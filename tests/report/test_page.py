import re
from itertools import pairwise

from outsidein.figures.figure import Figure, Unit, read_figure, unanswered
from outsidein.report.documents import Document
from outsidein.report.evidence import gather
from outsidein.report.write import Material, render, write_report
from tests.report.conftest import words_of
from tests.report.figures_of_a_shop import FIGURES, SCRIPT, shop, strategy


def appendix(**changes):
    return render(Material(gather(shop(**changes))), Document.APPENDIX)


def test_every_number_in_a_table_stands_with_its_interval_and_n_or_a_reason(page):
    tables = re.findall(r"<caption>([^<]*)</caption>.*?<tbody>(.*?)</tbody>", page, re.DOTALL)
    long = [body for caption, body in tables if caption == "Who climbs, and how soon"]
    cells = [
        re.findall(r"<td[^>]*>(.*?)</td>", row.replace("\N{NO-BREAK SPACE}", " "), re.DOTALL)
        for row in re.findall(r"<tr>(.*?)</tr>", long[0], re.DOTALL)
    ]
    assert cells == [
        ["Loyalty", "Within 90 days", "85 %", "79 to 90 %", "154"],
        ["Loyalty", "Median days to climb", "8 days", "7 to 10 days", "154"],
    ]


def test_an_aggregate_over_fewer_than_ten_is_hidden_whoever_made_it(words, tmp_path):
    assert "fewer than 10 customers" in words
    assert "6,666" not in words
    write_report(shop(), tmp_path)
    hidden = read_figure(tmp_path / "figures" / "strategy.parquet").estimates[1]
    assert (hidden.value, hidden.n, hidden.why) == (None, None, "fewer than 10 customers")


def test_what_is_not_observed_or_not_answerable_is_said_in_words(words):
    assert "not observed" in words
    assert "not answerable: needs a survey" in words
    assert "1 of 2 questions answered, 1 of them in part." in words


def test_words_of_a_project_are_escaped(page, words):
    assert "<script" not in page
    assert words.count(SCRIPT) >= 8


def test_the_page_names_no_address_and_loads_nothing(page):
    assert re.findall(r"https?:|src=|<script|@import|url\((?!#)|\son[a-z]+=", page) == []
    assert re.findall(r'href="([^"#][^"]*)"', page) == ["data:,"]


def test_ids_are_unique_and_every_reference_meets_one(page):
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    references = re.findall(r'(?:href="#|labelledby="|url\(#)([^")]+)', page)
    assert set(references) <= set(ids)


def test_headings_go_down_one_step_at_a_time(page):
    levels = [int(level) for level in re.findall(r"<h([1-6])", page)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b <= a + 1 for a, b in pairwise(levels))


def test_every_chart_has_words_for_those_who_do_not_see_it_and_its_table(page):
    charts = re.findall(r"<svg[^>]*>", page)
    assert charts
    assert all('role="img"' in chart and "aria-labelledby=" in chart for chart in charts)
    assert page.count("<figure>") == len(charts) / 2 == page.count("<details>")


def test_the_same_contents_give_the_same_bytes():
    assert appendix() == appendix()


def test_figures_that_are_missing_are_said_to_be_missing():
    words = words_of(appendix(figures={}, objectives=(), sources=(), columns=()))
    assert (
        "Where customers stand today is not shown: this build has no figure “ladder_today”."
        in words
    )
    assert "Strategy sheets are not shown: this build has no figure “strategy”." in words
    assert "No objective is declared." in words
    assert "This build has no figures." in words


def test_figures_that_only_say_why_show_their_reason_and_no_chart():
    names = ["ladder_today", "ladder_history", "ladder_steps", "ladder_transitions"]
    names += ["ladder_hurdles", "tiers", "whale_curve", "profitability", "profit_distribution"]
    names += ["not_attributable", "lifetime_model_choice", "lifetime_value", "survival"]
    names += ["churn_reasons", "churn_hazard", "churn_money", "churn_sensitivity"]
    names += ["retention_cohorts", "repurchase", "prediction_quality", "prediction_calibration"]
    empty = {
        name: Figure(name, name, "", (), (unanswered("x", Unit.SHARE, f"too little for {name}"),))
        for name in names
    }
    page = appendix(figures=empty)
    assert "<svg" not in page
    assert [name for name in names if f"too little for {name}" not in page] == []


def test_a_figure_without_a_place_of_its_own_is_shown_at_the_end(words):
    further = Figure("weather", "The weather", "", (), strategy().estimates[:1])
    page = words_of(appendix(figures=FIGURES | {"weather": further}))
    assert "8 Further figures" in page
    assert "9 Methods" in page
    assert "8 Methods" in words


def test_tables_of_all_figures_lie_beside_the_page(tmp_path):
    page = write_report(shop(), tmp_path / "new")
    assert page == tmp_path / "new" / "report.html"
    written = sorted(path.name for path in (page.parent / "figures").iterdir())
    assert written == sorted(f"{name}.{kind}" for name in FIGURES for kind in ("csv", "parquet"))
