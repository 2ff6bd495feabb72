"""States of a case and the events that lead from one to the next, after ISO 10002."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from outsidein.errors import InputError

SYSTEM = "outsidein"
"""Who acts where no person does: clocks, capacity, merges."""


class State(StrEnum):
    """Where the work on a case stands."""

    RECEIVED = "received"
    ACKNOWLEDGED = "acknowledged"  # the customer knows that we know
    ASSESSED = "assessed"  # how severe, how complex, how urgent
    INVESTIGATED = "investigated"
    RESPONDED = "responded"  # something was done or offered
    COMMUNICATED = "communicated"  # the customer was told the decision
    CLOSED = "closed"


class Kind(StrEnum):
    """What can happen to a case."""

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
    NOTE = "note"


OPEN = frozenset(State) - {State.CLOSED}
ANY = frozenset(State)

_STEPS: Mapping[Kind, tuple[frozenset[State], State]] = {
    Kind.ACKNOWLEDGE: (frozenset({State.RECEIVED}), State.ACKNOWLEDGED),
    Kind.ASSESS: (frozenset({State.ACKNOWLEDGED}), State.ASSESSED),
    Kind.INVESTIGATE: (frozenset({State.ASSESSED}), State.INVESTIGATED),
    Kind.RESPOND: (frozenset({State.ASSESSED, State.INVESTIGATED}), State.RESPONDED),
    Kind.COMMUNICATE: (frozenset({State.RESPONDED}), State.COMMUNICATED),
    Kind.REOPEN: (frozenset({State.CLOSED}), State.ACKNOWLEDGED),
}
_STAYING: Mapping[Kind, frozenset[State]] = {
    Kind.ASSIGN: OPEN,
    Kind.HAND_OVER: OPEN,
    Kind.ESCALATE: OPEN,
    Kind.LEAVE_UNANSWERED: frozenset({State.RECEIVED, State.ACKNOWLEDGED}),
    Kind.JOIN: OPEN,
    Kind.CAUSE: ANY,
    Kind.VERDICT: frozenset({State.COMMUNICATED, State.CLOSED}),
    Kind.LINK: OPEN,
    Kind.PART: ANY,
    Kind.NOTE: ANY,
}

_OWNERS = frozenset(
    {
        *(Kind.ACKNOWLEDGE, Kind.ASSESS, Kind.INVESTIGATE, Kind.RESPOND, Kind.COMMUNICATE),
        *(Kind.CLOSE, Kind.REOPEN, Kind.CAUSE, Kind.HAND_OVER),
    }
)
"""What only who owns the case, or leads its team, may do."""

BEGINNINGS = (_OWNERS - {Kind.HAND_OVER}) | {Kind.ASSIGN}
"""What shows that somebody works on a case, so that it takes from the day's capacity."""

_SYSTEMS = frozenset(
    {
        *(Kind.RECEIVE, Kind.ACKNOWLEDGE, Kind.ESCALATE, Kind.JOIN, Kind.LINK, Kind.PART),
        *(Kind.LAPSE, Kind.HOLD_OUT, Kind.LEAVE_UNANSWERED),
    }
)


@dataclass(frozen=True, slots=True)
class Standing:
    """What of a case decides which event may come next.

    `is_kept` marks complaints and disasters: they go all the way and never lapse.
    """

    state: State
    is_kept: bool
    team: str
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a name, the teams worked in, the teams led."""

    name: str
    teams: frozenset[str] = frozenset()
    leads: frozenset[str] = frozenset()


def after(kind: Kind, standing: Standing) -> State:
    """Return the state that an event leads to.

    A complaint or disaster closes only once the customer was told the decision; other cases may
    be closed from any open state.

    Raises:
        InputError: The event cannot happen in this state.

    Example:
        >>> after(Kind.ACKNOWLEDGE, Standing(State.RECEIVED, True, "delivery")).value
        'acknowledged'
    """
    sources, to = _step(kind, standing)
    if standing.state not in sources:
        if kind == Kind.CLOSE and standing.state == State.CLOSED:
            raise InputError("The case is closed already.")
        able = sorted(state.value for state in sources)
        listed = f"only where it is {' or '.join(able)}" if able else "never with a case like this"
        raise InputError(f"The case is {standing.state.value}; '{kind.value}' can happen {listed}.")
    return to


def _step(kind: Kind, standing: Standing) -> tuple[Collection[State], State]:
    if kind == Kind.CLOSE:
        return (frozenset({State.COMMUNICATED}) if standing.is_kept else OPEN), State.CLOSED
    if kind in (Kind.LAPSE, Kind.HOLD_OUT):
        return (frozenset() if standing.is_kept else frozenset({State.RECEIVED})), State.CLOSED
    if kind == Kind.RECEIVE:
        return (), State.RECEIVED  # the first event and no other
    if kind in _STAYING:
        return _STAYING[kind], standing.state
    return _STEPS[kind]


def allowed(kind: Kind, standing: Standing, actor: Actor) -> bool:
    """Say whether somebody may do this to a case.

    Its owner and the lead of its team move it; whoever is in the team may take it, write notes
    and the customer's verdict and escalate; the system receives, joins, links, lapses,
    escalates, and acknowledges with the minimum response.

    Example:
        >>> ana = Actor("ana", teams=frozenset({"delivery"}))
        >>> allowed(Kind.CLOSE, Standing(State.RESPONDED, False, "delivery", "bruno"), ana)
        False
    """
    if actor.name == SYSTEM:
        return kind in _SYSTEMS
    is_lead = standing.team in actor.leads
    if kind in _OWNERS:
        return is_lead or actor.name == standing.owner
    is_of_team = is_lead or standing.team in actor.teams or actor.name == standing.owner
    return is_of_team and kind not in _SYSTEMS - {Kind.ESCALATE}


def folded(events: Iterable[tuple[Kind, bool]]) -> State:
    """Fold the events of a case into its state; who did them is not looked at.

    Args:
        events: In order; each with whether it told of a complaint or disaster. Once it was
            told of one, a case stays kept.

    Raises:
        InputError: The first is no receipt, or one cannot follow on the others.

    Example:
        >>> folded([(Kind.RECEIVE, True), (Kind.ACKNOWLEDGE, False)]).value
        'acknowledged'
    """
    rest = iter(events)
    first, is_kept = next(rest, (None, False))
    if first != Kind.RECEIVE:
        raise InputError("A case begins with its receipt.")
    state = State.RECEIVED
    for kind, raises in rest:
        state = after(kind, Standing(state, is_kept, ""))
        is_kept = is_kept or raises
    return state
