"""The figure about strategy: what answers each question of the sheet."""

from outsidein.figures.figure import Unit
from outsidein.figures.spec import ALL_DAYS, Better, FigureSpec, Follows, Measure

CUSTOMERS = Measure("customers", Unit.CUSTOMERS)
SHARE_OF_CUSTOMERS = Measure("share of customers", Unit.SHARE)
ORDERS = Measure("behaviour: orders per customer", Unit.ORDERS, Better.MORE)
PROFIT = Measure("behaviour: profit per customer", Unit.MONEY, Better.MORE)
ON_STAGE = Measure("relationship: on {stage}", Unit.SHARE)
LOW_SCORE = Measure("attitude: last score in the lower half", Unit.SHARE, Better.LESS)
TRAIT_SHARE = Measure("trait: {trait} (everybody: {everybody:.0%})", Unit.SHARE)
WHO_MEASURES = (CUSTOMERS, SHARE_OF_CUSTOMERS, ORDERS, PROFIT, ON_STAGE, LOW_SCORE, TRAIT_SHARE)

LOW_SCORED = Measure("{factor}: with a bad score, of those who scored it", Unit.SHARE, Better.LESS)
MORE_LEFT = Measure(
    "{factor}: more left within {days} days of a bad score than of another",
    Unit.POINTS,
    Better.LESS,
)
CUSTOMISED_LINE = Measure("a customised line brings, after its cost", Unit.MONEY, Better.MORE)
PROPOSITION_MEASURES = (LOW_SCORED, MORE_LEFT, CUSTOMISED_LINE)

PROFIT_ON_STAGE = Measure("profit so far per customer on {stage}", Unit.MONEY, Better.MORE)
APART = Measure(
    "profit so far on {upper}, above customers of equal tenure on {lower}", Unit.MONEY, Better.MORE
)
POTENTIAL_MEASURES = (PROFIT_ON_STAGE, APART)

VALUE_AHEAD = Measure(
    "expected value of the next {days} days, all customers", Unit.MONEY, Better.MORE
)
VALUE_PER_CUSTOMER = Measure("expected value per customer", Unit.MONEY, Better.MORE)
COST_TO_SERVE = Measure("cost to serve per customer so far", Unit.MONEY, Better.LESS)
HOURS = Measure("hours spent with these customers so far", Unit.NUMBER)
ALLOCATION_MEASURES = (VALUE_AHEAD, VALUE_PER_CUSTOMER, COST_TO_SERVE, HOURS)

EXPECTED_TO_CHURN = Measure("speak first to those expected to churn", Unit.CUSTOMERS, Better.LESS)
VALUE_AT_STAKE = Measure("expected value they carry", Unit.MONEY)
FAILURE_COST = Measure("stop own failures: cost so far", Unit.MONEY, Better.LESS)
UNANSWERED_MESSAGES = Measure(
    "stop messages to those who never answered one", Unit.NUMBER, Better.LESS
)
COSTLESS_MEASURES = (EXPECTED_TO_CHURN, VALUE_AT_STAKE, FAILURE_COST, UNANSWERED_MESSAGES)

CHURNED = Measure("left and not returned, of all who ever were customers", Unit.SHARE, Better.LESS)
STILL_CUSTOMERS = Measure("still a customer after {months} months", Unit.SHARE, Better.MORE)
HALF_CHURNED = Measure("half have churned after", Unit.MONTHS, Better.MORE)
REASON = Measure("reason: {reason}", Unit.SHARE)
REVENUE_LOST = Measure("revenue a month of those who churned", Unit.MONEY, Better.LESS)
CHURN_MEASURES = (CHURNED, STILL_CUSTOMERS, HALF_CHURNED, REASON, REVENUE_LOST)

UNKNOWN_NEEDS = Measure("needs", Unit.NUMBER)
UNKNOWN_ATTITUDES = Measure("attitudes", Unit.NUMBER)
UNKNOWN_TRAITS = Measure("traits", Unit.NUMBER)
UNKNOWN_FACTORS = Measure("factors", Unit.NUMBER)
UNKNOWN_CUSTOMISATION = Measure("customisation", Unit.NUMBER)
UNKNOWN_POTENTIAL = Measure("potential", Unit.NUMBER)
UNKNOWN_MONEY = Measure("money", Unit.NUMBER)
UNKNOWN_TIME = Measure("time", Unit.NUMBER)
UNKNOWN_RISK = Measure("whom to speak to", Unit.NUMBER)
UNKNOWN_CHURN = Measure("churn", Unit.NUMBER)
UNKNOWN_MEASURES = (
    *(UNKNOWN_NEEDS, UNKNOWN_ATTITUDES, UNKNOWN_TRAITS, UNKNOWN_FACTORS, UNKNOWN_CUSTOMISATION),
    *(UNKNOWN_POTENTIAL, UNKNOWN_MONEY, UNKNOWN_TIME, UNKNOWN_RISK, UNKNOWN_CHURN),
)
"""What stands on the sheet in place of an answer, with what the answer would need."""

STRATEGY = FigureSpec(
    "strategy",
    "Strategy sheet per segment",
    ("segment", "question"),
    (
        *WHO_MEASURES,
        *PROPOSITION_MEASURES,
        *POTENTIAL_MEASURES,
        *ALLOCATION_MEASURES,
        *COSTLESS_MEASURES,
        *CHURN_MEASURES,
        *UNKNOWN_MEASURES,
    ),
    "Per segment: shares with Wilson's interval, means with Student's, how many more "
    "left after a bad score than after another with Mantel and Haenszel's, by the first score of a "
    "customer who could be watched for all of the days, within strata of tenure of 30 days; by "
    "orders, who did not order again within them has left. Profit is compared between steps of "
    "the ladder within strata of 90 days since the customer was first seen. Money is reckoned as "
    "for profit and lifetime value, over the {horizon_days} days from {as_of} where it lies ahead. "
    "What may be spent on a customer is only what an action adds, which takes an experiment with "
    "a hold-out. "
    "Segments overlap; differences between customers are associated with, not shown to be caused "
    "by, what tells them apart.",
    follows=Follows.ALL,
    period=ALL_DAYS,
)
