import subprocess
import sys

LATE = [
    *("scipy", "sklearn", "pandas", "fastapi", "uvicorn", "httpx", "altair"),
    *("ruptures", "holidays", "py3langid", "vaderSentiment"),
]
"""Loaded by the commands that use them, and by nobody else."""


def loaded(code):
    told = f"{code}; import sys; print(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", told], check=True, capture_output=True, text=True)
    return set(done.stdout.split())


def test_the_command_loads_nothing_that_only_some_of_its_verbs_need():
    assert loaded("import outsidein.cli").isdisjoint(LATE)
