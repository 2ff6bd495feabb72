"""The whale curve at one share of customers: what they bring, and what the others do."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from outsidein.figures.figure import Estimate
from outsidein.headlines.finders import WITH_FAILURES, customer_share, whale
from outsidein.present.charts.canvas import ChartLine, Size
from outsidein.present.charts.curves import upright
from outsidein.present.charts.svg import Drawing
from outsidein.report.findings import as_share
from outsidein.report.sections.worth import WHALE_AXES, whale_curves
from outsidein.value.figures import (
    CUMULATIVE_PROFIT,
    CUMULATIVE_SHARE,
    PROFIT,
    UNPROFITABLE,
    WHALE_CURVE,
)
from outsidein.workspace.presenting import Presented


@dataclass(frozen=True, slots=True)
class WhaleCut:
    """The most profitable customers up to a point of the curve, and all others.

    Attributes:
        share: Of all customers (0 to 1).
        profit: What they bring.
        of_profit: Their share of all profit; None where total profit may not be above 0.
        others: How many customers are left (count).
        profit_of_others: What those bring (minor units).
        others_of_profit: The share of all profit that those bring.
        basis: What profit rests on that nobody counted; empty where there is nothing.
        drawing: The curve, with the point marked.
    """

    share: float
    profit: Estimate
    of_profit: Estimate | None
    others: int
    profit_of_others: float
    others_of_profit: Estimate | None
    basis: str
    drawing: Drawing

    @property
    def customers(self) -> int:
        """How many they are (count)."""
        return self.profit.n or 0


@dataclass(frozen=True, slots=True)
class WhaleHandle:
    """The whale curve of a build, to be cut at any of its points."""

    presented: Presented

    @property
    def points(self) -> list[float]:
        """Shares of customers at which the curve has a point (0 to 1), ascending."""
        return sorted(self._profits)

    @property
    def failures(self) -> list[tuple[str, Estimate]]:
        """Share of unprofitable customers by curve, where own failures make a difference."""
        shares = self.presented.material.evidence.numbers(WHALE_CURVE, UNPROFITABLE)
        if len({e.value for e in shares}) < len(shares):
            return []
        return [(str(e.group["curve"]), e) for e in shares]

    def cut(self, share: float) -> WhaleCut | None:
        """Cut the curve at its point next to a share; None where there is no curve.

        Args:
            share: Of all customers, the most profitable first (0 to 1).
        """
        evidence = self.presented.material.evidence
        total, profits = whale(evidence, PROFIT), self._profits
        drawing = self.presented.blocks.get(WHALE_CURVE.name, ())
        if not total or not profits or not drawing or not drawing[0].drawing:
            return None
        at = min(profits, key=lambda point: abs(point - share))
        of_profit = self._of_profit(at)
        return WhaleCut(
            share=at,
            profit=profits[at],
            of_profit=of_profit,
            others=(total.n or 0) - (profits[at].n or 0),
            profit_of_others=(total.value or 0.0) - (profits[at].value or 0.0),
            others_of_profit=_complement(of_profit) if of_profit else None,
            basis=evidence.view(WHALE_CURVE).figure.basis,
            drawing=self._marked(drawing[0].drawing, at),
        )

    @property
    def _profits(self) -> Mapping[float, Estimate]:
        numbers = self.presented.material.evidence.numbers(
            WHALE_CURVE, CUMULATIVE_PROFIT, curve=WITH_FAILURES
        )
        return {customer_share(e): e for e in numbers if e.n}

    def _of_profit(self, at: float) -> Estimate | None:
        evidence = self.presented.material.evidence
        shares = evidence.numbers(WHALE_CURVE, CUMULATIVE_SHARE, curve=WITH_FAILURES)
        return next((as_share(e) for e in shares if customer_share(e) == at), None)

    def _marked(self, drawing: Drawing, at: float) -> Drawing:
        series = whale_curves(self.presented.material.evidence.view(WHALE_CURVE))

        def lines(size: Size) -> list[ChartLine]:
            return [upright(series, WHALE_AXES, at, size)]

        return replace(drawing, lines=lines)


def _complement(share: Estimate) -> Estimate:
    """Return what is left of a whole, with its interval."""
    value, low, high = (None if x is None else 1 - x for x in (share.value, share.high, share.low))
    return replace(share, value=value, low=low, high=high)
