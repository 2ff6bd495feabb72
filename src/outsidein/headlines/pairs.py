"""The declared pairs of figures that answer the same question."""

from outsidein.churn.figures import CHURN_MONEY, CHURN_RULE, REVENUE_PER_MONTH_LOST, SHARE_LEFT
from outsidein.factors.figures import (
    FACTOR_MAP,
    FACTOR_METHODS,
    FACTOR_VERDICTS,
    IMPORTANCE,
    INITIATIVES,
    LMG,
    TO_BE_GAINED,
)
from outsidein.figures.figure import Estimate
from outsidein.headlines.consistency import (
    FigureAnswer,
    QuestionPair,
    first_matters,
    near,
    near_if_alone,
    near_overall,
    same_sum,
)
from outsidein.strategy.figures import CHURNED, STRATEGY
from outsidein.value import figures as value

EVERYBODY = (("segment", "all customers"),)
PROFIT = FigureAnswer(spec=value.PROFITABILITY, measure=value.TOTAL, group=(("step", "profit"),))
LEFT = FigureAnswer(spec=CHURN_RULE, measure=SHARE_LEFT, group=(("group", None),))
REGIMES = ("no contract", "contract")
WHO_LEFT = "Which share has left and not returned?"
WHICH_FACTOR = "How much does each factor matter?"


def _is_by_reason(estimate: Estimate) -> bool:
    return estimate.group.get("reason") is not None


def _is_sure_gain(estimate: Estimate) -> bool:
    """Whether a gain excludes that there is none: one that does not says nothing of the order."""
    return estimate.value is None or (estimate.low is not None and estimate.low > 0)


def _of_regime(regime: str, *, is_whole: bool) -> FigureAnswer:
    return FigureAnswer(
        spec=value.LIFETIME_VALUE,
        measure=value.EXPECTED_VALUE,
        group=(("regime", regime),),
        is_about=lambda e: (e.group.get("tier") == "all") is is_whole,
    )


PAIRS: tuple[QuestionPair, ...] = (
    QuestionPair(
        question=WHO_LEFT,
        leading=LEFT,
        other=FigureAnswer(spec=STRATEGY, measure=CHURNED, group=(("segment", "all customers"),)),
        agree=near_overall,
    ),
    QuestionPair(
        question=WHO_LEFT,
        leading=LEFT,
        other=FigureAnswer(
            spec=value.LIFETIME_VALUE,
            measure=value.SHARE_STILL_CUSTOMERS,
            group=(("tier", "all"),),
            by=("regime",),
            read=lambda share: 1 - share,
        ),
        agree=near_if_alone,
    ),
    QuestionPair(
        question="How much profit is there?",
        leading=PROFIT,
        other=FigureAnswer(
            spec=value.WHALE_CURVE,
            measure=value.PROFIT,
            group=(("curve", "with own failures"),),
        ),
        agree=same_sum,
    ),
    QuestionPair(
        question="How much profit is there?",
        leading=PROFIT,
        other=FigureAnswer(spec=value.TIERS, measure=value.PROFIT),
        agree=same_sum,
    ),
    QuestionPair(
        question="What did those who left bring a month?",
        leading=FigureAnswer(
            spec=CHURN_MONEY,
            measure=REVENUE_PER_MONTH_LOST,
            group=(("reason", None), ("group", None)),
        ),
        other=FigureAnswer(
            spec=CHURN_MONEY,
            measure=REVENUE_PER_MONTH_LOST,
            group=(("group", None),),
            is_about=_is_by_reason,
        ),
        agree=same_sum,
    ),
    *(
        QuestionPair(
            question="What are customers expected to bring?",
            leading=_of_regime(regime, is_whole=True),
            other=_of_regime(regime, is_whole=False),
            agree=same_sum,
        )
        for regime in REGIMES
    ),
    QuestionPair(
        question=WHICH_FACTOR,
        leading=FigureAnswer(spec=FACTOR_METHODS, measure=LMG, group=EVERYBODY, by=("factor",)),
        other=FigureAnswer(
            spec=FACTOR_VERDICTS, measure=IMPORTANCE, group=EVERYBODY, by=("factor",)
        ),
        agree=near,
    ),
    QuestionPair(
        question=WHICH_FACTOR,
        leading=FigureAnswer(spec=FACTOR_METHODS, measure=LMG, group=EVERYBODY, by=("factor",)),
        other=FigureAnswer(spec=FACTOR_MAP, measure=IMPORTANCE, group=EVERYBODY, by=("factor",)),
        agree=near,
    ),
    QuestionPair(
        question="Which factor comes first?",
        leading=FigureAnswer(spec=FACTOR_METHODS, measure=LMG, group=EVERYBODY, by=("factor",)),
        other=FigureAnswer(
            spec=INITIATIVES, measure=TO_BE_GAINED, by=("factor",), is_about=_is_sure_gain
        ),
        agree=first_matters,
    ),
)
"""Every build checks them all; an answer that contradicts the leading one is not said."""
