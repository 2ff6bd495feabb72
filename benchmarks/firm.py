"""A generated firm: customers, their orders and what they say, as large as one likes, seeded."""

import sys
from pathlib import Path

import duckdb

PROJECT = """
name = "Generated firm"
currency = "EUR"
timezone = "UTC"
as_of = 2026-01-01
[ladder]
aware = "tenure_days >= 0"
purchase = "orders >= 1"
multiple_purchase = "orders >= 2"
loyalty = "orders_365d >= 4 and days_since_order <= 180"
[ladder.hurdles]
delivery = "process"
[churn]
rule = "silence"
after_days = 180
[value]
gross_margin = 0.3
[activity.call]
cost = 450
is_failure = true
"""
SOURCES = """
[source.customers]
format = "parquet"
path = "raw/customers.parquet"
[source.lines]
format = "parquet"
path = "raw/lines.parquet"
[source.reviews]
format = "parquet"
path = "raw/reviews.parquet"
"""
COLUMNS = {
    "customers": ("customer_number", "email", "region"),
    "lines": ("order_number", "line", "customer_number", "ordered_at", "category", "cents"),
    "reviews": ("review_number", "customer_number", "written_at", "stars"),
}
NEED = """
[[need]]
source = "{source}"
columns = [{columns}]
department = "benchmark"
purpose = "to see how long it takes"
owner = "nobody"
approver = "nobody"
state = "approved"
"""
MODELS = {
    "records/customers": """
        select 'shop' as source, customer_number as record_id, region from customers""",
    "identifiers/emails": """
        select 'shop' as source, customer_number as record_id, 'email' as kind, email as value
        from customers""",
    "transactions/lines": """
        select 'shop' as source, order_number as transaction_id, line,
               customer_number as record_id, ordered_at, category, cents as revenue
        from lines""",
    "signals/reviews": """
        select 'shop' as source, review_number as signal_id, customer_number as record_id,
               written_at as signalled_at, 'direct' as kind, 'delivery' as factor,
               stars as score, 1 as scale_low, 5 as scale_high
        from reviews""",
}


def write_firm(folder: Path, *, customers: int, lines: int, reviews: int) -> None:
    """Write the project and its raw Parquet files; the same sizes give the same firm.

    Customers differ in how often they buy and how soon they stop; every twentieth shares an
    address with the one before and is the same customer to the firm.
    """
    raw = folder / "raw"
    raw.mkdir(parents=True)
    con = duckdb.connect()
    # A customer orders `rate` times in a life that ends at `until` (shares of three years).
    con.execute(
        "CREATE MACRO chance(a, b) AS (hash(a * 7919 + b * 104729) % 1000003 + 0.5) / 1000003.0"
    )
    con.execute(
        f"""COPY (SELECT 'c' || lpad(i::VARCHAR, 9, '0') AS customer_number,
        'c' || (CASE WHEN i % 20 = 19 THEN i - 1 ELSE i END)::VARCHAR || '@mail.test' AS email,
        'region ' || (hash(i) % 16)::VARCHAR AS region FROM range({customers}) r(i))
        TO '{raw}/customers.parquet'"""
    )
    orders = lines // 4
    con.execute(
        f"""COPY (WITH orders AS (
            SELECT o, floor(pow(chance(o, 1), 1.7) * {customers})::BIGINT AS i
            FROM range({orders}) r(o)
        ), dated AS (
            SELECT o, i, chance(i, 2) * 0.6 AS start, chance(i, 3) AS life, chance(o, 4) AS t
            FROM orders
        )
        SELECT 'o' || o::VARCHAR AS order_number, line,
            'c' || lpad(i::VARCHAR, 9, '0') AS customer_number,
            TIMESTAMP '2023-01-01' + to_seconds(floor(
                (start + (1 - start) * t * (0.15 + 0.85 * life)) * 94608000)) AS ordered_at,
            'category ' || (hash(o * 4 + line) % 24)::VARCHAR AS category,
            (200 + hash(o * 4 + line + 1) % 9000)::BIGINT AS cents
        FROM dated, range(1, 5) l(line)) TO '{raw}/lines.parquet'"""
    )
    con.execute(
        f"""COPY (SELECT 'r' || i::VARCHAR AS review_number,
        'c' || lpad((hash(i) % {customers})::VARCHAR, 9, '0') AS customer_number,
        TIMESTAMP '2023-06-01' + to_seconds(floor(chance(i, 5) * 80000000)) AS written_at,
        1 + hash(i * 3) % 5 AS stars FROM range({reviews}) r(i)) TO '{raw}/reviews.parquet'"""
    )
    _write_project(folder)


def _write_project(folder: Path) -> None:
    needs = [
        NEED.format(source=source, columns=", ".join(f'"{name}"' for name in columns))
        for source, columns in COLUMNS.items()
    ]
    files = {
        "outsidein.toml": PROJECT,
        "sources.toml": SOURCES,
        "data_needs.toml": "".join(needs),
        "objectives.toml": "",
        "segments.toml": "[segment.north]\nrule = \"region in ('region 0', 'region 1')\"\n",
    }
    files |= {f"tables/{name}.sql": sql for name, sql in MODELS.items()}
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write_firm(
        Path(sys.argv[1]), customers=int(sys.argv[2]), lines=int(sys.argv[3]),
        reviews=int(sys.argv[4]),
    )  # fmt: skip
