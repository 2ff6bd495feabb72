"""Lets time pass for a simulated project's subscribers, after the firm has answered its cases."""

import re
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from outsidein.cases.queue import CaseFilter, CaseRow
from outsidein.errors import InputError, UnknownName
from outsidein.experiments.assignment import HOLD_OUT
from outsidein.simulate.accuracy.comparison import Truth
from outsidein.simulate.aftermath import Aftermath, Subjects, aftermath
from outsidein.simulate.block import dates
from outsidein.simulate.column_buffer import Floats, Ints
from outsidein.simulate.course import NUMBERS
from outsidein.simulate.declaration import Firm
from outsidein.simulate.encounters import KIND_NUMBERS
from outsidein.simulate.hazards import STAYS
from outsidein.simulate.people import DAY, draw_categories, seconds
from outsidein.simulate.registers import SUBSCRIBER
from outsidein.simulate.streams import Process, stream
from outsidein.workspace.project import Project

FAILURES = ("late_delivery", "long_wait", "unresolved_call")
"""What an encounter of each kind is where it fails, in the order of their numbers."""

COMPLAINTS = 3
"""Place of complaints among the kinds of encounters."""

AS_OF = re.compile(r"^as_of = \S+$", re.MULTILINE)

PAGE = 1_000
"""Cases read at once."""

EVERY_CASE = CaseFilter(is_open=False)
"""Open cases and closed ones."""

CASES = pa.schema(
    [
        *(("source", pa.string()), ("record_id", pa.string())),
        *(("number", pa.int64()), ("playbook", pa.string())),
    ]
)
"""Grain: one row per case that an encounter opened; `number` is the encounter's."""


class Continuation(NamedTuple):
    """What happened in the days that passed.

    Attributes:
        cases: Subscribers with a case (count).
        left: Of all subscribers, those who churned (count).
        until: The new first day that is not known.
    """

    cases: int
    left: int
    until: date


def assigned_cases(project: Project) -> pa.Table:
    """Return the cases of a simulated project that chance gave a playbook or held out.

    Returns:
        `CASES`, the oldest first.
    """
    encounters = _encounters_of_cases(project)
    rows = [
        {"source": c.source, "record_id": c.record_id, "playbook": c.playbook, "number": number}
        for c in sorted(_all_cases(project), key=lambda case: case.number)
        if c.playbook is not None and (number := encounters.get(c.number)) is not None
    ]
    return pa.Table.from_pylist(rows, schema=CASES)


def _all_cases(project: Project) -> Iterator[CaseRow]:
    page = project.cases.list(EVERY_CASE, limit=PAGE)
    yield from page.cases
    while page.after:
        page = project.cases.list(EVERY_CASE, limit=PAGE, after=page.after)
        yield from page.cases


def _encounters_of_cases(project: Project) -> dict[int, int]:
    """Return the encounter whose alert opened each case, by the number of the case."""
    latest_first = project.alerts.fired(limit=sys.maxsize)
    first_alerts = {alert.case: alert.key for alert in latest_first if alert.case is not None}
    return {case: int(key) for case, key in first_alerts.items() if key.isdigit()}


def follow(folder: Path, cases: pa.Table, *, days: int, seed: int) -> Continuation:
    """Draw which subscribers churn in the days after a build, and move the project's day.

    A customer with a case bears the jump in hazard of the failure that the case is about for 30
    days, unless the playbook of the case undoes it, as likely as the firm's `[playbook.NAME]`
    says; a hold-out undoes nothing. Everybody else bears the hazard of their months of tenure.
    Only subscriptions go on: nobody orders, calls or answers in these days. `truth/cases.parquet`
    then holds, one row per customer with a case, what was done and what it was truly worth.

    Args:
        folder: Of the simulated project.
        cases: From `assigned_cases`; of several about one customer the first counts.
        days: That pass (count).
        seed: Of chance.

    Raises:
        InputError: The project was not simulated, was followed before, or a case has a playbook
            that the firm does not know.
    """
    truth = Truth(folder / "truth")
    cases_file = folder / "truth" / "cases.parquet"
    if cases_file.exists():
        raise InputError(f"{folder} was followed before; simulate it anew to follow it again.")
    firm, subscribers = truth.firm, _subscribers(truth)
    failed = _failed(folder, truth, cases)
    place = np.searchsorted(subscribers.number, failed["customer"].to_numpy())
    rng = stream(seed, Process.FOLLOWING)
    subjects = subscribers.with_cases(place, failed)
    after = aftermath(firm, rng, subjects, at=seconds(firm.as_of), days=days)
    _write_ends(folder, subscribers.number, after, _reasons(firm, rng, len(subscribers.number)))
    pq.write_table(_truth(failed, after, place), cases_file)
    until = firm.as_of + timedelta(days=days)
    path = folder / "outsidein.toml"
    path.write_text(AS_OF.sub(f"as_of = {until}", path.read_text("utf-8")), encoding="utf-8")
    return Continuation(len(failed), int((after.left_at != STAYS).sum()), until)


class Subscribers(NamedTuple):
    """Who subscribes on the day, by number: one element each."""

    number: Ints
    joined: Ints
    hazard: Floats

    def with_cases(self, place: Ints, failed: pa.Table) -> Subjects:
        """Add what was done about whom."""
        jump, recovery = np.ones(len(self.number)), np.zeros(len(self.number))
        jump[place], recovery[place] = failed["jump"].to_numpy(), failed["recovery"].to_numpy()
        return Subjects(self.joined, self.hazard, jump, recovery)


def _subscribers(truth: Truth) -> Subscribers:
    c = truth.customers
    there = np.flatnonzero(c["is_under_contract"] & c["is_customer"])
    there = there[np.argsort(c["customer"][there])]
    joined = c["joined_on"][there].astype("datetime64[s]").astype(np.int64)
    return Subscribers(c["customer"][there], joined, c["hazard_multiplier"][there])


def _failed(folder: Path, truth: Truth, cases: pa.Table) -> pa.Table:
    """One row per subscriber with a case: `customer`, `playbook`, `jump`, `recovery`."""
    records = pa.table({name: pa.array(column) for name, column in truth.records.items()})
    turn = cases.append_column("turn", pa.array(np.arange(len(cases))))
    joined = turn.join(records, ["source", "record_id"], join_type="inner").sort_by("turn")
    first_cases = _first(
        joined.filter(pc.is_in(joined["customer"], pa.array(_subscribers(truth).number)))
    )
    books = first_cases["playbook"].to_pylist()
    recovery = {HOLD_OUT: 0.0} | {n: one.recovery for n, one in truth.firm.playbook.items()}
    if unknown := sorted(set(books) - set(recovery)):
        raise UnknownName("playbook of the simulated firm", unknown[0], truth.firm.playbook)
    return pa.table(
        {
            "customer": first_cases["customer"],
            "playbook": first_cases["playbook"],
            "jump": _jumps(folder, truth.firm, first_cases["number"].to_numpy()),
            "recovery": pa.array([recovery[book] for book in books], pa.float64()),
        }
    )


def _first(cases: pa.Table) -> pa.Table:
    _, place = np.unique(cases["customer"].to_numpy(), return_index=True)
    return cases.take(np.sort(place))


def _jumps(folder: Path, firm: Firm, number: Ints) -> Floats:
    """What multiplies the hazard after the failure that an encounter was, or was caused by."""
    number = np.where(_kind(number) == COMPLAINTS, _causes(folder, number), number)
    jumps = {name: failure.jump for name, failure in firm.failure.items()}
    return np.array([jumps.get(name, 1.0) for name in FAILURES])[_kind(number)]  # type: ignore[call-overload]


def _kind(number: Ints) -> Ints:
    return np.asarray(number % NUMBERS // KIND_NUMBERS)


def _causes(folder: Path, number: Ints) -> Ints:
    """The failure behind each complaint; of other numbers there is none."""
    path = folder / "data" / "complaints"
    complaints = pq.read_table(path).sort_by("complaint_number") if path.exists() else None
    if complaints is None or not len(number):
        return number
    of, cause = (complaints[name].to_numpy() for name in ("complaint_number", "caused_by"))
    place = np.searchsorted(of, number).clip(max=len(of) - 1)
    return np.asarray(cause[place])


def _reasons(firm: Firm, rng: np.random.Generator, size: int) -> list[str]:
    """Why each would leave: the reasons that no failure made, by their weights."""
    names, weights = list(firm.contract.reasons), list(firm.contract.reasons.values())
    return [names[one] for one in draw_categories(rng, weights, size)]


def _write_ends(folder: Path, number: Ints, after: Aftermath, why: list[str]) -> None:
    """Let the subscriptions of those who left end."""
    ends = pa.table(
        {
            "number": number * 10 + SUBSCRIBER,
            "end": dates(np.where(after.left_at == STAYS, 0, after.left_at // DAY),
                         there=after.left_at != STAYS),
            "why": why,
        }
    )  # fmt: skip
    for path in sorted((folder / "data" / "subscriptions").glob("*.parquet")):
        subscriptions = pq.read_table(path)
        order = subscriptions.append_column("turn", pa.array(np.arange(len(subscriptions))))
        joined = order.join(ends, "number").sort_by("turn")
        left = pc.is_valid(joined["end"])
        end = pc.if_else(left, joined["end"], joined["ended_on"])
        reason = pc.if_else(left, joined["why"], joined["reason"])
        subscriptions = subscriptions.set_column(
            subscriptions.column_names.index("ended_on"), "ended_on", end
        )
        subscriptions = subscriptions.set_column(
            subscriptions.column_names.index("reason"), "reason", reason
        )
        pq.write_table(subscriptions, path, compression="zstd", compression_level=1)


def _truth(failed: pa.Table, after: Aftermath, place: Ints) -> pa.Table:
    columns = {"is_recovered": after.is_recovered, "is_customer": after.left_at == STAYS}
    columns |= {"stays_recovered": after.stays_recovered, "stays_otherwise": after.stays_otherwise}
    for name, column in columns.items():
        failed = failed.append_column(name, pa.array(column[place]))
    return failed
