"""Open cases after customers were merged or unmerged: linked, and attributed anew."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis.backends import BaseBackend
from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from outsidein.cases.links import Link, MergeCounts, current_links, link_cases, part_cases
from outsidein.cases.model import Case
from outsidein.cases.notices import Record

CLOCK = "merges"
"""The audit's name for the clock that looks up whose each case is."""

AT_ONCE = 400
_CASES = {
    "number": "!int64",
    "about": "!string",
    "source": "!string",
    "record_id": "string",
    "issue": "!string",
    "is_open": "!boolean",
}


def reconcile_cases(
    session: Session,
    backend: BaseBackend,
    members: ir.Table,
    *,
    record: Record,
    now: datetime,
    by: str,
) -> MergeCounts:
    """Look up anew whose each open case is, through the record it names.

    Of several open cases of one customer on one issue the oldest stands for the customer, so that
    further alerts join it; the others stay open and are linked to it. After an unmerge each
    stands for its own customer again.

    Args:
        session: The transaction it becomes part of.
        backend: Where `members` lies.
        members: One row per record: `source`, `record_id`, `customer_id`.
        record: Writes into the audit.
        now: When (aware).
        by: Whose clock it is: the worker's name.
    """
    before = current_links(session)
    cases = _cases(session, before)
    if not cases.num_rows:
        return MergeCounts(0, 0, 0)
    rows = _whose(backend, cases, members)
    moved = {row["number"]: row["wanted"] for row in rows if row["wanted"] != row["about"]}
    _move(session, moved)
    links = {(row["number"], row["first"]) for row in rows if row["number"] != row["first"]}
    customers = {row["number"]: row["customer_id"] for row in rows}
    parted = {link for link in before - links if customers.get(link[0]) != customers.get(link[1])}
    for link in sorted(links - before):
        link_cases(session, link, now)
        _audit(session, record, "case.linked", link, now=now, by=by)
    for link in sorted(parted):
        part_cases(session, link, now)
        _audit(session, record, "case.parted", link, now=now, by=by)
    return MergeCounts(len(moved), len(links - before), len(parted))


def _cases(session: Session, links: Iterable[Link]) -> pa.Table:
    """All open cases, and closed ones that are linked."""
    columns = (Case.id, Case.about, Case.source, Case.record_id, Case.issue, Case.closed_at)
    rows = list(session.execute(select(*columns).where(Case.closed_at.is_(None))))
    ends = sorted({end for link in links for end in link} - {row.id for row in rows})
    for start in range(0, len(ends), AT_ONCE):
        chunk = ends[start : start + AT_ONCE]
        rows += session.execute(select(*columns).where(Case.id.in_(chunk)))
    written = [
        {
            "number": row.id,
            "about": row.about,
            "source": row.source,
            "record_id": row.record_id,
            "issue": row.issue,
            "is_open": row.closed_at is None,
        }
        for row in rows
    ]
    return pa.Table.from_pylist(written, schema=ibis.schema(_CASES).to_pyarrow())


def _whose(backend: BaseBackend, cases: pa.Table, members: ir.Table) -> list[dict[str, Any]]:
    """One row per case with a record: its customer, the first open case, the `about` it needs."""
    ids = members.select("source", "record_id", "customer_id")
    joined = ibis.memtable(cases).inner_join(ids, ["source", "record_id"])
    beside = ibis.window(group_by=["customer_id", "issue", "is_open"])
    first = joined.number.min().over(beside)
    numbered = joined.mutate(first=ibis.ifelse(joined.is_open, first, joined.number))
    own = numbered.customer_id + "#" + numbered.number.cast("string")
    wanted = ibis.ifelse(numbered.first == numbered.number, numbered.customer_id, own)
    rows = numbered.select(
        "number",
        "customer_id",
        "first",
        "about",
        wanted=ibis.ifelse(numbered.is_open, wanted, numbered.about),
    )
    case_rows: list[dict[str, Any]] = backend.to_pyarrow(rows.order_by("number")).to_pylist()
    return case_rows


def _move(session: Session, moved: Mapping[int, str]) -> None:
    """Write whom cases are about, through a temporary name each, so that no two collide."""
    if not moved:
        return
    table = Case.__table__
    write = update(Case).where(table.c.id == bindparam("number")).values(about=bindparam("whom"))
    aside = [{"number": number, "whom": f"#{number}"} for number in sorted(moved)]
    there = [{"number": number, "whom": moved[number]} for number in sorted(moved)]
    for rows in (aside, there):
        session.connection().execute(write, rows)


def _audit(
    session: Session, record: Record, did: str, link: Link, *, now: datetime, by: str
) -> None:
    about, details = f"case:{link[0]}", {"clock": CLOCK, "case": link[1]}
    record(session, who=by, did=did, about=about, at=now, details=details)
