from outsidein.ladder.figures import CUSTOMERS, LADDER_TODAY, SHARE_OF_CUSTOMERS
from outsidein.present.figure_view import FigureView
from outsidein.present.wording import Wording
from outsidein.report.sections.ladder import _stage_chart


def stages(**shares):
    def estimates():
        for name, share in shares.items():
            group = {"stage": name.replace("_", " ")}
            if share is None:
                yield CUSTOMERS.unanswered("not observed", group=group)
            else:
                yield CUSTOMERS.counted(100 * share, n=100, group=group)
                yield SHARE_OF_CUSTOMERS.counted(share, n=100, group=group)

    figure = LADDER_TODAY.figure(estimates(), as_of="2020-01-01", rule="", boundaries="")
    return FigureView(LADDER_TODAY, figure, Wording("EUR"))


def names(chart):
    return [row[0].text for row in chart.numbers.rows]


def test_nobody_on_no_step_needs_no_bar():
    chart = _stage_chart(stages(Aware=None, Purchase=0.6, Loyalty=0.4, On_no_step=0.0))
    assert names(chart) == ["Aware", "Purchase", "Loyalty"]
    some = _stage_chart(stages(Purchase=0.3, Loyalty=0.2, On_no_step=0.5))
    assert "On no step" in names(some)


def test_a_ladder_of_one_observed_step_is_not_drawn():
    assert _stage_chart(stages(Aware=1.0, Purchase=None, On_no_step=0.0)) is None


def test_a_ladder_that_nobody_is_seen_on_is_not_drawn():
    assert _stage_chart(stages(Aware=None, Purchase=None, On_no_step=1.0)) is None
