import pyarrow.csv as pa_csv

from outsidein.figures.figure import (
    Estimate,
    Figure,
    Unit,
    assuming,
    counted,
    protect,
    read_figure,
    unanswered,
    write_figure,
)


def profit(tier, n, value=100.0):
    return counted("profit", Unit.MONEY, value, n=n, group={"tier": tier})


def figure(*estimates):
    return Figure("tiers", "Profit by tier", "Summed.", ("tier",), estimates)


def shown(protected):
    return {e.group["tier"]: (e.n, e.value, e.why) for e in protected.estimates}


def test_fewer_than_ten_customers_are_not_shown_and_neither_is_the_one_they_could_be_told_by():
    protected = protect(figure(profit("gold", 9), profit("iron", 500), profit("lead", 60)))
    assert shown(protected) == {
        "gold": (None, None, "fewer than 10 customers"),
        "iron": (500, 100.0, "counted, not estimated"),
        "lead": (None, None, "hidden to protect another"),
    }


def test_ten_customers_are_shown():
    assert shown(protect(figure(profit("gold", 10)))) == {
        "gold": (10, 100.0, "counted, not estimated")
    }


def test_two_small_groups_of_ten_and_more_together_hide_no_third():
    protected = protect(figure(profit("a", 6), profit("b", 6), profit("c", 50), profit("d", 60)))
    assert [e.n for e in protected.estimates] == [None, None, 50, 60]


def test_nobody_is_no_secret():
    assert shown(protect(figure(profit("gold", 0, 0.0)))) == {
        "gold": (0, 0.0, "counted, not estimated")
    }


def test_what_is_written_is_protected_and_comes_back_the_same(tmp_path):
    original = figure(
        Estimate("profit", Unit.MONEY, 60, 1.25, 1.0, 1.5, None, {"tier": "gold"}),
        unanswered("profit", Unit.MONEY, "needs cost of goods", group={"tier": "iron"}),
        profit("lead", 4),
    )
    write_figure(original, tmp_path)
    assert read_figure(tmp_path / "tiers.parquet") == protect(original)
    assert pa_csv.read_csv(tmp_path / "tiers.csv").column("value").to_pylist()[0] == 1.25


def test_no_zero_is_published_as_negative(tmp_path):
    hashes = set()
    for zero in (0.0, -0.0):
        write_figure(figure(profit("gold", 60, zero)), tmp_path)
        files = sorted(tmp_path.iterdir())
        hashes.add(tuple(path.read_bytes() for path in files))
    assert len(hashes) == 1
    assert "-0" not in (tmp_path / "tiers.csv").read_text()


def test_floats_are_published_with_nine_digits(tmp_path):
    write_figure(figure(profit("gold", 60, 1 / 3)), tmp_path)
    assert read_figure(tmp_path / "tiers.parquet").estimates[0].value == 0.333333333


def test_parts_of_all_customers_are_protected_within_each_other_group():
    by_both = [
        counted("profit", Unit.MONEY, 1.0, n=n, group={"regime": regime, "tier": tier})
        for regime, sizes in (("contract", (4, 60, 50)), ("none", (70, 80, 90)))
        for tier, n in zip("abc", sizes, strict=True)
    ]
    two = Figure("tiers", "", "", ("regime", "tier"), tuple(by_both), partition="tier")
    assert [e.n for e in protect(two).estimates] == [None, 60, None, 70, 80, 90]


def test_what_a_figure_assumes_is_kept_with_it_and_stands_at_each_number_that_rests_on_it(tmp_path):
    margin = "an assumed margin of 35 %"
    size = counted("customers", Unit.CUSTOMERS, 500, n=500, group={"tier": "gold"})
    whole = figure(profit("gold", 500), size)
    assumed = assuming(whole, margin, rests=lambda e: e.unit is Unit.MONEY)
    write_figure(assumed, tmp_path)
    read = read_figure(tmp_path / "tiers.parquet")
    assert read.basis == margin
    assert [e.why for e in read.estimates] == [
        "computed with an assumed margin of 35 %",
        "counted, not estimated",
    ]
    assert assuming(whole, "", rests=lambda _: True) is whole
