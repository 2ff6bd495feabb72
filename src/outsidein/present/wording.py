"""Numbers in words: an estimate with its unit, its interval and its n, or the reason why not."""

from dataclasses import dataclass, replace
from math import floor, log10

from outsidein.churn.figures import HAZARD
from outsidein.factors.figures import BELIEF_IS_RIGHT
from outsidein.feedback.figures import BOTTOM_BOX, TOP_BOX
from outsidein.figures.figure import COMPUTED_WITH, COUNTED, MEASURED_IN, Estimate, Unit
from outsidein.present.money_scale import NBSP, Scale, money_scale
from outsidein.text.figures import CODER_QUALITY

MINUS = "\N{MINUS SIGN}"
PERCENT = f"{NBSP}%"

LABELS = {
    HAZARD.name: "churn in the month",
    BOTTOM_BOX.name: "lowest answer",
    TOP_BOX.name: "highest answer",
}
"""Names of measures as a manager reads them, where theirs is a term of statistics."""

COUNTS = {measure.name: "texts" for measure in CODER_QUALITY.measures}
"""What n counts, where it does not count customers."""

LATE, EARLY = " late", " early"

OF_SAMPLES = frozenset({BELIEF_IS_RIGHT.name})
"""Measures that are a share of bootstrap samples, which never shows that something cannot be."""

LEAST_OF_SAMPLES = 0.01

NARROW_SHARE = 0.01
"""Half an interval below which a share is worth a decimal."""

NEAR_THE_ENDS = 0.10
SMALLEST_SHARE = 0.001
LARGE_PART = 0.1
MOST_DECIMALS, MOST_DECIMALS_OF_LARGE = 4, 2
"""Decimals of a plain number below a tenth, and of a larger one, however narrow its interval."""

LARGE_FROM = 100


@dataclass(frozen=True, slots=True)
class Wording:
    """Writes the numbers of one project."""

    currency: str

    def value(self, estimate: Estimate) -> str:
        """Write the number, or why there is none."""
        if estimate.value is None:
            return estimate.why or "not observed"
        if _is_early(estimate):
            estimate = _earliness(estimate)
        alone = replace(estimate, low=None, high=None)
        return self._scale(estimate).word(estimate.value or 0.0) + _unit(alone)

    def interval(self, estimate: Estimate) -> str:
        """Write the interval, or why there is none; empty where there is no number."""
        if estimate.value is None:
            return ""
        if estimate.low is None and estimate.high is None:
            return _no_interval(estimate.why)
        return self._limits(estimate)

    def evidence(self, estimate: Estimate) -> str:
        """Write interval and what a number is counted over, which stand with every number.

        That a number is counted, and so has no interval, is said once for all.
        """
        interval = self.interval(estimate)
        parts = [interval] if interval != COUNTED else []
        counts = (Unit.CUSTOMERS, Unit.NUMBER)
        is_itself = estimate.unit in counts and estimate.value == estimate.n
        if estimate.n is not None and estimate.value is not None and not is_itself:
            parts.append(_base(estimate, estimate.n))
        return "; ".join(part for part in parts if part)

    def in_sentence(self, estimate: Estimate) -> str:
        """Write number, interval and n, as within a sentence.

        Example:
            >>> share = Estimate("within 90 days", Unit.SHARE, 154, 0.85, 0.79, 0.9)
            >>> Wording("USD").in_sentence(share).replace(NBSP, " ")
            '85 % (79 to 90 %; 154 customers)'
            >>> jump = Estimate("jump", Unit.POINTS, 154, 0.049, 0.021, 0.077)
            >>> Wording("USD").in_sentence(jump).replace(NBSP, " ")
            '4.9 points (2.1 to 7.7 points; 154 customers)'
            >>> wait = Estimate("target", Unit.NUMBER, None, 60, 50, 70, None, {MEASURED_IN: "s"})
            >>> Wording("USD").in_sentence(wait).replace(NBSP, " ")
            '60 s (50 to 70 s)'
            >>> unit = {MEASURED_IN: "days late"}
            >>> early = Estimate("target", Unit.NUMBER, None, -1, -13, 2, None, unit)
            >>> Wording("USD").value(early).replace(NBSP, " ")
            '1 day early'
        """
        evidence = self.evidence(estimate)
        return f"{self.value(estimate)} ({evidence})" if evidence else self.value(estimate)

    def money(self, minor: float) -> str:
        """Write an amount that stands alone."""
        return money_scale(self.currency, minor).word(minor)

    def _limits(self, e: Estimate) -> str:
        scale, unit = self._scale(e), _unit(e)
        if e.low is None or e.high is None:
            limit, which = (e.low, "from") if e.high is None else (e.high, "up to")
            bound = f"{which} {scale.word(limit or 0.0)}{unit}"
            return f"{bound}; {e.why}" if e.why else bound
        low, high = scale.word(e.low), scale.word(e.high)
        shared = scale.suffix
        if shared and low.endswith(shared) and high.endswith(shared):
            low = low.removesuffix(shared)
        return f"{low} to {high}{unit}"

    def _scale(self, e: Estimate) -> "Scale | _Share | _SampledShare | _Points | _Plain":
        shown = [x for x in (e.value, e.low, e.high) if x is not None]
        half = None if e.low is None or e.high is None else abs(e.high - e.low) / 2
        if e.unit is Unit.MONEY:
            return money_scale(self.currency, *shown)
        if e.unit is Unit.POINTS:
            return _Points(_share_decimals(e.value or 0.0, half))
        if e.measure in OF_SAMPLES:
            return _SampledShare()
        if e.unit is Unit.SHARE:
            return _Share(_share_decimals(e.value or 0.0, half))
        return _Plain(_decimals(shown, half, e.unit))


def size(measure: str, n: int) -> str:
    """Write how many customers, or texts, a number rests on."""
    counted = COUNTS.get(measure, "customers")
    return f"{n:,}{NBSP}{counted if n != 1 else counted.removesuffix('s')}"


def _base(estimate: Estimate, n: int) -> str:
    """Write what a number is counted over: encounters where its group counts them."""
    encounters = estimate.group.get("encounters")
    if not isinstance(encounters, int):
        return size(estimate.measure, n)
    return f"{encounters:,}{NBSP}encounter{'s' if encounters != 1 else ''}"


def _no_interval(why: str | None) -> str:
    """Word why there is no interval as part of a sentence."""
    if why is None:
        return "no interval was estimated"
    if why == COUNTED or "interval" in why or why.startswith(COMPUTED_WITH):
        return why.rstrip(".")
    return f"no interval: {why[:1].lower()}{why[1:].rstrip('.')}"


def negated(estimate: Estimate) -> Estimate:
    """Turn a loss into the amount lost, and back."""
    value, low, high = (
        None if x is None else -x for x in (estimate.value, estimate.high, estimate.low)
    )
    return replace(estimate, value=value, low=low, high=high)


def signed(value: float, decimals: int) -> str:
    """Write a number with its sign; what rounds to 0 has none.

    Example:
        >>> signed(-0.004, 2), signed(-0.0, 0), signed(1234.5, 1)
        ('0.00', '0', '1,234.5')
    """
    return f"{value:z,.{decimals}f}".replace("-", MINUS)


def share(value: float, *, decimals: int | None = None) -> str:
    """Write a share as per cent; what is neither nothing nor all is never rounded to it.

    Example:
        >>> [share(x).replace(NBSP, " ") for x in (0.5, 0.034, 0.00001, 0.99999, 1.0)]
        ['50 %', '3.4 %', 'under 0.1 %', 'over 99.9 %', '100 %']
    """
    places = _share_decimals(value, None) if decimals is None else decimals
    return _Share(places).word(value)


@dataclass(frozen=True, slots=True)
class _Share:
    decimals: int
    suffix: str = PERCENT

    def word(self, value: float) -> str:
        if 0 < value < SMALLEST_SHARE:
            return f"under 0.1{PERCENT}"
        if 1 - SMALLEST_SHARE < value < 1:
            return f"over 99.9{PERCENT}"
        return f"{signed(100 * value, 0 if value in {0, 1} else self.decimals)}{PERCENT}"


@dataclass(frozen=True, slots=True)
class _SampledShare:
    suffix: str = PERCENT

    def word(self, value: float) -> str:
        if value < LEAST_OF_SAMPLES:
            return f"under {100 * LEAST_OF_SAMPLES:.0f}{PERCENT}"
        if value > 1 - LEAST_OF_SAMPLES:
            return f"over {100 * (1 - LEAST_OF_SAMPLES):.0f}{PERCENT}"
        return f"{signed(100 * value, 0)}{PERCENT}"


@dataclass(frozen=True, slots=True)
class _Points:
    """Percentage points: what two shares differ by."""

    decimals: int
    suffix: str = f"{NBSP}points"

    def word(self, value: float) -> str:
        return f"{signed(100 * value, self.decimals)}{self.suffix}"


@dataclass(frozen=True, slots=True)
class _Plain:
    decimals: int
    suffix: str = ""

    def word(self, value: float) -> str:
        return signed(value, self.decimals)


def _share_decimals(value: float, half: float | None) -> int:
    near = abs(value) < NEAR_THE_ENDS or 1 - NEAR_THE_ENDS < abs(value) < 1 + NEAR_THE_ENDS
    return 1 if near or (half is not None and half < NARROW_SHARE) else 0


def _decimals(shown: list[float], half: float | None, unit: Unit) -> int:
    if unit is Unit.CUSTOMERS or all(float(x).is_integer() for x in shown):
        return 0
    if unit is not Unit.NUMBER:
        return 0 if max(abs(x) for x in shown) >= LARGE_FROM else 1
    largest = max(abs(x) for x in shown)
    size = half or largest
    most = MOST_DECIMALS if largest < LARGE_PART else MOST_DECIMALS_OF_LARGE
    return min(max(1 - floor(log10(size)), 0), most) if size else 0


def _is_early(estimate: Estimate) -> bool:
    """Tell whether a number counts how late something is, and it is early."""
    is_lateness = str(estimate.group.get(MEASURED_IN) or "").endswith(LATE)
    return is_lateness and (estimate.value or 0.0) < 0


def _earliness(e: Estimate) -> Estimate:
    unit = str(e.group[MEASURED_IN]).removesuffix(LATE) + EARLY
    return replace(negated(e), group={**e.group, MEASURED_IN: unit})


def _times(e: Estimate) -> str:
    """Return the unit that a project's column sets, singular after a one that stands alone.

    Example:
        >>> unit = {MEASURED_IN: "days late"}
        >>> target = Estimate("target", Unit.NUMBER, None, -1, None, None, None, unit)
        >>> Wording("USD").value(target).replace(NBSP, " ")
        '1 day early'
    """
    unit = str(e.group[MEASURED_IN])
    first, *rest = unit.split(" ")
    is_one = abs(e.value or 0.0) == 1 and e.high in {None, e.value}
    return " ".join([first.removesuffix("s"), *rest]) if is_one else unit


def _unit(estimate: Estimate) -> str:
    if estimate.group.get(MEASURED_IN) and estimate.unit is Unit.NUMBER:
        return f"{NBSP}{_times(estimate)}"
    units = {Unit.DAYS: "day", Unit.MONTHS: "month", Unit.ORDERS: "order"}
    if estimate.unit not in units:
        return ""
    plural = "" if estimate.value == 1 and estimate.high in {None, 1} else "s"
    return f"{NBSP}{units[estimate.unit]}{plural}"


def label(name: str) -> str:
    """Write the name of a measure or group as words, beginning with a capital.

    Example:
        >>> label("hazard"), label("months_since"), label("share of customers")
        ('Churn in the month', 'Months since', 'Share of customers')
    """
    words = LABELS.get(name, name.replace("_", " "))
    return words[:1].upper() + words[1:]


def number(value: float) -> str:
    """Write a count.

    Example:
        >>> number(1469307)
        '1,469,307'
    """
    return f"{value:,.0f}"


def sentence_list(words: list[str]) -> str:
    """Join words as a sentence does.

    Example:
        >>> sentence_list(["gold", "iron", "lead"])
        'gold, iron and lead'
    """
    return " and ".join([*([", ".join(words[:-1])] if words[1:] else []), *words[-1:]])
