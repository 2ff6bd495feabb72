"""Charts of figures that are really built, read as what they draw."""

import ibis
import pyarrow as pa
import pytest

from outsidein.present.charts.canvas import WIDE
from outsidein.report.evidence import gather
from outsidein.report.sections.worth import WORTH
from outsidein.value.declaration import DEFAULT_TIERS
from outsidein.value.distribution import profit_distribution
from outsidein.value.tiers import customer_tiers, tiers_figure
from tests.report.figures_of_a_shop import shop

CUSTOMERS = 400


@pytest.fixture
def profits(con):
    """Profits of 400 customers, of whom 20 cost more than they bring."""
    amounts = [(200 - place) ** 3 // 100 + 10 for place in range(CUSTOMERS - 20)]
    amounts = [max(amount, 1) for amount in amounts] + [-500] * 20
    nothing = [0] * CUSTOMERS
    columns = {
        "customer_id": [f"c{place:03}" for place in range(CUSTOMERS)],
        "profit": amounts,
        "failure_cost": nothing,
        "cost_to_serve": nothing,
        "profit_without_failures": amounts,
    }
    return con.create_table("profits", ibis.memtable(pa.table(columns)), overwrite=True)


def drawn(figure):
    """What the chart of a figure of value draws: its words, and how many bars."""
    [exhibit] = [e for e in WORTH.exhibits if e.name == figure.name]
    chart = exhibit.chart(gather(shop(figures={figure.name: figure})).view(exhibit.spec))
    layers = chart.draw(WIDE)["layer"]
    words = [row["text"] for layer in layers for row in layer["data"]["values"] if "text" in row]
    bars = [row for one in layers if one["mark"]["type"] == "rect" for row in one["data"]["values"]]
    return words, len(bars)


def test_the_chart_of_tiers_draws_every_tier_by_name(profits):
    tiers = customer_tiers(profits, DEFAULT_TIERS)
    figure = tiers_figure(profits, tiers, tiers=DEFAULT_TIERS, rule="")
    words, bars = drawn(figure)
    names = [tier.name.capitalize() for tier in DEFAULT_TIERS]
    assert [word for word in words if word in names] == names
    assert bars == len(DEFAULT_TIERS) == 4


def test_the_chart_of_profits_runs_from_the_worst_customer_over_the_middle_to_the_best(profits):
    words, bars = drawn(profit_distribution(profits, rule=""))
    labels = [word for word in words if word.startswith(("Worst", "The middle", "Best"))]
    assert labels == [
        *("Worst 1 %, at most", "Worst 5 %, at most", "Worst quarter, at most"),
        "The middle customer",
        *("Best quarter, at least", "Best 5 %, at least", "Best 1 %, at least"),
    ]
    assert bars == 5  # 1 % are 4 customers: too few to show
