"""What the factors of two examples are known for."""

from datetime import date

import ibis
import numpy as np
import pytest

from outsidein.extremes.incidents import scored_incidents
from outsidein.factors.beliefs import belief_seals
from outsidein.factors.factor_figures import FactorDeclarations, factor_figures
from outsidein.factors.figures import CHANGE_IN_LOW_ANSWERS, TURNING_TO_HYGIENE
from outsidein.factors.reading import read_factor_files
from outsidein.factors.responses import factor_responses
from outsidein.factors.returning import returning_figure
from outsidein.lake.sql import literal


def figures_of(example):
    """Every figure about factors, each record a customer."""
    backend = ibis.duckdb.from_connection(example.connection)  # sets the zone to UTC
    backend.con.execute(f"SET TimeZone = {literal(example.settings()['timezone'])}")
    names = ("signals", "invitations", "ladder_links", "context")
    tables = {name: backend.table(name) for name in names}
    signals = tables["signals"]
    who = signals.record_id.hexdigest("md5")
    tables["signals"] = signals.mutate(customer_id=who)
    files = read_factor_files(example.root)
    own, theirs = (
        factor_responses(tables["signals"], tables["invitations"], subject=subject)
        for subject in ("own", "competitor")
    )
    declared = FactorDeclarations(
        files.settings,
        files.beliefs,
        files.initiatives.initiative,
        belief_seals(files.beliefs, None, build=1, was_measured=False),
    )
    rng = np.random.default_rng(1)
    made = factor_figures(own, theirs, tables, None, declared=declared, rng=rng)
    return {figure.name: figure for figure in made}


@pytest.fixture(scope="module")
def airport(built):
    return figures_of(built("airport"))


@pytest.fixture(scope="module")
def olist(built):
    return figures_of(built("olist"))


def values(figure, measure):
    return {e.group["factor"]: e for e in figure.estimates if e.measure == measure}


def test_a_disaster_at_the_airport_is_the_lowest_rating_of_the_airport_as_a_whole(built):
    example = built("airport")
    backend = ibis.duckdb.from_connection(example.connection)
    names = ("signals", "invitations", "encounters")
    signals, invitations, encounters = (backend.table(name) for name in names)
    signals = signals.mutate(
        customer_id=signals.record_id, signalled_on=signals.signalled_at.date()
    )
    decisive = read_factor_files(example.root).settings.decisive
    incidents = scored_incidents(signals, invitations, encounters, decisive=decisive)
    [(lowest, rated)] = example.raw_rows(
        "select count(*) filter (n = 1), count(*) filter (n between 1 and 5) "
        "from (select try_cast(Q7ALL as int) as n from sfo_2016)"
    )
    recent = incidents.filter(incidents.signalled_on >= date(2016, 2, 16)).cache()
    assert (recent.is_disaster.sum().execute(), recent.count().execute()) == (lowest, rated)
    assert lowest / rated < 0.01


def test_a_late_parcel_repels_customers_of_the_marketplace(olist):
    [verdict] = values(olist["factor_verdicts"], "verdict").values()
    assert (verdict.group["factor"], verdict.group["class"]) == ("delivery", "destroyer")
    assert verdict.value > 0.95
    [penalty] = values(olist["factor_verdicts"], "penalty").values()
    assert penalty.high < -0.4


def test_most_is_gained_over_all_customers_of_the_marketplace_by_delivery(olist):
    """A low answer costs half the scale and reaches 7 % of customers."""
    gain = values(olist["initiatives"], "to be gained")["delivery"]
    low_answers = values(olist["factor_map"], "low answers")["delivery"]
    penalty = values(olist["factor_verdicts"], "penalty")["delivery"]
    assert gain.value == pytest.approx(-penalty.value * low_answers.value, rel=0.03)
    assert 0.025 < gain.low < gain.high < 0.04


def test_early_parcels_please_less_each_quarter_while_late_ones_cost_more(olist):
    turning = values(olist["factor_drift"], TURNING_TO_HYGIENE.name)["delivery"]
    assert turning.value > 0.95


def test_passengers_follow_signs_first(airport):
    importance = values(airport["factor_methods"], "LMG")
    assert max(importance, key=lambda factor: importance[factor].value) == "signs"
    assert len(importance) == 17


def test_the_first_driver_at_the_airport_is_signs(airport):
    priority = values(airport["factor_map"], "importance x room x reach")
    ranking = sorted(priority, key=lambda factor: -priority[factor].value)
    assert ranking[0] == "signs"
    assert ranking.index("art") >= 4


def test_classes_that_are_not_clear_are_not_named(airport):
    verdicts = values(airport["factor_verdicts"], "verdict")
    assert verdicts["shuttle"].group["class"] == "not clear yet"
    assert verdicts["info_departures"].group["class"] == "not clear yet"
    assert all(e.value is None or e.value >= 0.8 for e in verdicts.values())


def test_the_sum_of_all_shares_is_what_the_factors_explain(airport):
    shares = [e.value for e in values(airport["factor_methods"], "LMG").values()]
    [explained] = [e for e in airport["factor_methods"].estimates if e.measure == "R²"]
    assert sum(shares) == pytest.approx(explained.value)
    assert 0.4 < explained.value < 0.7


def test_a_shuttle_praised_by_the_less_content_is_flagged(airport):
    reward = values(airport["factor_verdicts"], "reward")["shuttle"]
    assert reward.why == "wrong sign: high answers go with less satisfaction"


def test_trajectories_hold_seven_years_and_wireless_four(airport):
    drift = airport["factor_drift"]
    years = {
        factor: sorted(
            e.group["period"]
            for e in drift.estimates
            if e.measure == "reward" and e.group["factor"] == factor
        )
        for factor in ("food", "wifi")
    }
    assert years["food"] == [str(year) for year in range(2010, 2017)]
    assert years["wifi"] == ["2013", "2014", "2015", "2016"]


def test_faster_wireless_is_not_credited_with_a_fall_that_began_before_it(airport):
    actual = values(airport["initiatives"], CHANGE_IN_LOW_ANSWERS.name)["wifi"]
    assert actual.value is None
    assert "fell before the start already" in actual.why


def test_managers_are_told_where_they_are_wrong(airport):
    right = values(airport["factor_beliefs"], "probability that the belief is right")
    assert right["art"].value < 0.05


def persons(table, identifiers):
    """Rows with the person whom the shop's own identifier names."""
    who = identifiers.select("source", "record_id", customer_id="value").distinct()
    return table.inner_join(who, ["source", "record_id"])


def test_after_a_bad_first_delivery_fewer_customers_of_the_marketplace_return(built):
    example = built("olist")
    backend = ibis.duckdb.from_connection(example.connection)  # sets the zone to UTC
    backend.con.execute(f"SET TimeZone = {literal(example.settings()['timezone'])}")
    identifiers = backend.table("identifiers")
    signals = persons(backend.table("signals"), identifiers)
    orders = persons(backend.table("transactions"), identifiers)
    days = orders.select("customer_id", "ordered_on", is_order=True).distinct()
    figure = returning_figure(
        factor_responses(signals, backend.table("invitations")),
        days,
        settings=read_factor_files(example.root).settings,
        as_of=date(2018, 10, 23),
    )
    found = {e.measure: e for e in figure.estimates if e.group["factor"] == "delivery"}
    # Counted from raw orders: 8 of 955 after four or more days late, 220 of 10,393 otherwise.
    low, other = found["ordered again after a low score"], found["ordered again otherwise"]
    assert low.value == pytest.approx(8 / 955, abs=0.001)
    assert other.value == pytest.approx(220 / 10_393, abs=0.001)
    assert found["ratio of ordering again"].high < 1
