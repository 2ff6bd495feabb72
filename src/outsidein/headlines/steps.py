"""Step of headlines: which sentences the build may say, in which order, and which not."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from outsidein.canonical.customer_tables import CUSTOMER_TABLES, customer_tables
from outsidein.churn.steps import COMPARE_CHURN
from outsidein.extremes.steps import FIND_EXTREMES
from outsidein.extremes.tables import CUSTOMER_EXTREMES
from outsidein.factors.steps import STUDY_FACTORS
from outsidein.figures.figure import Figure, protect
from outsidein.headlines.audiences import with_reach
from outsidein.headlines.basis import Basis
from outsidein.headlines.judgement import Judged, judged
from outsidein.headlines.tables import STATEMENTS
from outsidein.ladder.steps import CLIMB
from outsidein.objectives.declaration import Objective
from outsidein.present.wording import Wording
from outsidein.profiles.tables import CUSTOMERS
from outsidein.shifts.steps import WATCH_SHIFTS
from outsidein.standards.steps import JUDGE_STANDARDS
from outsidein.steps.run import Run
from outsidein.steps.step import Step
from outsidein.strategy.steps import FILL_SHEET
from outsidein.value.steps import ADD_UP_PROFITS, GROUP_BY_TIER, VALUE_LIFETIMES, ValueRules

FIGURES_READ = tuple(
    spec
    for step in (
        *(CLIMB, ADD_UP_PROFITS, GROUP_BY_TIER, VALUE_LIFETIMES, COMPARE_CHURN, FIND_EXTREMES),
        *(STUDY_FACTORS, JUDGE_STANDARDS, FILL_SHEET, WATCH_SHIFTS),
    )
    for spec in step.figures
)


@dataclass(frozen=True, slots=True)
class HeadlineRules:
    """What a project declares that its headlines are measured by and written in."""

    currency: str
    objectives: tuple[Objective, ...]


def _say(run: Run) -> Iterable[Figure]:
    run.write(STATEMENTS, _rows(judged(_basis(run))))
    return ()


def _basis(run: Run) -> Basis:
    rules, value = run.declaration(HeadlineRules), run.declaration(ValueRules)
    costs = [each.cost for each in value.activities.values() if each.cost]
    customers = with_reach(
        run.read(CUSTOMERS),
        run.read(CUSTOMER_TABLES["identifiers"]),
        run.read(CUSTOMER_EXTREMES),
    )
    return Basis(
        figures=_figures(run),
        words=Wording(rules.currency),
        customers=run.spool(customers, "customers"),
        tiers=value.tiers,
        objectives=rules.objectives,
        cost_of_contact=min(costs, default=0),
    )


def _figures(run: Run) -> Mapping[str, Figure]:
    published = (run.figure_if_published(spec) for spec in FIGURES_READ)
    return {figure.name: protect(figure) for figure in published if figure}


def _rows(answers: Sequence[Judged]) -> pa.Table:
    rows = [_row(place, each) for place, each in enumerate(answers, start=1)]
    return pa.Table.from_pylist(rows, schema=STATEMENTS.schema.to_pyarrow())


def _row(rank: int, each: Judged) -> dict[str, Any]:
    statement = each.statement
    return {
        "rank": rank,
        "name": statement.name,
        "kind": statement.kind.value,
        "text": statement.text,
        "action": statement.action,
        "audience": statement.audience.name if statement.audience else None,
        "reachable": each.reachable,
        "owner": statement.owner or None,
        "worth": statement.worth,
        "figures": ", ".join(dict.fromkeys(ground.spec.name for ground in statement.grounds)),
        "is_shown": each.withheld_because is None,
        "withheld_because": each.withheld_because,
    }


SAY_HEADLINES = Step(
    name="Headlines",
    run=_say,
    reads=(CUSTOMERS, CUSTOMER_EXTREMES, *customer_tables("identifiers")),
    reads_figures=FIGURES_READ,
    writes=(STATEMENTS,),
)
