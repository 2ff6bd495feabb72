import ibis
import pyarrow as pa
import pytest

from outsidein.canonical.declaration import Sample
from outsidein.canonical.sampling import customers_with_missing_rows

RECORDS = pa.table({"source": ["shop", "till", "till"], "customer_id": ["c1", "c1", "c2"]})


@pytest.mark.parametrize(("of", "partial"), [("rows", ["c2"]), ("customers", [])])
def test_customers_lack_rows_if_each_record_of_theirs_lies_in_a_sample_of_rows(of, partial):
    samples = {"till": Sample(of=of, drawn="one in ten")}
    customers = customers_with_missing_rows(ibis.memtable(RECORDS), samples)
    assert customers.to_pyarrow()["customer_id"].to_pylist() == partial
