"""Today's cases: which to take up, how loaded the teams are, what came of the work."""

from outsidein.cases.figures import (
    BACKLOG,
    CASE_CAUSES,
    CASE_LOAD,
    CASES,
    CASES_TODAY,
    CUSTOMER_VALUE,
    MORE_STAYED,
    PLAYBOOK_OUTCOMES,
    PRIORITY,
    STAYED,
)
from outsidein.figures.figure import Estimate
from outsidein.present.display_tables import DisplayTable, group_text, plain_table
from outsidein.present.figure_view import Bars, CrossTable, FigureView
from outsidein.present.wording import label
from outsidein.report.evidence import Evidence, number_of
from outsidein.report.exhibits import Exhibit, SectionSpec, no_chart

CASE_COLUMNS = ("case", "due", "owner", "issue", "state", "rule", "team")
"""What decides the next step comes first: it is all that a narrow screen shows."""


def _overdue(evidence: Evidence) -> str:
    cases = evidence.numbers(CASES_TODAY, PRIORITY)
    if not cases:
        return "No case is open within today's capacity"
    late = sum("overdue" in str(e.group["due"]) for e in cases)
    plural = "" if len(cases) == 1 else "s"
    return f"{len(cases):,} case{plural} for today, {late:,} of them overdue"


def _case_table(view: FigureView) -> list[DisplayTable]:
    values = {e.group["case"]: view.words.value(e) for e in view.numbers(CUSTOMER_VALUE)}
    rows = [
        (
            *(_owner_or_text(e.group[name]) for name in CASE_COLUMNS),
            values.get(e.group["case"], ""),
            round(number_of(e)),
        )
        for e in view.numbers(PRIORITY)
    ]
    heads = [label(name) for name in (*CASE_COLUMNS, CUSTOMER_VALUE.name, PRIORITY.name)]
    return [plain_table("Today's cases, within capacity", heads, rows)]


def _owner_or_text(key: str | float | None) -> str:
    return "nobody" if key is None else group_text(key)


def _backlog(evidence: Evidence) -> str | None:
    severe = evidence.numbers(CASE_LOAD, BACKLOG)
    beyond = sum(number_of(e) for e in severe)
    if not severe:
        return None
    return f"{beyond:,.0f} complaints and disasters stand beyond today's capacity"


def _better_playbook(evidence: Evidence) -> str:
    differences = evidence.numbers(PLAYBOOK_OUTCOMES, MORE_STAYED)
    clear = [e for e in differences if e.low is not None and e.high is not None]
    clear = [e for e in clear if (e.low or 0) * (e.high or 0) > 0]
    if not clear:
        return "No playbook is shown to do better than another yet"
    e = max(clear, key=lambda e: abs(number_of(e)))
    more = "more" if number_of(e) > 0 else "fewer"
    return f"{group_text(e.group['playbook'])}: {more} customers stay"


def _rule_and_playbook(e: Estimate) -> str:
    return f"{group_text(e.group['rule'])}: {group_text(e.group['playbook'])}"


def _main_cause(evidence: Evidence) -> str | None:
    most = max(evidence.numbers(CASE_CAUSES, CASES), key=number_of, default=None)
    return f"The root cause found most often: {group_text(most.group['cause'])}" if most else None


TODAYS_CASES = SectionSpec(
    name="cases",
    heading="Today's cases",
    intro="One customer, one issue, one case: highest value first, as many as a team can take. "
    "Complaints and disasters beyond that stay in sight and get the minimum answer.",
    exhibits=(
        Exhibit(
            spec=CASES_TODAY,
            about="which cases to take up today",
            finding=_overdue,
            chart=no_chart,
            tables=_case_table,
            if_empty="No case is open within today's capacity",
        ),
        Exhibit(
            spec=CASE_LOAD,
            about="how loaded the teams are",
            finding=_backlog,
            chart=no_chart,
            tables=CrossTable("Team", lambda e: group_text(e.group["team"])),
        ),
        Exhibit(
            spec=PLAYBOOK_OUTCOMES,
            about="what came of cases, by playbook",
            finding=_better_playbook,
            chart=Bars((STAYED,), _rule_and_playbook),
            reading="Bars: share of customers who stayed.",
        ),
        Exhibit(
            spec=CASE_CAUSES,
            about="which root causes were found",
            finding=_main_cause,
            chart=no_chart,
        ),
    ),
)
