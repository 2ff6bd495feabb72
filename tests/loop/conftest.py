import shutil

import pytest

from tests.loop.firm import (
    FRIDAY,
    HISTORY,
    LATE,
    LOST,
    SIGNED,
    THURSDAY,
    Firm,
    write_firm,
    write_parcels,
)


@pytest.fixture(scope="session")
def arrived_(tmp_path_factory):
    """A firm on Friday: built on Thursday, run, and built again with what failed that day."""
    firm = Firm(write_firm(tmp_path_factory.mktemp("loop") / "firm"), SIGNED, THURSDAY)
    firm.project.build()
    assert firm.work() == {"alerts and clocks": 0, "retention": 0}
    assert firm.project.alerts.fired() == []
    write_parcels(firm.project.folder, [*HISTORY, LATE, LOST])
    firm.now = FRIDAY
    firm.project.build()
    firm.project.close()
    return firm.project.folder


@pytest.fixture
def arrived(arrived_, tmp_path):
    """A copy of it, before the worker has looked at what failed."""
    return shutil.copytree(arrived_, tmp_path / "firm")
