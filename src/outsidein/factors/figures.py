"""The figures about factors: what keeps, delights and repels customers."""

from outsidein.figures.figure import Unit
from outsidein.figures.spec import ALL_DAYS, Better, FigureSpec, Follows, Measure

VERDICT = Measure("verdict", Unit.SHARE)
PENALTY = Measure("penalty", Unit.SHARE)
REWARD = Measure("reward", Unit.SHARE)
IMPACT_ASYMMETRY = Measure("impact asymmetry", Unit.NUMBER)
IMPORTANCE = Measure("importance", Unit.SHARE)
AHEAD_OF_COMPETITORS = Measure("ahead of competitors", Unit.SHARE, Better.MORE)

FACTOR_VERDICTS = FigureSpec(
    "factor_verdicts",
    "What keeps, delights and repels customers",
    ("segment", "factor", "class"),
    (VERDICT, PENALTY, REWARD, IMPACT_ASYMMETRY, IMPORTANCE, AHEAD_OF_COMPETITORS),
    "Overall satisfaction regressed on unstandardised dummies of low answers (up to "
    "{low_to:g} of the scale) and high ones (from {high_from:g}), all factors at once, "
    "against answers in between. Of a factor looked at on most occasions, missing answers "
    "have a column of their own; one that comes up now and then counts as in between where "
    "it did not. Effects are shares of the overall scale. {rule} The class is the most "
    "frequent one among 400 bootstrap samples of customers, its probability that "
    "frequency; it is not clear yet below {clear:.0%}, where an effect that it rests on may be "
    "none, and where one has the wrong sign beyond chance. Intervals of penalty and reward are "
    "Student's with jackknife standard errors. Fewer than {fewest_answers} low or high answers "
    "give none. Texts score factors by a fixed lexicon here, not by what was learned from the "
    "ratings; the coder's measured errors are in the intervals and the class. Judged by: "
    "{basis}. Effects are associated with, not shown to cause, satisfaction.",
    period=ALL_DAYS,
)

R_SQUARED = Measure("R²", Unit.SHARE, Better.MORE)
PROBABILITY_OF_CLASS = Measure("probability of class", Unit.SHARE)
RANGE = Measure("range", Unit.SHARE)
LMG = Measure("LMG", Unit.SHARE)
RELATIVE_WEIGHT = Measure("relative weight", Unit.SHARE)
REACH_MINUS_NOISE = Measure("reach minus noise", Unit.SHARE)
PENALTY_IN_LOG_ODDS = Measure("penalty, ordered model (log odds)", Unit.NUMBER)
REWARD_IN_LOG_ODDS = Measure("reward, ordered model (log odds)", Unit.NUMBER)

LOWEST_OVERALL = Measure("lowest overall score", Unit.NUMBER)
HIGHEST_OVERALL = Measure("highest overall score", Unit.NUMBER)

FACTOR_METHODS = FigureSpec(
    "factor_methods",
    "Every method's answer on every factor",
    ("segment", "factor", "class"),
    (
        *(R_SQUARED, PROBABILITY_OF_CLASS, RANGE, LMG, RELATIVE_WEIGHT, REACH_MINUS_NOISE),
        *(PENALTY_IN_LOG_ODDS, REWARD_IN_LOG_ODDS),
        *(LOWEST_OVERALL, HIGHEST_OVERALL),
    ),
    "Probability of each class as by the verdicts; range of impact, penalty and reward "
    "together; LMG, the mean rise of R² over all orders in which factors join a linear "
    "regression of overall satisfaction on the scores, exact, and Johnson's relative "
    "weights, both in shares of the variance that is left when what was not answered is "
    "set apart; Shapley value of a factor's failures in the game of reach minus noise. "
    "Of all customers also the proportional odds model (McCullagh), which takes ratings as "
    "ordered levels: what low and high answers do to the log odds of a better rating, with "
    "errors robust to repeated customers; where its class by asymmetry differs, the class says "
    "so. Bootstrap intervals over customers, normal ones for the Shapley value and log odds.",
    period=ALL_DAYS,
)

COULD_SATISFY = Measure("could satisfy (CS+)", Unit.SHARE)
COULD_DISSATISFY = Measure("could dissatisfy (CS-)", Unit.SHARE)
CHI_SQUARED = Measure("χ²", Unit.NUMBER)
FONG = Measure("Fong", Unit.NUMBER)
CUSTOMERS = Measure("customers", Unit.CUSTOMERS)

KANO_CLASSES = FigureSpec(
    "kano",
    "What customers would feel with a factor, and without it",
    ("factor", "class"),
    (VERDICT, COULD_SATISFY, COULD_DISSATISFY, CHI_SQUARED, FONG, CUSTOMERS),
    "Kano's 5 by 5 table of paired answers; the class is the most frequent one if Fong's "
    "test tells it apart from the next, else the first of the two in must-be, "
    "one-dimensional, attractive, indifferent. Its probability is that of being the most "
    "frequent among all customers, from a Dirichlet posterior. Could satisfy (CS+) and "
    "could dissatisfy (CS-) after Berger, with Wilson's intervals.",
)

PERFORMANCE = Measure("performance", Unit.SHARE, Better.MORE)
PRIORITY = Measure("importance x room x reach", Unit.SHARE)
LOW_ANSWERS = Measure("low answers", Unit.SHARE, Better.LESS)
HIGH_ANSWERS = Measure("high answers", Unit.SHARE, Better.MORE)

FACTOR_MAP = FigureSpec(
    "factor_map",
    "Importance against performance",
    ("segment", "factor", "quarter"),
    (IMPORTANCE, PERFORMANCE, PRIORITY, LOW_ANSWERS, HIGH_ANSWERS),
    "Importance: LMG share of R² (see every method's answer). Performance: mean score as a "
    "share of its scale, with the variance among customers. The lines lie at the means "
    "over factors; a factor one of whose intervals crosses its line is not clear. "
    "Importance x room x reach: importance times what performance lacks to the top of the scale "
    "times the share of customers who gave feedback that rated the factor. "
    "Martilla and James' importance-performance analysis with intervals.",
    period=ALL_DAYS,
)

PART_OF_REACH_MINUS_NOISE = Measure("part of reach minus noise", Unit.SHARE)
REACH_OF_KEY_SET = Measure("reach of the key set", Unit.SHARE)
NOISE_OF_KEY_SET = Measure("its noise", Unit.SHARE)

KEY_DISSATISFIERS = FigureSpec(
    "key_dissatisfiers",
    "Which failures the dissatisfied met",
    ("segment", "factor"),
    (PART_OF_REACH_MINUS_NOISE, REACH_OF_KEY_SET, NOISE_OF_KEY_SET),
    "Dissatisfied is an overall score, and failed a factor, up to {low_to:g} of its scale; "
    "a factor not mentioned did not fail. A set of factors is worth its reach among the "
    "dissatisfied less its noise among the others; each factor's part is its Shapley "
    "value, in closed form. The key set is filled from the largest part down while reach "
    "grows more than noise. Normal intervals over customers; the set was chosen by the "
    "same answers, so its reach and noise have none.",
    period=ALL_DAYS,
)

TURNING_TO_HYGIENE = Measure("reward falls while penalty grows", Unit.SHARE)
REWARD_A_PERIOD = Measure("reward a period", Unit.SHARE)
PENALTY_A_PERIOD = Measure("penalty a period", Unit.SHARE)
REWARD_MOVED = Measure("reward moved at a change point", Unit.SHARE)
PENALTY_MOVED = Measure("penalty moved at a change point", Unit.SHARE)
PENALTY_WITH_SERIES = Measure("penalty with the series", Unit.SHARE)
REWARD_WITH_SERIES = Measure("reward with the series", Unit.SHARE)
HOW_IT_MOVES = Measure("how it moves", Unit.SHARE)

FACTOR_DRIFT = FigureSpec(
    "factor_drift",
    "How factors move over time",
    ("segment", "factor", "period", "series"),
    (
        PENALTY,
        REWARD,
        TURNING_TO_HYGIENE,
        REWARD_A_PERIOD,
        PENALTY_A_PERIOD,
        REWARD_MOVED,
        PENALTY_MOVED,
        PENALTY_WITH_SERIES,
        REWARD_WITH_SERIES,
        HOW_IT_MOVES,
    ),
    "Penalty and reward estimated in each {period} with 30 low and 30 high answers, "
    "each estimate drawn towards the mean of all by how unsure it is. An enhancer becomes "
    "hygiene as its reward falls while its penalty grows: the share of joint bootstrap "
    "samples in which both lines slope so (one in four where nothing moves). Change points "
    "in both effects together, kept so that fewer than one unchanged series in twenty "
    "shows one. With a context series: change of the effect when the series stands one "
    "standard deviation higher, an association over few periods, not shown to be a cause.",
)

BELIEVED_RANK = Measure("believed rank", Unit.NUMBER)
MEASURED_RANK = Measure("measured rank", Unit.NUMBER)
BELIEF_IS_RIGHT = Measure("probability that the belief is right", Unit.SHARE, Better.MORE)

FACTOR_BELIEFS = FigureSpec(
    "factor_beliefs",
    "What managers believed, beside what customers say",
    ("factor", "believed", "measured"),
    (BELIEVED_RANK, MEASURED_RANK, BELIEF_IS_RIGHT),
    "{seal} Measured rank: by importance (LMG), the factor that accounts for most first; "
    "measured class and its probability as by the verdicts. A changed belief has another seal.",
)

COST = Measure("cost", Unit.MONEY, Better.LESS)
HOURS = Measure("hours", Unit.NUMBER, Better.LESS)
EXPECTED_EFFECT = Measure(
    "expected effect on overall satisfaction, of its scale", Unit.SHARE, Better.MORE
)
CHANGE_IN_LOW_ANSWERS = Measure("actual change in low answers", Unit.POINTS, Better.LESS)
CHANGE_IN_HIGH_ANSWERS = Measure("actual change in high answers", Unit.POINTS, Better.MORE)
TO_BE_GAINED = Measure("to be gained", Unit.SHARE, Better.MORE)
VALUE_WITH_LOW_ANSWERS = Measure("expected value of those with a low answer", Unit.MONEY)

NOBODY_YET = "nobody yet"
"""Owner of what is proposed only."""

INITIATIVES = FigureSpec(
    "initiatives",
    "What to do about the factors",
    ("initiative", "factor", "work", "answer", "owner"),
    (
        *(COST, HOURS, EXPECTED_EFFECT, CHANGE_IN_LOW_ANSWERS, CHANGE_IN_HIGH_ANSWERS),
        *(TO_BE_GAINED, VALUE_WITH_LOW_ANSWERS),
    ),
    "Proposed for every factor without an initiative whose low answers, or of an enhancer high "
    "ones, go with a difference. To be gained: mean rise of overall "
    "satisfaction (share of its scale) over all customers who gave feedback, were no answer low "
    "or, of an enhancer, all answers high, as far as the effect is a cause: effect times share "
    "of customers, with the interval of the product. Expected value: of the customers with a "
    "low answer, summed, where a lifetime value is estimated. "
    "Expected effect: the declared improvement times that effect. Actual change: in "
    "the share of customers with a low answer (less is better; of an enhancer: with a high one, "
    "more is better), from before the start to after the end, with Newcombe's interval; before and "
    "after, not shown to be caused. There is none where the share moved that way before the start "
    "already (a trend by Cochran and Armitage's test over customers, p 0.05).",
    period=ALL_DAYS,
)

DIRECT_DRAWN = Measure("customers, directly (drawn)", Unit.CUSTOMERS)
DIRECT_NOT_DRAWN = Measure("customers, directly (not drawn)", Unit.CUSTOMERS)
INDIRECT = Measure("customers, by way of others", Unit.CUSTOMERS)
ABSTRACTNESS = Measure("abstractness", Unit.NUMBER)
SHARE_OF_ALL_RELATIONS = Measure("share of all relations", Unit.SHARE)

FACTOR_LADDERS = FigureSpec(
    "factor_ladders",
    "From factor over benefit to value",
    ("from", "to", "level"),
    (CUSTOMERS, DIRECT_DRAWN, DIRECT_NOT_DRAWN, INDIRECT, ABSTRACTNESS, SHARE_OF_ALL_RELATIONS),
    "Means-end laddering after Reynolds and Gutman: customers who went from one code "
    "straight to the next, and by way of others. Drawn are relations that {cut} customers "
    "or more named, some of them directly; the cut is the highest that keeps two thirds of "
    "all direct relations, but never below {fewest} customers or {often:.0%} of those "
    "laddered. Abstractness is the share of a code's relations in which it is the end: 0 "
    "for a factor, 1 for a value. Customers asked in depth are few and chosen: counted, "
    "not estimated.",
)

RETURNED_AFTER_LOW = Measure("ordered again after a low score", Unit.SHARE, Better.MORE)
RETURNED_OTHERWISE = Measure("ordered again otherwise", Unit.SHARE, Better.MORE)
RATIO_OF_RETURNING = Measure("ratio of ordering again", Unit.NUMBER, Better.MORE)

RETURNING = FigureSpec(
    "returning",
    "Ordering again after a bad first experience",
    ("factor",),
    (RETURNED_AFTER_LOW, RETURNED_OTHERWISE, RATIO_OF_RETURNING),
    "Customers whose first order lies more than {days} days back, by their first score of each "
    "factor within {within} days of it: the share who ordered on another day within {days} days "
    "of the first, after a low score (up to {low_to:g} of the scale) and otherwise, with Wilson's "
    "intervals, and the ratio of the two with Katz's. Everybody is watched equally long; orders "
    "before the score count as well. Associated with, not shown to be caused by, the experience.",
    follows=Follows.WHOLE,
    period=ALL_DAYS,
)
