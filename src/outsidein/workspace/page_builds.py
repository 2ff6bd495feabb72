"""A build that is started from a page: a process of its own, whose progress every page can read.

Run as `python -m outsidein.workspace.page_builds FOLDER BY`, it builds the project in FOLDER.
"""

import json
import subprocess
import sys
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Thread

from filelock import FileLock, Timeout

from outsidein import workspace
from outsidein.errors import InputError
from outsidein.pipeline.order import STEPS
from outsidein.pipeline.usage import StepUsage
from outsidein.store.locks import exclusive_lock
from outsidein.workspace.workspace import HOME, Workspace

RUN, LOCK, LOG = "page-build.json", "page-build.lock", "page-build.log"
"""Files in a project's own folder: how far the build is, who runs it, and what it printed."""

TO_START = timedelta(minutes=1)
"""How long a process may take until it holds the lock."""

TO_WAIT = 5.0
"""For the lock, which every look at the build holds for a moment (seconds)."""

NO_ANSWER = f"It ended without an answer: {HOME}/{LOG} says why."


@dataclass(frozen=True, slots=True)
class BuildRun:
    """How far a build is that was started from a page.

    Attributes:
        by: Who started it.
        began_at: When (ISO 8601).
        steps: Names of the steps that are over.
        outcome: What came of it, in one line; empty while it runs.
        number: Of the build, once there is one.
        is_running: Whether it runs.
    """

    by: str
    began_at: str
    steps: tuple[str, ...] = ()
    outcome: str = ""
    number: int | None = None
    is_running: bool = True

    @property
    def began(self) -> datetime:
        """When it began."""
        return datetime.fromisoformat(self.began_at)

    @property
    def all_steps(self) -> int:
        """Steps of a build, and its publication (count)."""
        return len(STEPS) + 1


@dataclass(frozen=True, slots=True)
class PageBuilds:
    """Builds of one project that are started from a page."""

    work: Workspace

    @property
    def _home(self) -> Path:
        return self.work.folder / HOME

    def start(self, *, by: str) -> None:
        """Start a build in a process of its own; the pages show how far it is.

        Raises:
            InputError: One is running.
        """
        with exclusive_lock(self.work.store, "page-build"):
            last = self.last()
            if last and last.is_running:
                raise InputError(f"A build is running already: {last.by} started it.")
            with self.work.acts.act("build.started", "build", by=by) as act:
                _write(self._home, BuildRun(by, act.now.isoformat()))
        with (self._home / LOG).open("wb") as log:
            process = subprocess.Popen(  # noqa: S603  this program, no shell
                [sys.executable, "-m", __name__, str(self.work.folder.resolve()), by],
                env=dict(self.work.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # it goes on where the server is started anew
            )
        Thread(target=process.wait, name="build", daemon=True).start()  # nobody else takes its end

    def last(self) -> BuildRun | None:
        """Return how far the last build is that was started from a page; None if none was."""
        if not (self._home / RUN).exists():
            return None
        run = _read(self._home)
        if run.outcome:
            return replace(run, is_running=False)
        is_starting = self.work.clock() - run.began < TO_START
        if is_starting or _is_locked(self._home / LOCK):
            return run
        return replace(run, is_running=False, outcome=NO_ANSWER)

    def run(self, *, by: str) -> None:
        """Build here and now, and write down how far it is; do nothing where one runs."""
        try:
            with FileLock(self._home / LOCK, timeout=TO_WAIT):
                self._build(BuildRun(by, self.work.clock().isoformat()))
        except Timeout:
            return

    def _build(self, run: BuildRun) -> None:
        def note(step: StepUsage) -> None:
            nonlocal run
            run = replace(run, steps=(*run.steps, step.name))
            _write(self._home, run)

        _write(self._home, run)
        try:
            built = workspace.building.build(
                self.work,
                threads=None,
                environment=self.work.environment,
                progress=None,
                step=note,
                by=run.by,
            )
        except InputError as error:
            _write(self._home, replace(run, outcome=f"Nothing was built. {error}"))
            return
        number, verdict = built.snapshot.number, built.verdict
        outcome = f"Build {number} is now current."
        if not verdict.is_published:
            outcome = f"Build {number} was withheld. {' '.join(verdict.exceeds)}"
        _write(self._home, replace(run, outcome=outcome, number=number))


def _is_locked(path: Path) -> bool:
    lock = FileLock(path, timeout=0)
    try:
        with lock:
            return False
    except Timeout:
        return True


def _write(home: Path, run: BuildRun) -> None:
    part = home / f"{RUN}.part"
    part.write_text(json.dumps(asdict(run)), encoding="utf-8")
    part.replace(home / RUN)


def _read(home: Path) -> BuildRun:
    values = json.loads((home / RUN).read_text("utf-8"))
    return BuildRun(**values | {"steps": tuple(values["steps"])})


def main() -> None:
    """Build the project of the command line."""
    folder, by = sys.argv[1:]
    with workspace.project.Project(Path(folder)) as project:
        project.page_builds.run(by=by)


if __name__ == "__main__":
    main()
