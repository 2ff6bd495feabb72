"""Drawings of earlier documents are used again, as long as nothing has changed."""

from outsidein.present.charts.kept_drawings import NONE_KEPT, KeptDrawings


def chart(length):
    return {
        "data": {"values": [{"length": length}]},
        "mark": "bar",
        "encoding": {"x": {"field": "length", "type": "quantitative"}},
    }


def test_a_chart_that_has_not_changed_is_not_drawn_again(tmp_path):
    kept = KeptDrawings(tmp_path)
    assert kept.svg("hazard-wide", chart(1)) == NONE_KEPT.svg("hazard-wide", chart(1))
    [path] = tmp_path.iterdir()
    key = path.read_text("utf-8").partition("\n")[0]
    path.write_text(f"{key}\n<svg>as kept</svg>", "utf-8")
    assert kept.svg("hazard-wide", chart(1)) == "<svg>as kept</svg>"


def test_a_chart_that_has_changed_is_drawn_and_takes_the_place_of_the_former(tmp_path):
    kept = KeptDrawings(tmp_path)
    kept.svg("hazard-wide", chart(1))
    drawn = kept.svg("hazard-wide", chart(2))
    assert drawn == NONE_KEPT.svg("hazard-wide", chart(2))
    [path] = tmp_path.iterdir()
    assert path.read_text("utf-8").endswith(drawn)
