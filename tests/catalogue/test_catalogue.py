import re

import pytest

from outsidein.errors import UnknownName
from outsidein.pipeline.catalogue import CATALOGUE
from outsidein.tables.table import Column, Personal, Table
from outsidein.tables.table_catalogue import Catalogue

TIERS = Table(
    "tiers",
    "customer",
    ("customer_id",),
    {
        "customer_id": Column("string", personal=Personal.PSEUDONYM),
        "name": Column("string", personal=Personal.DIRECT),
        "rank": Column("int64"),
    },
    formerly=("groups",),
)


def test_a_table_is_found_by_its_present_and_its_former_name():
    catalogue = Catalogue([TIERS])
    assert catalogue["tiers"] is catalogue["groups"] is TIERS
    assert list(catalogue) == ["tiers"]


def test_an_unknown_name_is_answered_with_the_nearest():
    with pytest.raises(UnknownName, match=r"There is no table 'teirs'. Did you mean 'tiers'\?"):
        Catalogue([TIERS])["teirs"]


@pytest.mark.parametrize("name", ["tiers", "groups"])
def test_two_tables_cannot_share_a_name_present_or_former(name):
    other = Table(name, "tier", ("rank",), {"rank": Column("int64")})
    with pytest.raises(ValueError, match=f"Two tables are declared as '{name}'"):
        Catalogue([TIERS, other])


def test_personal_columns_are_listed_with_how_they_hold_personal_data():
    assert Catalogue([TIERS]).personal_columns() == {
        "tiers": {"customer_id": Personal.PSEUDONYM, "name": Personal.DIRECT}
    }


def test_amounts_are_declared_as_money():
    amounts = re.compile(r"(^|_)(revenue|cost|profit|spend|discounts?|price|value)(_|$)")
    unmarked = {
        f"{table.name}.{name}"
        for table in CATALOGUE.values()
        for name, column in table.columns.items()
        if column.type == "int64" and amounts.search(name) and not column.is_money
    }
    assert unmarked == {"profits.encounters_without_known_cost"}
