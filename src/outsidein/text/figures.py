"""The figures about what customers write, and about the coders of it."""

from outsidein.figures.figure import Unit
from outsidein.figures.spec import Better, FigureSpec, Measure

STRONG_BLAME = Measure("strong blame", Unit.SHARE, Better.LESS)
STRONG_PRAISE = Measure("strong praise", Unit.SHARE, Better.MORE)
SHARE_BEFORE = Measure("share before", Unit.SHARE)
FOUND = Measure("found", Unit.SHARE, Better.MORE)
RIGHT_WHERE_GIVEN = Measure("right where given", Unit.SHARE, Better.MORE)
LET_PASS = Measure("let pass where absent", Unit.SHARE, Better.MORE)
SHARE_OF_THOSE_WHO_WROTE = Measure("share of those who wrote", Unit.SHARE)
MEAN_POLARITY = Measure("mean polarity", Unit.NUMBER, Better.MORE)
SHARE_LATELY = Measure("share lately", Unit.SHARE)
CHANGE = Measure("change", Unit.POINTS)
AS_CODED = Measure("as coded", Unit.SHARE)
BLAME = Measure("blame", Unit.SHARE, Better.LESS)
CORRECTED = Measure("corrected", Unit.SHARE)
MACRO_F1 = Measure("macro-F1", Unit.NUMBER, Better.MORE)
AGREES_WITH_PEOPLE = Measure("agrees with people", Unit.SHARE, Better.MORE)
MACRO_F1_ABOVE_THE_BASELINE = Measure("macro-F1 above the baseline", Unit.NUMBER, Better.MORE)

TEXT_LANGUAGES = FigureSpec(
    "text_languages",
    "Which languages customers write",
    ("language",),
    (SHARE_OF_THOSE_WHO_WROTE,),
    "Customers by the language of the latest text each wrote, as its source names it or as "
    "a naive Bayes model over letters tells it among the declared languages; Wilson's "
    "interval.",
)

TEXT_SENTIMENT = FigureSpec(
    "text_sentiment",
    "How much of what customers write is praise, and how much blame",
    ("language",),
    (
        STRONG_BLAME,
        STRONG_PRAISE,
        MEAN_POLARITY,
    ),
    "Polarity, 0 blame to 1 praise, of the latest text of each customer ({ways}). Strong "
    "praise is {praise_from} or more, strong blame {blame_up_to} or less; Wilson's "
    "interval for shares, Student's for the mean. The error of polarity itself is not in "
    "it. Texts of a few wordings are labels of a form, which have no polarity.",
)

TEXT_THEMES = FigureSpec(
    "text_themes",
    "What customers write about, and what is new",
    ("language", "theme"),
    (
        SHARE_LATELY,
        SHARE_BEFORE,
        CHANGE,
    ),
    "Themes are non-negative factors of the words of texts, named by their heaviest words; "
    "each customer's latest text counts for its strongest theme. Lately is the declared "
    "number of days before the build's day. Shares with Wilson's interval; the change with "
    "Newcombe's, widened so that among all themes of a language one in twenty would seem "
    "to have changed if none had.",
)

FACTOR_MENTIONS = FigureSpec(
    "factor_mentions",
    "Which factors customers write about",
    ("language", "factor"),
    (
        AS_CODED,
        CORRECTED,
        BLAME,
    ),
    "Customers by whether the latest text of each names the factor ({coder}). As coded: "
    "Wilson's interval. Corrected: for the errors that the terms make on the hand-coded "
    "sample, where people gave each text its one leading code, so that it estimates the "
    "share whose main subject it is, if the other subjects mix as they do in the sample "
    "(Rogan and Gladen; interval of Lang and Reiczigel). Blame: of those who name it, "
    "those with a polarity of {blame_up_to} or less there.",
)

TEXT_REASONS = FigureSpec(
    "text_reasons",
    "What customers write about, by the codes of people",
    ("sample", "code"),
    (
        AS_CODED,
        CORRECTED,
    ),
    "The latest text of each customer, coded by a machine that learned from the hand-coded "
    "sample. Corrected: the shares that with the machine's errors, seen out of sample, "
    "make its counts most likely; percentile bootstrap over texts and sample.",
)

CODER_QUALITY = FigureSpec(
    "coder_quality",
    "How often the coders of texts err",
    ("sample", "coder", "code"),
    (
        MACRO_F1,
        AGREES_WITH_PEOPLE,
        MACRO_F1_ABOVE_THE_BASELINE,
        FOUND,
        RIGHT_WHERE_GIVEN,
        LET_PASS,
    ),
    "On hand-coded texts; n counts texts. The learned coder and the baseline (logistic "
    "regression on tf-idf of words, scikit-learn's defaults) coded each fifth after "
    "learning from the others, when it was trained; texts of the same words share a fifth. "
    "Macro-F1 weighs every code alike, percentile bootstrap over texts; shares with "
    "Wilson's interval.",
)
