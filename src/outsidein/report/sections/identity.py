"""Who the customers are: records, evidence, review, and what the matching has learned."""

from collections.abc import Iterator
from functools import partial

from outsidein.present.bars import bars, grouped
from outsidein.present.blocks import Block, Section, absent, figure_block
from outsidein.present.charts.curves import PERCENT_FORMAT, Axes, Point, Series, curves_chart
from outsidein.present.charts.rows import rows_chart
from outsidein.present.tables import ALL, crossed, key_words, long_table
from outsidein.present.wording import label
from outsidein.report.evidence import Evidence, number_of

FIGURES = {
    "identity_records": "how many records a customer has",
    "identity_evidence": "what ties records",
    "identity_review": "what waits for review",
}


def identity_section(evidence: Evidence) -> Section:
    """Show which records are one customer, and why."""
    return Section(
        "identity",
        "Who they are",
        "Many records, one customer: every tie has its evidence, and every merge can be undone.",
        (
            *_records(evidence),
            *_evidence(evidence),
            *_review(evidence),
            *_thresholds(evidence),
            *_weights(evidence),
        ),
        absent(FIGURES, list(evidence.figures)),
    )


def _records(evidence: Evidence) -> Iterator[Block]:
    figure = evidence.figure("identity_records")
    if not figure:
        return
    shares, words = evidence.every("identity_records", "share of customers"), evidence.words
    records = evidence.one("identity_records", "records", records=ALL)
    customers = evidence.one("identity_records", "customers", records=ALL)
    yield figure_block(
        figure,
        finding=f"{number_of(records):,.0f} records are {number_of(customers):,.0f} customers"
        if records and customers
        else None,
        tables=[
            crossed(
                figure.title,
                figure.estimates,
                words,
                rows=("Records", lambda e: key_words(e.group["records"])),
                columns=lambda e: label(e.measure),
            )
        ],
        chart=partial(
            rows_chart,
            bars(shares, words, lambda e: f"records: {key_words(e.group['records'])}"),
        ),
        reading="Bars: share of all customers.",
    )


def _evidence(evidence: Evidence) -> Iterator[Block]:
    figure = evidence.figure("identity_evidence")
    if figure and figure.estimates:
        yield figure_block(
            figure,
            finding=None,
            tables=[
                crossed(
                    figure.title,
                    figure.estimates,
                    evidence.words,
                    rows=("Evidence", lambda e: label(key_words(e.group["evidence"]))),
                    columns=lambda e: label(e.measure),
                )
            ],
        )


def _review(evidence: Evidence) -> Iterator[Block]:
    figure = evidence.figure("identity_review")
    if not figure:
        return
    known = evidence.known("identity_review", "pairs withheld")
    pairs = sum(number_of(e) for e in known)
    if not figure.estimates:
        yield Block("identity_review", "Nothing was withheld: no customer looks impossible")
        return
    yield figure_block(
        figure,
        finding=f"{pairs:,.0f} pairs of records wait for somebody to look at them",
        tables=[long_table(figure, evidence.words)],
        chart=partial(
            rows_chart, bars(known, evidence.words, lambda e: label(key_words(e.group["reason"])))
        )
        if known
        else None,
        reading="Bars: pairs of records withheld.",
    )


def _thresholds(evidence: Evidence) -> Iterator[Block]:
    figure = evidence.figure("identity_thresholds")
    if not figure:
        return
    series = [
        Series(
            measure,
            tuple(
                Point(float(e.group["threshold"] or 0), number_of(e))
                for e in evidence.known(figure.name, f"expected {measure}")
            ),
        )
        for measure in ("precision", "recall")
    ]
    axes = Axes("least probability of a pair", "share", y_format=PERCENT_FORMAT)
    yield figure_block(
        figure,
        finding=None,
        tables=[
            crossed(
                figure.title,
                figure.estimates,
                evidence.words,
                rows=("Least probability", lambda e: key_words(e.group["threshold"])),
                columns=lambda e: label(e.measure),
            )
        ],
        chart=partial(curves_chart, series, axes) if series[0].points else None,
        reading="The higher the threshold, the fewer wrong pairs and the more that are missed.",
    )


def _weights(evidence: Evidence) -> Iterator[Block]:
    figure = evidence.figure("match_weights")
    if not figure:
        return
    weights, words = evidence.known("match_weights", "weight"), evidence.words
    rows = grouped(
        weights,
        words,
        heading=lambda e: label(f"{key_words(e.group['comparison'])} ({e.group['party']})"),
        label=lambda e: key_words(e.group["level"]),
    )
    strongest = max(weights, key=number_of, default=None)
    yield figure_block(
        figure,
        finding=f"What speaks most for one customer: {key_words(strongest.group['comparison'])}, "
        f"{key_words(strongest.group['level'])}"
        if strongest
        else None,
        tables=[long_table(figure, words)],
        chart=partial(rows_chart, rows) if weights else None,
        reading="Bars to the right speak for one customer, to the left against; each step doubles.",
    )
