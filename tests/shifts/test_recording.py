from datetime import date

import ibis
import numpy as np
import pytest

from outsidein.shifts.declaration import KnownChange, ShiftSettings
from outsidein.shifts.listing import shifts_figures
from outsidein.shifts.recording import signal_series, source_series, table_series
from outsidein.shifts.recording_changes import recording_changes
from outsidein.shifts.recording_figures import recording_changes_figure, recording_figure
from outsidein.shifts.withholding import Recording
from outsidein.sources.recording import recording_rows
from tests.tables import table

AS_OF = date(2022, 1, 10)
MONTHS = [date(2020 + m // 12, m % 12 + 1, 1) for m in range(24)]
SINCE = date(2021, 5, 1)
STREAM = {
    "kind": "string",
    "stream": "string",
    "period_on": "date",
    "customers": "int64",
    "among": "int64",
}
REVIEW = {"written_on": "date", "title": "string", "message": "string"}
SIGNAL = {
    **dict.fromkeys(("source", "kind", "instrument", "language", "text"), "string"),
    "wording_version": "string",
    "signalled_on": "date",
}


def reviews(*, titles_since=None, per_month=60, first=0):
    """Reviews whose title is filled in four of ten from a month on."""
    rows = [
        (
            month.replace(day=number % 28 + 1),
            "good" if titles_since and month >= titles_since and number % 5 < 2 else " ",
            "it came on the day that was promised",
        )
        for month in MONTHS[first:]
        for number in range(per_month)
    ]
    return ibis.memtable(table(rows, **REVIEW))


def signals(*, version=lambda _month: "1", language=lambda _month: "en", per_month=60):
    rows = [
        ("shop", "direct", "survey", language(month), "a few words", version(month), month)
        for month in MONTHS
        for _ in range(per_month)
    ]
    return ibis.memtable(table(rows, **SIGNAL))


def changes_of_source(rows):
    return recording_changes(source_series(list(recording_rows(rows, "r", dated_by="written_on"))))


def later(changes):
    """Changes other than the first record."""
    return [(change.series.what, change.on) for change in changes if change.before is not None]


def shift(kind, *, since=SINCE, streams=1, of=20, size=0.2, low=0.1, last=24):
    """So many streams of a kind, the first few of which step up in one month."""
    rng = np.random.default_rng(3)
    return ibis.memtable(
        table(
            [
                (kind, f"s{n:02}", month, int(rng.binomial(500, share)), 500)
                for n in range(of)
                for month in MONTHS[:last]
                for share in [low + (size if n < streams and month >= since else 0.0)]
            ],
            **STREAM,
        )
    )


def listed(streams, recording=None, **settings):
    """What is shown and what is withheld, and why, by stream."""
    figures = {
        f.name: f
        for f in shifts_figures(
            [streams],
            ShiftSettings(**settings),
            as_of=AS_OF,
            recording=recording or Recording(),
        )
    }
    shown = {e.group["stream"] for e in figures["shifts"].estimates}
    withheld = {e.group["stream"]: e.group["reason"] for e in figures["shifts_withheld"].estimates}
    return shown, withheld


def test_a_field_that_begins_to_be_filled_is_a_change_of_recording():
    changes = changes_of_source(reviews(titles_since=SINCE))
    assert later(changes) == [("rows in which “title” is filled", SINCE)]
    assert changes[0].text == (
        "r, rows in which “title” is filled: 0% before 2021-05-01, 40% since"
    )


def test_sources_that_record_alike_all_the_time_change_nothing_after_their_first_record():
    changes = changes_of_source(reviews())
    assert later(changes) == []
    assert [change.text for change in changes] == ["r are recorded from 2020-01 on"]


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        (
            {"version": lambda month: "1" if month < SINCE else "2"},
            {"records of wording version 1", "records of wording version 2"},
        ),
        (
            {"language": lambda month: "en" if month < SINCE else "pt"},
            {"records of language en", "records of language pt"},
        ),
    ],
)
def test_a_new_wording_or_language_is_a_change_of_recording(changed, what):
    assert set(later(recording_changes(signal_series(signals(**changed))))) == {
        (each, SINCE) for each in what
    }


def test_texts_that_become_longer_and_records_that_multiply_are_changes_of_recording():
    rows = [("shop", month) for month in MONTHS for _ in range(50 if month < SINCE else 400)]
    orders = ibis.memtable(table(rows, source="string", ordered_on="date"))
    changes = recording_changes(table_series(orders, "transactions", "ordered_on"))
    assert later(changes) == [("records", SINCE)]
    short, longer = reviews(first=0), reviews()
    longer = longer.mutate(message=longer.message + longer.message).filter(
        longer.written_on >= SINCE
    )
    both = short.filter(short.written_on < SINCE).union(longer)
    assert later(changes_of_source(both)) == [("characters of message", SINCE)]


def test_a_shift_at_the_date_of_a_change_in_recording_is_withheld_with_the_evidence():
    changes = changes_of_source(reviews(titles_since=SINCE))
    recording = Recording(tuple(changes), {"signals": frozenset({"r"})})
    shown, withheld = listed(shift("theme"), recording)
    assert shown == set()
    assert withheld == {
        "s00": "something changed in how data are recorded on 2021-05-01, look there: "
        "r, rows in which “title” is filled: 0% before 2021-05-01, 40% since"
    }


def test_a_change_in_other_data_or_at_another_time_withholds_nothing():
    changes = tuple(changes_of_source(reviews(titles_since=SINCE)))
    elsewhere = Recording(changes, {"transactions": frozenset({"r"})})
    assert listed(shift("theme"), elsewhere) == ({"s00"}, {})
    earlier = tuple(changes_of_source(reviews(titles_since=date(2020, 10, 1))))
    assert listed(shift("theme"), Recording(earlier, {"signals": frozenset({"r"})}))[1] == {}


def test_streams_that_remember_are_not_compared_within_a_year_of_the_first_record():
    contracts = ibis.memtable(
        table([("shop", month) for month in MONTHS for _ in range(60)],
              source="string", ordered_on="date")
    )  # fmt: skip
    changes = recording_changes(table_series(contracts, "transactions", "ordered_on"))
    recording = Recording(tuple(changes))
    early = shift("stage reached", since=date(2020, 8, 1))
    shown, withheld = listed(early, recording)
    assert shown == set()
    assert withheld["s00"].startswith("the data begin on 2020-01-01 (transactions)")
    assert listed(shift("stage reached"), recording) == ({"s00"}, {})
    assert listed(shift("theme", since=date(2020, 8, 1)), recording) == ({"s00"}, {})


def test_a_single_period_is_no_lasting_change():
    months = [date(2017 + m // 12, m % 12 + 1, 1) for m in range(60)]
    rows = [("theme", "s00", m, 200 if m == months[-1] else 0, 500) for m in months]
    once = ibis.memtable(table(rows, **STREAM))
    shown, withheld = listed(once)
    assert shown == set()
    assert withheld == {"s00": "it rests on a single period"}


def test_several_streams_of_a_kind_that_change_at_once_point_to_the_recording():
    shown, withheld = listed(shift("theme", streams=5))
    assert shown == set()
    reason = (
        "something changed in how data are recorded on 2021-05-01, look there: 5 of 20 streams of "
        "this kind change at once"
    )
    assert set(withheld.values()) == {reason}
    assert listed(shift("theme", streams=2))[0] == {"s00", "s01"}


def test_a_day_can_be_declared_as_a_change_of_recording_or_as_an_event():
    moved = KnownChange(on=date(2021, 5, 3), description="new shop system")
    shown, withheld = listed(shift("theme"), known_change=(moved,))
    assert (shown, withheld) == (
        set(),
        {"s00": "declared as a change in recording: new shop system (2021-05-03)"},
    )
    event = moved.model_copy(update={"cause": "event"})
    assert listed(shift("theme", streams=5), known_change=(event,))[1] == {}
    of_churn = moved.model_copy(update={"kinds": ("churn",)})
    assert listed(shift("theme"), known_change=(of_churn,)) == ({"s00"}, {})


def test_the_recording_is_published_with_its_changes():
    series = list(
        source_series(list(recording_rows(reviews(titles_since=SINCE), "r", dated_by="written_on")))
    )
    changes = recording_changes(series)
    months = recording_figure(series, changes).estimates
    assert {e.group["what"] for e in months} == {"records", "rows in which “title” is filled"}
    [title] = [e for e in recording_changes_figure(changes).estimates if e.value == 0.4]
    assert (title.group["on"], title.measure, title.n) == ("2021-05-01", "since", 480)
