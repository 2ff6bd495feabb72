"""States of a case and the events that lead from one to the next, after ISO 10002."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from outsidein.errors import InputError

DISASTER = 5
"""Severity from which a case is never dropped, complaint or not."""

SYSTEM = "outsidein"
"""Who acts where no person does: clocks, capacity, merges."""


class CaseState(StrEnum):
    """Where the work on a case stands."""

    RECEIVED = "received"
    ACKNOWLEDGED = "acknowledged"  # the customer knows that we know
    ASSESSED = "assessed"  # how severe, how complex, how urgent
    INVESTIGATED = "investigated"
    RESPONDED = "responded"  # something was done or offered
    COMMUNICATED = "communicated"  # the customer was told the decision
    CLOSED = "closed"


class EventKind(StrEnum):
    """Kinds of events of a case."""

    RECEIVE = "receive"
    ACKNOWLEDGE = "acknowledge"
    ASSESS = "assess"
    INVESTIGATE = "investigate"
    RESPOND = "respond"
    COMMUNICATE = "communicate"
    CLOSE = "close"
    REOPEN = "reopen"
    LAPSE = "lapse"  # beyond capacity and past its time; never a complaint or a disaster
    HOLD_OUT = "hold_out"  # left alone by chance, to tell what the work is worth; likewise never
    ASSIGN = "assign"
    HAND_OVER = "hand_over"  # to another team
    ESCALATE = "escalate"
    LEAVE_UNANSWERED = "leave_unanswered"  # its customer could not or may not be written to
    JOIN = "join"  # another alert on the same customer and issue
    CAUSE = "cause"  # the root cause was found
    VERDICT = "verdict"  # what the customer says of it
    LINK = "link"  # another open case turned out to be the same customer's
    PART = "part"  # and no longer is
    SNOOZE = "snooze"  # out of the queue until a moment; its clock runs on
    WAKE = "wake"  # back before that moment
    NOTE = "note"


OPEN = frozenset(CaseState) - {CaseState.CLOSED}
ANY = frozenset(CaseState)

_STEPS: Mapping[EventKind, tuple[frozenset[CaseState], CaseState]] = {
    EventKind.ACKNOWLEDGE: (frozenset({CaseState.RECEIVED}), CaseState.ACKNOWLEDGED),
    EventKind.ASSESS: (frozenset({CaseState.ACKNOWLEDGED}), CaseState.ASSESSED),
    EventKind.INVESTIGATE: (frozenset({CaseState.ASSESSED}), CaseState.INVESTIGATED),
    EventKind.RESPOND: (
        frozenset({CaseState.ASSESSED, CaseState.INVESTIGATED}),
        CaseState.RESPONDED,
    ),
    EventKind.COMMUNICATE: (frozenset({CaseState.RESPONDED}), CaseState.COMMUNICATED),
    EventKind.REOPEN: (frozenset({CaseState.CLOSED}), CaseState.ACKNOWLEDGED),
}
STEPS = (*_STEPS,)
"""Events by which people move a case on, in their order; closing it is one of its own."""

_STAYING: Mapping[EventKind, frozenset[CaseState]] = {
    EventKind.ASSIGN: OPEN,
    EventKind.HAND_OVER: OPEN,
    EventKind.ESCALATE: OPEN,
    EventKind.LEAVE_UNANSWERED: frozenset({CaseState.RECEIVED, CaseState.ACKNOWLEDGED}),
    EventKind.JOIN: OPEN,
    EventKind.CAUSE: ANY,
    EventKind.VERDICT: frozenset({CaseState.COMMUNICATED, CaseState.CLOSED}),
    EventKind.LINK: OPEN,
    EventKind.PART: ANY,
    EventKind.SNOOZE: OPEN,
    EventKind.WAKE: OPEN,
    EventKind.NOTE: ANY,
}

_OWNERS = frozenset(
    {
        *(
            EventKind.ACKNOWLEDGE,
            EventKind.ASSESS,
            EventKind.INVESTIGATE,
            EventKind.RESPOND,
            EventKind.COMMUNICATE,
        ),
        *(EventKind.CLOSE, EventKind.REOPEN, EventKind.CAUSE, EventKind.HAND_OVER),
        *(EventKind.SNOOZE, EventKind.WAKE),
    }
)
"""What only the owner, or the lead of the team, may do."""

BEGINNINGS = (_OWNERS - {EventKind.HAND_OVER}) | {EventKind.ASSIGN}
"""Events that show somebody works on a case, so that it uses the day's capacity."""

WAKING = frozenset(
    {
        *(EventKind.WAKE, EventKind.JOIN, EventKind.ASSIGN, EventKind.HAND_OVER),
        *(EventKind.ESCALATE, EventKind.CLOSE, EventKind.REOPEN),
    }
)
"""Events that bring a snoozed case back at once."""

_SYSTEMS = frozenset(
    {
        *(
            EventKind.RECEIVE,
            EventKind.ACKNOWLEDGE,
            EventKind.ESCALATE,
            EventKind.JOIN,
            EventKind.LINK,
            EventKind.PART,
        ),
        *(EventKind.LAPSE, EventKind.HOLD_OUT, EventKind.LEAVE_UNANSWERED),
    }
)


@dataclass(frozen=True, slots=True)
class CaseStatus:
    """The part of a case that decides which event may come next.

    `is_kept` marks complaints and disasters: they go all the way and never lapse.
    """

    state: CaseState
    is_kept: bool
    team: str
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a name, the teams worked in, the teams led."""

    name: str
    teams: frozenset[str] = frozenset()
    leads: frozenset[str] = frozenset()


def next_state(kind: EventKind, standing: CaseStatus) -> CaseState:
    """Return the state that an event leads to.

    A complaint or disaster closes only once the customer was told the decision; other cases may
    be closed from any open state.

    Raises:
        InputError: The event cannot happen in this state.

    Example:
        >>> received = CaseStatus(CaseState.RECEIVED, True, "delivery")
        >>> next_state(EventKind.ACKNOWLEDGE, received).value
        'acknowledged'
    """
    sources, to = _step(kind, standing)
    if standing.state not in sources:
        if kind == EventKind.CLOSE and standing.state == CaseState.CLOSED:
            raise InputError("The case is already closed.")
        able = sorted(state.value for state in sources)
        step = kind.value.replace("_", " ")
        when = f"is only possible when it is {' or '.join(able)}" if able else "is not possible"
        raise InputError(f"The case is {standing.state.value}; '{step}' {when}.")
    return to


def _step(kind: EventKind, standing: CaseStatus) -> tuple[Collection[CaseState], CaseState]:
    if kind == EventKind.CLOSE:
        return (frozenset({CaseState.COMMUNICATED}) if standing.is_kept else OPEN), CaseState.CLOSED
    if kind in (EventKind.LAPSE, EventKind.HOLD_OUT):
        return (
            frozenset() if standing.is_kept else frozenset({CaseState.RECEIVED})
        ), CaseState.CLOSED
    if kind == EventKind.RECEIVE:
        return (), CaseState.RECEIVED  # the first event and no other
    if kind in _STAYING:
        return _STAYING[kind], standing.state
    return _STEPS[kind]


def may_act(kind: EventKind, standing: CaseStatus, actor: Actor) -> bool:
    """Return whether somebody may do this to a case.

    Its owner and the lead of its team move it; whoever is in the team may take it, write notes
    and the customer's verdict and escalate; the system receives, joins, links, lapses,
    escalates, and acknowledges with the minimum response.

    Example:
        >>> ana = Actor("ana", teams=frozenset({"delivery"}))
        >>> bruno_s = CaseStatus(CaseState.RESPONDED, False, "delivery", "bruno")
        >>> may_act(EventKind.CLOSE, bruno_s, ana)
        False
    """
    if actor.name == SYSTEM:
        return kind in _SYSTEMS
    is_lead = standing.team in actor.leads
    if kind in _OWNERS:
        return is_lead or actor.name == standing.owner
    is_of_team = is_lead or standing.team in actor.teams or actor.name == standing.owner
    return is_of_team and kind not in _SYSTEMS - {EventKind.ESCALATE}


def possible_steps(standing: CaseStatus, actor: Actor) -> list[EventKind]:
    """Return the steps that somebody may take next.

    Example:
        >>> ana = Actor("ana", teams=frozenset({"delivery"}))
        >>> [kind.value for kind in possible_steps(
        ...     CaseStatus(CaseState.ASSESSED, True, "delivery", "ana"), ana)]
        ['investigate', 'respond']
    """
    return [
        kind
        for kind in STEPS
        if standing.state in _step(kind, standing)[0] and may_act(kind, standing, actor)
    ]


def fold_events(events: Iterable[tuple[EventKind, bool]]) -> CaseState:
    """Fold the events of a case into its state, whoever did them.

    Args:
        events: In order, each with whether it is about a complaint or disaster. A case stays
            kept after the first such event.

    Raises:
        InputError: The first is no receipt, or one cannot follow on the others.

    Example:
        >>> fold_events([(EventKind.RECEIVE, True), (EventKind.ACKNOWLEDGE, False)]).value
        'acknowledged'
    """
    rest = iter(events)
    first, is_kept = next(rest, (None, False))
    if first != EventKind.RECEIVE:
        raise InputError("The first event of a case must be its receipt.")
    state = CaseState.RECEIVED
    for kind, raises in rest:
        state = next_state(kind, CaseStatus(state, is_kept, ""))
        is_kept = is_kept or raises
    return state
