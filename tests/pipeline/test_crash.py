import os
import random
import signal
import subprocess
import sys
import time

import pyarrow.parquet as pq

import outsidein
from tests.projects import write_shop

BUILD = "import sys, outsidein; outsidein.open(sys.argv[1]).build()"


def test_a_build_killed_at_any_moment_leaves_the_last_good_snapshot(tmp_path, rounds):
    """Kill -9 at random moments of a build; the snapshot in use is whole after each."""
    folder = write_shop(tmp_path / "shop")
    began = time.monotonic()
    subprocess.run([sys.executable, "-c", BUILD, folder], check=True)
    lasts = time.monotonic() - began
    rng = random.Random(7)  # noqa: S311  no secret
    killed = 0
    for _ in range(rounds(50)):
        process = subprocess.Popen([sys.executable, "-c", BUILD, folder])
        time.sleep(rng.uniform(0, lasts * 1.1))
        if process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)
            killed += 1
        process.wait()
        assert_whole(outsidein.open(folder))
    assert killed > 0
    outsidein.open(folder).build()
    assert_whole(outsidein.open(folder))
    builds = folder / ".outsidein" / "lake" / "builds"
    kept = {f"{s.number:06d}" for s in outsidein.open(folder).snapshots() if not s.is_pruned}
    assert {path.name for path in builds.iterdir()} == kept


def assert_whole(project):
    snapshot = project.snapshot()
    assert (snapshot.folder / "manifest.json").exists()
    for name in snapshot.tables():
        pq.read_table(snapshot.table(name))
    assert len(project.figures()) > 15
    assert project.table("memberships").num_rows == 40
