"""Verbatims: masked quotes of customers, for projects that show them."""

import ibis
import ibis.expr.types as ir

from outsidein.figures.figure import FEWEST
from outsidein.text.sentiment import BLAME_UP_TO, NEUTRAL, PRAISE_FROM

EACH = 3
"""Quotes of praise and of blame shown per factor."""

SHORTEST, LONGEST = 15, 160
"""Characters of a quote."""


def choose_verbatims(signals: ir.Table) -> ir.Table:
    """Choose clauses to quote: the strongest praise and blame of each factor.

    Excludes clauses with masked personal data, and factors that fewer than ten customers mentioned.
    Each wording is quoted once.

    Args:
        signals: Coded signals from `outsidein.text.coded.code_texts`, with `customer_id`.

    Returns:
        One row per quote: `factor`, `language`, `is_praise`, `place` (1 is the strongest), `text`.
        At most three of praise and three of blame per factor and language.
    """
    of = ["factor", "language"]
    many = signals.group_by(of).aggregate(customers=signals.customer_id.nunique())
    frequent = many.filter(many.customers >= FEWEST).select(*of)
    length = signals.text.length()
    strong = (signals.score <= BLAME_UP_TO) | (signals.score >= PRAISE_FROM)
    fit = signals.filter(strong & length.between(SHORTEST, LONGEST) & ~signals.text.contains("["))
    wordings = fit.semi_join(frequent, of).group_by(*of, "text").aggregate(score=fit.score.max())
    strength = (wordings.score - NEUTRAL).abs()
    praised = wordings.mutate(is_praise=wordings.score >= PRAISE_FROM, strength=strength)
    order = [praised.strength.desc(), praised.text]
    window = ibis.window(group_by=[*of, "is_praise"], order_by=order)
    placed = praised.mutate(place=ibis.row_number().over(window) + 1)
    return placed.filter(placed.place <= EACH).select(*of, "is_praise", "place", "text")
