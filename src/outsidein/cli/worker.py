"""`outsidein worker`: what runs without being asked."""

import logging
import os
import random
import secrets
import socket
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from outsidein.cli.console import err, out, row
from outsidein.workspace.project import open_project

Folder = Annotated[Path, typer.Option("--project", "-p", help="Folder of the project.")]


def worker(
    once: Annotated[  # noqa: FBT002  a flag of the command
        bool, typer.Option("--once", help="Do what is due and return, for a timer of the system.")
    ] = False,
    folder: Folder = Path(),
) -> None:
    """Send mails and webhooks and build on schedule, until it is told to stop (SIGTERM, Ctrl-C).

    Several may run at once. What is under way when it stops is finished.

    Example: outsidein worker --project shop
    """
    from outsidein.worker.duties import duties_of  # noqa: PLC0415  loaded by who asks for it
    from outsidein.worker.worker import stop_on_signal, work, work_off  # noqa: PLC0415  loaded by who asks for it

    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s")
    project = open_project(folder)
    operations, alerts = project.operations, project.alerts
    name = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
    duties = duties_of(
        operations,
        build=lambda: project.build(by=name).snapshot.number,
        run=partial(alerts.run_counted, by=name),
        rng=random.Random(),  # noqa: S311  spreads attempts, keeps no secret
        worker=name,
    )
    err.print(f"{name}: {', '.join(duty.name for duty in duties) or 'nothing to do'}", markup=False)
    if once:
        done = work_off(duties, clock=operations.clock)
        row("duty", "done")
        for duty, number in done.items():
            row(duty, "failed" if number is None else number)
        failed = None in done.values()
    else:
        work(duties, clock=operations.clock, stop=stop_on_signal())
        out.print("Stopped.")
        failed = False
    project.close()
    if failed:
        raise typer.Exit(1)
