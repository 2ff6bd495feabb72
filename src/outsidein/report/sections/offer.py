"""From verdicts to the offer: beliefs beside what was measured, and what is to be done."""

from collections.abc import Iterator

from outsidein.factors.figures import (
    BELIEF_IS_RIGHT,
    CHANGE_IN_HIGH_ANSWERS,
    CHANGE_IN_LOW_ANSWERS,
    DIRECT_DRAWN,
    EXPECTED_EFFECT,
    FACTOR_BELIEFS,
    FACTOR_LADDERS,
    INITIATIVES,
    KANO_CLASSES,
    RATIO_OF_RETURNING,
    RETURNED_AFTER_LOW,
    RETURNED_OTHERWISE,
    RETURNING,
    TO_BE_GAINED,
    VERDICT,
)
from outsidein.figures.figure import Estimate
from outsidein.figures.spec import Measure
from outsidein.headlines.finders import gains_by_size
from outsidein.headlines.heading import heading
from outsidein.headlines.sentences.factors import in_words
from outsidein.headlines.statement import Statement
from outsidein.present.figure_view import Bars, CrossTable, by, measure_label
from outsidein.present.wording import label, share
from outsidein.report.answer_months import pooled_note
from outsidein.report.evidence import Evidence, number_of
from outsidein.report.exhibits import Exhibit, no_chart

REFUTED = 0.05
"""Probability of being right below which a belief counts as contradicted."""

EVEN = 0.5
"""Probability below which a belief is more likely wrong than right."""

ADJECTIVES = ("hygiene", "performance", "indifferent")
PROPOSED = "proposed"
FACTOR = by("factor")


def _contradicted(evidence: Evidence) -> str | None:
    right = evidence.numbers(FACTOR_BELIEFS, BELIEF_IS_RIGHT)
    wrong = sum(number_of(e) < REFUTED for e in right)
    if not right:
        return None
    verb = "is" if wrong == 1 else "are"
    return (
        f"{wrong} of {len(right)} beliefs {verb} contradicted by what customers say (right with a "
        f"probability under {share(REFUTED, decimals=0)})"
    )


def _seal(evidence: Evidence) -> Iterator[str]:
    view = evidence.view(FACTOR_BELIEFS)
    if view.numbers(BELIEF_IS_RIGHT):
        yield view.figure.method.partition(" Measured rank")[0]
    yield from (_doubted(evidence, e) for e in view.numbers(BELIEF_IS_RIGHT) if number_of(e) < EVEN)


def _doubted(evidence: Evidence, e: Estimate) -> str:
    """Word how probable a belief is that is more likely wrong than right."""
    surely = "contradicted" if number_of(e) < REFUTED else "probably wrong"
    return (
        f"The belief that {FACTOR(e).lower()} is {_class(e)} is {surely}: "
        f"{evidence.words.value(e)} of the samples of your customers agree with it."
    )


def _class(e: Estimate) -> str:
    kind = str(e.group.get("believed"))
    return kind if kind in ADJECTIVES else f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"


def _believed(e: Estimate) -> str:
    measured = e.group.get("measured") or "not measured"
    return f"{FACTOR(e)}: believed {e.group.get('believed')}, measured {measured}"


def _largest_gain(evidence: Evidence) -> Statement | None:
    most = next(iter(gains_by_size(evidence)), None)
    if not most:
        return None
    base = "over all who gave feedback"
    return heading(
        INITIATIVES,
        f"Most would be gained {base} from {FACTOR(most).lower()}: {in_words(evidence, most)}",
        most,
        base=base,
        no_effect=0.0,
        says=("first_factor",),
    )


def _declared_initiatives(evidence: Evidence) -> Iterator[str]:
    estimates = evidence.view(INITIATIVES).figure.estimates
    groups = {
        str(name): e.group for e in reversed(estimates) if (name := e.group.get("initiative"))
    }
    for name in sorted(groups.keys() - {PROPOSED}):
        effects = [
            _effect(measure, e, words, evidence)
            for measure, words in EFFECTS
            for e in evidence.select(INITIATIVES, measure, initiative=name)
        ]
        group = groups[name]
        yield f"{label(name)} ({group['work']}, by {group['owner']}): {'; '.join(effects)}."


BEFORE_AND_AFTER = "after against before (no experiment: other causes are not ruled out)"
EFFECTS = (
    (EXPECTED_EFFECT, "overall satisfaction, expected"),
    (CHANGE_IN_LOW_ANSWERS, f"low answers, {BEFORE_AND_AFTER}"),
    (CHANGE_IN_HIGH_ANSWERS, f"high answers, {BEFORE_AND_AFTER}"),
)


def _effect(measure: Measure, e: Estimate, words: str, evidence: Evidence) -> str:
    """Word a change with what it counts, and whether it is for the better."""
    outcome = measure.outcome_of(e)
    is_expected = measure is EXPECTED_EFFECT and e.value is not None
    number = in_words(evidence, e) if is_expected else evidence.words.in_sentence(e)
    return f"{words}: {number}" + (f", which is {outcome}" if outcome else "")


def _strongest_link(evidence: Evidence) -> str | None:
    links = evidence.numbers(FACTOR_LADDERS, DIRECT_DRAWN)
    most = max(links, key=number_of, default=None)
    if not most:
        return None
    why = str(most.group["to"]).replace("_", " ")
    return f"{label(str(most.group['from']))} matters because of {why}"


def _link(e: Estimate) -> str:
    return f"{label(str(e.group['from']))} → {label(str(e.group['to'])).lower()}"


def _surest_class(evidence: Evidence) -> str | None:
    surest = max(evidence.numbers(KANO_CLASSES, VERDICT), key=number_of, default=None)
    if not surest:
        return None
    probability = evidence.words.value(surest)
    return f"{FACTOR(surest)} would be {surest.group['class']}: {probability} sure"


def _returning(evidence: Evidence) -> Statement | None:
    ratios = [e for e in evidence.numbers(RETURNING, RATIO_OF_RETURNING) if (e.high or 2) < 1]
    worst = min(ratios, key=number_of, default=None)
    if not worst:
        return None
    view, factor = evidence.view(RETURNING), worst.group.get("factor")
    low, other = (view.one(m, factor=factor) for m in (RETURNED_AFTER_LOW, RETURNED_OTHERWISE))
    if not low or not other:
        return None
    base = "of customers watched for a year"
    return heading(
        RETURNING,
        f"After a bad first score of {FACTOR(worst).lower()} {evidence.words.value(low)} {base} "
        f"order again, {evidence.words.value(other)} otherwise",
        worst,
        base=base,
        no_effect=1.0,
    )


OFFER_EXHIBITS = (
    Exhibit(
        spec=RETURNING,
        about="who orders again after a bad first experience",
        finding=_returning,
        chart=Bars((RETURNED_AFTER_LOW, RETURNED_OTHERWISE), measure_label, FACTOR),
        reading="Bars: share of customers who ordered again within a year of their first order, "
        "by their first score; whiskers: 95 % interval.",
    ),
    Exhibit(
        spec=FACTOR_BELIEFS,
        about="what managers believed",
        finding=_contradicted,
        chart=no_chart,
        tables=CrossTable("Factor", _believed),
        notes=_seal,
    ),
    Exhibit(
        spec=INITIATIVES,
        about="what is done about the factors",
        finding=_largest_gain,
        chart=Bars(
            (TO_BE_GAINED,), lambda e: f"{FACTOR(e)}: {e.group.get('work')}", is_ranked=True
        ),
        reading="Bars: rise of mean overall satisfaction over all customers who gave feedback, in "
        "points of its scale (per cent, where scales differ), "
        "were no answer low or, of an enhancer, all high, as far as "
        "the effect is a cause; nobody works on these yet.",
        when=pooled_note,
        notes=_declared_initiatives,
    ),
    Exhibit(
        spec=FACTOR_LADDERS,
        about="why factors matter",
        finding=_strongest_link,
        chart=Bars((DIRECT_DRAWN,), _link, is_ranked=True),
        reading="Bars: customers who went from the one straight to the other.",
    ),
    Exhibit(
        spec=KANO_CLASSES,
        about="what customers would feel about factors not offered yet",
        finding=_surest_class,
        chart=no_chart,
    ),
)
