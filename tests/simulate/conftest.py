import numpy as np
import pyarrow.parquet as pq
import pytest

from outsidein.simulate.declaration import read_firm
from outsidein.simulate.simulation import simulate

CUSTOMERS = 20_000


class Files:
    """A simulated project's tables, each read as columns."""

    def __init__(self, folder):
        self.folder = folder

    def __call__(self, name):
        table = pq.read_table(self.folder / name)
        return {
            column: np.asarray(table[column].to_numpy(zero_copy_only=False))
            for column in table.column_names
        }


@pytest.fixture(scope="session")
def large(tmp_path_factory):
    """The files of a firm of 20,000 customers as it comes along."""
    folder = tmp_path_factory.mktemp("large") / "firm"
    simulate(read_firm(), folder, customers=CUSTOMERS, seed=7)
    return Files(folder)
