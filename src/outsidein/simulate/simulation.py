"""Simulates a firm into a folder: exports, project files and truth."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from outsidein.errors import InputError
from outsidein.simulate.block import Tables, block_of
from outsidein.simulate.changes import changes
from outsidein.simulate.classes import deviations, true_class
from outsidein.simulate.column_buffer import Floats, Ints
from outsidein.simulate.course import course
from outsidein.simulate.declaration import Firm
from outsidein.simulate.exports.sources import exports
from outsidein.simulate.hazards import UNKNOWN, HazardTruth, reasons
from outsidein.simulate.realised import truth_tables
from outsidein.simulate.registers import Spellings
from outsidein.simulate.streams import BLOCK
from outsidein.simulate.template import write_project
from outsidein.simulate.texts import ClauseTable, vocabulary

DATA, TRUTH = "data", "truth"
"""Folders of a simulated project: what a build reads, and what it must find."""


class BlockTask(NamedTuple):
    """One block to simulate."""

    firm_json: str
    folder: Path
    seed: int
    number: int
    first: int
    size: int


class Done(NamedTuple):
    """What is known of a block that was written."""

    rows: dict[str, int]
    schemas: dict[str, pa.Schema]
    hazards: HazardTruth


@dataclass(frozen=True, slots=True)
class Simulated:
    """A simulated firm: where it lies, and the rows of each export."""

    folder: Path
    rows: dict[str, int]


def simulate(
    firm: Firm,
    folder: Path,
    *,
    customers: int,
    seed: int,
    workers: int = 1,
    progress: Callable[[int], None] = lambda _: None,
) -> Simulated:
    """Simulate a firm and write it as a project, with the truth beside it.

    The same firm, customers and seed give the same bytes, however many workers there are.

    Args:
        firm: What the firm is like.
        folder: To make; must not hold a project yet.
        customers: How many (count).
        seed: Of all chance.
        workers: Processes (count); with more than one, a script needs its `__main__` guard.
        progress: Told how many customers are done.

    Raises:
        InputError: The folder holds a project already, or `customers` is below 1.
    """
    if (folder / "outsidein.toml").exists():
        raise InputError(f"{folder} holds a project already; choose another folder.")
    if customers < 1:
        raise InputError(f"{customers} customers cannot be simulated; ask for 1 or more.")
    tasks = _tasks(firm, folder, customers=customers, seed=seed)
    done, total = [], 0
    for block, task in zip(_worked(tasks, workers), tasks, strict=True):
        done.append(block)
        total += task.size
        progress(total)
    rows = {name: sum(block.rows[name] for block in done) for name in done[0].rows}
    schemas = {name: schema for name, schema in done[0].schemas.items() if rows[name]}
    write_project(firm, folder, schemas)
    _write_truth(firm, folder, [block.hazards for block in done], seed=seed, customers=customers)
    return Simulated(folder, rows)


def _tasks(firm: Firm, folder: Path, *, customers: int, seed: int) -> list[BlockTask]:
    firm_json = firm.model_dump_json()
    firsts = range(0, customers, BLOCK)
    return [
        BlockTask(firm_json, folder, seed, number, first, min(BLOCK, customers - first))
        for number, first in enumerate(firsts)
    ]


def _worked(tasks: list[BlockTask], workers: int) -> Iterator[Done]:
    """Work the tasks off, in order."""
    many = min(workers, len(tasks))
    if many == 1:
        yield from map(_work, tasks)
        return
    with ProcessPoolExecutor(many, mp_context=get_context("spawn")) as pool:
        yield from pool.map(_work, tasks)


@lru_cache(maxsize=1)
def _prepared(firm_json: str, seed: int) -> tuple[Firm, ClauseTable, Spellings]:
    """What all blocks of a process share."""
    firm = Firm.model_validate_json(firm_json)
    return firm, vocabulary(firm, seed=seed), Spellings(seed=seed)


def _work(task: BlockTask) -> Done:
    firm, words, spelt = _prepared(task.firm_json, task.seed)
    run = course(firm, seed=task.seed, block=task.number, first=task.first, size=task.size)
    block = block_of(firm, run, words, seed=task.seed, number=task.number)
    tables, truth = exports(block, spelt), truth_tables(block)
    # A build takes a file without rows for a mistake.
    filled = {name: table for name, table in tables.items() if table.num_rows}
    _write(filled, task.folder / DATA, task.number)
    _write(truth, task.folder / TRUTH, task.number)
    rows = {name: table.num_rows for name, table in tables.items()}
    return Done(rows, {name: table.schema for name, table in tables.items()}, run.hazards)


def _write(tables: Tables, folder: Path, number: int) -> None:
    for name, table in tables.items():
        (folder / name).mkdir(parents=True, exist_ok=True)
        path = folder / name / f"{number:06}.parquet"
        pq.write_table(table, path, compression="zstd", compression_level=1)


def _write_truth(
    firm: Firm, folder: Path, hazards: list[HazardTruth], *, seed: int, customers: int
) -> None:
    at_risk = np.sum([truth.at_risk for truth in hazards], axis=0)
    expected = np.sum([truth.expected for truth in hazards], axis=0)
    tables = {
        "hazards": _hazards(firm, at_risk, expected),
        "factors": pa.Table.from_pylist(list(_factors(firm))),
        "arms": pa.Table.from_pylist(list(_arms(firm))),
        "shifts": pa.Table.from_pylist([one._asdict() for one in changes(firm)], _SHIFTS),
    }
    for name, table in tables.items():
        pq.write_table(table, folder / TRUTH / f"{name}.parquet")
    content = {"seed": seed, "customers": customers, "firm": firm.model_dump(mode="json")}
    text = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
    (folder / TRUTH / "firm.json").write_text(text, encoding="utf-8")


def _hazards(firm: Firm, at_risk: Ints, expected: Floats) -> pa.Table:
    """One row per segment, month of tenure (from 1) and reason that is reason_names."""
    stated, size = 1 - firm.contract.unsaid, at_risk.size
    reason_names = [*reasons(firm), UNKNOWN]
    by_reason = np.concatenate(
        [expected * stated, expected.sum(axis=2, keepdims=True) * (1 - stated)], axis=2
    )
    segment, month, reason = (
        axis.ravel() for axis in np.indices((*at_risk.shape, len(reason_names)))
    )
    return pa.table(
        {
            "segment": pa.array(list(firm.segment)).take(segment),
            "month": month + 1,
            "reason": pa.array(reason_names).take(reason),
            "at_risk": np.repeat(at_risk.ravel(), len(reason_names)),
            "expected": by_reason.reshape(size * len(reason_names)),
        }
    )


def _factors(firm: Firm) -> Iterator[dict[str, object]]:
    spread = deviations(firm)
    for factor in firm.factor:
        for segment in firm.segment:
            for year in range(firm.first_on.year, firm.as_of.year + 1):
                penalty, reward = firm.effect(factor, segment, year)
                yield {
                    "factor": factor, "segment": segment, "year": year,
                    "class": true_class(penalty, reward, deviation=spread[segment]),
                    "penalty": penalty, "reward": reward,
                }  # fmt: skip


def _arms(firm: Firm) -> Iterator[dict[str, object]]:
    for name, campaign in firm.campaign.items():
        for segment in firm.segment:
            for sent, uplift in (("hold_out", 0.0), ("sent", campaign.uplift)):
                yield {"experiment": name, "arm": sent, "segment": segment, "uplift": uplift}
    for name, experiment in firm.experiment.items():
        for arm_name, arm in experiment.arm.items():
            for segment in firm.segment:
                uplift = arm.segment.get(segment, arm.uplift)
                yield {"experiment": name, "arm": arm_name, "segment": segment, "uplift": uplift}
    for name, playbook in firm.playbook.items():
        for segment in firm.segment:
            yield {
                "experiment": "complaint_playbook", "arm": name, "segment": segment,
                "uplift": playbook.recovery,
            }  # fmt: skip


_SHIFTS = pa.schema(
    [
        *(("of", pa.string()), ("name", pa.string()), ("on", pa.date32())),
        *(("what", pa.string()), ("before", pa.float64()), ("after", pa.float64())),
    ]
)
