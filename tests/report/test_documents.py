import re
from dataclasses import replace

import pytest

from outsidein.figures.figure import protect
from outsidein.present.charts import canvas
from outsidein.present.charts.kept_drawings import KeptDrawings
from outsidein.report.documents import Document
from outsidein.report.evidence import gather
from outsidein.report.write import Material, render, write_report
from tests.report.conftest import words_of
from tests.report.figures_of_a_shop import SCRIPT, shop

REPORT, PACK, APPENDIX = Document


def row(text, **changes):
    facts = {"action": "Call them.", "audience": "gold", "owner": "Ada", "worth": 123_400.0}
    gate = {"is_shown": True, "withheld_because": None, "figures": "whale_curve, tiers"}
    return {"text": text} | facts | gate | changes


def page_of(document, **changes):
    return render(Material(gather(shop(**changes))), document)


@pytest.mark.parametrize("document", Document)
def test_statements_that_passed_the_gate_stand_on_page_one_with_what_to_do(document):
    rows = [row(f"Sentence {i}.") for i in range(9)]
    rows.insert(0, row("Nobody may read this.", is_shown=False, withheld_because="Too few."))
    page = page_of(document, statements=rows)
    head = words_of(page[: page.index("Sentence 6.") + 900])
    assert [f"Sentence {i}." in head for i in range(9)] == [True] * 7 + [False] * 2
    assert head.count("Do Call them. For gold At stake €1,234 Owner Ada") >= 6
    assert "whale_curve" in re.search(r'<li><a href="([^"]+)">Sentence 0', page)[1]
    assert "Nobody" not in head.partition("Sentence 0")[2]


@pytest.mark.parametrize("document", Document)
def test_a_note_that_asks_nobody_for_anything_is_not_said_in_short(document):
    rows = [
        row("Fewest climb from Purchase to Loyalty.", action="", audience=None),
        row("Decided for them by Ada: invest.", action=""),
    ]
    head = words_of(page_of(document, statements=rows))
    assert "Decided for them by Ada: invest." in head
    assert "Fewest climb" not in head


@pytest.mark.parametrize("document", [REPORT, APPENDIX])
def test_what_was_withheld_is_listed_with_the_reason(document):
    rows = [row("They left.", is_shown=False, withheld_because="Fewer than 30 answers.")]
    words = words_of(page_of(document, statements=rows))
    assert "1 statement withheld, and why" in words
    assert "They left. Withheld: Fewer than 30 answers." in words


@pytest.mark.parametrize("document", [REPORT, PACK])
def test_every_link_to_the_appendix_meets_its_place_there(documents, document):
    places = set(re.findall(r'\bid="([^"]+)"', documents[APPENDIX]))
    links = re.findall(r'href="appendix\.html#([^"]+)"', documents[document])
    assert len(links) >= 5
    assert set(links) <= places


@pytest.mark.parametrize("document", Document)
def test_no_document_loads_anything_or_has_an_id_twice(documents, document):
    page = documents[document]
    assert re.findall(r"https?:|src=|<script|@import|url\((?!#)|\son[a-z]+=", page) == []
    links = {link.partition("#")[0] for link in re.findall(r'href="([^"#][^"]*)"', page)}
    assert links <= {"data:,", "appendix.html"}
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    references = re.findall(r'(?:href="#|labelledby="|url\(#)([^")]+)', page)
    assert set(references) <= set(ids)
    assert SCRIPT in words_of(page)


def test_the_report_has_no_empty_section_and_says_once_what_it_would_take(documents):
    headings = re.findall(r'<h2 id="([^"]+)-head">', documents[REPORT])
    assert headings == ["aims", "ladder", "worth", "churn", "data"]
    words = words_of(documents[REPORT])
    assert words.count("is not shown") == 0
    assert words.count("Not in this report") == 1
    assert "Service standards (it takes standards.toml, and" in words


def test_without_any_figure_the_report_still_says_what_it_takes_to_have_one():
    words = words_of(page_of(REPORT, figures={}))
    assert "Nothing stands out that is sure enough to act on." in words
    assert "What they are worth (it takes a model of transactions with revenue" in words


def test_the_report_folds_numbers_and_leaves_long_tables_to_the_appendix(documents):
    folded = re.findall(r"<details>.*?</details>", documents[REPORT], re.DOTALL)
    assert folded
    assert all(fold.count("<tr>") <= 18 for fold in folded)
    assert "within 90 days" in words_of("".join(folded)).lower()


def test_the_board_pack_has_six_pages_in_the_order_of_a_board(documents):
    pages = re.findall(r'<section class="sheet" id="([^"]+)"', documents[PACK])
    assert pages == ["monday", "drivers", "value", "ladder", "standards", "actions"]
    words = words_of(documents[PACK])
    assert "More loyal customers" in words
    assert "No customer was asked" in words


def test_every_colour_of_a_chart_has_its_counterpart_in_the_dark(documents):
    drawings = "".join(re.findall(r"<svg.*?</svg>", documents[APPENDIX], re.DOTALL))
    colours = set(re.findall(r'(?:fill|stroke)="(#[0-9a-f]{6})"', drawings))
    assert {canvas.INK, canvas.NEUTRAL} <= colours
    assert colours <= canvas.IN_THE_DARK.keys()


def luminance(colour):
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(part * weight for part, weight in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))


@pytest.mark.parametrize("is_dark", [False, True])
def test_words_and_marks_stand_out_from_the_page_by_four_and_a_half_to_one(is_dark):
    def shown(colour):
        return canvas.IN_THE_DARK[colour] if is_dark else colour

    marks = (canvas.INK, canvas.MUTED, canvas.BETTER, canvas.WORSE, canvas.NEUTRAL)
    for colour in (*marks, *canvas.CATEGORIES):
        pair = sorted((luminance(shown(colour)), luminance(shown(canvas.PAPER))))
        assert (pair[1] + 0.05) / (pair[0] + 0.05) >= 4.5, colour


def test_the_appendix_lies_beside_every_document(tmp_path):
    for document in Document:
        path = write_report(shop(), tmp_path / document, document)
        assert path.name == f"{document}.html"
        assert (path.parent / "appendix.html").exists()


def test_drawings_that_were_kept_change_no_byte_of_a_document(documents, tmp_path):
    kept = KeptDrawings(tmp_path / "drawings")
    for name in ("first", "second"):
        path = write_report(shop(), tmp_path / name, APPENDIX, kept=kept)
        assert path.read_text("utf-8") == documents[APPENDIX]
    assert len(list(kept.folder.glob("*-wide.svg"))) >= 5


def test_a_figure_that_was_written_is_copied_unless_it_has_to_be_protected(tmp_path):
    contents = shop()
    (tmp_path / "built").mkdir()
    files = {}
    for name in contents.figures:
        files[name] = tmp_path / "built" / f"{name}.parquet"
        for path in (files[name], files[name].with_suffix(".csv")):
            path.write_text("as built")
    write_report(replace(contents, figure_files=files), tmp_path)
    copied = {path.stem for path in (tmp_path / "figures").glob("*.csv") if _is_copy(path)}
    protected = {name for name, figure in contents.figures.items() if protect(figure) != figure}
    assert protected
    assert copied == set(contents.figures) - protected


def _is_copy(path):
    return {path.read_bytes(), path.with_suffix(".parquet").read_bytes()} == {b"as built"}
