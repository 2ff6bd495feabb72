"""Who the customers are and where they stand, beside the truth."""

from collections.abc import Iterator

from outsidein.simulate.accuracy.rows import Beside, Figures, Truth, beside, estimates

STAGES = {
    "Aware": "aware",
    "Trial": "trial",
    "Purchase": "purchase",
    "Multiple purchase": "multiple_purchase",
    "Loyalty": "loyalty",
}


def identity(figures: Figures, truth: Truth) -> Iterator[Beside]:
    """Customers behind the records."""
    for figure, estimate in estimates(figures, "identity_records"):
        if estimate.group["records"] == "all" and estimate.measure == "customers":
            yield from beside(figure, estimate, len(truth.customers["customer"]))


RETAINED_AFTER = (1, 6, 12)
"""Months after the first order that are compared."""


def retention(figures: Figures, truth: Truth) -> Iterator[Beside]:
    """The share of each month's new customers who order again in some later months.

    True is what the true customers did, so that only mistaken identities tell the two apart.
    """
    told = truth.retention
    for figure, estimate in estimates(figures, "retention_cohorts"):
        cohort, since = estimate.group["cohort"], estimate.group["months_since"]
        size = told.get((str(cohort), 0))
        if since in RETAINED_AFTER and size:
            again = told.get((str(cohort), int(since)), 0)
            yield from beside(figure, estimate, again / size)


def stages(figures: Figures, truth: Truth) -> Iterator[Beside]:
    """Customers on each step of the ladder."""
    stage = truth.customers["stage"]
    for figure, estimate in estimates(figures, "ladder_today"):
        name = STAGES.get(str(estimate.group["stage"]))
        count = int((stage == name).sum())
        if name and estimate.measure == "customers":
            yield from beside(figure, estimate, count)
        elif name and estimate.measure == "share of customers":
            yield from beside(figure, estimate, count / len(stage))
