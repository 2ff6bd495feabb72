from datetime import date

import ibis
import pytest

from outsidein.canonical.known import known_before
from outsidein.canonical.tables import CANONICAL
from tests.tables import table

CON = ibis.duckdb.connect()
DAYS = [(each.name, day) for each in CANONICAL.values() for day in each.days]


@pytest.mark.parametrize(("name", "day"), DAYS)
def test_a_row_of_the_day_itself_does_not_count_in_any_table_with_a_local_day(name, day):
    rows = ibis.memtable(table([(date(2020, 1, 31),), (date(2020, 2, 1),)], **{day: "date"}))
    earlier = CON.to_pyarrow(known_before(rows, date(2020, 2, 1)))
    assert earlier.column(day).to_pylist() == [date(2020, 1, 31)], name
