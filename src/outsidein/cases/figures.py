"""The figures about cases: today's work, the load of the teams, and what came of it."""

from outsidein.figures.figure import Unit
from outsidein.figures.spec import Better, FigureSpec, Measure

CUSTOMER_VALUE = Measure("value of the customer", Unit.MONEY, Better.MORE)
PRIORITY = Measure("priority", Unit.MONEY)

CASES_TODAY = FigureSpec(
    "cases_today",
    "Today's cases, within capacity",
    ("team", "case", "issue", "rule", "state", "owner", "due"),
    (CUSTOMER_VALUE, PRIORITY),
    "The cases each team has begun, then the others by priority, up to its capacity on a "
    "working day. Priority: severity x value at first; value x hazard jump x chance of "
    "recovery - cost, once data carry it. Due in business hours of the team, by its clocks.",
)

OPEN_CASES = Measure("open cases", Unit.NUMBER, Better.LESS)
WITHIN_CAPACITY = Measure("within today's capacity", Unit.NUMBER)
OVERDUE = Measure("overdue", Unit.NUMBER, Better.LESS)
BACKLOG = Measure("backlog of complaints and disasters", Unit.NUMBER, Better.LESS)
WAITING = Measure("waiting", Unit.NUMBER, Better.LESS)
DONE_TODAY = Measure("done today", Unit.NUMBER, Better.MORE)

CASE_LOAD = FigureSpec(
    "case_load",
    "The load of the teams",
    ("team",),
    (OPEN_CASES, WITHIN_CAPACITY, OVERDUE, BACKLOG, WAITING, DONE_TODAY),
    "Open cases by team. Backlog: complaints and disasters beyond today's capacity, which "
    "are never dropped and get a minimum response. Waiting: others beyond it.",
)

CASES = Measure("cases", Unit.NUMBER, Better.LESS)

CASE_CAUSES = FigureSpec(
    "case_causes",
    "Root causes found",
    ("issue", "cause"),
    (CASES,),
    "Cases whose root cause somebody has written down, by issue.",
)

CUSTOMERS = Measure("customers", Unit.CUSTOMERS)
STAYED = Measure("share who stayed", Unit.SHARE, Better.MORE)
SATISFIED = Measure("share satisfied, of those asked", Unit.SHARE, Better.MORE)
MORE_STAYED = Measure("more stayed than with the other", Unit.POINTS, Better.MORE)

PLAYBOOK_OUTCOMES = FigureSpec(
    "playbook_outcomes",
    "What came of cases, by playbook",
    ("rule", "playbook"),
    (CUSTOMERS, STAYED, SATISFIED, MORE_STAYED),
    "Customers whose first case of a rule had the playbook. Stayed: had not churned "
    "{within_days} days after the case was opened, among those for whom these days are "
    "over. Differences only between playbooks that chance chose; Wilson's intervals and "
    "Newcombe's.",
)
