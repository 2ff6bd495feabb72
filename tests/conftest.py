from pathlib import Path

import ibis
import pytest

SHARED = Path(__file__).parents[1] / ".." / "shared" / "data"


@pytest.fixture
def con():
    """A fresh, empty backend."""
    return ibis.duckdb.connect()


@pytest.fixture(scope="session")
def shared_data():
    """The folder of real data beside the project, where there is one."""
    if not SHARED.exists():
        pytest.skip("needs the real data in ../shared/data, which is not here")
    return SHARED
