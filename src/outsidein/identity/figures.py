"""The figures about identity."""

from outsidein.figures.figure import Unit
from outsidein.figures.spec import Better, FigureSpec, Measure

PAIRS_IN_EFFECT = Measure("pairs in effect", Unit.NUMBER)
WEIGHT = Measure("weight", Unit.NUMBER)
AMONG_SAME = Measure("among one customer's records", Unit.SHARE)
AMONG_STRANGERS = Measure("among strangers'", Unit.SHARE)
EXPECTED_PRECISION = Measure("expected precision", Unit.SHARE, Better.MORE)
EXPECTED_RECALL = Measure("expected recall", Unit.SHARE, Better.MORE)
CUSTOMERS = Measure("customers", Unit.CUSTOMERS)
RECORDS = Measure("records", Unit.NUMBER)
SHARE_OF_CUSTOMERS = Measure("share of customers", Unit.SHARE)
PAIRS_WITHHELD = Measure("pairs withheld", Unit.NUMBER, Better.LESS)
PAIRS = Measure("pairs", Unit.NUMBER)

IDENTITY_RECORDS = FigureSpec(
    "identity_records",
    "How many records a customer has",
    ("records",),
    (
        CUSTOMERS,
        SHARE_OF_CUSTOMERS,
        RECORDS,
    ),
    "Customers of the build by the number of records, of whatever system, that its "
    "evidence makes one.",
)

IDENTITY_EVIDENCE = FigureSpec(
    "identity_evidence",
    "What ties records",
    ("evidence",),
    (
        PAIRS_IN_EFFECT,
        PAIRS_WITHHELD,
    ),
    "Pairs of records by the reason for which they may be one customer; n counts pairs. "
    "What the firewall withholds joins nobody until somebody has looked at it.",
)

IDENTITY_REVIEW = FigureSpec(
    "identity_review",
    "What waits for review",
    ("reason",),
    (PAIRS_WITHHELD,),
    "Pairs of records whose evidence would make a customer who cannot be, by reason; n "
    "counts pairs. `outsidein identity review` lists them.",
)

MATCH_WEIGHTS = FigureSpec(
    "match_weights",
    "How much each agreement counts",
    ("party", "comparison", "level"),
    (
        WEIGHT,
        AMONG_SAME,
        AMONG_STRANGERS,
    ),
    "Weight: log2 of how much more often two records of one customer than of two strangers "
    "are so alike; learned on {trained_at} without labels, and added up over the "
    "comparisons. n counts the records learned from.",
)

IDENTITY_THRESHOLDS = FigureSpec(
    "identity_thresholds",
    "What every threshold would give",
    ("threshold",),
    (
        PAIRS,
        EXPECTED_PRECISION,
        EXPECTED_RECALL,
    ),
    "Pairs of at least so much probability; of them the share expected to be one "
    "customer's (precision), and of all matches expected the share among them (recall). "
    "Expected means by the model's own probabilities, before the firewall; n counts pairs. "
    "What a reviewer finds in a random sample is told by `outsidein identity precision`.",
)
