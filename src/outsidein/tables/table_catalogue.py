"""The catalogue of all declared tables."""

from collections.abc import Iterable, Iterator, Mapping

from outsidein.errors import UnknownName
from outsidein.tables.table import Personal, Table


class Catalogue(Mapping[str, Table]):
    """Declared tables by name, in the order in which they were declared.

    Example:
        >>> from outsidein.tables.table import Column
        >>> tiers = Table("tiers", "customer", ("customer_id",), {"customer_id": Column("string")})
        >>> Catalogue([tiers])["tiers"].grain
        'customer'
    """

    def __init__(self, tables: Iterable[Table]) -> None:
        """Collect the tables.

        Raises:
            ValueError: Two tables share a name, present or former.
        """
        self._tables: dict[str, Table] = {}
        self._by_former_name: dict[str, Table] = {}
        for table in tables:
            for name in (table.name, *table.formerly):
                if name in self._tables or name in self._by_former_name:
                    raise ValueError(f"Two tables are declared as {name!r}.")
            self._tables[table.name] = table
            self._by_former_name |= dict.fromkeys(table.formerly, table)

    def __getitem__(self, name: str) -> Table:
        """Return a table by its present or a former name.

        Raises:
            UnknownName: No table has that name.
        """
        table = self._tables.get(name) or self._by_former_name.get(name)
        if table is None:
            raise UnknownName("table", name, self._tables)
        return table

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)

    def personal_columns(self) -> dict[str, dict[str, Personal]]:
        """Return every table's columns with personal data, and how they hold it."""
        return {name: table.personal_columns for name, table in self._tables.items()}
