"""The figures about profit and lifetime value."""

from outsidein.figures.figure import Unit
from outsidein.figures.spec import ALL_DAYS, Better, FigureSpec, Follows, Measure

UNPROFITABLE = Measure("share unprofitable", Unit.SHARE, Better.LESS)
PROFITABLE = Measure("share profitable", Unit.SHARE, Better.MORE)
LOSSES = Measure("losses on the unprofitable", Unit.MONEY, Better.MORE)  # 0 or below
PEAK = Measure("peak of cumulative profit", Unit.MONEY)
PEAK_MULTIPLE = Measure("peak as a multiple of profit", Unit.NUMBER, Better.LESS)
PROFIT = Measure("profit", Unit.MONEY, Better.MORE)
CUMULATIVE_PROFIT = Measure("cumulative profit", Unit.MONEY)
CUMULATIVE_SHARE = Measure("cumulative share of profit", Unit.NUMBER)

WHALE_CURVE = FigureSpec(
    "whale_curve",
    "How few customers bring the profit",
    ("curve", "customer_share"),
    (
        UNPROFITABLE,
        PROFITABLE,
        LOSSES,
        PEAK,
        PEAK_MULTIPLE,
        PROFIT,
        CUMULATIVE_PROFIT,
        CUMULATIVE_SHARE,
    ),
    "Cumulative profit of customers ranked from most to least profitable, with and without the "
    "cost of the firm's own failures; bootstrap intervals over customers, point by point. {rule}",
    follows=Follows.WHOLE,
    period=ALL_DAYS,
)

CUSTOMERS = Measure("customers", Unit.CUSTOMERS)
SHARE_OF_CUSTOMERS = Measure("share of customers", Unit.SHARE)
MEAN_PROFIT = Measure("mean profit", Unit.MONEY, Better.MORE)
MEDIAN_PROFIT = Measure("median profit", Unit.MONEY, Better.MORE)
MEAN_COST_TO_SERVE = Measure("mean cost to serve", Unit.MONEY, Better.LESS)
FAILURE_COST = Measure("failure cost", Unit.MONEY, Better.LESS)
PROFIT_WITHOUT_FAILURES = Measure("profit without own failures", Unit.MONEY, Better.MORE)
LOSS_BY_FAILURES = Measure("loss only by own failures", Unit.CUSTOMERS, Better.LESS)
POLICY = Measure("policy", Unit.NUMBER)

TIERS = FigureSpec(
    "tiers",
    "Tiers of customers by profit",
    ("tier",),
    (
        CUSTOMERS,
        SHARE_OF_CUSTOMERS,
        PROFIT,
        MEAN_PROFIT,
        MEDIAN_PROFIT,
        MEAN_COST_TO_SERVE,
        FAILURE_COST,
        PROFIT_WITHOUT_FAILURES,
        LOSS_BY_FAILURES,
        POLICY,
    ),
    "{division} The policy of a tier is what a named person decided. {rule}",
    follows=Follows.WHOLE,
    period=ALL_DAYS,
)

BROUGHT_PER_CUSTOMER = Measure("brought per customer so far", Unit.MONEY, Better.MORE)
EXPECTED_PER_CUSTOMER = Measure("expected per customer", Unit.MONEY, Better.MORE)
VALUED_CUSTOMERS = Measure("customers with a lifetime value", Unit.CUSTOMERS)

TIER_OUTLOOK = FigureSpec(
    "tier_outlook",
    "What each tier brought, and is expected to bring in the next {horizon_days} days",
    ("tier",),
    (VALUED_CUSTOMERS, BROUGHT_PER_CUSTOMER, EXPECTED_PER_CUSTOMER, POLICY),
    "Mean of what customers brought so far and of the value expected in that time, of those whose "
    "lifetime value is estimated. Both are after returns, goods and customisation and before the "
    "cost to serve and own failures; the value expected is discounted. The policy of "
    "a tier is what a named person decided.",
    follows=Follows.WHOLE,
)

WORST_AT_MOST = Measure("worst {end}, at most", Unit.MONEY, Better.MORE)
BEST_AT_LEAST = Measure("best {end}, at least", Unit.MONEY, Better.MORE)

PROFIT_DISTRIBUTION = FigureSpec(
    "profit_distribution",
    "Profit per customer, extremes first",
    (),
    (WORST_AT_MOST, BEST_AT_LEAST, MEDIAN_PROFIT),
    "The profit that the worst customers bring at most and the best at least, over all "
    "customers. {rule}",
    follows=Follows.WHOLE,
    period=ALL_DAYS,
)

TOTAL = Measure("total", Unit.MONEY)
PER_CUSTOMER = Measure("per customer", Unit.MONEY)

PROFITABILITY = FigureSpec(
    "profitability",
    "From sales to profit",
    ("step",),
    (TOTAL, PER_CUSTOMER),
    "Sums over all customers, and means per customer. {rule}",
    follows=Follows.WHOLE,
    period=ALL_DAYS,
)

NOT_ATTRIBUTABLE = FigureSpec(
    "not_attributable",
    "What belongs to no known customer",
    ("step",),
    (TOTAL,),
    "Sums over order lines, encounters, messages and contracts whose customer is unknown. "
    "Together with the customers' profitability they make the firm's.",
    period=ALL_DAYS,
)

HOLD_OUT_ERROR = Measure("hold-out error", Unit.ORDERS, Better.LESS)
HOLD_OUT_ORDERS = Measure("hold-out orders", Unit.ORDERS)
HOLD_OUT_BUYERS = Measure("hold-out share who bought", Unit.SHARE)

LIFETIME_MODEL_CHOICE = FigureSpec(
    "lifetime_model_choice",
    "Choice of the purchase model",
    ("model",),
    (HOLD_OUT_ERROR, HOLD_OUT_ORDERS, HOLD_OUT_BUYERS),
    "Purchase models are compared by what they predict for a hold-out. {hold_out}",
    follows=Follows.WHOLE,
)

EXPECTED_VALUE = Measure("expected value", Unit.MONEY, Better.MORE)
EXPECTED_VALUE_OF_CONTRACTS = Measure(
    "expected value of contracts by the {period}", Unit.MONEY, Better.MORE
)
SHARE_STILL_CUSTOMERS = Measure("share still customers", Unit.SHARE, Better.MORE)
STILL_CUSTOMERS = Measure("still customers", Unit.CUSTOMERS, Better.MORE)
SHARE_BUYING_AGAIN = Measure("share expected to order", Unit.SHARE, Better.MORE)
EXPECTED_ORDERS = Measure("expected orders", Unit.ORDERS, Better.MORE)
EXPECTED_RENEWALS = Measure("expected renewals", Unit.NUMBER, Better.MORE)
STAY_UNPROFITABLE = Measure("expected to stay unprofitable", Unit.CUSTOMERS, Better.LESS)

LIFETIME_VALUE = FigureSpec(
    "lifetime_value",
    "What customers are expected to bring in the next {horizon_days} days",
    ("regime", "tier"),
    (
        EXPECTED_VALUE,
        EXPECTED_VALUE_OF_CONTRACTS,
        SHARE_STILL_CUSTOMERS,
        STILL_CUSTOMERS,
        SHARE_BUYING_AGAIN,
        EXPECTED_ORDERS,
        EXPECTED_RENEWALS,
        STAY_UNPROFITABLE,
    ),
    "Value is what orders and renewals bring after returns, goods and customisation, before the "
    "cost to serve, discounted by {discount_rate:.1%} a year. {models} Intervals of orders are "
    "predictive, those of shares hold what is true of these customers, those of value the "
    "expectation. Still customers are those whose contract runs or, by the model, who would order "
    "again some day: not the opposite of having left by the rule of silence. Customers who never "
    "bought are not valued. Who has brought less than they cost stays unprofitable unless the "
    "orders of the horizon make up for it. {margin}",
    partition="tier",
    follows=Follows.WHOLE,
)
