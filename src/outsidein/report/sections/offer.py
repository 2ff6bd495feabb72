"""From verdicts to the offer: beliefs beside what was measured, and what is to be done."""

from collections.abc import Iterator
from functools import partial

from outsidein.figures.figure import Estimate
from outsidein.present.bars import bars
from outsidein.present.blocks import Block, figure_block
from outsidein.present.charts.rows import rows_chart
from outsidein.present.tables import crossed, long_table
from outsidein.present.wording import label
from outsidein.report.evidence import Evidence, number_of

REFUTED = 0.05
"""Probability of being right below which a belief counts as contradicted."""

PROPOSED = "proposed"


def offer_blocks(evidence: Evidence) -> Iterator[Block]:
    """Show beliefs, initiatives, ladders and factors not offered yet."""
    yield from _beliefs(evidence)
    yield from _initiatives(evidence)
    yield from _ladders(evidence)
    yield from _kano(evidence)


def _beliefs(evidence: Evidence) -> Iterator[Block]:
    figure = evidence.figure("factor_beliefs")
    if not figure:
        return
    words = evidence.words
    right = evidence.known("factor_beliefs", "belief is right")
    wrong = sum(number_of(e) < REFUTED for e in right)
    yield figure_block(
        figure,
        finding=f"{wrong} of {len(right)} beliefs are contradicted by what customers say"
        if right
        else None,
        tables=[
            crossed(
                figure.title,
                figure.estimates,
                words,
                rows=("Factor", _believed),
                columns=lambda e: label(e.measure),
            )
        ],
        notes=[figure.method.partition(" Measured rank")[0]] if right else [],
    )


def _believed(e: Estimate) -> str:
    group = e.group
    measured = group.get("measured") or "not measured"
    return (
        f"{label(str(group.get('factor')))}: believed {group.get('believed')}, measured {measured}"
    )


def _initiatives(evidence: Evidence) -> Iterator[Block]:
    figure = evidence.figure("initiatives")
    if not figure:
        return
    words = evidence.words
    gains = sorted(evidence.known("initiatives", "to be gained"), key=lambda e: -number_of(e))
    declared = sorted(
        {str(e.group["initiative"]) for e in figure.estimates if e.group.get("initiative")}
        - {PROPOSED}
    )
    most = gains[0] if gains else None
    yield figure_block(
        figure,
        finding=f"Most would be gained by this: {most.group['work']}, "
        f"{label(str(most.group['factor'])).lower()}"
        if most
        else None,
        tables=[long_table(figure, words)],
        chart=partial(
            rows_chart,
            bars(
                gains,
                words,
                lambda e: f"{label(str(e.group.get('factor')))}: {e.group.get('work')}",
            ),
        )
        if gains
        else None,
        reading="Bars: rise of overall satisfaction, in per cent of its scale, were no answer low "
        "or, of an enhancer, all high, as far as the effect is a cause; nobody works on these yet.",
        notes=[note for name in declared for note in _declared(evidence, name)],
    )


def _declared(evidence: Evidence, name: str) -> Iterator[str]:
    words = evidence.words
    parts = [
        f"{measure} {words.said(e)}"
        for measure in ("expected effect", "actual effect on answers")
        for e in evidence.every("initiatives", measure, initiative=name)
    ]
    group = next(
        e.group
        for e in evidence.figures["initiatives"].estimates
        if e.group.get("initiative") == name
    )
    yield f"{label(name)} ({group['work']}, by {group['owner']}): {'; '.join(parts)}."


def _ladders(evidence: Evidence) -> Iterator[Block]:
    figure = evidence.figure("factor_ladders")
    if not figure:
        return
    drawn = evidence.known("factor_ladders", "customers, directly (drawn)")
    ranked = sorted(drawn, key=lambda e: -number_of(e))
    most = ranked[0].group if ranked else None
    yield figure_block(
        figure,
        finding=f"{label(str(most['from']))} matters because of {str(most['to']).replace('_', ' ')}"
        if most
        else None,
        tables=[long_table(figure, evidence.words)],
        chart=partial(
            rows_chart,
            bars(
                ranked,
                evidence.words,
                lambda e: f"{label(str(e.group['from']))} → {label(str(e.group['to'])).lower()}",
            ),
        )
        if ranked
        else None,
        reading="Bars: customers who went from the one straight to the other.",
    )


def _kano(evidence: Evidence) -> Iterator[Block]:
    figure = evidence.figure("kano")
    if not figure:
        return
    verdicts = evidence.known("kano", "verdict")
    sure = max(verdicts, key=number_of, default=None)
    yield figure_block(
        figure,
        finding=f"{label(str(sure.group.get('factor')))} would be {sure.group['class']}: "
        f"{evidence.words.value(sure)} sure"
        if sure
        else None,
        tables=[long_table(figure, evidence.words)],
    )
