"""Count what customers write: languages, sentiment, themes, mentions, and how often coders err.

Customers are counted once, by the latest text of each: so every estimate rests on
independent texts, and `n` counts customers.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np

from outsidein.errors import TooLittleData
from outsidein.figures.figure import Estimate, Figure, Group
from outsidein.stats.mean import mean
from outsidein.stats.proportion import difference, proportion
from outsidein.text.coded import CodedTexts
from outsidein.text.figures import (
    CHANGE,
    MEAN_POLARITY,
    SHARE_BEFORE,
    SHARE_LATELY,
    SHARE_OF_THOSE_WHO_WROTE,
    STRONG_BLAME,
    STRONG_PRAISE,
    TEXT_LANGUAGES,
    TEXT_SENTIMENT,
    TEXT_THEMES,
)
from outsidein.text.learning import LearnedTexts
from outsidein.text.mentions import mentions_figure, reasons_figure
from outsidein.text.quality import quality_figure
from outsidein.text.sentiment import BLAME_UP_TO, PRAISE_FROM

MILLIONTHS = 1_000_000

LABELS = 0.02
"""Wordings per text up to which texts are labels."""

FEWEST_TO_DETECT = 100


def text_figures(
    coded: CodedTexts, learned: LearnedTexts, *, factors: Sequence[str], rng: np.random.Generator
) -> Iterator[Figure]:
    """Yield every figure about texts.

    Args:
        coded: As by `outsidein.text.coded.code_texts`.
        learned: What the texts were coded with.
        factors: Names of the declared factors.
        rng: Source of the bootstrap draws.
    """
    latest = latest_texts(coded.texts)
    labels = label_languages(latest)
    yield languages_figure(latest)
    yield sentiment_figure(latest, learned, labels)
    yield themes_figure(latest, learned)
    yield mentions_figure(latest, coded.signals, learned, factors=factors, labels=labels)
    yield reasons_figure(latest, learned, rng=rng)
    yield quality_figure(learned, rng=rng)


def latest_texts(texts: ir.Table) -> ir.Table:
    """Keep the latest text of each customer; texts of nobody known go.

    Returns:
        One row per customer who wrote: the columns of `TEXTS`.
    """
    of_customers = texts.filter(texts.customer_id.notnull())
    order = [of_customers.signalled_at.desc(), of_customers.source, of_customers.signal_id]
    placed = of_customers.mutate(
        place=ibis.row_number().over(group_by=of_customers.customer_id, order_by=order)
    )
    return placed.filter(placed.place == 0).drop("place")


def label_languages(latest: ir.Table) -> dict[str, str]:
    """Return the languages whose texts are labels, with the reason why they have no polarity.

    A few wordings chosen again and again are options of a form: customers did not write them.
    """
    counts = latest.group_by("language").aggregate(n=latest.count(), wordings=latest.text.nunique())
    rows = counts.order_by("language").to_pyarrow().to_pylist()
    return {
        row["language"]: f"the texts are labels: {row['wordings']:,} wordings of {row['n']:,} texts"
        for row in rows
        if row["n"] >= FEWEST_TO_DETECT and row["wordings"] <= LABELS * row["n"]
    }


def languages_figure(latest: ir.Table) -> Figure:
    """Count customers by the language they write."""
    rows = latest.group_by("language").aggregate(customers=latest.count())
    rows_by_language = rows.order_by(ibis.desc("customers"), "language").to_pyarrow().to_pylist()
    n = sum(row["customers"] for row in rows_by_language)
    return TEXT_LANGUAGES.figure(
        SHARE_OF_THOSE_WHO_WROTE.estimated(
            proportion(row["customers"], n),
            value="share",
            group={"language": row["language"]},
        )
        for row in rows_by_language
    )


def sentiment_figure(latest: ir.Table, learned: LearnedTexts, labels: Mapping[str, str]) -> Figure:
    """Estimate how customers' texts praise and blame, per language.

    Args:
        latest: As by `latest_texts`.
        learned: What the texts were coded with.
        labels: As by `label_languages`.
    """
    judged = latest.filter(latest.polarity.notnull())
    millionths = (judged.polarity * MILLIONTHS).round().cast("int64")
    counts = judged.mutate(millionths=millionths).group_by("language")
    rows = counts.aggregate(
        n=lambda t: t.count(),
        total=lambda t: t.millionths.sum(),
        squares=lambda t: (t.millionths.cast("decimal(38, 0)") * t.millionths).sum(),
        praise=lambda t: (t.millionths >= round(PRAISE_FROM * MILLIONTHS)).sum(),
        blame=lambda t: (t.millionths <= round(BLAME_UP_TO * MILLIONTHS)).sum(),
    )
    language_rows = rows.order_by("language").to_pyarrow().to_pylist()
    ways = "; ".join(f"{name}: {way.name}" for name, way in sorted(learned.polarity.items()))
    return TEXT_SENTIMENT.figure(
        (estimate for row in language_rows for estimate in _sentiment(row, labels)),
        ways=ways,
        praise_from=PRAISE_FROM,
        blame_up_to=BLAME_UP_TO,
    )


def _sentiment(row: Mapping[str, Any], labels: Mapping[str, str]) -> Iterator[Estimate]:
    group, n = {"language": row["language"]}, row["n"]
    if why := labels.get(row["language"]):
        yield STRONG_BLAME.unanswered(why, group=group)
        return
    for measure, customers in ((STRONG_BLAME, row["blame"]), (STRONG_PRAISE, row["praise"])):
        share = proportion(customers, n)
        yield measure.estimated(share, value="share", group=group)
    try:
        middle = mean(n, row["total"], int(row["squares"]))
    except TooLittleData as error:
        yield MEAN_POLARITY.too_little(error, group=group)
        return
    value, low, high = (x / MILLIONTHS for x in (middle.mean, middle.low, middle.high))
    yield MEAN_POLARITY.estimate(n, value, low, high, group=group)


def themes_figure(latest: ir.Table, learned: LearnedTexts) -> Figure:
    """Estimate each theme's share lately and before, and whether it rose."""
    rows = latest.group_by("language", "theme", "is_late").aggregate(n=latest.count())
    counts = {
        (row["language"], row["theme"], row["is_late"]): row["n"]
        for row in rows.to_pyarrow().to_pylist()
    }
    estimates: list[Estimate] = [
        SHARE_LATELY.too_little(why, group={"language": name, "theme": None})
        for name, why in sorted(learned.no_themes.items())
    ]
    for language, themes in sorted(learned.themes.items()):
        totals = {
            late: sum(
                n for (name, _, is_late), n in counts.items() if (name, is_late) == (language, late)
            )
            for late in (True, False)
        }
        for place, words in enumerate(themes.names):
            lately, before = (counts.get((language, place, late), 0) for late in (True, False))
            group = {"language": language, "theme": words}
            estimates += _theme(lately, before, totals, len(themes.names), group)
    return TEXT_THEMES.figure(estimates)


def _theme(
    lately: int, before: int, totals: Mapping[bool, int], themes: int, group: Group
) -> Iterator[Estimate]:
    try:
        for measure, count, late in (
            (SHARE_LATELY, lately, True),
            (SHARE_BEFORE, before, False),
        ):
            share = proportion(count, totals[late])
            yield measure.estimated(share, value="share", group=group)
        sure = 1 - 0.05 / themes
        change = difference(lately, totals[True], before, totals[False], confidence=sure)
    except TooLittleData as error:
        yield CHANGE.too_little(error, group=group)
        return
    n = change.n_a + change.n_b
    yield CHANGE.estimate(n, change.difference, change.low, change.high, group=group)
