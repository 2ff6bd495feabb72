"""Data sets with known persons, brought into the columns of `records` and `identifiers`."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

DATA = Path(__file__).parents[2] / "shared" / "data"

RECORD_COLUMNS = {
    **dict.fromkeys(("source", "record_id", "party_kind", "name", "given_name"), "VARCHAR"),
    **dict.fromkeys(("family_name", "organisation_name", "gender"), "VARCHAR"),
    "born_on": "DATE",
    **dict.fromkeys(("street", "postcode", "city", "region", "country"), "VARCHAR"),
}


@dataclass(frozen=True, slots=True)
class People:
    """Records, their identifiers, and who each record truly is."""

    records: pa.Table
    identifiers: pa.Table
    truth: pa.Table
    """`source`, `record_id`, `person`."""
    country: str


def people(
    mapped: str,
    *,
    country: str,
    identifiers: str | None = None,
    raw: str | None = None,
    con: duckdb.DuckDBPyConnection | None = None,
) -> People:
    """Run a mapping: a query that gives canonical columns, `trait_` columns and `person`."""
    con = con or duckdb.connect()
    if raw:
        con.execute(f"CREATE VIEW raw AS {raw}")
    con.execute(f"CREATE TABLE mapped AS {mapped}")
    there = {row[0] for row in con.execute("DESCRIBE mapped").fetchall()}
    told = ["'person' AS party_kind"]
    for name, kind in RECORD_COLUMNS.items():
        if name != "party_kind":
            told.append(f"{name if name in there else 'NULL'}::{kind} AS {name}")
    told += sorted(name for name in there if name.startswith("trait_"))
    nobody = "SELECT '' AS source, '' AS record_id, '' AS kind, '' AS value WHERE false"
    return People(
        con.execute(f"SELECT {', '.join(told)} FROM mapped").to_arrow_table(),
        con.execute(identifiers or nobody).to_arrow_table(),
        con.execute("SELECT source, record_id, person FROM mapped").to_arrow_table(),
        country,
    )


def febrl(number: int, *, with_number: bool) -> People:
    """FEBRL's simulated Australians, with or without their social-security number."""
    held = (
        "SELECT 'febrl' AS source, rec_id AS record_id, 'social_security' AS kind, "
        "soc_sec_id AS value FROM raw WHERE soc_sec_id IS NOT NULL"
    )
    return people(
        "SELECT 'febrl' AS source, rec_id AS record_id, given_name, surname AS family_name, "
        "try_strptime(date_of_birth, '%Y%m%d')::DATE AS born_on, "
        "concat_ws(', ', nullif(concat_ws(' ', street_number, address_1), ''), address_2) "
        "AS street, postcode, suburb AS city, state AS region, "
        "regexp_extract(rec_id, 'rec-([0-9]+)', 1) AS person FROM raw",
        country="AU",
        identifiers=held if with_number else None,
        raw=f"FROM '{DATA}/febrl/febrl{number}.parquet'",
    )


def fake_1000() -> People:
    """Splink's thousand invented records."""
    return people(
        "SELECT 'fake' AS source, unique_id AS record_id, first_name AS given_name, "
        "surname AS family_name, try_cast(dob AS DATE) AS born_on, city, cluster AS person "
        "FROM raw",
        country="GB",
        identifiers="SELECT 'fake' AS source, unique_id AS record_id, 'email' AS kind, "
        "email AS value FROM raw WHERE email IS NOT NULL",
        raw=f"FROM '{DATA}/splink/fake_1000.parquet'",
    )


def historical_50k() -> People:
    """Splink's records of people of whom Wikidata knows, with many errors."""
    return people(
        "SELECT 'historical' AS source, unique_id AS record_id, full_name AS name, "
        "first_name AS given_name, surname AS family_name, try_cast(dob AS DATE) AS born_on, "
        "postcode_fake AS postcode, birth_place AS city, gender, occupation AS trait_occupation, "
        "cluster AS person FROM raw",
        country="GB",
        raw=f"FROM '{DATA}/splink/historical_50k.parquet'",
    )


def pseudopeople() -> People:
    """Five simulated sources on the same US households."""
    names = ("american_community_survey", "current_population_survey", "decennial_census")
    sources = (*names, "women_infants_and_children", "social_security")
    parts = [
        f"SELECT '{name}' AS source, row_number() OVER () AS record_id, * "
        f"FROM '{DATA}/pseudopeople_base/{name}.parquet'"
        for name in sources
    ]
    return people(
        "SELECT source, record_id::VARCHAR AS record_id, "
        "concat_ws(' ', first_name, coalesce(middle_name, middle_initial)) AS given_name, "
        "last_name AS family_name, date_of_birth::DATE AS born_on, sex AS gender, "
        "concat_ws(' ', street_number, street_name) || coalesce(', ' || unit_number, '') "
        "AS street, zipcode AS postcode, city, state AS region, "
        "race_ethnicity AS trait_race, simulant_id AS person FROM raw",
        country="US",
        identifiers="SELECT source, record_id::VARCHAR AS record_id, 'ssn' AS kind, "
        "ssn AS value FROM raw WHERE ssn IS NOT NULL",
        raw=" UNION ALL BY NAME ".join(parts),
    )


def olist() -> People:
    """Customers of a marketplace: no names, just the town and the start of a postcode."""
    return people(
        "SELECT 'olist' AS source, customer_id AS record_id, "
        "customer_zip_code_prefix AS postcode, customer_city AS city, customer_state AS region, "
        "customer_unique_id AS person FROM raw",
        country="BR",
        raw=f"FROM '{DATA}/olist/customers.parquet'",
    )


SETS: dict[str, Callable[[], People]] = {
    **{
        f"febrl{n}{'' if there else ' without number'}": lambda n=n, there=there: febrl(
            n, with_number=there
        )
        for n in (1, 2, 3)
        for there in (True, False)
    },
    "fake_1000": fake_1000,
    "historical_50k": historical_50k,
    "pseudopeople": pseudopeople,
    "olist": olist,
}
"""Data sets by name."""
