"""An alert about any record, on either database: each opens its case, whatever the others hold."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from outsidein.alerts.model import Alert
from outsidein.store.model import storable
from tests.alerts.conftest import LATE, at, cases
from tests.hostile import CORPUS

TEXTS = [text for text in CORPUS.values() if 0 < len(text) < 1_000]


def test_each_row_opens_its_case_whatever_its_record_and_its_facts_are_called(run, store):
    rows = [
        {"encounter_id": text, "record_id": text, "started_at": at(1), "kind": "late",
         "channel": text, "unit": text, "employee": text, "product": text, "task": text}
        for text in TEXTS
    ]  # fmt: skip
    owners = {text: f"c{number}" for number, text in enumerate(TEXTS)}
    named = LATE.model_copy(update={"rule": "kind = 'late' and channel <> 'x' and unit <> 'x'"})
    counts = run(rows, rules={"late": named}, customers=owners)["late"]
    assert (counts.alerts, counts.opened, counts.failed) == (len(TEXTS), len(TEXTS), 0)
    assert {case.record_id for case in cases(store)} == set(map(storable, TEXTS))
    with Session(store) as session:
        alerts = session.scalars(select(Alert)).all()
    assert all(alert.case_id for alert in alerts)
    assert {alert.facts["unit"] for alert in alerts} == set(map(storable, TEXTS))
