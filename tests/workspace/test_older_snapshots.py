import pyarrow.parquet as pq
import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

import outsidein
from outsidein.errors import UnknownName
from outsidein.lake.model import Build
from tests.projects import write_shop


@pytest.fixture(scope="module")
def older(tmp_path_factory):
    """A project whose snapshot holds tables and columns under former names."""
    project = outsidein.open(write_shop(tmp_path_factory.mktemp("shop") / "shop", people=20))
    project.build()
    folder = project.snapshot().folder
    columns = ["customer_id", "breakoff_probability", "repurchase_probability", "model"]
    predictions = pq.read_table(folder / "predictions.parquet").rename_columns(columns)
    pq.write_table(predictions, folder / "predictions.parquet")
    (folder / "churn_spells.parquet").rename(folder / "breakoff_spells.parquet")
    with Session(project.operations.store) as session, session.begin():
        session.execute(update(Build).values(contents=""))  # it listed no files
    return project


def test_tables_and_columns_of_an_older_snapshot_have_their_present_names(older):
    assert "churn_probability" in older.table("predictions").column_names
    assert older.table("churn_spells").equals(older.table("breakoff_spells"))
    assert older.table("churn_spells").num_rows


def test_an_unknown_table_is_answered_with_the_nearest(older):
    with pytest.raises(UnknownName, match="Did you mean 'tiers'"):
        older.table("teirs")


def test_a_table_that_only_some_builds_write_may_be_missing(older):
    with pytest.raises(UnknownName, match="There is no table 'proposals'"):
        older.table("proposals")
