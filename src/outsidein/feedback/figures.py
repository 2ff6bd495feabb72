"""The figures about answers and non-response."""

from outsidein.figures.figure import Unit
from outsidein.figures.spec import ALL_DAYS, Better, FigureSpec, Measure

LAST_YEAR = "last 12 months"
"""The one value of the dimension "recent"."""

BOTTOM_BOX = Measure("bottom box", Unit.SHARE, Better.LESS)
TOP_BOX = Measure("top box", Unit.SHARE, Better.MORE)
NPS = Measure("NPS", Unit.NUMBER, Better.MORE)
SATISFIED = Measure("satisfied (CSAT)", Unit.SHARE, Better.MORE)
EASY = Measure("easy (CES)", Unit.SHARE, Better.MORE)
WOULD_BUY = Measure("would buy again", Unit.SHARE, Better.MORE)
WOULD_REFER = Measure("would refer", Unit.SHARE, Better.MORE)
SHARE_OF_ANSWERS = Measure("share", Unit.SHARE)
BAD_SIGNS_ANSWERED = Measure("bad signs among those who answered", Unit.SHARE, Better.LESS)
BAD_SIGNS_NOT_ANSWERED = Measure("bad signs among non-respondents", Unit.SHARE, Better.LESS)
MEAN = Measure("mean", Unit.NUMBER, Better.MORE)
ANSWERED = Measure("answered", Unit.SHARE, Better.MORE)

FEEDBACK_SCORES = FigureSpec(
    "feedback_scores",
    "What customers answered",
    ("item", "dimension", "group"),
    (
        BOTTOM_BOX,
        TOP_BOX,
        NPS,
        SATISFIED,
        EASY,
        WOULD_BUY,
        WOULD_REFER,
        MEAN,
    ),
    "By touchpoint, channel, unit, month (period), the last 12 months (recent) and group. "
    "Each answer counts by the inverse of the chance with which its giver was invited (1 "
    "where no invitation is known); n counts customers. Bottom and top box are the shares "
    "at the ends of the scale. CSAT counts the top quarter of the scale, CES the top "
    "third, NPS promoters (9, 10) less detractors (0 to 6) of 10. Shares have Wilson's "
    "interval and NPS the adjusted Wald interval at the effective n of the design, "
    "customers as clusters; means have the ratio estimator's. Groups of fewer than 10 "
    "customers are left out. To see NPS change by {change} points four times in five takes "
    "about {responses_needed:,} answers in each period.",
    period=ALL_DAYS,
)

FEEDBACK_DISTRIBUTION = FigureSpec(
    "feedback_distribution",
    "Distribution of answers",
    ("item", "answer"),
    (SHARE_OF_ANSWERS,),
    "Weighted share of the answers at each step of the scale (scales of more than "
    "{most_levels} steps in tenths, named by their lower end), or of respondents who made "
    "each choice; weights and intervals as in feedback_scores.",
    period=ALL_DAYS,
)

FEEDBACK_RESPONSE = FigureSpec(
    "feedback_response",
    "Who was asked, and who answered",
    ("survey", "dimension", "group"),
    (
        ANSWERED,
        BAD_SIGNS_ANSWERED,
        BAD_SIGNS_NOT_ANSWERED,
    ),
    "Customers by their last invitation to the survey; the share who answered with "
    "Wilson's interval. Groups of fewer than 10 customers are left out. Bad signs: the "
    "share of customers whose behaviour showed a problem within {sign_days} days of the "
    "invitation, among those who answered and among non-respondents; where the two differ, "
    "non-respondents are unlike those who answered. Where nearly all answered, the file was "
    "probably drawn by answers: then no rate is shown.",
    period=ALL_DAYS,
)

FEEDBACK_NONRESPONSE = FigureSpec(
    "feedback_nonresponse",
    "What non-respondents may think",
    ("survey", "item", "who"),
    (
        BOTTOM_BOX,
        NPS,
        SATISFIED,
        EASY,
        WOULD_BUY,
        WOULD_REFER,
        MEAN,
    ),
    "Everyone asked, by the last invitation. Assumption: within a cell (customers alike in "
    "{by}; cells with fewer than 10 answers are joined) non-respondents think as "
    "those who answer; each answer is weighted by 1 / (inclusion probability x share of "
    "its cell that answered). The worst and best case need no assumption; they hold "
    "whatever non-respondents think, and with their sampling error give the outer limits.",
    period=ALL_DAYS,
)
