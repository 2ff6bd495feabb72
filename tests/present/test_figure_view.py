import pytest

from outsidein.errors import Undeclared
from outsidein.figures.figure import Unit
from outsidein.figures.spec import Better, FigureSpec, Measure
from outsidein.present.blocks import figure_block
from outsidein.present.charts.canvas import BETTER, NEUTRAL, WIDE, WORSE
from outsidein.present.figure_view import (
    Bars,
    CrossTable,
    FigureView,
    by,
    default_chart,
    whole_table,
)
from outsidein.present.wording import Wording

SHARE = Measure("share within {days} days", Unit.SHARE)
MONEY = Measure("money", Unit.MONEY)
SPEC = FigureSpec("orders", "Orders", ("region", "kind"), (SHARE, MONEY), "Counted.")


def group(region, kind=None):
    return {"region": region, "kind": kind}


ESTIMATES = (
    MONEY.unanswered("not observed", group=group("west")),
    MONEY.counted(1_000, n=50, group=group("north")),
    MONEY.counted(3_000, n=60, group=group("south")),
    SHARE.named(days=30).estimate(40, 0.2, 0.1, 0.3, group=group("north", "web")),
)


@pytest.fixture
def view():
    return FigureView(SPEC, SPEC.figure(ESTIMATES), Wording("EUR"))


def drawn(chart):
    """The words a chart writes, row by row, and the number of its bars."""
    layers = chart.draw(WIDE)["layer"]
    bars = sum(len(e["data"]["values"]) for e in layers if e["mark"]["type"] == "rect")
    texts = [row for one in layers for row in one["data"]["values"] if "text" in row]
    return [row["text"] for row in sorted(texts, key=lambda row: (row["y"], row["x"]))], bars


def regions(words):
    return [word for word in words if word in ("West", "North", "South")]


@pytest.mark.parametrize(
    "ask",
    [
        lambda view: view.numbers(Measure("profit", Unit.MONEY)),
        lambda view: view.one(MONEY, country="DE"),
        Bars((Measure("profit", Unit.MONEY),), by("region")),
        CrossTable("Region", by("region"), (Measure("profit", Unit.MONEY),)),
    ],
)
def test_a_measure_or_group_that_is_not_declared_raises(view, ask):
    with pytest.raises(Undeclared):
        ask(view)


def test_estimates_keep_their_order_whatever_the_order_of_the_measures(view):
    assert view.select(SHARE, MONEY) == list(ESTIMATES)
    assert view.numbers(MONEY, region="west") == []
    assert view.one(MONEY).group["region"] == "north"


def test_bars_are_ranked_and_reasons_shown_only_where_that_is_asked(view):
    words, bars = drawn(Bars((MONEY,), by("region"))(view))
    assert bars == 2
    assert regions(words) == ["North", "South"]

    words, bars = drawn(Bars((MONEY,), by("region"), is_ranked=True, has_reasons=True)(view))
    assert regions(words) == ["South", "North", "West"]
    assert "not observed" in words
    assert bars == 2


def test_bars_are_limited_in_number_and_to_a_group(view):
    assert drawn(Bars((MONEY,), by("region"), most=1)(view))[1] == 1
    words, _ = drawn(Bars((MONEY,), by("region"), group=(("region", "south"),))(view))
    assert regions(words) == ["South"]
    assert Bars((MONEY,), by("region"), group=(("region", "west"),))(view) is None


def test_why_no_bar_has_an_interval_is_said_once_in_the_caption(view):
    chart = Bars((MONEY,), by("region"))(view)
    assert chart.note == " Counted, not estimated."
    assert not any("counted" in word for word in drawn(chart)[0])
    assert Bars((SHARE,), by("region"))(view).note == ""


def test_the_default_chart_draws_the_first_declared_measure_that_has_numbers(view):
    words, bars = drawn(default_chart(view))
    assert (bars, regions(words)) == (1, ["North"])
    without = FigureView(SPEC, SPEC.figure(ESTIMATES[:3]), view.words)
    words, bars = drawn(default_chart(without))
    assert bars == 2
    assert regions(words) == ["North", "South"]
    nothing = FigureView(SPEC, SPEC.figure(ESTIMATES[:1]), view.words)
    assert default_chart(nothing) is None


def test_a_cross_table_sets_groups_against_measures(view):
    [table] = CrossTable("Region", by("region"))(view)
    assert [cell.text for cell in table.columns] == ["Region", "Money", "Share within 30 days"]
    assert [row[0].text for row in table.rows] == ["West", "North", "South"]
    assert [cell.text for cell in table.rows[1]] == ["North", "€10.00", "20\N{NO-BREAK SPACE}%"]


def colours(chart):
    layers = chart.draw(WIDE)["layer"]
    bars = (e for e in layers if e["mark"]["type"] == "rect")
    return [row["colour"] for e in bars for row in e["data"]["values"]]


def test_the_colour_of_a_bar_says_whether_more_of_it_is_better_or_worse_and_nothing_else():
    good, bad = (
        Measure(name, Unit.MONEY, way) for name, way in (("a", Better.MORE), ("b", Better.LESS))
    )
    plain = Measure("c", Unit.MONEY)
    spec = FigureSpec("x", "X", ("who",), (good, bad, plain), "Counted.")
    estimates = [m.counted(100, n=50, group={"who": m.name}) for m in (good, bad, plain)]
    estimates += [good.counted(-100, n=50, group={"who": "loss"})]
    estimates += [good.estimate(50, 10, -20, 40, group={"who": "not clear"})]
    own = FigureView(spec, spec.figure(estimates), Wording("EUR"))
    drawn_colours = colours(own.bars(estimates, by("who")))
    assert drawn_colours == [BETTER, WORSE, NEUTRAL, WORSE, NEUTRAL]


def test_interval_and_n_of_a_bar_are_shown_to_who_points_at_it(view):
    chart = view.bars(view.numbers(SHARE.named(days=30)), by("region"))
    [block] = [figure_block(view.figure, tables=(), chart=chart)]
    tip = "<title>North: 20 % (10 to 30 %; 40 customers)</title>"
    assert tip in str(block.drawing.wide).replace("\N{NO-BREAK SPACE}", " ")
    assert not any("n =" in word for word in drawn(chart)[0])


def test_why_numbers_have_no_interval_is_said_once_beneath_a_table(view):
    for table in (*CrossTable("Region", by("region"))(view), *whole_table(view)):
        cells = [cell for row in table.rows for cell in row]
        assert table.note == "Numbers without an interval: counted, not estimated."
        assert not any("counted" in cell.text + cell.note for cell in cells)
        assert any("10 to 30" in cell.text + cell.note for cell in cells)
