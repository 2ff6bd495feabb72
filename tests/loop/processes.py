"""Workers and people as real processes, which can be made to die by kill -9 at any step."""

import multiprocessing
import os
import sys
from datetime import timedelta

from sqlalchemy import Engine, event

from outsidein.cli import main
from tests.delivery.processes import Steps
from tests.loop.firm import Firm

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.loop.processes"])  # imports last longer than the work


def begin(function, *arguments):
    process = CONTEXT.Process(target=function, args=arguments, daemon=True)
    process.start()
    return process


def ended(function, *arguments):
    """Run it to its end; returns whether it was killed."""
    process = begin(function, *arguments)
    process.join()
    assert process.exitcode in (0, -9)
    return process.exitcode == -9


def command(settings, fatal, *words):
    """The real `outsidein`, which dies before a step: a statement or commit on the store."""
    os.environ.update(settings)
    _die_before(fatal)
    sys.argv = ["outsidein", *map(str, words)]
    sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: PTH123, SIM115  until it dies
    main()


def work_at(settings, fatal, folder, given):
    """What a worker does once, at another time than now."""
    os.environ.update(settings)
    _die_before(fatal)
    assert None not in Firm(folder, settings, *given).work().values()


def accept(settings, fatal, folder, given):
    now, number, who = given
    _die_before(fatal)
    Firm(folder, settings, now).project.cases.accept(number, by=who)


def finish(settings, fatal, folder, given):
    now, number, who = given
    _die_before(fatal)
    cases = Firm(folder, settings, now).project.cases
    cases.done(number, by=who, note="sent again", cause="carrier")


def _die_before(fatal):
    step = Steps(fatal)
    for name in ("before_cursor_execute", "after_cursor_execute", "commit"):
        event.listen(Engine, name, step)


LATER = timedelta(minutes=10)
"""Longer than a delivery is held for a worker that died."""
