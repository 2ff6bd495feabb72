"""Who the customers are and where they stand, beside the truth."""

from collections.abc import Iterator

from outsidein.churn.figures import ACTIVE, RETENTION_COHORTS
from outsidein.identity.figures import CUSTOMERS, IDENTITY_RECORDS
from outsidein.identity.record_counts import ALL as EVERY_CUSTOMER
from outsidein.ladder import figures as ladder
from outsidein.simulate.accuracy.comparison import Beside, Figures, Truth, beside, estimates_of

STAGES = {
    "Aware": "aware",
    "Trial": "trial",
    "Purchase": "purchase",
    "Multiple purchase": "multiple_purchase",
    "Loyalty": "loyalty",
}


def identity(figures: Figures, truth: Truth) -> Iterator[Beside]:
    """Customers behind the records."""
    group = {"records": EVERY_CUSTOMER}
    for figure, estimate in estimates_of(figures, IDENTITY_RECORDS, CUSTOMERS, **group):
        yield from beside(figure, estimate, len(truth.customers["customer"]))


RETAINED_AFTER = (1, 6, 12)
"""Months after the first order that are compared."""


def retention(figures: Figures, truth: Truth) -> Iterator[Beside]:
    """The share of each month's new customers who order again in some later months.

    True is what the true customers did, so that only mistaken identities tell the two apart.
    """
    true_retention = truth.retention
    for figure, estimate in estimates_of(figures, RETENTION_COHORTS, ACTIVE):
        cohort, since = estimate.group["cohort"], estimate.group["months_since"]
        size = true_retention.get((str(cohort), 0))
        if since in RETAINED_AFTER and size:
            again = true_retention.get((str(cohort), int(since)), 0)
            yield from beside(figure, estimate, again / size)


def stages(figures: Figures, truth: Truth) -> Iterator[Beside]:
    """Customers on each step of the ladder, without those who have left."""
    stage = truth.customers["stage"][truth.customers["is_customer"]]
    for label, name in STAGES.items():
        count = int((stage == name).sum())
        for measure, true in (
            (ladder.CUSTOMERS, count),
            (ladder.SHARE_OF_CUSTOMERS, count / len(stage)),
        ):
            for figure, estimate in estimates_of(
                figures, ladder.LADDER_TODAY, measure, stage=label
            ):
                yield from beside(figure, estimate, true)
