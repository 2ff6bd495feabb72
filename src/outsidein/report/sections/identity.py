"""Who the customers are: records, evidence, review, and what the matching has learned."""

from outsidein.figures.figure import Estimate
from outsidein.present.charts.curves import PERCENT_FORMAT, Axes, Point, Series
from outsidein.present.charts.figure_chart import FigureChart, line_chart
from outsidein.present.display_tables import ALL, group_text
from outsidein.present.figure_view import Bars, CrossTable, FigureView, by
from outsidein.present.wording import label
from outsidein.report.evidence import Evidence, number_of
from outsidein.report.exhibits import Exhibit, SectionSpec, no_chart


def _records_and_customers(evidence: Evidence) -> str | None:
    records = evidence.one("identity_records", "records", records=ALL)
    customers = evidence.one("identity_records", "customers", records=ALL)
    if not records or not customers:
        return None
    return f"{number_of(records):,.0f} records are {number_of(customers):,.0f} customers"


def _records(e: Estimate) -> str:
    return group_text(e.group["records"])


def _withheld(evidence: Evidence) -> str:
    pairs = sum(number_of(e) for e in evidence.numbers("identity_review", "pairs withheld"))
    return f"{pairs:,.0f} pairs of records wait for review"


def _threshold_chart(view: FigureView) -> FigureChart | None:
    series = [
        Series(
            measure,
            tuple(
                Point(float(e.group["threshold"] or 0), number_of(e))
                for e in view.numbers(f"expected {measure}")
            ),
        )
        for measure in ("precision", "recall")
    ]
    return line_chart(series, Axes("least probability of a pair", "share", y_format=PERCENT_FORMAT))


def _strongest_evidence(evidence: Evidence) -> str | None:
    weights = evidence.numbers("match_weights", "weight")
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
            spec="identity_records",
            about="how many records a customer has",
            finding=_records_and_customers,
            chart=Bars(
                ("share of customers",), lambda e: f"records: {_records(e)}", has_reasons=True
            ),
            reading="Bars: share of all customers.",
            tables=CrossTable("Records", _records),
        ),
        Exhibit(
            spec="identity_evidence",
            about="what ties records",
            chart=no_chart,
            tables=CrossTable("Evidence", by("evidence")),
        ),
        Exhibit(
            spec="identity_review",
            about="what waits for review",
            finding=_withheld,
            chart=Bars(("pairs withheld",), by("reason")),
            reading="Bars: pairs of records withheld.",
            if_empty="Nothing was withheld: no customer looks impossible",
        ),
        Exhibit(
            spec="identity_thresholds",
            chart=_threshold_chart,
            reading="The higher the threshold, the fewer wrong pairs and the more that are missed.",
            tables=CrossTable("Least probability", lambda e: group_text(e.group["threshold"])),
        ),
        Exhibit(
            spec="match_weights",
            finding=_strongest_evidence,
            chart=Bars(("weight",), lambda e: group_text(e.group["level"]), _comparison),
            reading="Bars to the right speak for one customer, to the left against; each step "
            "doubles.",
        ),
    ),
)
