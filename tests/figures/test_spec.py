import pytest

from outsidein.errors import TooLittleData, Undeclared
from outsidein.figures.figure import COUNTED, Estimate, Unit
from outsidein.figures.spec import Better, FigureSpec, Measure
from outsidein.stats.proportion import proportion

SHARE = Measure("share lost", Unit.SHARE, Better.LESS)
WITHIN = Measure("within {days} days", Unit.SHARE, Better.MORE)
SPEC = FigureSpec(
    "losses", "Losses in {year}", ("tier", "month"), (SHARE, WITHIN), "Counted.  {rule} Rounded."
)
GOLD = {"tier": "gold"}


def published(*estimates, rule=""):
    return SPEC.figure(estimates, year=2026, rule=rule)


def test_a_figure_is_published_under_its_declared_name_groups_title_and_method():
    figure = published(SHARE.counted(0.5, n=20, group=GOLD), rule="By rule.")
    assert (figure.name, figure.title) == ("losses", "Losses in 2026")
    assert figure.method == "Counted. By rule. Rounded."
    assert figure.groups == ("tier", "month")
    assert figure.estimates == (
        Estimate("share lost", Unit.SHARE, 20, 0.5, None, None, COUNTED, GOLD),
    )


def test_an_empty_field_leaves_no_gap_in_the_method():
    assert published().method == "Counted. Rounded."


def test_a_measure_wraps_answers_and_reasons():
    answer = SHARE.estimated(proportion(5, 20), value="share", group=GOLD)
    assert (answer.measure, answer.unit, answer.n, answer.value) == (
        ("share lost", Unit.SHARE, 20, 0.25)
    )
    assert answer.low < 0.25 < answer.high
    assert SHARE.unanswered("not observed", group=GOLD) == Estimate(
        "share lost", Unit.SHARE, None, why="not observed", group=GOLD
    )
    error = TooLittleData(3, needed=10)
    assert SHARE.too_little(error) == Estimate("share lost", Unit.SHARE, 3, why=str(error))


@pytest.mark.parametrize(
    ("estimate", "message"),
    [
        (
            Estimate("share lsot", Unit.SHARE, 20),
            "No measure of losses 'share lsot' is declared. Did you mean 'share lost'?",
        ),
        (
            Estimate("share lost", Unit.MONEY, 20),
            "No unit of 'share lost' in losses 'money' is declared. Available: share.",
        ),
        (
            SHARE.counted(1, n=20, group={"teir": "gold"}),
            "No group of losses 'teir' is declared. Did you mean 'tier'?",
        ),
        (
            WITHIN.counted(1, n=20),
            (
                "No measure of losses, fields filled, 'within {days} days' is declared. "
                "None is available."
            ),
        ),
    ],
)
def test_what_is_not_declared_is_not_published(estimate, message):
    with pytest.raises(Undeclared) as error:
        published(estimate)
    assert str(error.value) == message


def test_a_name_declared_in_two_units_is_published_in_either():
    limits = tuple(Measure("upper limit", unit) for unit in (Unit.SHARE, Unit.DAYS))
    spec = FigureSpec("charts", "Charts", (), limits, "")
    share, days = (limit.counted(1, n=20) for limit in limits)
    figure = spec.figure([share, days])
    assert spec.select(figure, limits[0]) == [share, days]
    with pytest.raises(Undeclared, match="Available: days, share"):
        spec.figure([Measure("upper limit", Unit.MONEY).counted(1, n=20)])


def test_estimates_are_selected_by_measure_and_group_in_their_order():
    gold, iron = (SHARE.counted(1, n=20, group={"tier": t, "month": 1}) for t in ("gold", "iron"))
    later = SHARE.counted(1, n=20, group={"tier": "gold", "month": 2})
    figure = published(iron, gold, WITHIN.named(days=30).counted(1, n=20, group=GOLD), later)
    assert SPEC.select(figure, SHARE) == [iron, gold, later]
    assert SPEC.select(figure, SHARE, tier="gold") == [gold, later]
    assert SPEC.select(figure, SHARE, tier="gold", month=2) == [later]
    assert SPEC.select(figure, SHARE, tier="lead") == []
    assert SPEC.one(figure, SHARE, tier="gold") == gold
    assert SPEC.one(figure, SHARE, tier="lead") is None


def test_a_measure_with_fields_is_selected_whole_or_with_its_fields_filled():
    month, quarter = (WITHIN.named(days=days).counted(1, n=20) for days in (30, 90))
    figure = published(month, SHARE.counted(1, n=20), quarter)
    assert SPEC.select(figure, WITHIN) == [month, quarter]
    assert SPEC.select(figure, WITHIN.named(days=90)) == [quarter]
    assert WITHIN.fields(quarter.measure) == {"days": "90"}
    assert WITHIN.fields("share lost") is None
    assert SPEC.measure("within 90 days") is WITHIN


def test_a_field_may_be_empty():
    assert WITHIN.fields("within  days") == {"days": ""}


def test_a_build_without_the_figure_has_no_estimates():
    assert SPEC.select(None, SHARE, tier="gold") == []
    assert SPEC.one(None, SHARE) is None


def test_nothing_undeclared_can_be_asked_for():
    figure = published()
    with pytest.raises(Undeclared, match="measure of losses 'gain'"):
        SPEC.select(figure, Measure("gain", Unit.SHARE))
    with pytest.raises(Undeclared, match="group of losses 'segment'"):
        SPEC.select(None, SHARE, segment="young")
    other = FigureSpec("gains", "Gains", (), (SHARE,), "")
    with pytest.raises(Undeclared, match="figure 'losses'"):
        other.select(figure, SHARE)
