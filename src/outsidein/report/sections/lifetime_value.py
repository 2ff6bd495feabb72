"""What customers are expected to bring, and which model is believed."""

from collections.abc import Iterator
from functools import partial

from outsidein.present.bars import bars, for_all, grouped
from outsidein.present.blocks import Block, figure_block
from outsidein.present.charts.rows import rows_chart
from outsidein.present.tables import key_words, long_table
from outsidein.report.evidence import Evidence
from outsidein.report.findings import tier_name


def ahead_blocks(evidence: Evidence) -> Iterator[Block]:
    """Show the value ahead and the models tried."""
    yield from _ahead(evidence)
    yield from _models(evidence)


def _ahead(evidence: Evidence) -> Iterator[Block]:
    figure = evidence.figure("lifetime_value")
    if not figure:
        return
    words = evidence.words
    values = [e for e in figure.estimates if e.measure == "expected value"]
    rows = grouped(values, words, heading=lambda e: _regime(e.group.get("regime")), label=tier_name)
    everyone = next((e for e in values if e.group.get("tier") == "all"), None)
    yield figure_block(
        figure,
        finding=f"{words.value(everyone)} are expected" if everyone and everyone.value else None,
        tables=[long_table(figure, words)],
        chart=partial(rows_chart, rows) if any(r.end is not None for r in rows) else None,
        reading="Bars: value expected from all customers of the tier; whisker: 95 % interval."
        + for_all(values, words),
    )


def _regime(regime: object) -> str:
    return {
        "no contract": "Customers without a contract",
        "contract": "Customers under contract",
    }.get(str(regime), str(regime))


def _models(evidence: Evidence) -> Iterator[Block]:
    figure = evidence.figure("lifetime_model_choice")
    if not figure:
        return
    words = evidence.words
    totals = [e for e in figure.estimates if e.measure == "hold-out orders"]
    rows = bars(totals, words, lambda e: key_words(e.group.get("model")))
    yield figure_block(
        figure,
        finding="What each model expected of a hold-out, beside what came" if totals else None,
        tables=[long_table(figure, words)],
        chart=partial(rows_chart, rows) if any(r.end is not None for r in rows) else None,
        reading="Bars: orders in the hold-out, expected and observed.",
    )
