from pathlib import Path

import ibis
import pytest

SHARED = Path(__file__).parents[1] / ".." / "shared" / "data"


def pytest_addoption(parser):
    parser.addoption("--full", action="store_true", help="every round of the long sweeps")


@pytest.fixture(scope="session")
def rounds(request):
    """How many rounds of a long sweep to run: all with --full, else a tenth of them."""
    is_full = request.config.getoption("--full")
    return lambda most: most if is_full else max(1, most // 10)


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
