"""Persons whose mailboxes are numbered, so that strangers' differ by one character."""
# ruff: noqa: E501

import duckdb

from benchmarks.identity_data import People, people

_DRAWN = """
CREATE MACRO draw(text) AS md5_number_lower(concat_ws('|', text, {seed}));
CREATE MACRO phone(text) AS '+1212' || (2000000 + draw(text) % 8000000)::VARCHAR;
CREATE MACRO street(text) AS (1 + draw(text || 'n') % 180)::VARCHAR || ' ' ||
  ['Oak', 'Elm', 'Mill', 'Lake', 'Hill', 'Park', 'Bridge', 'Church'][(draw(text || 's') % 8)::INT + 1] || ' ' ||
  ['North', 'South', 'West', 'East', 'Old', 'New'][(draw(text || 'd') % 6)::INT + 1] || ' Street';
CREATE TABLE person AS SELECT i AS person,
  ['Ana', 'Ben', 'Carla', 'David', 'Eva', 'Frank', 'Gita', 'Hugo', 'Ines', 'Jon', 'Kim', 'Lea', 'Max', 'Nora',
   'Otto', 'Pia', 'Quentin', 'Rosa', 'Sam', 'Tina'][(draw(i || 'g') % 20)::INT + 1] AS given,
  ['Abel', 'Berg', 'Conti', 'Diaz', 'Engel', 'Fuchs', 'Green', 'Hill', 'Ito', 'Jung', 'King', 'Lang', 'Moor',
   'North', 'Olsen', 'Park', 'Quinn', 'Rossi', 'Stone', 'Tanaka'][(draw(i || 'f') % 20)::INT + 1] AS family,
  draw(i || 'k') % 10 AS kind
FROM range({persons}) t(i);
CREATE TABLE raw AS SELECT CASE copy WHEN 0 THEN 'shop' ELSE 'desk' END AS source,
  person || '-' || copy AS record_id, person::VARCHAR AS person,
  CASE WHEN kind = 0 THEN 'New' ELSE given END AS given_name,
  CASE WHEN kind = 0 THEN 'Customer' ELSE family END AS family_name,
  CASE WHEN kind = 0 THEN NULL ELSE street(person || 'home') END AS street,
  CASE WHEN kind = 0 THEN NULL ELSE (10000 + draw(person || 'z') % 2000)::VARCHAR END AS postcode,
  CASE WHEN kind = 0 THEN NULL ELSE 'Town ' || (draw(person || 'z') % 40)::VARCHAR END AS city,
  CASE WHEN draw(person || copy || 'p') % 10 < 7 AND kind > 0 THEN phone(person || 'tel') END AS phone,
  CASE WHEN kind = 0 THEN 'new.customer' || (100 + person)::VARCHAR
    WHEN kind < 6 THEN lower(given) || '.' || lower(family) || person::VARCHAR
    ELSE lower(given) || lower(family) || chr((97 + draw(person || 'l') % 26)::INT) || chr((97 + draw(person || 'm') % 26)::INT)
  END AS mailbox, copy, draw(person || copy || 'typo') AS h
FROM person, range(2) c(copy) WHERE copy = 0 OR draw(person || 'again') % 4 = 0;
CREATE TABLE mail AS SELECT source, record_id, 'email' AS kind,
  CASE WHEN copy = 1 AND h % 3 = 0
    THEN left(mailbox, (h % 4)::INT) || substr(mailbox, (h % 4)::INT + 2) ELSE mailbox END || '@mail.example' AS value
FROM raw;
"""


def serial_mailboxes(persons: int = 3_000, *, seed: int = 1) -> People:
    """Make persons, a quarter of them with two records.

    A tenth are nameless, `new.customer998` and `new.customer999`; half have a number after their
    common name, as the next of that name has; the others two letters. A third of second
    records have a slip in the mailbox. Phones, streets and towns of two persons differ.
    """
    with duckdb.connect() as con:
        con.execute(_DRAWN.format(persons=persons, seed=seed))
        return people(
            "FROM raw",
            con=con,
            country="US",
            identifiers="SELECT * FROM mail UNION ALL SELECT source, record_id, 'phone', phone "
            "FROM raw WHERE phone IS NOT NULL",
        )
