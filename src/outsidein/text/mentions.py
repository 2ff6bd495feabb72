"""Figures of what customers write about: factors by seed terms, reasons by a learned coder."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import ibis.expr.types as ir
import numpy as np

from outsidein.errors import InputError, TooLittleData
from outsidein.figures.figure import FEWEST, Estimate, Figure, Group
from outsidein.stats.prevalence import Hits, corrected_prevalence, corrected_shares
from outsidein.stats.proportion import proportion
from outsidein.text.coded import CODER, MARK
from outsidein.text.coder import CoderAgreement
from outsidein.text.figures import AS_CODED, BLAME, CORRECTED, FACTOR_MENTIONS, TEXT_REASONS
from outsidein.text.judgement import TermErrors
from outsidein.text.learning import LearnedTexts
from outsidein.text.sentiment import BLAME_UP_TO

NOT_CODED = "nobody has coded texts for this factor by hand, so its errors are not known"


def mentions_figure(
    latest: ir.Table,
    signals: ir.Table,
    learned: LearnedTexts,
    *,
    factors: Sequence[str],
    labels: Mapping[str, str],
) -> Figure:
    """Estimate the share of customers whose text speaks of each factor, as coded and corrected."""
    languages = [name for name in learned.languages if learned.terms.get(name)]
    estimates: list[Estimate] = []
    for language in languages:
        written = latest.filter(latest.language == language)
        n = int(written.count().to_pyarrow().as_py())
        if n < FEWEST:
            few = TooLittleData(n, needed=FEWEST, of="customers who wrote")
            group = {"language": language, "factor": None}
            estimates.append(AS_CODED.too_little(few, group=group))
            continue
        named = _named(written, signals)
        errors = learned.errors_in(language)
        for factor in sorted(factors):
            counts = named.get(factor, {"n": 0, "blame": 0})
            group = {"language": language, "factor": factor}
            estimates += _mentions(counts, n, errors.get(factor), group, labels.get(language))
    return FACTOR_MENTIONS.figure(estimates, coder=CODER, blame_up_to=BLAME_UP_TO)


def _named(written: ir.Table, signals: ir.Table) -> dict[str, Mapping[str, Any]]:
    """Count per factor the customers who name it, and those who blame it."""
    own = signals.signal_id.length() - signals.factor.length() - len(MARK)
    texts = signals.select(
        "source", "factor", text_id=signals.signal_id.left(own), polarity=signals.score
    )
    customers = written.select("source", "customer_id", text_id="signal_id")
    joined = texts.inner_join(customers, ["source", "text_id"])
    rows = joined.group_by("factor").aggregate(
        n=joined.count(), blame=(joined.polarity <= BLAME_UP_TO).sum()
    )
    return {row["factor"]: row for row in rows.to_pyarrow().to_pylist()}


def _mentions(
    counts: Mapping[str, Any],
    n: int,
    errors: TermErrors | None,
    group: Group,
    why_no_blame: str | None,
) -> Iterator[Estimate]:
    try:
        share = proportion(counts["n"], n)
    except TooLittleData as error:
        yield AS_CODED.too_little(error, group=group)
        return
    yield AS_CODED.estimated(share, value="share", group=group)
    yield _corrected(counts["n"], n, errors, group)
    if why_no_blame:
        yield BLAME.unanswered(why_no_blame, group=group)
        return
    try:
        blame = proportion(counts["blame"], counts["n"])
        yield BLAME.estimated(blame, value="share", group=group)
    except TooLittleData as error:
        yield BLAME.too_little(error, group=group)


def _corrected(named: int, n: int, errors: TermErrors | None, group: Group) -> Estimate:
    if errors is None:
        return CORRECTED.unanswered(NOT_CODED, group=group)
    with_it, without_it = errors.both + errors.people_only, errors.terms_only + errors.neither
    try:
        share = corrected_prevalence(
            named,
            n,
            sensitivity=Hits(errors.both, with_it),
            specificity=Hits(errors.neither, without_it),
        )
    except TooLittleData as error:
        return CORRECTED.too_little(error, group=group)
    except InputError as error:
        return CORRECTED.unanswered(str(error), group=group)
    return CORRECTED.estimated(share, value="share", group=group)


def reasons_figure(latest: ir.Table, learned: LearnedTexts, *, rng: np.random.Generator) -> Figure:
    """Estimate the share of each code of a hand-coded sample among all who wrote."""
    estimates: list[Estimate] = []
    for name, each in sorted(learned.taught.items()):
        written = latest.filter(latest.language == each.coder.language)
        if each is learned.taught_in(each.coder.language):
            estimates += _reasons(name, each.judged, written, rng)
    estimates += [
        CORRECTED.unanswered(why, group={"sample": name, "code": None})
        for name, why in sorted(learned.untaught.items())
    ]
    return TEXT_REASONS.figure(estimates)


def _reasons(
    name: str, judged: CoderAgreement, written: ir.Table, rng: np.random.Generator
) -> Iterator[Estimate]:
    rows = written.group_by("code").aggregate(n=written.count()).to_pyarrow().to_pylist()
    counts_by_code = {row["code"]: row["n"] for row in rows}
    counts = np.array([counts_by_code.get(code, 0) for code in judged.codes], dtype=np.int64)
    try:
        shares = corrected_shares(counts, judged.confusion, rng=rng)
    except TooLittleData as error:
        yield CORRECTED.too_little(error, group={"sample": name, "code": None})
        return
    for place, code in enumerate(judged.codes):
        group = {"sample": name, "code": code}
        as_coded = proportion(int(counts[place]), shares.n)
        yield AS_CODED.estimated(as_coded, value="share", group=group)
        value, low, high = (float(x[place]) for x in (shares.share, shares.low, shares.high))
        yield CORRECTED.estimate(shares.n, value, low, high, group=group)
