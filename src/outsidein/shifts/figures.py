"""The figures about lasting changes."""

from outsidein.figures.figure import Unit
from outsidein.figures.spec import Better, FigureSpec, Measure

SHARE_BEFORE = Measure("share before", Unit.SHARE)
SHARE_SINCE = Measure("share since", Unit.SHARE)
CHANGE = Measure("change", Unit.POINTS)
Q_VALUE = Measure("q-value", Unit.NUMBER, Better.LESS)
REVENUE = Measure("revenue a year that goes with it", Unit.MONEY)
EXPECTED_DELAY = Measure("periods such a change takes", Unit.NUMBER, Better.LESS)
DELAY = Measure("periods until it was found", Unit.NUMBER, Better.LESS)

SHIFTS = FigureSpec(
    "shifts",
    "What has shifted",
    ("kind", "stream", "since", "earliest", "latest", "direction"),
    (SHARE_BEFORE, SHARE_SINCE, CHANGE, REVENUE, Q_VALUE, EXPECTED_DELAY, DELAY),
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
    "middle, and a season as a shift where less than two years are looked at. Revenue: of "
    "customers who order again or do not, the change times those expected to order since times "
    "what a buyer spent in a period of the last year. A shift says that "
    "something changed, not why. Left out are changes that the recording of data may explain. "
    "n = customers of the largest period.",
)

SHIFTS_WITHHELD = FigureSpec(
    "shifts_withheld",
    "Changes that are not shown as shifts, and why",
    ("kind", "stream", "since", "direction", "reason"),
    (CHANGE,),
    "Lasting steps in a stream, found as shifts are, that something else than customers may "
    "explain: the way in which data are recorded changed at that time (a field, an instrument, a "
    "wording version, a language, a source, the volume or the length of texts), the data had only "
    "begun, a single period makes up the step, or several streams of one kind changed at once. A "
    "day can be declared as a known change in `[[shifts.known_change]]`.",
)

BEFORE = Measure("before", Unit.SHARE)
SINCE = Measure("since", Unit.SHARE)
NUMBER_BEFORE, NUMBER_SINCE = (Measure(name.name, Unit.NUMBER) for name in (BEFORE, SINCE))

RECORDING_CHANGES = FigureSpec(
    "recording_changes",
    "When the recording of data changed",
    ("on", "data", "what"),
    (BEFORE, SINCE, NUMBER_BEFORE, NUMBER_SINCE),
    "Months from which a share of records differs by {share_matters:.0%} of all records or more "
    "(p {p_value}), the mean length of texts by a factor of {length}, or the records of three "
    "months by a factor of {volume} from those of the three before; and the first record of each "
    "source and table. Sources are looked at where they say which column dates a record. n = "
    "records.",
)

RECORDS = Measure("records", Unit.NUMBER)
SHARE_OF_RECORDS = Measure("share of records", Unit.SHARE)
MEAN_LENGTH = Measure("mean length", Unit.NUMBER)

RECORDING = FigureSpec(
    "recording",
    "How data are recorded",
    ("data", "what", "period"),
    (RECORDS, SHARE_OF_RECORDS, MEAN_LENGTH),
    "Records of each source and table by month, and what changed in them: shares of records that "
    "fill a field or have an instrument, a language, a wording version or a source, and the mean "
    "length of texts in characters. n = records, or texts.",
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
SHIFTS_NOT_SHOWN = Measure("of them withheld", Unit.NUMBER)
CHANGE_FOUND_WITHIN = Measure("change found within {periods} periods", Unit.POINTS, Better.LESS)

SHIFTS_WATCHED = FigureSpec(
    "shifts_watched",
    "What was watched for shifts",
    ("kind",),
    (STREAMS, STREAMS_WATCHED, SHIFTS_FOUND, SHIFTS_NOT_SHOWN, CHANGE_FOUND_WITHIN),
    "Streams by kind, and how many had enough to be watched: 8 periods of 10 customers or more, "
    "and 20 customers on either side. The last column says how soon: a change of that size, in the "
    "middle stream, is found within {periods} periods four times in five.",
)
