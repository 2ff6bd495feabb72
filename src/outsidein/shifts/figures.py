"""The figures about lasting changes."""

from outsidein.figures.figure import Unit
from outsidein.figures.spec import Better, FigureSpec, Measure

SHARE_BEFORE = Measure("share before", Unit.SHARE)
SHARE_SINCE = Measure("share since", Unit.SHARE)
CHANGE = Measure("change", Unit.POINTS)
Q_VALUE = Measure("q-value", Unit.NUMBER, Better.LESS)
EXPECTED_DELAY = Measure("periods such a change takes", Unit.NUMBER, Better.LESS)
DELAY = Measure("periods until it was found", Unit.NUMBER, Better.LESS)

SHIFTS = FigureSpec(
    "shifts",
    "What has shifted",
    ("kind", "stream", "since", "earliest", "latest", "direction"),
    (SHARE_BEFORE, SHARE_SINCE, CHANGE, Q_VALUE, EXPECTED_DELAY, DELAY),
    "Shares of customers by {period}. In each stream the likeliest lasting step is sought (least "
    "squares of arcsine shares; variation beyond chance and likeness of neighbouring periods are "
    "taken into account; the p-value adds up over all possible dates). Listed are steps whose "
    "q-value (Benjamini-Yekutieli, whatever the streams have to do with each other) is "
    "{share:.0%} or less, and that change the share by {smallest:.1%} or more: in a build, at most "
    "{share:.0%} of the shifts listed are expected to be false. Dates: 95 % of the posterior "
    "probability. Periods until it was found: since the step, up to the first build that would "
    "have listed it, had nothing else shifted; such a change takes: so many, four times in five. "
    "Where two years of months or quarters show a season, like is compared with like, and the "
    "change is that between like seasons. One step a stream; a slow trend reads as a step in its "
    "middle, and a season as a shift where less than two years are looked at. A shift says that "
    "something changed, not why. n = customers of the largest period.",
)

SHARE = Measure("share", Unit.SHARE)

SHIFT_STREAMS = FigureSpec(
    "shift_streams",
    "The streams that shifted",
    ("kind", "stream", "period"),
    (SHARE,),
    "Share of customers in each {period}, for the streams in which a shift was found. "
    "Intervals: Wilson.",
)

STREAMS = Measure("streams", Unit.NUMBER)
STREAMS_WATCHED = Measure("streams watched", Unit.NUMBER, Better.MORE)
SHIFTS_FOUND = Measure("shifts found", Unit.NUMBER)
CHANGE_FOUND_WITHIN = Measure("change found within {periods} periods", Unit.POINTS, Better.LESS)

SHIFTS_WATCHED = FigureSpec(
    "shifts_watched",
    "What was watched for shifts",
    ("kind",),
    (STREAMS, STREAMS_WATCHED, SHIFTS_FOUND, CHANGE_FOUND_WITHIN),
    "Streams by kind, and how many had enough to be watched: 8 periods of 10 customers or more, "
    "and 20 customers on either side. The last column says how soon: a change of that size, in the "
    "middle stream, is found within {periods} periods four times in five.",
)
