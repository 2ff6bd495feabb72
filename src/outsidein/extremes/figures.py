"""The figures about disasters and delights, and what goes with them."""

from outsidein.figures.figure import Unit
from outsidein.figures.spec import ALL_DAYS, Better, FigureSpec, Follows, Measure

ITEM = "item"
"""Dimension whose groups are what customers were asked, or how a sign was inferred."""

DELIGHTS = Measure("delights", Unit.SHARE, Better.MORE)
CUSTOMERS = Measure("customers", Unit.CUSTOMERS)
AT_RISK = Measure("money at risk", Unit.MONEY, Better.LESS)
DISASTERS = Measure("disasters", Unit.SHARE, Better.LESS)
JUMP = Measure("jump", Unit.POINTS, Better.LESS)
HAZARD_RATIO = Measure("hazard ratio", Unit.NUMBER, Better.LESS)
RETURN_RATIO = Measure("ratio of returns", Unit.NUMBER, Better.MORE)

EXTREMES = FigureSpec(
    "extremes",
    "Disasters and delights",
    ("window", "dimension", "group"),
    (
        DISASTERS,
        DELIGHTS,
    ),
    "Of the customers who said or showed how the whole was, the share with at least one disaster "
    "(the lowest {disaster_to:.0%} of the scale: 1 of 1 to 5) and with at least one delight (the "
    "highest {delight_from:.0%}). What counts is the overall score, any answer that names no "
    "factor, a sign inferred from behaviour, and an answer about a factor declared decisive "
    "(`is_decisive`); by item, each alone. An answer about any other part of the offering is "
    "neither. Customers count by the mean weight of their answers; Wilson's interval at the "
    "effective n. Groups of fewer than 10 customers are left out.",
)

HAZARD_JUMPS = FigureSpec(
    "hazard_jumps",
    "Churn after each kind of encounter",
    ("encounter",),
    (
        JUMP,
        HAZARD_RATIO,
        RETURN_RATIO,
    ),
    "{how} Each is compared with customers of the same tenure (Mantel and Haenszel's "
    "common ratio and difference, Greenland and Robins' intervals, which hold for all kinds "
    "together); n counts the customers who had the encounter. Ratio of returns: those who ordered "
    "again after it to those who did otherwise. After is not because: what goes with the "
    "encounter goes with the jump. Kinds that fewer than {fewest} customers had are left out. "
    "{rule}.",
    follows=Follows.WHOLE,
    period=ALL_DAYS,
)

MONEY_AT_RISK = FigureSpec(
    "money_at_risk",
    "Money at risk after each kind of encounter",
    ("encounter",),
    (
        CUSTOMERS,
        AT_RISK,
    ),
    "Customers who had the encounter in the {after_days} days before {as_of} and have not "
    "churned, times the jump in churn that is associated with it, times their lifetime "
    "value. The interval joins those of jump and value, taken as independent; where the "
    "value has none it holds the jump's alone. Only kinds declared as failures of the company "
    "(`is_failure`) have a sum: the others may happen because customers leave. Kinds overlap: do "
    "not add them up.",
    follows=Follows.ALL,
)
