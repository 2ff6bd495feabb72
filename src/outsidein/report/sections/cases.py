"""Today's cases: which to take up, how loaded the teams are, what came of the work."""

from collections.abc import Iterator
from functools import partial

from outsidein.figures.figure import Estimate
from outsidein.present.bars import bars
from outsidein.present.blocks import Block, Section, absent, figure_block
from outsidein.present.charts.rows import rows_chart
from outsidein.present.tables import Table, crossed, key_words, long_table, plain_table
from outsidein.present.wording import label
from outsidein.report.evidence import Evidence, number_of

FIGURES = {
    "cases_today": "which cases to take up today",
    "case_load": "how loaded the teams are",
    "playbook_outcomes": "what came of cases, by playbook",
    "case_causes": "which root causes were found",
}
HEAD = ("case", "due", "owner", "issue", "state", "rule", "team")
"""What decides the next step comes first: it is all that a narrow screen shows."""

PRIORITY, VALUE = "priority", "value of the customer"


def cases_section(evidence: Evidence) -> Section:
    """Show the operational loop: single encounters, while they still can be saved."""
    return Section(
        "cases",
        "Today's cases",
        "One customer, one issue, one case: the dearest first, as many as a team can take. "
        "Complaints and disasters beyond that wait in sight, answered with the minimum.",
        (
            *_today(evidence),
            *_load(evidence),
            *_outcomes(evidence),
            *_causes(evidence),
        ),
        absent(FIGURES, list(evidence.figures)),
    )


def _today(evidence: Evidence) -> Iterator[Block]:
    figure = evidence.figure("cases_today")
    if not figure:
        return
    cases = evidence.known("cases_today", PRIORITY)
    if not cases:
        yield Block("cases_today", "No case is open within today's capacity")
        return
    late = sum("overdue" in str(e.group["due"]) for e in cases)
    yield figure_block(
        figure,
        finding=f"{_of_cases(len(cases))} for today, {late:,} of them overdue",
        tables=[_cases(evidence, cases)],
    )


def _of_cases(number: int) -> str:
    return f"{number:,} case{'' if number == 1 else 's'}"


def _cases(evidence: Evidence, cases: list[Estimate]) -> Table:
    values = {e.group["case"]: e for e in evidence.known("cases_today", VALUE)}
    rows = [
        (
            *(key_words(e.group[name]) if e.group[name] is not None else "nobody" for name in HEAD),
            evidence.words.value(values[e.group["case"]]) if e.group["case"] in values else "",
            round(number_of(e)),
        )
        for e in cases
    ]
    heads = [label(name) for name in (*HEAD, VALUE, PRIORITY)]
    return plain_table("Today's cases, within capacity", heads, rows)


def _load(evidence: Evidence) -> Iterator[Block]:
    figure = evidence.figure("case_load")
    if not figure or not figure.estimates:
        return
    grave = evidence.known("case_load", "backlog of complaints and disasters")
    beyond = sum(number_of(e) for e in grave)
    yield figure_block(
        figure,
        finding=f"{beyond:,.0f} complaints and disasters stand beyond today's capacity"
        if grave
        else None,
        tables=[
            crossed(
                figure.title,
                figure.estimates,
                evidence.words,
                rows=("Team", lambda e: key_words(e.group["team"])),
                columns=lambda e: label(e.measure),
            )
        ],
    )


def _outcomes(evidence: Evidence) -> Iterator[Block]:
    figure = evidence.figure("playbook_outcomes")
    if not figure or not figure.estimates:
        return
    stayed = evidence.known("playbook_outcomes", "share who stayed")
    apart = evidence.known("playbook_outcomes", "more stayed than with the other")
    clear = [e for e in apart if e.low is not None and e.high is not None and e.low * e.high > 0]
    yield figure_block(
        figure,
        finding=_clearest(clear) if clear else "No playbook is shown to do better than another yet",
        tables=[long_table(figure, evidence.words)],
        chart=partial(rows_chart, bars(stayed, evidence.words, _of_playbook)) if stayed else None,
        reading="Bars: share of customers who stayed.",
    )


def _clearest(clear: list[Estimate]) -> str:
    e = max(clear, key=lambda e: abs(number_of(e)))
    more = "more" if number_of(e) > 0 else "fewer"
    return f"{key_words(e.group['playbook'])}: {more} customers stay"


def _of_playbook(e: Estimate) -> str:
    return f"{key_words(e.group['rule'])}: {key_words(e.group['playbook'])}"


def _causes(evidence: Evidence) -> Iterator[Block]:
    figure = evidence.figure("case_causes")
    if not figure or not figure.estimates:
        return
    known = evidence.known("case_causes", "cases")
    most = max(known, key=number_of, default=None)
    yield figure_block(
        figure,
        finding=f"The root cause found most often: {key_words(most.group['cause'])}"
        if most
        else None,
        tables=[long_table(figure, evidence.words)],
    )
