import re
from datetime import date

import numpy as np
import pytest

from outsidein.factors.beliefs import belief_seals
from outsidein.factors.declaration import Beliefs, FactorSettings, Initiative
from outsidein.factors.factor_figures import FactorDeclarations, factor_figures
from outsidein.factors.figures import (
    RATIO_OF_RETURNING,
    RETURNED_AFTER_LOW,
    RETURNED_OTHERWISE,
    RETURNING,
    REWARD,
)
from outsidein.factors.responses import factor_responses
from outsidein.figures.figure import Estimate, Figure, Unit
from outsidein.report.contents import ReportContents
from outsidein.report.evidence import gather
from outsidein.report.sections.factors import FACTORS, _why_not_drawn
from tests.factors.conftest import canon  # noqa: F401  a fixture
from tests.factors.world import rated

EFFECTS = {"delivery": (-1.0, 0.0), "food": (-0.05, 0.8), "colour": (0.0, 0.0)}
NO_ORDERS = RETURNING.figure(
    (RATIO_OF_RETURNING.unanswered("no orders"),), days=365, within=90, low_to=0.25
)


def section_of(figures):
    return FACTORS.show(evidence_of([*figures, NO_ORDERS] if figures else []))


def evidence_of(figures):
    contents = ReportContents(
        project="Shop",
        currency="EUR",
        as_of=date(2020, 1, 1),
        build=1,
        figures={figure.name: figure for figure in figures},
    )
    return gather(contents)


@pytest.fixture
def made(canon):  # noqa: F811
    rng = np.random.default_rng(80)
    rows = []
    for year in range(2014, 2020):
        later = year - 2014
        effects = EFFECTS | {"wifi": (-0.1 - 0.15 * later, 0.9 - 0.15 * later)}
        rows += rated(rng, 900, effects, year=year, first=900 * later)
    beliefs = Beliefs(
        author="head of sales",
        sealed_on="2019-12-01",
        belief=[
            {"factor": "food", "class": "enhancer"},
            {"factor": "delivery", "class": "enhancer"},
        ],
    )
    work = Initiative(
        name="second carrier",
        factor="delivery",
        work="remove",
        answer="channel",
        owner="head of delivery",
        improves=0.1,
    )
    signals = canon("signals", rows)
    tables = {name: canon(name) for name in ("context", "ladder_links", "invitations")}
    settings = FactorSettings()
    own, theirs = (
        factor_responses(signals, tables["invitations"], subject=subject)
        for subject in ("own", "competitor")
    )
    seals = belief_seals(beliefs, None, build=1, was_measured=False)
    return factor_figures(
        own,
        theirs,
        {"signals": signals, **tables},
        None,
        declared=FactorDeclarations(settings, beliefs, (work,), seals),
        rng=np.random.default_rng(1),
    )


def block(section, name):
    [found] = [block for block in section.blocks if block.name == name]
    return found


def words(drawing):
    return " ".join(re.findall(r">([^<]+)<", str(drawing.wide)))


def test_the_verdict_stands_first_and_the_methods_last(made):
    section = section_of(made)
    names = [block.name for block in section.blocks]
    assert (names[0], names[-1]) == ("factor_verdicts", "factor_methods")
    assert section.missing == ()
    first = block(section, "factor_verdicts")
    assert first.finding.replace("\N{NO-BREAK SPACE}", " ") == (
        "Wifi comes first by importance, room and reach: "
        "low scores cost satisfaction as high ones earn it"
    )
    assert "Food: enhancer" in words(first.drawing)


def test_a_factor_on_its_way_to_hygiene_is_drawn_over_the_periods(made):
    moving = block(section_of(made), "factor_drift-wifi")
    assert moving.finding == ("Wifi: doing it well earns less and failing costs more than before")
    assert "2014" in words(moving.drawing)


def test_beliefs_stand_beside_what_was_measured_with_their_seal(made):
    found = block(section_of(made), "factor_beliefs")
    assert found.finding.replace("\N{NO-BREAK SPACE}", " ") == (
        "1 of 2 beliefs is contradicted by what customers say (right with a probability under 5 %)"
    )
    assert found.notes[1].replace("\N{NO-BREAK SPACE}", " ") == (
        "The belief that delivery is an enhancer is contradicted: under 1 % of the samples of your "
        "customers agree with it."
    )
    assert found.notes[0].startswith("Sealed by head of sales on 2019-12-01, seal ")
    heads = [row[0].text for row in found.tables[0].rows]
    assert heads == [
        "Food: believed enhancer, measured enhancer",
        "Delivery: believed enhancer, measured destroyer",
    ]


def test_an_initiative_tells_what_it_promises_and_what_it_did(made):
    found = block(section_of(made), "initiatives")
    [note] = found.notes
    who = "Second carrier (remove this turn-off, by head of delivery)"
    assert note.startswith(f"{who}: overall satisfaction, expected")
    assert (
        "low answers, after against before (no experiment: other causes are not ruled out)" in note
    )
    assert "points of the scale from 1 to 5" in note


def test_an_effect_of_the_wrong_sign_is_named_and_not_drawn():
    group = {"segment": "all customers", "factor": "booking", "class": "indifferent"}
    why = "wrong sign: high answers go with less satisfaction"
    estimates = (
        Estimate("verdict", Unit.SHARE, 500, 0.8, why="no interval", group=group),
        Estimate("penalty", Unit.SHARE, 200, -0.02, -0.04, -0.01, group=group),
        Estimate("reward", Unit.SHARE, 300, -0.05, -0.08, -0.02, why=why, group=group),
    )
    figure = Figure("factor_verdicts", "T", "M", ("segment", "factor", "class"), estimates)
    drawn = words(block(section_of([figure]), "factor_verdicts").drawing)
    assert why in drawn
    assert "5.0" not in drawn


def test_figures_without_numbers_say_why_and_missing_ones_that_they_are(canon):  # noqa: F811
    settings = FactorSettings()
    tables = {n: canon(n) for n in ("context", "ladder_links", "invitations", "signals")}
    nothing = factor_responses(tables["signals"], tables["invitations"])
    figures = factor_figures(
        nothing,
        nothing,
        tables,
        None,
        declared=FactorDeclarations(
            settings, None, (), belief_seals(None, None, build=1, was_measured=False)
        ),
        rng=np.random.default_rng(1),
    )
    section = section_of(figures)
    assert section.missing == ()
    assert all(block.drawing is None for block in section.blocks)
    assert len(section_of([]).missing) == len(figures) + 1


def test_who_orders_again_after_a_bad_first_experience_is_said_as_two_shares():
    group = {"factor": "delivery"}
    estimates = (
        RETURNED_AFTER_LOW.estimate(955, 0.008, 0.004, 0.016, group=group),
        RETURNED_OTHERWISE.estimate(10_393, 0.021, 0.018, 0.024, group=group),
        RATIO_OF_RETURNING.estimate(955, 0.4, 0.2, 0.8, group=group),
    )
    figure = RETURNING.figure(estimates, days=365, within=90, low_to=0.25)
    found = block(FACTORS.show(evidence_of([figure])), "returning")
    assert found.finding.replace("\N{NO-BREAK SPACE}", " ") == (
        "After a bad first score of delivery 0.8 % of customers watched for a year order again, "
        "2.1 % otherwise"
    )


def test_an_effect_that_may_be_none_is_named_and_is_no_bar():
    effects = ((0.4, -0.6, 1.4), (0.4, 0.2, 0.6), (0.4, None, None))
    drawn = [_why_not_drawn(REWARD.estimate(93, *effect)) for effect in effects]
    assert drawn == ["may be none", "", ""]
