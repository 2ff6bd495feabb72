"""The one table of who may do what."""

from collections.abc import Mapping
from enum import StrEnum


class Role(StrEnum):
    """What a person does in the firm; each person has one."""

    VIEWER = "viewer"
    AGENT = "agent"
    MANAGER = "manager"
    ANALYST = "analyst"
    DATA_OWNER = "data owner"
    ADMINISTRATOR = "administrator"


class Right(StrEnum):
    """Something that a page or a request needs."""

    SEE_FIGURES = "see figures"
    SEE_CUSTOMERS = "see customers"
    SEE_CONTACT_DATA = "see names and contact data"
    WORK_OWN_CASES = "work on cases of the own teams"
    WORK_ALL_CASES = "work on cases of all teams"
    DECIDE = "decide policies, initiatives and beliefs"
    CHANGE_LOOP = "try and change alert rules and playbooks"
    ANALYSE = "query tables and write segments and rules"
    REVIEW_IDENTITY = "review uncertain merges"
    SEE_DATA = "see sources, needs, rejected rows and builds"
    DECIDE_DATA = "approve and veto data needs"
    BUILD = "start, publish and roll back builds"
    ADMINISTER = "manage people, keys and settings"


EVERYBODY_MAY = frozenset({Right.SEE_FIGURES})

RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.VIEWER: EVERYBODY_MAY,
    Role.AGENT: EVERYBODY_MAY | {Right.SEE_CUSTOMERS, Right.SEE_CONTACT_DATA, Right.WORK_OWN_CASES},
    Role.MANAGER: EVERYBODY_MAY
    | {
        *(Right.SEE_CUSTOMERS, Right.SEE_CONTACT_DATA, Right.WORK_OWN_CASES),
        *(Right.WORK_ALL_CASES, Right.DECIDE, Right.CHANGE_LOOP, Right.SEE_DATA),
    },
    Role.ANALYST: EVERYBODY_MAY
    | {
        *(Right.SEE_CUSTOMERS, Right.ANALYSE, Right.CHANGE_LOOP, Right.REVIEW_IDENTITY),
        *(Right.SEE_DATA, Right.BUILD),
    },
    Role.DATA_OWNER: EVERYBODY_MAY | {Right.SEE_DATA, Right.DECIDE_DATA},
    Role.ADMINISTRATOR: frozenset(Right),
}
"""What each role may do; pages name the right they need, never a role."""


def may(role: Role, right: Right) -> bool:
    """Return whether a role holds a right.

    Example:
        >>> may(Role.VIEWER, Right.SEE_CUSTOMERS), may(Role.AGENT, Right.SEE_CUSTOMERS)
        (False, True)
    """
    return right in RIGHTS[role]
