"""Simulated firms, built by seed in processes of their own, and what each build says of them."""

import os
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import outsidein
from outsidein.project.declarations import declare
from outsidein.simulate.declaration import Firm, default_table, with_replacements
from outsidein.simulate.quiet import quiet_firm
from outsidein.simulate.simulation import simulate

CUSTOMERS = 800


class BuiltFirm(NamedTuple):
    """The rows of `statements` that a build made of a simulated firm."""

    seed: int
    statements: list[dict]

    def shown(self, name=""):
        """Statements that the build says, of those whose name begins so."""
        return [s for s in self.statements if s["is_shown"] and s["name"].startswith(name)]


class FirmTask(NamedTuple):
    seed: int
    changes: dict
    customers: int = CUSTOMERS


def firm_with(changes):
    """The firm that comes along without its effects, but for those that `changes` plants."""
    quiet = quiet_firm(declare(Firm, default_table(), file="test"))
    table = with_replacements(quiet.model_dump(exclude_none=True), changes)
    return Firm.model_validate(table)


def build_firm(task):
    with TemporaryDirectory(prefix="firm") as folder:
        path = Path(folder) / "firm"
        simulate(firm_with(task.changes), path, customers=task.customers, seed=task.seed)
        project = outsidein.open(path)
        project.build()
        return BuiltFirm(task.seed, project.table("statements").to_pylist())


def build_firms(tasks: Iterable[FirmTask]) -> list[BuiltFirm]:
    """Build firms, as many at a time as there are processors."""
    workers = len(os.sched_getaffinity(0))
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        return list(pool.map(build_firm, tasks))
