"""`outsidein worker`: what runs without being asked."""

import logging
import os
import random
import secrets
import socket
from functools import partial
from threading import Event
from typing import Annotated

import typer

from outsidein.cli.console import err, out, print_table
from outsidein.cli.groups import verb
from outsidein.cli.project import opened
from outsidein.cli.visible_console import RecordFormatter
from outsidein.worker.duties import duties_of
from outsidein.worker.worker import run_duties, run_duties_once, stop_on_signal
from outsidein.workspace.project import Project

app = verb()

log = logging.getLogger("outsidein.worker")


@app.command()
def worker(
    context: typer.Context,
    once: Annotated[
        bool, typer.Option("--once", help="Do what is due and exit, for a system timer.")
    ] = False,
) -> None:
    """Send mails and webhooks, run alerts and scheduled builds until stopped (SIGTERM, Ctrl-C).

    Several may run at once. One that is stopped finishes what is in progress: a mail or webhook
    takes 30 seconds at most.

    Example: outsidein worker --project shop
    """
    lines = logging.StreamHandler()
    lines.setFormatter(RecordFormatter("%(asctime)s %(levelname)s %(message)s"))
    logging.basicConfig(handlers=[lines])
    project = opened(context)
    name = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
    stop = Event() if once else stop_on_signal()
    duties = duties_of(
        project.workspace,
        build=partial(_build, project, by=name),
        run=partial(project.alerts.run_counted, by=name),
        rng=random.Random(),  # noqa: S311  spreads attempts, keeps no secret
        worker=name,
        is_stopping=stop.is_set,
    )
    err.print(f"{name}: {', '.join(duty.name for duty in duties) or 'nothing to do'}", markup=False)
    if once:
        done = run_duties_once(duties, clock=project.workspace.clock)
        rows = [(duty, "failed" if count is None else count) for duty, count in done.items()]
        print_table(("duty", "done"), rows)
        failed = None in done.values()
    else:
        run_duties(duties, clock=project.workspace.clock, stop=stop)
        out.print("Stopped.")
        failed = False
    project.close()
    if failed:
        raise typer.Exit(1)


def _build(project: Project, *, by: str) -> int:
    """Build, log a build that is withheld, and return the number."""
    built = project.build(by=by)
    number = built.snapshot.number
    if not built.verdict.is_published:
        log.warning("build %d was withheld; `outsidein builds show %d` says why", number, number)
    return number
