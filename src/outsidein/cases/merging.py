"""Open cases after customers were merged or parted: linked, never lost, found again."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import bindparam, select, tuple_, update
from sqlalchemy.orm import Session

from outsidein.cases.events import happen
from outsidein.cases.lifecycle import SYSTEM, Actor, Kind
from outsidein.cases.model import Case, CaseLink
from outsidein.cases.notices import Record

if TYPE_CHECKING:  # a run that finds nothing new opens no engine, and loads none
    import ibis.expr.types as ir
    import pyarrow as pa
    from ibis.backends import BaseBackend

CLOCK = "merges"
"""What the audit calls the clock that finds anew whose a case is."""

AT_ONCE = 400
Link = tuple[int, int]
"""A case, and the older one of the same customer and issue."""

_CASES = {
    "number": "!int64",
    "about": "!string",
    "source": "!string",
    "record_id": "string",
    "issue": "!string",
    "is_open": "!boolean",
}


class Reconciled(NamedTuple):
    """What merges and unmerges meant for cases: how many moved, were linked, were parted."""

    moved: int
    linked: int
    parted: int


def reconcile(
    session: Session,
    backend: "BaseBackend",
    members: "ir.Table",
    *,
    record: Record,
    now: datetime,
    by: str,
) -> Reconciled:
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
    before = _links(session)
    cases = _cases(session, before)
    if not cases.num_rows:
        return Reconciled(0, 0, 0)
    found = _whose(backend, cases, members)
    moved = {row["number"]: row["wanted"] for row in found if row["wanted"] != row["about"]}
    _move(session, moved)
    links = {(row["number"], row["first"]) for row in found if row["number"] != row["first"]}
    customers = {row["number"]: row["customer_id"] for row in found}
    parted = {link for link in before - links if customers.get(link[0]) != customers.get(link[1])}
    for link in sorted(links - before):
        _link(session, link, now)
        _audit(session, record, "case.linked", link, now=now, by=by)
    for link in sorted(parted):
        _part(session, link, now)
        _audit(session, record, "case.parted", link, now=now, by=by)
    return Reconciled(len(moved), len(links - before), len(parted))


def linked(session: Session, number: int) -> list[int]:
    """Return the cases that turned out to be the same customer's, on the same issue."""
    query = select(CaseLink.case_id, CaseLink.to_case_id).where(
        CaseLink.parted_at.is_(None),
        (CaseLink.case_id == number) | (CaseLink.to_case_id == number),
    )
    return sorted({end for row in session.execute(query) for end in row} - {number})


def _links(session: Session) -> set[Link]:
    query = select(CaseLink.case_id, CaseLink.to_case_id).where(CaseLink.parted_at.is_(None))
    return {(row.case_id, row.to_case_id) for row in session.execute(query)}


def _cases(session: Session, links: Iterable[Link]) -> "pa.Table":
    """All open cases, and closed ones that are linked."""
    import ibis  # noqa: PLC0415  loaded by who needs it
    import pyarrow as pa  # noqa: PLC0415  loaded by who needs it

    columns = (Case.id, Case.about, Case.source, Case.record_id, Case.issue, Case.closed_at)
    rows = list(session.execute(select(*columns).where(Case.closed_at.is_(None))))
    ends = sorted({end for link in links for end in link} - {row.id for row in rows})
    for start in range(0, len(ends), AT_ONCE):
        some = ends[start : start + AT_ONCE]
        rows += session.execute(select(*columns).where(Case.id.in_(some)))
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


def _whose(backend: "BaseBackend", cases: "pa.Table", members: "ir.Table") -> list[dict[str, Any]]:
    """Per case of a known record: its customer, the oldest open case beside it, what to write."""
    import ibis  # noqa: PLC0415  loaded by who needs it

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
    listed: list[dict[str, Any]] = backend.to_pyarrow(rows.order_by("number")).to_pylist()
    return listed


def _move(session: Session, moved: Mapping[int, str]) -> None:
    """Write whom cases are about; by way of a name of their own, so that none is in another's."""
    if not moved:
        return
    table = Case.__table__
    write = update(Case).where(table.c.id == bindparam("number")).values(about=bindparam("whom"))
    aside = [{"number": number, "whom": f"#{number}"} for number in sorted(moved)]
    there = [{"number": number, "whom": moved[number]} for number in sorted(moved)]
    for rows in (aside, there):
        session.connection().execute(write, rows)


def _link(session: Session, link: Link, now: datetime) -> None:
    stored_link = session.get(CaseLink, link)
    if stored_link is None:
        session.add(CaseLink(case_id=link[0], to_case_id=link[1], linked_at=now, parted_at=None))
    else:
        stored_link.linked_at, stored_link.parted_at = now, None
    _tell(session, Kind.LINK, link, now)


def _part(session: Session, link: Link, now: datetime) -> None:
    of_link = tuple_(CaseLink.case_id, CaseLink.to_case_id) == link
    session.execute(update(CaseLink).where(of_link).values(parted_at=now))
    _tell(session, Kind.PART, link, now)


def _audit(
    session: Session, record: Record, did: str, link: Link, *, now: datetime, by: str
) -> None:
    about, told = f"case:{link[0]}", {"clock": CLOCK, "case": link[1]}
    record(session, who=by, did=did, about=about, at=now, details=told)


def _tell(session: Session, kind: Kind, link: Link, now: datetime) -> None:
    for number, other in (link, link[::-1]):
        happen(session, number, kind, actor=Actor(SYSTEM), at=now, details={"case": other})
