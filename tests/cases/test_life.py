"""Whatever people, clocks and merges do in whatever order: cases stay whole."""

import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import ibis
import pyarrow as pa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from outsidein.cases.acknowledgement import (
    ContactRoute,
    send_minimum_responses,
    unacknowledged_cases,
)
from outsidein.cases.capacity import let_lapse
from outsidein.cases.declaration import Team, actor
from outsidein.cases.escalation import escalate_overdue
from outsidein.cases.events import add_event, case_history, inconsistent_cases, state_of
from outsidein.cases.lifecycle import BEGINNINGS, CaseState, EventKind
from outsidein.cases.merging import reconcile_cases
from outsidein.cases.model import Case
from outsidein.cases.open import CaseDraft, open_cases
from outsidein.cases.playbooks import Playbook, PlaybookHeader
from outsidein.cases.queue import find_case, set_owner, set_team
from outsidein.consent.permission import Permission
from outsidein.errors import InputError
from outsidein.store.store_engine import open_store
from tests.stores import EDGES, WAYS_OUT
from tests.stores import record as write

RECORDS = [f"r{n}" for n in range(4)]
PEOPLE = ["Alice", "Bob", "Charlie"]
ISSUES = ["delivery", "price"]
HUMAN = [
    k
    for k in EventKind
    if k not in (EventKind.RECEIVE, EventKind.JOIN, EventKind.LINK, EventKind.PART)
]
TEAMS = {
    "delivery": Team(
        lead="Alice",
        members={"Alice": "a@f.de", "Bob": "b@f.de"},
        capacity=1,
        escalate_to="care",
        lapse_after_hours=4,
    ),
    "care": Team(lead="Charlie", members={"Charlie": "c@f.de"}, capacity=1),
}
BOOK = Playbook(
    "call", PlaybookHeader(title="Sorry", issues=("delivery",), minimum_response="Sorry."), ""
)


class Life(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="cases-"))
        self.store = open_store(self.folder / "store.db")
        WAYS_OUT.create_all(self.store)
        self.now = datetime(2024, 3, 4, 9, tzinfo=UTC)
        self.customer = {record: record for record in RECORDS}
        self.backend = ibis.duckdb.connect()
        self.refused = set()

    def teardown(self):
        self.store.dispose()
        shutil.rmtree(self.folder)

    @rule(record=st.sampled_from(RECORDS), issue=st.sampled_from(ISSUES), kept=st.booleans())
    def an_alert_fires(self, record, issue, kept):
        draft = CaseDraft(
            about=self.customer[record], source="s", record_id=record, rule="late", issue=issue,
            severity=3, is_kept=kept, value=1, priority=ord(record[1]), team="delivery",
            owner=None, unit=None, playbook="call", propensity=1.0,
            due_at=self.now + timedelta(hours=8),
        )  # fmt: skip
        with Session(self.store) as session, session.begin():
            open_cases(session, [draft], now=self.now)

    @precondition(lambda self: self.numbers())
    @rule(
        data=st.data(),
        kind=st.sampled_from(HUMAN),
        who=st.sampled_from(PEOPLE),
    )
    def somebody_acts(self, data, kind, who):
        number = data.draw(st.sampled_from(self.numbers()))
        with Session(self.store) as session, session.begin():
            before = find_case(session, number)
            acting = {"actor": actor(who, TEAMS), "at": self.now}
            try:
                if kind == EventKind.ASSIGN:
                    set_owner(session, number, who, **acting, team=TEAMS[before.team])
                elif kind == EventKind.HAND_OVER:
                    set_team(session, number, "care", **acting, reason="better", teams=TEAMS)
                else:
                    add_event(session, number, kind, **acting)
            except InputError:
                assert find_case(session, number) == before

    @rule(hours=st.integers(1, 60))
    def time_passes(self, hours):
        self.now += timedelta(hours=hours)
        with Session(self.store) as session, session.begin():
            clock = {"now": self.now, "by": "w1"}
            escalate_overdue(session, TEAMS, outlets=EDGES, **clock)
            for name, team in TEAMS.items():
                due = unacknowledged_cases(session, name, team, now=self.now, anew=True)
                ways = {case.number: self.way(case.record_id) for case in due}
                send_minimum_responses(
                    session, due, TEAMS, playbooks={"call": BOOK}, ways=ways, outlets=EDGES, **clock
                )
                let_lapse(session, name, team, record=write, **clock)

    @rule(record=st.sampled_from(RECORDS))
    def consent_changes(self, record):
        self.refused ^= {record}

    def way(self, record):
        """Of the first three an address is known; who refused may not be written to."""
        to = f"{record}@mail.de" if record in RECORDS[:3] else None
        is_given = record not in self.refused
        return ContactRoute(to, Permission(is_given, "service", "email", "contract", "said so"))

    @rule(record=st.sampled_from(RECORDS), customer=st.sampled_from(RECORDS))
    def identity_changes(self, record, customer):
        self.customer[record] = customer
        rows = [{"source": "s", "record_id": r, "customer_id": c} for r, c in self.customer.items()]
        members = ibis.memtable(pa.Table.from_pylist(rows))
        with Session(self.store) as session, session.begin():
            reconcile_cases(session, self.backend, members, record=write, now=self.now, by="w1")

    def numbers(self):
        with Session(self.store) as session:
            return list(session.scalars(select(Case.id).order_by(Case.id)))

    @invariant()
    def every_case_is_the_fold_of_its_events(self):
        with Session(self.store) as session:
            assert inconsistent_cases(session) == []
            for number in self.numbers():
                assert state_of(case_history(session, number)) == find_case(session, number).state

    @invariant()
    def one_case_is_open_for_a_customer_on_an_issue(self):
        query = (
            select(func.count()).where(Case.closed_at.is_(None)).group_by(Case.about, Case.issue)
        )
        with Session(self.store) as session:
            assert set(session.scalars(query)) <= {1}

    @invariant()
    def nothing_grave_ends_untold(self):
        """Who complained was told the decision before the case was closed."""
        with Session(self.store) as session:
            closed = select(Case.id).where(Case.state == CaseState.CLOSED.value, Case.is_kept)
            for number in session.scalars(closed):
                kinds = [event.kind for event in case_history(session, number)]
                assert EventKind.COMMUNICATE in kinds
                assert EventKind.LAPSE not in kinds

    @invariant()
    def who_is_not_answered_is_in_sight_until_somebody_is_at_it(self):
        with Session(self.store) as session:
            for number in self.numbers():
                case = find_case(session, number)
                said = [
                    event.kind == EventKind.LEAVE_UNANSWERED
                    for event in case_history(session, number)
                    if event.kind in (EventKind.LEAVE_UNANSWERED, EventKind.ACKNOWLEDGE)
                    or (event.kind in BEGINNINGS and event.by in PEOPLE)
                ]
                is_left = bool(said) and said[-1]
                assert (case.unanswered is not None) == is_left

    @invariant()
    def who_is_told_is_told_once(self):
        with self.store.begin() as connection:
            keys = connection.execute(text("select key from outbox_of_the_test")).scalars().all()
        assert len(keys) == len(set(keys))


Life.TestCase.settings = settings(
    max_examples=5,
    stateful_step_count=20,
    suppress_health_check=[HealthCheck.too_slow],
)
TestLife = Life.TestCase
