"""What went extremely wrong or right, what follows from it, and what that may cost."""

from collections import Counter
from collections.abc import Sequence

from outsidein.extremes import figures
from outsidein.figures.figure import Estimate
from outsidein.headlines.heading import heading
from outsidein.headlines.sentences.extremes import BASE, lowest_of_items
from outsidein.headlines.statement import Statement
from outsidein.present.charts.figure_chart import FigureChart
from outsidein.present.display_tables import ALL, group_text
from outsidein.present.figure_view import Bars, CrossTable, FigureView
from outsidein.present.wording import label
from outsidein.report.evidence import Evidence, number_of
from outsidein.report.exhibits import Exhibit, SectionSpec

MOST = 12
"""Rows that a chart shows; the table shows all."""


def _disasters(evidence: Evidence) -> Statement | None:
    overall = evidence.one(figures.EXTREMES, figures.DISASTERS, dimension=ALL)
    if not overall:
        return None
    counted = lowest_of_items(evidence, overall)
    return heading(
        figures.EXTREMES,
        f"{evidence.words.value(overall)} {BASE} had a disaster "
        f"({overall.group['window']}): {counted}",
        overall,
        base=BASE,
        says=("disasters",),
    )


def _extremes_chart(view: FigureView) -> FigureChart | None:
    overall = view.one(figures.DISASTERS, dimension=ALL)
    window = overall.group["window"] if overall else None
    shown = [
        e
        for measure in (figures.DISASTERS, figures.DELIGHTS)
        for e in _worst_first(view.numbers(measure, window=window))
    ]
    return view.bars(shown, _place, lambda e: label(f"{e.measure}, {window}"))


def _place(e: Estimate) -> str:
    group = group_text(e.group["group"])
    group = group.replace("_", " ")
    return group if e.group["dimension"] == ALL else f"{e.group['dimension']}: {group}"


def _worst_first(estimates: Sequence[Estimate]) -> list[Estimate]:
    """All customers, then where the share is highest; what has no other beside it says nothing."""
    whole = [e for e in estimates if e.group["dimension"] == ALL]
    among = Counter(e.group["dimension"] for e in estimates)
    parts = [e for e in estimates if e not in whole and among[e.group["dimension"]] > 1]
    return whole + sorted(parts, key=number_of, reverse=True)[: MOST - 1]


def _clear_jump(evidence: Evidence) -> str | None:
    jumps = evidence.numbers(figures.HAZARD_JUMPS, figures.JUMP)
    clear = next((e for e in jumps if _is_clear(evidence, e)), None)
    if not clear:
        return None
    after = f"After “{_encounter(clear)}”"
    if returns := _returns(evidence, clear):
        share = f"{1 - number_of(returns):.0%}".replace("%", "\N{NO-BREAK SPACE}%")
        return f"{after} {share} fewer customers order again than otherwise"
    return f"{after} {100 * number_of(clear):.1f} more of 100 customers churn than otherwise"


def _is_clear(evidence: Evidence, jump: Estimate) -> bool:
    """Both intervals leave out no effect, where returns are compared too."""
    returns = _returns(evidence, jump)
    fewer_return = not returns or (returns.high is not None and returns.high < 1)
    return jump.low is not None and jump.low > 0 and fewer_return


def _returns(evidence: Evidence, jump: Estimate) -> Estimate | None:
    encounter = jump.group["encounter"]
    return evidence.one(figures.HAZARD_JUMPS, figures.RETURN_RATIO, encounter=encounter)


def _most_at_risk(evidence: Evidence) -> Statement | None:
    money = evidence.numbers(figures.MONEY_AT_RISK, figures.AT_RISK)
    most = max((e for e in money if (e.low or 0) > 0), key=number_of, default=None)
    if not most:
        return None
    return heading(
        figures.MONEY_AT_RISK,
        f"Most is at risk after “{_encounter(most)}”: {evidence.words.in_sentence(most)}",
        most,
        no_effect=0.0,
    )


def _encounter(e: Estimate) -> str:
    return group_text(e.group["encounter"]).replace("_", " ")


EXTREMES = SectionSpec(
    name="worst_and_best",
    heading="What went extremely wrong or right",
    intro="Customers remember the ends, not the average: disasters and delights first, then what "
    "goes with them.",
    exhibits=(
        Exhibit(
            spec=figures.EXTREMES,
            about="the share of disasters and delights",
            finding=_disasters,
            chart=_extremes_chart,
            reading="Bars: share of the customers with an overall score or sign; whisker: 95 % "
            "interval.",
            tables=CrossTable("Where", lambda e: f"{_place(e)}, {e.group['window']}"),
        ),
        Exhibit(
            spec=figures.HAZARD_JUMPS,
            about="churn after each kind of encounter",
            finding=_clear_jump,
            chart=Bars((figures.JUMP,), _encounter, most=MOST),
            reading="Bars: chance of churning after the encounter less the chance without it, at "
            "the same tenure; to the left, fewer churn. Whisker: 95 % interval.",
        ),
        Exhibit(
            spec=figures.MONEY_AT_RISK,
            about="the money at risk",
            finding=_most_at_risk,
            chart=Bars((figures.AT_RISK,), _encounter, is_ranked=True, most=MOST),
            reading="Bars: customers times jump times lifetime value; below zero, the encounter "
            "goes with customers who stay.",
            tables=CrossTable("Encounter", _encounter),
        ),
    ),
)
