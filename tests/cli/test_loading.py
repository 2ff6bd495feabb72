import subprocess
import sys
from pathlib import Path

LATE = [
    *("scipy", "sklearn", "pandas", "fastapi", "uvicorn", "httpx", "altair"),
    *("ruptures", "holidays", "py3langid", "vaderSentiment"),
    *("ibis", "duckdb", "numpy", "pyarrow", "alembic", "phonenumbers"),
]
"""Loaded by the commands that use them, and by nobody else."""

ENGINE = {"ibis", "duckdb", "numpy", "pyarrow"}

GROCERY = Path(__file__).parents[2] / "examples" / "grocery"

WORKER = """
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from outsidein.store.engine import open_store
from outsidein.workspace.edges import edges
from outsidein.workspace.loop import read_loop
from outsidein.workspace.alerts import Alerts
from outsidein.worker.duties import retention
from outsidein.worker.worker import work_off
read_loop(Path(sys.argv[1]))
"""


def loaded(code, *arguments):
    told = f"import sys; {code}\nprint(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run(
        [sys.executable, "-c", told, *arguments], check=True, capture_output=True, text=True
    )
    return set(done.stdout.split())


def test_the_command_loads_nothing_that_only_some_of_its_verbs_need():
    assert loaded("import outsidein.cli").isdisjoint(LATE)


def test_a_worker_that_finds_nothing_new_loads_no_engine():
    assert loaded(WORKER, str(GROCERY)).isdisjoint(ENGINE)


def test_what_knows_every_file_of_a_project_loads_nothing_that_learns():
    assert loaded("import outsidein.workspace.reading").isdisjoint({"scipy", "sklearn", "pandas"})
