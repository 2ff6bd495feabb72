import os
from datetime import date
from pathlib import Path

import ibis
import pytest
from hypothesis import settings

from outsidein.store.store_engine import open_store
from tests.postgres import PROGRAMS, Server

SHARED = Path(__file__).parents[1] / ".." / "shared" / "data"

settings.register_profile("untimed", deadline=None)  # speed belongs to benchmarks
settings.load_profile("untimed")


PARTS = 5
"""Into how many parts the slow sweeps are divided: one runs a day, so each runs in five days."""


def pytest_addoption(parser):
    parser.addoption("--full", action="store_true", help="every round of the long sweeps")


def pytest_configure():
    """Choose the day's part once, for all processes of a run that passes midnight."""
    os.environ.setdefault("OUTSIDEIN_SWEEPS", str(date.today().toordinal() % PARTS))  # noqa: DTZ011


def pytest_report_header(config):
    if config.getoption("--full"):
        return "slow sweeps: all"
    part = os.environ["OUTSIDEIN_SWEEPS"]
    return f"slow sweeps: part {part} of 0 to {PARTS - 1} (OUTSIDEIN_SWEEPS)"


def pytest_collection_modifyitems(config, items):
    """Leave out the other days' slow sweeps, unless all are asked for."""
    if config.getoption("--full"):
        return
    slow = sorted(item.nodeid for item in items if item.get_closest_marker("slow"))
    others = set(slow) - set(slow[int(os.environ["OUTSIDEIN_SWEEPS"]) :: PARTS])
    config.hook.pytest_deselected(items=[item for item in items if item.nodeid in others])
    items[:] = [item for item in items if item.nodeid not in others]


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


@pytest.fixture(scope="session")
def postgres():
    """A PostgreSQL server of this test process."""
    if not PROGRAMS:
        pytest.skip("needs PostgreSQL's programs below /usr/lib/postgresql, which are not here")
    server = Server()
    yield server
    server.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def store_at(request, tmp_path):
    """Where an empty store lies: on each of the two databases."""
    if request.param == "sqlite":
        return tmp_path / "store.db"
    return request.getfixturevalue("postgres").empty()


@pytest.fixture
def store(store_at):
    """An empty store on each of the two databases."""
    engine = open_store(store_at)
    yield engine
    engine.dispose()
