"""Step of headlines: which sentences the build may say, in which order, and which not."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from outsidein.canonical.customer_tables import CUSTOMER_TABLES, customer_tables
from outsidein.extremes.tables import CUSTOMER_EXTREMES
from outsidein.figures.figure import Figure, protect
from outsidein.figures.spec import FigureSpec
from outsidein.headlines.audiences import with_reach
from outsidein.headlines.basis import Basis
from outsidein.headlines.judgement import JudgedStatement, judged
from outsidein.headlines.tables import STATEMENTS
from outsidein.objectives.steps import DeclaredObjectives
from outsidein.present.overall_scale import in_points
from outsidein.present.wording import Wording
from outsidein.profiles.tables import CUSTOMERS
from outsidein.steps.run import Run
from outsidein.steps.step import Step
from outsidein.value.steps import ValueRules


@dataclass(frozen=True, slots=True)
class HeadlineRules:
    """What a project declares that its headlines are written in.

    Attributes:
        currency: Of its money.
        segments: Those whose rules ask who customers are, and not what they did or brought, each
            with the columns that its rule names.
    """

    currency: str
    segments: Mapping[str, frozenset[str]] = field(default_factory=dict)


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
        objectives=run.declaration(DeclaredObjectives).objectives,
        cost_of_contact=min(costs, default=0),
        segments=rules.segments,
    )


def _figures(run: Run) -> Mapping[str, Figure]:
    published = (run.figure_if_published(spec) for spec in run.step.reads_figures)
    return in_points({figure.name: protect(figure) for figure in published if figure})


def _rows(answers: Sequence[JudgedStatement]) -> pa.Table:
    rows = [_row(place, each) for place, each in enumerate(answers, start=1)]
    return pa.Table.from_pylist(rows, schema=STATEMENTS.schema.to_pyarrow())


def _row(rank: int, each: JudgedStatement) -> dict[str, Any]:
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
        "worth_of": statement.worth_of or None,
        "figures": ", ".join(dict.fromkeys(ground.spec.name for ground in statement.grounds)),
        "is_shown": each.withheld_because is None,
        "withheld_because": each.withheld_because,
    }


def say_headlines_step(specs: Sequence[FigureSpec]) -> Step:
    """Return the step that lets sentences through the gate.

    Args:
        specs: The figures that earlier steps may publish.
    """
    return Step(
        name="Headlines",
        run=_say,
        reads=(CUSTOMERS, CUSTOMER_EXTREMES, *customer_tables("identifiers")),
        reads_figures=tuple(specs),
        writes=(STATEMENTS,),
    )
