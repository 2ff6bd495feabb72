"""A small real project, written to a folder: a shop with a CSV of orders and one of customers."""

import random
from datetime import date, timedelta

AS_OF = date(2020, 1, 1)

PROJECT = """
name = "Shop"
currency = "EUR"
timezone = "Europe/Berlin"
country = "DE"
as_of = 2020-01-01
[churn]
rule = "silence"
after_days = 90
[value]
gross_margin = 0.4
"""
SOURCES = """
[source.orders]
format = "csv"
path = "raw/orders*.csv"
[source.people]
format = "csv"
path = "raw/people.csv"
"""
NEED = """
[[need]]
source = "{source}"
columns = {columns}
department = "marketing"
purpose = "who buys what"
owner = "head of sales"
approver = "data protection officer"
state = "{state}"
"""
ORDERS_SQL = """
select 'shop' as source, order_id as transaction_id, person_id as record_id,
       ordered_at, quantity, cast(cast(amount as decimal(12, 2)) * 100 as bigint) as revenue
from orders
"""
RECORDS_SQL = "select 'shop' as source, person_id as record_id, city from people"
IDENTIFIERS_SQL = """
select 'shop' as source, person_id as record_id, 'email' as kind, email as value from people
"""
OBJECTIVES = """
[[objective]]
name = "again"
objective = "More buy again"
business_case = "Each further point brings margin."
stakeholders = ["head of sales"]
metric = "share who buy again within 90 days"
"""


def write_shop(folder, *, people=40, seed=1):
    """Write the project and its raw data; the same seed gives the same files."""
    (folder / "raw").mkdir(parents=True)
    files = {
        "outsidein.toml": PROJECT,
        "sources.toml": SOURCES,
        "objectives.toml": OBJECTIVES,
        "segments.toml": "[segment.berlin]\nrule = \"city = 'Berlin'\"\n",
        "data_needs.toml": NEED.format(
            source="orders",
            columns='["order_id", "person_id", "ordered_at", "quantity", "amount"]',
            state="approved",
        )
        + NEED.format(source="people", columns='["person_id", "email", "city"]', state="approved"),
        "tables/transactions/orders.sql": ORDERS_SQL,
        "tables/records/people.sql": RECORDS_SQL,
        "tables/identifiers/emails.sql": IDENTIFIERS_SQL,
        "raw/orders.csv": _orders(people, random.Random(seed)),  # noqa: S311  no secret
        "raw/people.csv": _people(people),
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def _people(people):
    """Every tenth person has two records with one e-mail address."""
    lines = ["person_id,email,city,shoe_size"]
    for number in range(people):
        city = "Berlin" if number % 2 else "Kiel"
        lines.append(f"p{number},p{number - (number % 10 == 9)}@mail.de,{city},{36 + number % 9}")
    return "\n".join(lines) + "\n"


def _orders(people, rng):
    lines = ["order_id,person_id,ordered_at,quantity,amount"]
    for person in range(people):
        day = date(2019, 1, 1) + timedelta(days=rng.randrange(200))
        for order in range(1 + rng.randrange(6)):
            amount = 5 + rng.randrange(20_000) / 100
            lines.append(f"o{person}-{order},p{person},{day} 10:00:00,1,{amount:.2f}")
            day += timedelta(days=1 + rng.randrange(80))
            if day >= AS_OF:
                break
    return "\n".join(lines) + "\n"
