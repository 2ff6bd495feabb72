"""Objectives, and the data behind the report: sources, columns, admitted rows, rejects."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from outsidein.figures.figure import Estimate, Unit
from outsidein.figures.spec import Measure
from outsidein.objectives.declaration import Objective
from outsidein.objectives.figures import BASELINE, OBJECTIVES, TARGET, TODAY
from outsidein.present.blocks import ContentBlock, Section
from outsidein.present.display_tables import plain_table
from outsidein.present.money_scale import decimals_of
from outsidein.present.wording import number
from outsidein.report.evidence import Evidence

STATES = {
    "approved": "loaded: their need is approved",
    "vetoed": "vetoed, not loaded",
    "proposed": "proposed and not decided, not loaded",
    "without a need": "without a need, not loaded",
}


@dataclass(frozen=True, slots=True)
class Aim:
    """An objective as it is shown: its sentence, its business case, and its facts by name."""

    objective: str
    business_case: str
    facts: tuple[tuple[str, str], ...]


def aims(evidence: Evidence) -> tuple[Aim, ...]:
    """Show the objectives."""
    return tuple(
        Aim(each.objective, each.business_case, tuple(_facts(each, evidence)))
        for each in evidence.contents.objectives
    )


def _facts(objective: Objective, evidence: Evidence) -> Iterator[tuple[str, str]]:
    yield "Measured by", objective.measured_by
    yield from _today(objective, evidence)
    if objective.baseline is not None or objective.target is not None:
        ends = (objective.baseline, BASELINE), (objective.target, TARGET)
        yield "From, to", " to ".join(_end(*end, objective, evidence) for end in ends)
    if objective.due_on:
        yield "Due", objective.due_on.isoformat()
    if objective.cost is not None:
        minor = objective.cost * 10 ** decimals_of(evidence.words.currency)
        yield "Cost", evidence.words.money(minor)
    if objective.hours is not None:
        yield "Hours", number(objective.hours)
    yield "Stakeholders", ", ".join(objective.stakeholders)


def _today(objective: Objective, evidence: Evidence) -> Iterator[tuple[str, str]]:
    measure = next(iter(TODAY.values()))
    for e in evidence.select(OBJECTIVES, measure, objective=objective.name):
        if e.value is None:
            yield "Today", f"not measured: {e.why}"
        else:
            period = f" {e.group['period']}" if e.group.get("period") else ""
            standing = _standing(objective, e, evidence)
            yield "Today", f"{evidence.words.in_sentence(e)}{period}{standing}"


def _standing(objective: Objective, today: Estimate, evidence: Evidence) -> str:
    """Say how an objective stands; nothing by a rule of churn that is rejected."""
    metric = objective.metric
    rule = "" if isinstance(metric, str) else evidence.rule_in_doubt(metric.figure)
    return f", {rule}" if rule else f": {today.group['standing']}"


def _end(
    declared: float | None,
    measures: Mapping[Unit, Measure],
    objective: Objective,
    evidence: Evidence,
) -> str:
    """Write where an objective begins or ends, in the unit of its metric where it has one."""
    if declared is None:
        return "not measured"
    measure = next(iter(measures.values()))
    estimate = evidence.one(OBJECTIVES, measure, objective=objective.name)
    return evidence.words.value(estimate) if estimate else f"{declared:g}"


def sources_section(evidence: Evidence) -> Section:
    """Show what was read, admitted and rejected."""
    contents = evidence.contents
    blocks = (*_sources(evidence), *_columns(evidence), *_admissions(evidence), *_rejects(evidence))
    return Section(
        "data",
        "Data used",
        "Every row was admitted or rejected with a reason; a column without an approved need is "
        "not loaded.",
        blocks,
        () if contents.sources else ("Sources are not shown: this build has no account of them.",),
    )


def _sources(evidence: Evidence) -> Iterator[ContentBlock]:
    sources = evidence.contents.sources
    if sources:
        rows = [(r["source"], r["rows"], r["rejected"], r["expired"]) for r in sources]
        total = sum(int(r["rows"]) for r in sources)
        rejected = sum(int(r["rejected"]) for r in sources)
        table = plain_table("Rows by source", ("Source", "Rows", "Rejected", "Too old"), rows)
        places = "1 source" if len(rows) == 1 else f"{len(rows)} sources"
        finding = f"{total:,} rows were read from {places}, {rejected:,} rejected"
        yield ContentBlock("sources", finding, tables=(table,))


def _columns(evidence: Evidence) -> Iterator[ContentBlock]:
    columns = evidence.contents.columns
    if not columns:
        return
    counts = Counter(str(row["state"]) for row in columns)
    rows = [
        (meaning[:1].upper() + meaning[1:], counts.get(state, 0), _column_names(columns, state))
        for state, meaning in STATES.items()
    ]
    left_out = sum(counts.values()) - counts.get("approved", 0)
    yield ContentBlock(
        "columns",
        f"{counts.get('approved', 0):,} of {len(columns):,} columns were loaded, "
        f"{left_out:,} left out",
        tables=(plain_table("Columns by state", ("Columns", "Count", "Which"), rows),),
    )


def _column_names(columns: Any, state: str) -> str:  # noqa: ANN401  rows of any kind
    if state == "approved":
        return "see data_needs.toml"
    return (
        ", ".join(f"{r['source']}.{r['column']}" for r in columns if r["state"] == state) or "none"
    )


def _admissions(evidence: Evidence) -> Iterator[ContentBlock]:
    used = [row for row in evidence.contents.admissions if row["models"]]
    if used:
        rows = [(r["table"], r["admitted"], r["rejected"], r.get("placeholders", 0)) for r in used]
        unused = [str(r["table"]) for r in evidence.contents.admissions if not r["models"]]
        notes = (f"Nothing is declared for: {', '.join(unused)}.",) if unused else ()
        yield ContentBlock(
            "admissions",
            f"{sum(int(r['admitted']) for r in used):,} rows stand in {len(used)} tables of the "
            "system",
            notes=notes,
            tables=(
                plain_table(
                    "Rows admitted", ("Table", "Admitted", "Rejected", "Placeholder dates"), rows
                ),
            ),
        )


def _rejects(evidence: Evidence) -> Iterator[ContentBlock]:
    reasons = sorted(evidence.contents.reject_reasons, key=_most_first)
    if not reasons:
        yield ContentBlock("rejects", "No row was rejected")
        return
    rows = [(r["origin"], r["reason"], r["rows"]) for r in reasons]
    total = sum(int(r["rows"]) for r in reasons)
    yield ContentBlock(
        "rejects",
        f"{total:,} rows were rejected; most often: {reasons[0]['reason']}",
        tables=(plain_table("Rejected rows", ("From", "Reason", "Rows"), rows),),
    )


def _most_first(row: Mapping[str, Any]) -> tuple[int, str, str]:
    return -int(row["rows"]), str(row["origin"]), str(row["reason"])
