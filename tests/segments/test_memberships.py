import ibis
import pytest

from outsidein.errors import ProjectError
from outsidein.segments.declaration import Segment
from outsidein.segments.memberships import segment_memberships
from tests.tables import table

CON = ibis.duckdb.connect()
KNOWN = ibis.memtable(
    table(
        [("a", "SP", 3), ("b", "RJ", 5), ("c", None, None)],
        customer_id="string",
        region="string",
        orders="int64",
    )
)


def members(**rules):
    segments = {name: Segment(rule=rule) for name, rule in rules.items()}
    found = segment_memberships(KNOWN, segments).order_by("segment", "customer_id")
    return [tuple(row.values()) for row in CON.to_pyarrow(found).to_pylist()]


def test_a_customer_may_belong_to_several_segments_or_to_none():
    assert members(paulista="region = 'SP'", frequent="orders >= 3") == [
        ("a", "frequent"),
        ("b", "frequent"),
        ("a", "paulista"),
    ]


def test_without_segments_nobody_belongs_to_one():
    assert members() == []


def test_a_rule_over_an_unknown_column_names_file_key_and_the_nearest_column():
    with pytest.raises(ProjectError) as error:
        members(frequent="order >= 3")
    assert str(error.value) == (
        "segments.toml: segment.frequent.rule: There is no column 'order'. Did you mean 'orders'?"
    )
