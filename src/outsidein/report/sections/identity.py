"""Who the customers are: records, evidence, review, and what the matching has learned."""

from outsidein.canonical.figures import DRAWN_WHOLE, SAMPLING
from outsidein.figures.figure import Estimate
from outsidein.identity import figures
from outsidein.present.charts.curves import PERCENT_FORMAT, Axes, Point, Series
from outsidein.present.charts.figure_chart import FigureChart, line_chart
from outsidein.present.display_tables import ALL, group_text
from outsidein.present.figure_view import Bars, CrossTable, FigureView, by
from outsidein.present.wording import label
from outsidein.report.evidence import Evidence, number_of
from outsidein.report.exhibits import Exhibit, SectionSpec, no_chart


def _records_and_customers(evidence: Evidence) -> str | None:
    records = evidence.one(figures.IDENTITY_RECORDS, figures.RECORDS, records=ALL)
    customers = evidence.one(figures.IDENTITY_RECORDS, figures.CUSTOMERS, records=ALL)
    if not records or not customers:
        return None
    return f"{number_of(records):,.0f} records are {number_of(customers):,.0f} customers"


def _held_whole(evidence: Evidence) -> str | None:
    whole = evidence.one(SAMPLING, DRAWN_WHOLE, source=None)
    if not whole:
        return None
    return f"{number_of(whole):,.0f} of {whole.n or 0:,} customers are held with all their rows"


def _drawn(e: Estimate) -> str:
    return f"{e.group['source']}: {e.group['drawn']}" if e.group["source"] else ALL


def _records(e: Estimate) -> str:
    return group_text(e.group["records"])


def _withheld(evidence: Evidence) -> str:
    pairs = sum(
        number_of(e) for e in evidence.numbers(figures.IDENTITY_REVIEW, figures.PAIRS_WITHHELD)
    )
    return f"{pairs:,.0f} pairs of records wait for review"


def _threshold_chart(view: FigureView) -> FigureChart | None:
    series = [
        Series(
            name,
            tuple(
                Point(float(e.group["threshold"] or 0), number_of(e)) for e in view.numbers(measure)
            ),
        )
        for name, measure in (
            ("precision", figures.EXPECTED_PRECISION),
            ("recall", figures.EXPECTED_RECALL),
        )
    ]
    return line_chart(series, Axes("least probability of a pair", "share", y_format=PERCENT_FORMAT))


def _strongest_evidence(evidence: Evidence) -> str | None:
    weights = evidence.numbers(figures.MATCH_WEIGHTS, figures.WEIGHT)
    strongest = max(weights, key=number_of, default=None)
    if not strongest:
        return None
    group = strongest.group
    return (
        f"The strongest evidence for one customer: {group_text(group['comparison'])}, "
        f"{group_text(group['level'])}"
    )


def _comparison(e: Estimate) -> str:
    return label(f"{group_text(e.group['comparison'])} ({e.group['party']})")


IDENTITY = SectionSpec(
    name="identity",
    heading="Who they are",
    intro="Many records, one customer: every tie has its evidence, and every merge can be undone.",
    is_always_shown=True,
    exhibits=(
        Exhibit(
            spec=SAMPLING,
            finding=_held_whole,
            chart=no_chart,
            tables=CrossTable("Sample", _drawn),
        ),
        Exhibit(
            spec=figures.IDENTITY_RECORDS,
            about="how many records a customer has",
            finding=_records_and_customers,
            chart=Bars(
                (figures.SHARE_OF_CUSTOMERS,), lambda e: f"records: {_records(e)}", has_reasons=True
            ),
            reading="Bars: share of all customers.",
            tables=CrossTable("Records", _records),
        ),
        Exhibit(
            spec=figures.IDENTITY_EVIDENCE,
            about="what ties records",
            chart=no_chart,
            tables=CrossTable("Evidence", by("evidence")),
        ),
        Exhibit(
            spec=figures.IDENTITY_REVIEW,
            about="what waits for review",
            finding=_withheld,
            chart=Bars((figures.PAIRS_WITHHELD,), by("reason")),
            reading="Bars: pairs of records withheld.",
            if_empty="Nothing was withheld: no customer looks impossible",
        ),
        Exhibit(
            spec=figures.IDENTITY_THRESHOLDS,
            chart=_threshold_chart,
            reading="The higher the threshold, the fewer wrong pairs and the more that are missed.",
            tables=CrossTable("Least probability", lambda e: group_text(e.group["threshold"])),
        ),
        Exhibit(
            spec=figures.MATCH_WEIGHTS,
            finding=_strongest_evidence,
            chart=Bars((figures.WEIGHT,), lambda e: group_text(e.group["level"]), _comparison),
            reading="Bars to the right speak for one customer, to the left against; each step "
            "doubles.",
        ),
    ),
)
