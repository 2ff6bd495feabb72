"""Steps of feedback: signals, from surveys and inferred, and their figures."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import ibis
import pyarrow as pa

from outsidein.canonical.build_tables import TABLE_ADMISSIONS, TABLE_REJECTS
from outsidein.canonical.customer_tables import CUSTOMER_TABLES, customer_tables
from outsidein.canonical.steps import (
    SIGNALS,
    CanonicalQueries,
    admission_rows,
    admit_rows,
    rejects_of,
)
from outsidein.canonical.tables import ADMISSIONS, CANONICAL, REJECTS
from outsidein.feedback.asked_customers import asked_customers, with_signs
from outsidein.feedback.behaviour import BehaviourRule
from outsidein.feedback.figures import (
    FEEDBACK_DISTRIBUTION,
    FEEDBACK_NONRESPONSE,
    FEEDBACK_RESPONSE,
    FEEDBACK_SCORES,
)
from outsidein.feedback.inferred import behaviour_queries
from outsidein.feedback.metrics import distribution_figure, scores_figure
from outsidein.feedback.nonresponse_figures import nonrespondents_figure, response_figure
from outsidein.feedback.tables import ASKED, CUSTOMER_GROUPS
from outsidein.feedback.weights import answers
from outsidein.figures.figure import Figure
from outsidein.sources.tables import SOURCE_REJECTS
from outsidein.steps.run import Run
from outsidein.steps.step import Step


@dataclass(frozen=True, slots=True)
class BehaviourRules:
    """The rules by which signals are inferred from behaviour."""

    rules: tuple[BehaviourRule, ...]


def _admit_signals(run: Run) -> Iterable[Figure]:
    queries = run.declaration(CanonicalQueries)
    inferred = behaviour_queries(
        run.declaration(BehaviourRules).rules,
        run.read(CANONICAL["encounters"]),
        run.read(CANONICAL["transactions"]),
        as_of=run.as_of,
    )
    own = queries.models.by_table.get(SIGNALS.name, ())
    derived = queries.derived(run.backend).get(SIGNALS.name, ())
    admission = admit_rows(run, SIGNALS, (*own, *derived, *inferred))
    _write_admissions(run, admission_rows([admission], ADMISSIONS))
    rejects = (rejects_of(run, [SIGNALS]), run.read(TABLE_REJECTS), run.read(SOURCE_REJECTS))
    run.write(REJECTS, ibis.union(*rejects))
    return ()


def _write_admissions(run: Run, of_signals: pa.Table) -> None:
    """Write the admissions of all canonical tables, in the order of the tables."""
    rows = [*run.read(TABLE_ADMISSIONS).to_pyarrow().to_pylist(), *of_signals.to_pylist()]
    rows.sort(key=lambda row: list(CANONICAL).index(row["table"]))
    run.write(ADMISSIONS, pa.Table.from_pylist(rows, schema=ADMISSIONS.schema.to_pyarrow()))


def _feedback(run: Run) -> Iterator[Figure]:
    names = ("signals", "invitations", "encounters")
    signals, invitations, encounters = (run.read(CUSTOMER_TABLES[name]) for name in names)
    groups = run.read(CUSTOMER_GROUPS)
    scored = run.spool(answers(signals, invitations, encounters), "answers")
    yield scores_figure(scored, groups, as_of=run.as_of)
    yield distribution_figure(scored)
    asked = run.write(ASKED, with_signs(asked_customers(invitations, signals), signals))
    yield response_figure(asked, groups)
    of_tier = groups.filter(groups.dimension == "tier")
    cells = of_tier.select("customer_id", cell=of_tier.value)
    yield nonrespondents_figure(asked, scored, cells, by="tier and channel of asking")


ADMIT_SIGNALS = Step(
    name="Signals",
    run=_admit_signals,
    reads=(
        CANONICAL["encounters"],
        CANONICAL["transactions"],
        *(TABLE_ADMISSIONS, TABLE_REJECTS, SOURCE_REJECTS),
    ),
    writes=(SIGNALS, ADMISSIONS, REJECTS),
)

FEEDBACK = Step(
    name="Survey answers and response rates",
    run=_feedback,
    reads=(*customer_tables("signals", "invitations", "encounters"), CUSTOMER_GROUPS),
    writes=(ASKED,),
    figures=(FEEDBACK_SCORES, FEEDBACK_DISTRIBUTION, FEEDBACK_RESPONSE, FEEDBACK_NONRESPONSE),
)
