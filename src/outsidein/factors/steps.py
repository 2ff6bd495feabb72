"""Step of factors: what keeps, delights and repels customers."""

from collections.abc import Iterator

import ibis

from outsidein.canonical.build_tables import PARTIAL_CUSTOMERS
from outsidein.canonical.customer_tables import CUSTOMER_TABLES, customer_tables
from outsidein.canonical.figures import SAMPLING
from outsidein.canonical.sampling import followed, of_followed
from outsidein.churn.tables import ORDER_DAYS
from outsidein.factors.beliefs import belief_seals
from outsidein.factors.factor_figures import FactorDeclarations, factor_figures
from outsidein.factors.figures import (
    FACTOR_BELIEFS,
    FACTOR_DRIFT,
    FACTOR_LADDERS,
    FACTOR_MAP,
    FACTOR_METHODS,
    FACTOR_VERDICTS,
    INITIATIVES,
    KANO_CLASSES,
    KEY_DISSATISFIERS,
    RETURNING,
)
from outsidein.factors.reading import FactorFiles
from outsidein.factors.responses import factor_responses
from outsidein.factors.returning import returning_figure
from outsidein.factors.tables import BELIEF_SEALS
from outsidein.figures.figure import Estimate, Figure
from outsidein.segments.tables import SEGMENT_MEMBERSHIPS
from outsidein.stats.factors.misclassification import CoderErrors
from outsidein.steps.run import Run
from outsidein.steps.step import Step
from outsidein.text.coded import CODER
from outsidein.text.figures import CODER_QUALITY, FOUND, RIGHT_WHERE_GIVEN
from outsidein.text.tables import CODED_SIGNALS
from outsidein.value.tables import LIFETIME_VALUES

_CANONICAL = ("signals", "invitations", "ladder_links", "context")


def _factors(run: Run) -> Iterator[Figure]:
    files = run.declaration(FactorFiles)
    canonical = {name: run.read(CUSTOMER_TABLES[name]) for name in _CANONICAL}
    signals = canonical["signals"]
    coded = run.read(CODED_SIGNALS)
    coded = coded.mutate(score=coded.independent_score).select(*signals.columns)
    canonical["signals"] = ibis.union(signals, coded)
    own, competitors = (
        run.spool(
            factor_responses(canonical["signals"], canonical["invitations"], subject=subject),
            f"{subject}_factor_responses",
        )
        for subject in ("own", "competitor")
    )
    seals = belief_seals(
        files.beliefs,
        run.read_before(BELIEF_SEALS),
        build=run.number,
        was_measured=_was_measured(run),
    )
    run.write(BELIEF_SEALS, ibis.memtable(seals))
    yield from factor_figures(
        own,
        competitors,
        canonical,
        run.read(SEGMENT_MEMBERSHIPS),
        declared=FactorDeclarations(
            files.settings, files.beliefs, files.initiatives.initiative, seals
        ),
        rng=run.rng("factor_figures"),
        values=run.read(LIFETIME_VALUES),
        coder_errors=coder_errors(run.figure_if_published(CODER_QUALITY)),
    )
    days = followed(run, run.read(ORDER_DAYS))
    returning = returning_figure(own, days, settings=files.settings, as_of=run.as_of)
    yield of_followed(run, returning)


def coder_errors(quality: Figure | None) -> dict[str, CoderErrors]:
    """Return the errors of the seed terms by factor, from the figure of coder quality."""
    by_factor: dict[str, dict[str, Estimate]] = {}
    for e in quality.estimates if quality else ():
        if e.group["coder"] == CODER and e.value is not None:
            by_factor.setdefault(str(e.group["code"]), {}).setdefault(e.measure, e)
    return {
        factor: CoderErrors(
            round((measures[RIGHT_WHERE_GIVEN.name].value or 0) * coded), coded, named
        )
        for factor, measures in by_factor.items()
        if {RIGHT_WHERE_GIVEN.name, FOUND.name} <= measures.keys()
        for coded, named in [(measures[RIGHT_WHERE_GIVEN.name].n or 0, measures[FOUND.name].n or 0)]
    }


def _was_measured(run: Run) -> bool:
    """Whether the previous snapshot shows a measured ranking."""
    verdicts = run.figure_before(FACTOR_VERDICTS)
    return verdicts is not None and any(e.value is not None for e in verdicts.estimates)


STUDY_FACTORS = Step(
    name="Satisfaction drivers",
    run=_factors,
    reads=(
        *customer_tables(*_CANONICAL),
        CODED_SIGNALS,
        SEGMENT_MEMBERSHIPS,
        LIFETIME_VALUES,
        ORDER_DAYS,
        PARTIAL_CUSTOMERS,
    ),
    reads_figures=(CODER_QUALITY, SAMPLING),
    reads_before=(BELIEF_SEALS,),
    reads_figures_before=(FACTOR_VERDICTS,),
    writes=(BELIEF_SEALS,),
    figures=(
        FACTOR_VERDICTS,
        FACTOR_METHODS,
        KEY_DISSATISFIERS,
        FACTOR_MAP,
        FACTOR_DRIFT,
        KANO_CLASSES,
        FACTOR_LADDERS,
        FACTOR_BELIEFS,
        INITIATIVES,
        RETURNING,
    ),
)
