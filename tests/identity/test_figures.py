import ibis

from outsidein.figures.figure import protect
from outsidein.identity.record_counts import records_figure
from tests.tables import table


def test_all_customers_and_records_are_told_though_small_groups_are_hidden():
    rows = [("s", f"r{n}", f"c{n}") for n in range(30)]
    rows += [("s", f"x{n}-{part}", f"d{n}") for n in range(4) for part in range(2)]
    members = table(rows, source="string", record_id="string", customer_id="string")
    figure = protect(records_figure(ibis.memtable(members)))
    found = {(e.group["records"], e.measure): e.value for e in figure.estimates}
    assert (found["all", "customers"], found["all", "records"]) == (34, 38)
    assert found["2", "customers"] is None
