from datetime import UTC, date, datetime, timedelta

import ibis
import pyarrow as pa
import pytest

from outsidein.canonical.tables import canonical
from outsidein.extremes.encounters import UNSCORED, customer_extremes, extremes_figure
from outsidein.extremes.incidents import scored_incidents
from outsidein.stats.proportion import proportion

AS_OF = date(2020, 1, 1)


@pytest.fixture
def found(con):
    """Moments of (customer, days ago, stars of five, **more)."""

    def canon(name, rows):
        columns = canonical(name).all_columns | {"customer_id": "string"}
        made = pa.Table.from_pylist(rows, schema=ibis.schema(columns).to_pyarrow())
        return con.create_table(name, made, overwrite=True)

    def make(told, *, chances=None, decisive=("overall",)):
        signals, encounters, invitations = [], [], []
        for i, (customer, days, stars, more) in enumerate(told):
            on = AS_OF - timedelta(days=days)
            signals.append({
                "source": "shop", "signal_id": f"s{i}", "customer_id": customer, "kind": "direct",
                "signalled_at": datetime(on.year, on.month, on.day, tzinfo=UTC),
                "signalled_on": on, "item": "stars", "subject": "own", "score": stars,
                "scale_low": 1, "scale_high": 5, "encounter_id": f"e{i}",
                "invitation_id": f"i{i}", **more,
            })  # fmt: skip
            encounters.append({
                "source": "shop", "encounter_id": f"e{i}", "kind": "delivery",
                "touchpoint": "door", "channel": "parcel",
            })  # fmt: skip
            if chances:
                invitations.append({
                    "source": "shop", "invitation_id": f"i{i}",
                    "inclusion_probability": chances[i],
                })  # fmt: skip
        tables = {"signals": signals, "invitations": invitations, "encounters": encounters}
        canonical_tables = [canon(name, rows) for name, rows in tables.items()]
        return scored_incidents(*canonical_tables, decisive=decisive).cache()

    return make


def test_the_worst_and_the_best_of_the_last_90_days_are_kept_the_latest_of_equals(found):
    told = [
        ("a", 80, 1, {}),
        ("a", 10, 1, {}),
        ("a", 5, 4, {}),
        ("a", 91, 5, {}),
        ("b", 90, 3, {}),
        ("c", 95, 1, {}),
        ("d", 3, 1, {"subject": "competitor"}),
        ("d", 3, 5, {"instrument": "kano_functional"}),
    ]
    rows = customer_extremes(found(told), as_of=AS_OF).order_by("customer_id").to_pyarrow()
    kept = [
        (r["customer_id"], r["scored_signals"], r["worst_signal_id"], r["worst_score"],
         r["best_signal_id"], r["best_score"], r["is_disaster"], r["is_delight"])
        for r in rows.to_pylist()
    ]  # fmt: skip
    assert kept == [
        ("a", 3, "s1", 0.0, "s2", 0.75, True, False),
        ("b", 1, "s4", 0.5, "s4", 0.5, False, False),
    ]
    assert rows["worst_touchpoint"].to_pylist() == ["door", "door"]


def test_disasters_are_counted_by_customer_with_wilsons_interval(found):
    told = [(f"c{i % 40}", 5, 1 if i % 40 < 8 else 4, {}) for i in range(80)]
    told += [(f"old{i}", 300, 5, {}) for i in range(20)]
    figure = extremes_figure(found(told), as_of=AS_OF)
    shares = {(*e.group.values(), e.measure): e for e in figure.estimates}
    recent = shares["last 90 days", "all", "all", "disasters"]
    assert (recent.value, recent.low, recent.high, recent.n) == pytest.approx(proportion(8, 40))
    assert shares["last 90 days", "touchpoint", "door", "delights"].value == 0
    assert shares["all time", "encounter", "delivery", "delights"].value == 20 / 60


def test_over_sampled_disasters_count_by_the_chance_they_were_drawn_with(found):
    told = [(f"c{i}", 5, 1 if i < 20 else 5, {}) for i in range(40)]
    figure = extremes_figure(found(told, chances=[1.0] * 20 + [0.25] * 20), as_of=AS_OF)
    [share] = [
        e.value for e in figure.estimates
        if e.measure == "disasters" and list(e.group.values()) == ["last 90 days", "all", "all"]
    ]  # fmt: skip
    assert share == pytest.approx(20 / (20 + 80))


def test_without_a_scored_signal_the_figure_says_so(found):
    figure = extremes_figure(found([]), as_of=AS_OF)
    assert [e.why for e in figure.estimates] == [UNSCORED]


ART, WHOLE = {"item": "art", "factor": "art"}, {"item": "overall", "factor": "overall"}
LATE = {"item": "days_late", "factor": "delivery", "kind": "inferred"}


def test_the_lowest_score_of_one_part_of_many_is_no_disaster(found):
    rated = [(f"c{i}", 5, stars, more) for i in range(12) for stars, more in ((1, ART), (4, WHOLE))]
    shares = shares_of(extremes_figure(found(rated), as_of=AS_OF))
    assert shares["all", "all", "disasters"] == 0
    decided = found(rated, decisive=("overall", "art"))
    shares = shares_of(extremes_figure(decided, as_of=AS_OF))
    assert shares["all", "all", "disasters"] == 1
    assert (shares["item", "art", "disasters"], shares["item", "overall", "disasters"]) == (1, 0)


def test_without_an_overall_score_nothing_is_a_disaster_by_an_undeclared_part(found):
    figure = extremes_figure(found([("a", 5, 1, ART)] * 12), as_of=AS_OF)
    assert [e.why for e in figure.estimates] == [UNSCORED]


def test_what_behaviour_shows_of_one_part_counts_beside_the_overall_score(found):
    shown = [(f"c{i}", 5, 1, LATE if i < 3 else WHOLE) for i in range(4)]
    shown += [(f"c{i}", 5, 4, WHOLE) for i in range(4, 16)]
    shares = shares_of(extremes_figure(found(shown), as_of=AS_OF))
    assert shares["all", "all", "disasters"] == 4 / 16


def shares_of(figure):
    return {
        (e.group["dimension"], e.group["group"], e.measure): e.value
        for e in figure.estimates
        if e.group["window"] == "last 90 days"
    }
