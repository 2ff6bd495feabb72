"""The figures about churn, retention and their prediction."""

from outsidein.figures.figure import Unit
from outsidein.figures.spec import ALL_DAYS, Better, FigureSpec, Follows, Measure

_CAVEAT = (
    "Groups are those of today, which customers had time to enter while they stayed: "
    "differences are associations."
)

SHARE_LEFT = Measure("share who left and have not returned", Unit.SHARE, Better.LESS)
LEFT = Measure("customers who left and have not returned", Unit.CUSTOMERS, Better.LESS)
SHARE_WON_BACK = Measure("share won back", Unit.SHARE, Better.MORE)
RULE_HOLDS = Measure("rule holds", Unit.NUMBER)
PROPOSED_DAYS = Measure("proposed silence", Unit.DAYS)

CHURN_RULE = FigureSpec(
    "churn_rule",
    "Who left, and whether the rule holds",
    ("group",),
    (SHARE_LEFT, LEFT, SHARE_WON_BACK, RULE_HOLDS, PROPOSED_DAYS),
    "Left and not returned: of all who ever were customers, those who are none today. Won back: "
    "of those who ever left by the rule, those who became customers again. A rule of silence "
    "holds (1) where at most {most:.0%} came back. Else (0) a silence is proposed: the shortest "
    "after which, and after any longer one up to half of the time observed, no more came back. "
    "{rule}",
    follows=Follows.WHOLE,
)

SHARE_STILL_CUSTOMERS = Measure("share still customers", Unit.SHARE, Better.MORE)
MEDIAN_TENURE = Measure("median tenure", Unit.MONTHS, Better.MORE)
SHARE_WITH_KNOWN_START = Measure("share of customers with a known start", Unit.SHARE)
HAZARD = Measure("hazard", Unit.SHARE, Better.LESS)

SURVIVAL = FigureSpec(
    "survival",
    "How long customers stay",
    ("group", "month"),
    (SHARE_STILL_CUSTOMERS, MEDIAN_TENURE, SHARE_WITH_KNOWN_START),
    "Kaplan-Meier by day over each customer's first spell, read after each calendar month of "
    f"tenure; log-log intervals; whoever still is a customer is censored. {{start}} {_CAVEAT} "
    "{rule}",
    follows=Follows.WHOLE,
    period=ALL_DAYS,
)

CHURN_HAZARD = FigureSpec(
    "churn_hazard",
    "When customers churn",
    ("group", "month"),
    (HAZARD,),
    "Share of those still customers at the start of a calendar month of tenure who churned in it, "
    f"by the day; Wilson intervals at the effective number; first spells. {{start}} {_CAVEAT} "
    "{rule}",
    follows=Follows.WHOLE,
    period=ALL_DAYS,
)

INCIDENCE = Measure("cumulative incidence", Unit.SHARE, Better.LESS)
CUSTOMERS = Measure("customers", Unit.CUSTOMERS, Better.LESS)
REVENUE_PER_MONTH = Measure("revenue per month", Unit.MONEY, Better.LESS)

CHURN_REASONS = FigureSpec(
    "churn_reasons",
    "Why customers churn",
    ("reason", "month"),
    (INCIDENCE, CUSTOMERS, REVENUE_PER_MONTH),
    "Aalen-Johansen cumulative incidence by day over each customer's first spell, read after "
    "calendar months; complementary log-log intervals: the other reasons also take customers. "
    "Customers and revenue per month are of those gone today, over all their time. {start} {rule}",
    follows=Follows.WHOLE,
    period=ALL_DAYS,
)

REVENUE_PER_MONTH_LOST = Measure("revenue per month lost", Unit.MONEY, Better.LESS)
MEAN_REVENUE_PER_MONTH = Measure("mean revenue per month", Unit.MONEY, Better.LESS)

CHURN_MONEY = FigureSpec(
    "churn_money",
    "What those who churned brought",
    ("reason", "group"),
    (REVENUE_PER_MONTH_LOST, MEAN_REVENUE_PER_MONTH),
    "Revenue per 30 days of tenure of those who churned in the {last_days} days before {as_of} "
    "and have not returned; Student interval of the mean. {rule}",
    follows=Follows.WHOLE,
)

CHURNED = Measure("share churned", Unit.SHARE, Better.LESS)
WON_BACK = Measure("share won back", Unit.SHARE, Better.MORE)

CHURN_SENSITIVITY = FigureSpec(
    "churn_sensitivity",
    "What another silence would say",
    ("times", "days"),
    (CHURNED, WON_BACK),
    "The same customers under shorter and longer silences; Wilson intervals. {rule}",
    follows=Follows.WHOLE,
)

ACTIVE = Measure("share who ordered in the month", Unit.SHARE, Better.MORE)

RETENTION_COHORTS = FigureSpec(
    "retention_cohorts",
    "Who orders again, by month of the first order",
    ("cohort", "months_since"),
    (ACTIVE,),
    "Share of the customers whose first order was in a calendar month who ordered in a later one; "
    "Wilson intervals; months over by {as_of}. {start}",
    follows=Follows.WHOLE,
    period=ALL_DAYS,
)

ORDERED_AGAIN = Measure("share who ordered again", Unit.SHARE, Better.MORE)

REPURCHASE = FigureSpec(
    "repurchase",
    "Who orders again, and how soon",
    ("from_order", "days"),
    (ORDERED_AGAIN,),
    "Kaplan-Meier over days from an order day to the customer's next, log-log intervals; whoever "
    "has not ordered again is censored.",
    follows=Follows.WHOLE,
    period=ALL_DAYS,
)

_PREDICTION = (
    "Calibrated boosted trees, trained on the customers of two horizons ago and judged on those "
    "of one horizon ago, against the rate of customers with the same {recency}; paired bootstrap "
    "of the skill. Of encounters only what was so on the day counts: whether they were resolved "
    "and what caused them has no history and is left out; prices are those of today. {outcomes} "
    "{choices} {rule}"
)

BRIER = Measure("Brier score of the model", Unit.NUMBER, Better.LESS)
BRIER_NAIVE = Measure("Brier score of the naive rule", Unit.NUMBER, Better.LESS)
SKILL = Measure("skill over the naive rule", Unit.NUMBER, Better.MORE)
AUC = Measure("area under the curve (AUC)", Unit.NUMBER, Better.MORE)
CALIBRATION_ERROR = Measure("calibration error", Unit.NUMBER, Better.LESS)

PREDICTION_QUALITY = FigureSpec(
    "prediction_quality",
    "How well churn and repurchase are predicted",
    ("outcome",),
    (BRIER, BRIER_NAIVE, SKILL, AUC, CALIBRATION_ERROR),
    _PREDICTION,
    follows=Follows.ALL,
)

OBSERVED = Measure("share observed", Unit.SHARE)

PREDICTION_CALIBRATION = FigureSpec(
    "prediction_calibration",
    "What came true of what was predicted",
    ("outcome", "predicted"),
    (OBSERVED,),
    _PREDICTION,
    follows=Follows.ALL,
)
