from outsidein.alerts.briefings import AlertKey, briefings, merged_briefing
from tests.alerts.conftest import at, filled, world

NAMES = {"customer_id": "string", "name": "string"}
LATE = {
    "encounter_id": "d1", "record_id": "r1", "started_at": at(8), "kind": "late_delivery",
    "thread": "o1", "promised_at": at(0), "actual_at": at(8),
}  # fmt: skip
ORDER = {"transaction_id": "o1", "record_id": "r1", "ordered_at": at(-9)}


def review(**changes):
    return {
        "signal_id": "s1", "record_id": "r1", "encounter_id": "d1", "signalled_at": at(9),
        "score": 1.0, "text": "Never again.", "instrument": "review", **changes,
    }  # fmt: skip


def looked_up(backend, *keys, **rows):
    tables = world(**rows)
    names = filled([{"customer_id": "c1", "name": "Maria Silva"}], NAMES, lambda _: {})
    tables = tables.__class__(
        **{name: getattr(tables, name) for name in tables.__slots__} | {"customers": names}
    )
    return briefings(backend, tables, [AlertKey("shop", key) for key in keys])


def test_an_encounter_brings_name_order_promise_and_the_words_about_it(backend):
    signals = [review(), review(signal_id="s0", signalled_at=at(8), text="Where is it?")]
    found = looked_up(backend, "d1", encounters=[LATE], signals=signals, transactions=[ORDER])
    [briefing] = found.values()
    assert briefing.customer == "Maria Silva (shop/r1)"
    assert briefing.order == "o1"
    assert briefing.happened == "late delivery on 2024-03-12"
    assert briefing.promise == "due on 2024-03-04, done on 2024-03-12: 8 days late"
    assert briefing.words == "Never again."
    assert briefing.source_of_words == "review, 2024-03-13, score 1 of 5"


def test_a_signal_brings_its_own_words_and_the_encounter_that_it_is_about(backend):
    signals = [review(), review(signal_id="s2", text="Another day.")]
    found = looked_up(backend, "s2", encounters=[LATE], signals=signals, transactions=[ORDER])
    [briefing] = found.values()
    assert (briefing.words, briefing.order) == ("Another day.", "o1")
    assert briefing.promise.endswith("8 days late")


def test_a_thread_that_is_no_order_is_not_called_one(backend):
    found = looked_up(backend, "d1", encounters=[LATE], transactions=[])
    briefing = found[AlertKey("shop", "d1")]
    assert (briefing.order, briefing.reference) == ("", "o1")


def test_a_key_that_the_snapshot_does_not_have_is_left_out(backend):
    assert looked_up(backend, "d1", "gone", encounters=[LATE]).keys() == {AlertKey("shop", "d1")}


def test_the_alerts_of_one_case_fill_each_others_gaps(backend):
    other = LATE | {"encounter_id": "d2", "thread": None, "promised_at": None}
    found = looked_up(
        backend, "d2", "d1", encounters=[LATE, other], signals=[review()], transactions=[ORDER]
    )
    merged = merged_briefing([found[AlertKey("shop", key)] for key in ("d2", "d1")])
    assert (merged.order, merged.words) == ("o1", "Never again.")
