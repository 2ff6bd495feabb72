"""The figures about the loyalty ladder."""

from outsidein.figures.figure import Unit
from outsidein.figures.spec import ALL_DAYS, Better, FigureSpec, Follows, Measure

WITHIN_DAYS = Measure("within {days} days", Unit.SHARE, Better.MORE)
WATCHED = Measure("watched for {days} days", Unit.CUSTOMERS)
CUSTOMERS = Measure("customers", Unit.CUSTOMERS)
FORMER_CUSTOMERS = Measure("former customers", Unit.CUSTOMERS, Better.LESS)
SHARE_OF_CUSTOMERS = Measure("share of customers", Unit.SHARE)
CLIMB = Measure("climb", Unit.SHARE, Better.MORE)
MEDIAN_DAYS = Measure("median days to climb", Unit.DAYS, Better.LESS)
MOVES_IN_A_MONTH = Measure("moves in a month", Unit.SHARE)
HURDLE = Measure("hurdle", Unit.SHARE, Better.LESS)
DIFFERENCE = Measure("difference after bad signals", Unit.POINTS, Better.MORE)
CLIMB_AFTER_BAD_SIGNALS = Measure("climb after bad signals", Unit.SHARE, Better.MORE)
CLIMB_AFTER_BETTER_SIGNALS = Measure("climb after better signals", Unit.SHARE, Better.MORE)

ON_NO_STEP = "On no step"
"""Stage of customers whom no rule of a step holds for."""

LADDER_TODAY = FigureSpec(
    "ladder_today",
    "Where customers stand today",
    ("stage",),
    (
        CUSTOMERS,
        SHARE_OF_CUSTOMERS,
        FORMER_CUSTOMERS,
    ),
    "Every customer is counted on the highest step whose rule holds on the last day before "
    "{as_of}; those who have churned by then are former customers, on no step and in no share; "
    "a step without a rule, or whose rule no data ever met, is not observed.",
    follows=Follows.WHOLE,
)

LADDER_HISTORY = FigureSpec(
    "ladder_history",
    "Where customers stood over time",
    ("month", "stage"),
    (CUSTOMERS,),
    "Customers on each step at the end of each of the last {history_months} months, by the "
    "rules of today applied to what had happened by then, without those who had churned. {start}",
    follows=Follows.WHOLE,
)

LADDER_STEPS = FigureSpec(
    "ladder_steps",
    "Who climbs, and how soon",
    ("from", "to"),
    (
        CLIMB,
        WITHIN_DAYS,
        WATCHED,
        MEDIAN_DAYS,
    ),
    "Kaplan-Meier from the first day on a step to the first day on the next or a higher "
    "one; who has not climbed by {as_of} counts as long as watched{start}. Watched: whose first "
    "day on the step lies that long ago. Median: half have climbed. Steps not observed are left "
    "out. "
    "Who leaves before climbing has not climbed.",
    follows=Follows.WHOLE,
    period=ALL_DAYS,
)

LADDER_TRANSITIONS = FigureSpec(
    "ladder_transitions",
    "Moves between steps in a month",
    ("from", "to"),
    (MOVES_IN_A_MONTH,),
    "Where a customer stood at the end of a month and of the next, over the last {months} "
    "months; n counts customers. The share is of their months; the interval is Wilson's at the "
    "effective n, for the months of one customer are alike.",
    follows=Follows.WHOLE,
    period=ALL_DAYS,
)

LADDER_HURDLES = FigureSpec(
    "ladder_hurdles",
    "Hurdles between the steps",
    ("from", "to", "type"),
    (
        HURDLE,
        CLIMB_AFTER_BAD_SIGNALS,
        CLIMB_AFTER_BETTER_SIGNALS,
        DIFFERENCE,
    ),
    "Of customers watched for {followed_days} days from the first day on a step, the share "
    "who climbed, after signals in the lower half of their scale within the first "
    "{signal_days} days and before climbing, against after better ones; difference with "
    "Newcombe's interval. A hurdle is typed where fewer climb after bad signals and the "
    "interval leaves out zero: it is associated with, not shown to cause.",
    follows=Follows.WHOLE,
)
