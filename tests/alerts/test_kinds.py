from typing import get_args

from outsidein.alerts.candidates import STANDING_FACTS
from outsidein.alerts.declaration import ROW_KINDS, AlertKind


def test_every_kind_of_rule_looks_at_rows_or_has_facts_of_customers():
    assert {*ROW_KINDS, *STANDING_FACTS} == set(get_args(AlertKind))
    assert not {*ROW_KINDS} & {*STANDING_FACTS}
