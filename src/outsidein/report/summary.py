"""In short: the few sentences a manager can act on, the extremes first."""

from collections.abc import Callable, Iterator
from itertools import chain, islice

from outsidein.churn.figures import CHURN_MONEY, REVENUE_PER_MONTH_LOST
from outsidein.extremes.figures import DISASTERS, EXTREMES
from outsidein.figures.figure import Estimate
from outsidein.ladder.figures import LADDER_HURDLES
from outsidein.present.blocks import has_numbers
from outsidein.present.display_tables import ALL
from outsidein.present.wording import PERCENT, negated, sentence_list, share
from outsidein.report.evidence import Evidence, number_of
from outsidein.report.findings import (
    best_share,
    earliest_caution,
    expected_value,
    half_gone,
    hardest_step,
    last_survival,
    not_observed,
    regime_name,
    rule_caution,
    whale,
    worst_month,
)
from outsidein.report.sections.factors import factor_sentence
from outsidein.strategy.figures import STRATEGY
from outsidein.value import figures as value

MOST = 10
"""So many sentences at most."""

UNTYPED = "What holds customers back between the steps is not known: no hurdle could be typed."


def in_short(evidence: Evidence) -> tuple[str, ...]:
    """Say what stands out: each number with its interval and n, if its figure is there."""
    sentences = chain.from_iterable(write(evidence) for write in SENTENCES)
    return tuple(islice(sentences, MOST))


def _disasters(evidence: Evidence) -> Iterator[str]:
    overall = evidence.one(EXTREMES, DISASTERS, dimension=ALL)
    if overall:
        yield (
            f"{evidence.words.in_sentence(overall)} of customers who gave feedback had a disaster "
            f"({overall.group['window']}); each of them is worth a call, not an average."
        )


def _best(evidence: Evidence) -> Iterator[str]:
    best = best_share(evidence)
    if best:
        top = next(t for t in evidence.contents.tiers if t.top_share)
        yield (
            f"The best {_whole(top.top_share)} of customers ({top.name}) bring "
            f"{evidence.words.in_sentence(best)} of all profit.{_policy(top.policy)}"
        )


def _whole(top: float | None) -> str:
    return f"{100 * (top or 0):g}{PERCENT}"


def _policy(policy: object) -> str:
    decision = getattr(policy, "decision", None)
    return f" Policy decided: {decision}." if decision else " No policy has been decided for them."


def _losses(evidence: Evidence) -> Iterator[str]:
    many = whale(evidence, value.UNPROFITABLE)
    loss = whale(evidence, value.LOSSES)
    if not many or not number_of(many):
        return
    tier = next((t for t in evidence.contents.tiers if t.losses), None)
    cost = (
        f"; together they take {evidence.words.in_sentence(negated(loss))} from profit"
        if loss
        else ""
    )
    yield (
        f"{evidence.words.in_sentence(many)} of customers cost more than they bring{cost}."
        f"{_own_failures(evidence, tier.name if tier else '')}"
        f"{_policy(tier.policy) if tier else ''}"
    )


def _own_failures(evidence: Evidence, tier: str) -> str:
    failed = evidence.one(value.TIERS, value.LOSS_BY_FAILURES, tier=tier)
    if not failed or not number_of(failed):
        return ""
    return (
        f" For {evidence.words.in_sentence(failed)} of them the loss is no more than the cost of "
        "our own failures."
    )


def _climb(evidence: Evidence) -> Iterator[str]:
    hardest = hardest_step(evidence)
    if hardest:
        yield (
            f"Most stop between {hardest.group['from']} and {hardest.group['to']}: "
            f"{evidence.words.in_sentence(hardest)} climb that step {hardest.measure}."
        )


def _gone(evidence: Evidence) -> Iterator[str]:
    half, last, words = half_gone(evidence), last_survival(evidence), evidence.words
    if half and half.value is not None:
        sentence = f"Half of the customers have churned after {words.in_sentence(half)}."
        yield f"{sentence} {rule_caution(evidence)}".strip()
    elif half and last:
        yield (
            f"After {last.group['month']} months {words.in_sentence(last)} are still customers; "
            "when half have churned is not known yet."
        )


def _worst_month(evidence: Evidence) -> Iterator[str]:
    worst = worst_month(evidence)
    if worst and number_of(worst):
        sentence = (
            f"The riskiest time is month {worst.group['month']} of being a customer: "
            f"{evidence.words.in_sentence(worst)} of those still with us churn in it."
        )
        yield f"{sentence} {earliest_caution(evidence, worst)}".strip()


def _money_lost(evidence: Evidence) -> Iterator[str]:
    lost = evidence.one(CHURN_MONEY, REVENUE_PER_MONTH_LOST, reason=None, group=None)
    if lost:
        yield (
            "Those who churned in the last 365 days and have not returned had brought "
            f"{evidence.words.value(lost)} a month ({evidence.words.evidence(lost)})."
            f"{_most_of_it(evidence, number_of(lost))}"
        )


def _most_of_it(evidence: Evidence, total: float) -> str:
    groups = evidence.numbers(CHURN_MONEY, REVENUE_PER_MONTH_LOST, reason=None)
    tiers = [e for e in groups if str(e.group.get("group")).startswith("tier ")]
    largest = max(tiers, key=number_of, default=None)
    if not largest or total <= 0:
        return ""
    part = share(number_of(largest) / total)
    return (
        f" The largest part, {part}, was brought by {largest.group['group']} (n = {largest.n:,})."
    )


def _ahead(evidence: Evidence) -> Iterator[str]:
    for e in expected_value(evidence):
        title = evidence.view(value.LIFETIME_VALUE).figure.title
        days = next((word for word in title.split() if word.isdigit()), "")
        when = f" in the next {days} days" if days else ""
        yield (
            f"{regime_name(e)} are expected to bring {evidence.words.in_sentence(e)}{when}, "
            "before the cost to serve."
        )


def _unseen(evidence: Evidence) -> Iterator[str]:
    stages, untyped = not_observed(evidence), _untyped(evidence)
    if stages:
        verb = "are" if stages[1:] else "is"
        yield (
            f"{sentence_list(stages)} {verb} not observed: there is no data, which is not the "
            f"same as nobody.{' ' + UNTYPED if untyped else ''}"
        )
    elif untyped:
        yield UNTYPED


def _untyped(evidence: Evidence) -> bool:
    hurdles = evidence.figures.get(LADDER_HURDLES.name)
    return hurdles is not None and not has_numbers(hurdles)


def _questions(evidence: Evidence) -> Iterator[str]:
    needs = [e for e in evidence.view(STRATEGY).figure.estimates if _is_unanswerable(e)]
    if needs:
        questions = {(e.group.get("segment"), e.group.get("question")) for e in needs}
        first = (needs[0].why or "").removeprefix("not answerable: ")
        plural = "s" if len(questions) > 1 else ""
        yield (
            f"{len(questions)} question{plural} about segments cannot be answered yet; the first "
            f"{first}."
        )


def _is_unanswerable(e: Estimate) -> bool:
    return e.value is None and (e.why or "").startswith("not answerable")


def _undecided(evidence: Evidence) -> Iterator[str]:
    names = [f"“{tier.name}”" for tier in evidence.contents.tiers if tier.policy is None]
    if names and value.TIERS.name in evidence.figures:
        tiers, have = ("Tiers", "have") if names[1:] else ("Tier", "has")
        yield f"{tiers} {sentence_list(names)} {have} no policy yet."


def _rejected(evidence: Evidence) -> Iterator[str]:
    rejected = sum(int(row["rows"]) for row in evidence.contents.reject_reasons)
    if rejected:
        worst = max(evidence.contents.reject_reasons, key=lambda row: int(row["rows"]))
        yield (
            f"{rejected:,} rows were rejected; most often ({int(worst['rows']):,} rows, "
            f"{worst['origin']}): {worst['reason']}."
        )


SENTENCES: tuple[Callable[[Evidence], Iterator[str]], ...] = (
    _disasters,
    factor_sentence,
    _best,
    _losses,
    _money_lost,
    _gone,
    _worst_month,
    _climb,
    _unseen,
    _ahead,
    _undecided,
    _questions,
    _rejected,
)
"""In the order of their weight."""
