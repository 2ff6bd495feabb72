"""Whatever the data and the files of a project call things: a document shows it and obeys none."""

import re
from dataclasses import replace

import pytest

from outsidein.figures.figure import Estimate, Figure, Unit
from outsidein.objectives.declaration import Objective
from outsidein.present.figure_html import figure_html
from outsidein.present.visible_text import visible
from outsidein.report.documents import Document
from outsidein.report.evidence import gather
from outsidein.report.write import Material, render
from outsidein.segments.declaration import Segment
from outsidein.value.declaration import Tier
from tests.hostile import CORPUS
from tests.markup import Markup
from tests.report.figures_of_a_shop import FIGURES, shop

TEXTS = [text for text in CORPUS.values() if len(text) < 1_000]
OBEYED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufffe\uffff]")
ALL = " ".join(TEXTS)


def renamed(figure, key):
    """A figure of which every text stands where a word of the data stood."""
    first, *_ = figure.estimates
    more = tuple(replace(first, group=first.group | {key: text}) for text in TEXTS)
    return replace(figure, estimates=more + figure.estimates[1:])


@pytest.fixture(scope="module")
def material():
    figures = FIGURES | {
        "tiers": renamed(FIGURES["tiers"], "tier"),
        "strategy": renamed(FIGURES["strategy"], "segment"),
        "survival": renamed(FIGURES["survival"], "group"),
    }
    aim = Objective(
        name="loyal", objective=ALL, business_case=ALL, stakeholders=(ALL,), metric=ALL,
        baseline=0.4, target=0.44, cost=60_000,
    )  # fmt: skip
    contents = shop(
        figures=figures,
        project=ALL,
        objectives=(aim,),
        tiers=tuple(Tier.model_construct(name=text, top_share=0.01) for text in TEXTS),
        sources=[{"source": text, "rows": 1, "rejected": 2, "expired": 0} for text in TEXTS],
        columns=[{"source": text, "column": text, "state": "vetoed"} for text in TEXTS],
        reject_reasons=[{"origin": text, "reason": text, "rows": 2} for text in TEXTS],
        segments={text: Segment(rule="orders > 1", description=text) for text in TEXTS},
        verbatims=[{"factor": text, "is_praise": False, "text": text} for text in TEXTS],
    )
    return Material(gather(contents))


@pytest.mark.parametrize("document", Document)
def test_a_document_of_hostile_words_is_well_formed_and_has_no_markup_of_theirs(material, document):
    page = render(material, document)
    markup = Markup(page)
    assert markup.obeyed == set()
    assert not OBEYED.search(page)
    assert " ".join(visible(ALL).split()) in " ".join(markup.words.split())
    assert re.findall(r'href="([^"#a][^"]*)"', page) == ["data:,"]


@pytest.mark.parametrize("texts", [TEXTS, list(CORPUS.values())[-4:-1]], ids=["all", "long"])
def test_a_figure_in_a_notebook_is_drawn_whatever_its_groups_are_called(texts):
    groups = [Estimate("score", Unit.NUMBER, 100, 3.0, 2.9, 3.1, group={"unit": t}) for t in texts]
    shown = figure_html(Figure("scores", ALL, ALL, ("unit",), tuple(groups)), currency="EUR")
    markup = Markup(shown)
    assert "svg" in markup.tags
    assert markup.obeyed == set()
    assert not OBEYED.search(shown)
