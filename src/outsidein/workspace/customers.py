"""Customers of a project: searched, listed, shown one by one."""

from collections.abc import Collection
from contextlib import closing
from dataclasses import dataclass, replace

import pyarrow as pa

from outsidein.pipeline.catalogue import CATALOGUE
from outsidein.search.customer_search import (
    FoundCustomer,
    count_customers,
    customers_by_id,
    find_customers,
    list_customers,
)
from outsidein.search.index_file import open_index
from outsidein.tables.table import Personal
from outsidein.workspace.best_customers import best_customers
from outsidein.workspace.customer_file import CustomerFile, customer_file
from outsidein.workspace.customer_index import current_index, index_path
from outsidein.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True)
class CustomerAccess:
    """Customers of one project; who may not see names and contact data sees neither.

    Every verb takes `personal`: whether names and contact data are shown and searched.
    """

    work: Workspace

    @property
    def is_indexed(self) -> bool:
        """Whether a search need not wait for the index of the current build."""
        return index_path(self.work, self.work.snapshot()).exists()

    def search(self, query: str, *, personal: bool, limit: int = 50) -> list[FoundCustomer]:
        """Find customers by anything that is said on the phone, the likeliest first.

        The first search of a build waits until its index is written.

        Args:
            query: A name, part of a phone number, a mail address, the number of an order or card.
            personal: Whether names, contact data and cards are searched and shown.
            limit: Most customers (count).
        """
        country = self.work.file.country
        with closing(open_index(current_index(self.work))) as index:
            rows = find_customers(index, query, country=country, personal=personal, limit=limit)
        return rows if personal else [_without_name(row) for row in rows]

    def list(self, *, personal: bool, limit: int = 50, after: int = 0) -> list[FoundCustomer]:
        """List customers, those with most at stake first.

        Args:
            personal: Whether names are shown.
            limit: Most customers (count).
            after: Number of the last customer of the page before.
        """
        with closing(open_index(current_index(self.work))) as index:
            rows = list_customers(index, limit=limit, after=after)
        return rows if personal else [_without_name(row) for row in rows]

    def by_id(self, customer_ids: Collection[str], *, personal: bool) -> dict[str, FoundCustomer]:
        """Return customers by their id; those that the current build does not have are left out.

        Args:
            customer_ids: Of the customers.
            personal: Whether names are shown.
        """
        with closing(open_index(current_index(self.work))) as index:
            customers = customers_by_id(index, customer_ids)
        if personal:
            return customers
        return {each: _without_name(customer) for each, customer in customers.items()}

    def count(self) -> int:
        """Count the customers of the current build."""
        with closing(open_index(current_index(self.work))) as index:
            return count_customers(index)

    def table(self, *, by: str | None = None) -> pa.Table:
        """Return all customers as `list` has them, names included; the audit keeps who asked."""
        rows = self.list(personal=True, limit=self.count())
        with self.work.acts.act("customers.listed", "customers", by=by) as act:
            act.details["customers"] = len(rows)
        names = [name for name in FoundCustomer.__slots__ if name not in ("why", "likeness")]
        return pa.table({name: [getattr(row, name) for row in rows] for name in names})

    def most_profitable(
        self, most: int, *, personal: bool, rows: int, offset: int = 0, by: str | None = None
    ) -> pa.Table:
        """Return the most profitable customers, as ranked for tiers; the audit keeps who asked.

        Args:
            most: How many count as the most profitable (count).
            personal: Whether names are shown.
            rows: Most rows (count).
            offset: Rows of the list to leave out (count).
            by: Who asks; the login name if not given.
        """
        table = best_customers(self.work, most=most, personal=personal, rows=rows, offset=offset)
        with self.work.acts.act("customers.listed", "customers", by=by) as act:
            act.details["customers"] = table.num_rows
        return table

    def show(self, customer_id: str, *, personal: bool, by: str | None = None) -> CustomerFile:
        """Return what the current build knows of a customer; the audit keeps who looked.

        Args:
            customer_id: Of the customer.
            personal: Whether names and contact data are shown, and texts as they were written.
            by: Who looks; the login name if not given.

        Raises:
            InputError: There is no such customer.
        """
        tiers = self.work.file.tier
        with self.work.reading() as reading:
            file = customer_file(
                reading,
                customer_id,
                hidden=frozenset() if personal else _HIDDEN,
                policies={tier.name: tier.policy.sentence for tier in tiers if tier.policy},
                now=self.work.clock(),
            )
        with self.work.acts.act("customer.viewed", f"customer:{customer_id}", by=by):
            return file


_HIDDEN = frozenset(
    name
    for name, kind in CATALOGUE["customers"].personal_columns.items()
    if kind is Personal.DIRECT
)


def _without_name(customer: FoundCustomer) -> FoundCustomer:
    return replace(customer, name=None, city=None, postcode=None)
