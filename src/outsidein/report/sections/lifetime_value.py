"""Lifetime value, and the choice of the purchase model."""

from outsidein.headlines.doubts import hold_out
from outsidein.headlines.finders import expected_values
from outsidein.headlines.heading import heading
from outsidein.headlines.statement import Statement
from outsidein.present.figure_view import Bars, by
from outsidein.report.evidence import Evidence
from outsidein.report.exhibits import Exhibit
from outsidein.report.findings import regime_name, tier_name
from outsidein.value.figures import (
    EXPECTED_VALUE,
    HOLD_OUT_ORDERS,
    LIFETIME_MODEL_CHOICE,
    LIFETIME_VALUE,
)


def _expected_value_finding(evidence: Evidence) -> Statement | None:
    expected = expected_values(evidence)
    parts = [f"{evidence.words.value(e)} from {regime_name(e).lower()}" for e in expected]
    if not parts:
        return None
    return heading(
        LIFETIME_VALUE,
        f"Expected: {' and '.join(parts)}",
        *expected,
        says=tuple(f"expected value, {e.group['regime']}" for e in expected),
    )


def _hold_out_finding(evidence: Evidence) -> str | None:
    orders, words = hold_out(evidence), evidence.words
    if orders is None:
        return None
    expected, placed = orders
    return (
        f"Tried on the last third of the time observed, the model expected "
        f"{words.value(expected)} ({words.interval(expected)}), and {words.value(placed)} came"
    )


LIFETIME_VALUE_EXHIBITS = (
    Exhibit(
        spec=LIFETIME_VALUE,
        about="lifetime value",
        finding=_expected_value_finding,
        chart=Bars((EXPECTED_VALUE,), tier_name, regime_name),
        reading="Bars: value expected from all customers of the tier; whisker: 95 % interval.",
    ),
    Exhibit(
        spec=LIFETIME_MODEL_CHOICE,
        about="the choice of the purchase model",
        finding=_hold_out_finding,
        chart=Bars((HOLD_OUT_ORDERS,), by("model"), has_reasons=True),
        reading="Bars: orders in the hold-out, expected and observed.",
    ),
)
