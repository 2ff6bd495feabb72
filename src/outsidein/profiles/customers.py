"""The table of customers: each profile with what other nouns declare of the customer."""

from collections.abc import Iterable, Sequence

import ibis.expr.types as ir

from outsidein.figures.figure import Figure
from outsidein.profiles.tables import PROFILES
from outsidein.steps.run import Run
from outsidein.steps.step import Step
from outsidein.tables.customer_facts import CustomerFacts
from outsidein.tables.table import Table


def with_facts(profiles: ir.Table, facts: Iterable[tuple[CustomerFacts, ir.Table]]) -> ir.Table:
    """Add the declared columns of each table to the profiles, null where it lacks a customer.

    Args:
        profiles: One row per customer.
        facts: What is declared, and the table that it is declared of.

    Returns:
        One row per customer: the columns of the profile, then the others in their order.
    """
    customers = profiles
    for declared, table in facts:
        rows = declared.per_customer(table).select("customer_id", *declared.columns)
        customers = customers.left_join(rows, "customer_id").drop("customer_id_right")
    return customers


def gather_facts_step(customers: Table, facts: Sequence[CustomerFacts]) -> Step:
    """Return the step that writes the table of customers.

    Args:
        customers: Table of profiles with the columns of `facts`.
        facts: What nouns declare, in the order of the columns.
    """

    def gather(run: Run) -> Iterable[Figure]:
        tables = [(declared, run.read(declared.table)) for declared in facts]
        run.write(customers, with_facts(run.read(PROFILES), tables))
        return ()

    return Step(
        name="Understand: the facts of each customer",
        run=gather,
        reads=(PROFILES, *{declared.table.name: declared.table for declared in facts}.values()),
        writes=(customers,),
    )
