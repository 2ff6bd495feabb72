import subprocess
import sys
from pathlib import Path

import pytest

LATE = [
    *("scipy", "sklearn", "pandas", "fastapi", "uvicorn", "httpx", "altair"),
    *("ruptures", "holidays", "py3langid", "vaderSentiment"),
    *("ibis", "duckdb", "numpy", "pyarrow", "alembic", "phonenumbers"),
]
"""Loaded by the commands that use them, and by nobody else."""

ENGINE = {"ibis", "duckdb", "numpy", "pyarrow"}

LEARNING = {"scipy", "sklearn", "pandas"}

GROCERY = Path(__file__).parents[2] / "examples" / "grocery"


def loaded(code, *arguments):
    told = f"import sys; {code}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run(
        [sys.executable, "-c", told, *arguments], check=True, capture_output=True, text=True
    )
    return set(done.stdout.split())


def test_the_command_loads_nothing_that_only_some_of_its_verbs_need():
    assert loaded("import outsidein.cli").isdisjoint(LATE)


@pytest.mark.parametrize("module", ["workspace.alerts", "workspace.cases", "worker.duties"])
def test_working_on_cases_and_clocks_loads_no_engine(module):
    assert loaded(f"import outsidein.{module}").isdisjoint(ENGINE)


def test_writing_a_report_loads_no_engine():
    code = "import outsidein.workspace.reporting, outsidein.report.write"
    assert loaded(code).isdisjoint({"ibis", "duckdb", *LEARNING})


def test_reading_alerts_teams_and_playbooks_loads_no_engine():
    code = (
        "from pathlib import Path; from outsidein.alerts.loop import read_loop; "
        "read_loop(Path(sys.argv[1]))"
    )
    assert loaded(code, str(GROCERY)).isdisjoint(ENGINE)


def test_checking_a_project_without_a_coder_loads_nothing_that_learns():
    code = (
        "from datetime import date; from pathlib import Path; "
        "from outsidein.workspace.project_files import read_project; "
        "read_project(Path(sys.argv[1]), today=date(2030, 1, 1))"
    )
    assert loaded(code, str(GROCERY)).isdisjoint(LEARNING)
