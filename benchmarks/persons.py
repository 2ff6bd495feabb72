"""Persons by the million: realistic frequencies, typing errors, gaps, twins, families, movers."""
# ruff: noqa: E501

import duckdb

from benchmarks.identity_data import People, people

_PERSONS = """
WITH drawn AS (
  SELECT i AS person, draw(concat_ws('|', i, {seed})) AS h0, i // 5 AS home_block, i % 5 AS member
  FROM range({persons}) t(i)
), homes AS (
  SELECT *, home_block * 5 + CASE WHEN member < 2 THEN 0 WHEN member < 4 THEN 2 ELSE 4 END AS home
  FROM drawn
), twins AS (
  SELECT *, member = 3 AND draw(concat_ws('|', home, 'twin', {seed})) % 40 = 0 AS is_twin FROM homes
)
SELECT person, home,
  word(floor(2000 * pow(unit(draw(concat_ws('|', person, 'given', {seed}))), 3))::BIGINT, 'g') AS given,
  word(floor(60000 * pow(unit(draw(concat_ws('|', home, 'family', {seed}))), 3))::BIGINT, 'f') AS family,
  DATE '1935-01-01' + (draw(concat_ws('|', CASE WHEN is_twin THEN person - 1 ELSE person END, 'born', {seed}))
    % 26000)::INT AS born_on,
  (1 + draw(concat_ws('|', home, 'house', {seed})) % 180)::VARCHAR || ' '
    || word(floor(20000 * pow(unit(draw(concat_ws('|', home, 'street', {seed}))), 2))::BIGINT, 's')
    || ' street' AS street,
  lpad((floor(20000 * pow(unit(draw(concat_ws('|', home, 'code', {seed}))), 2)))::INT::VARCHAR, 5, '0')
    AS postcode,
  CASE WHEN draw(concat_ws('|', person, 'f', {seed})) % 2 = 0 THEN 'f' ELSE 'm' END AS gender
FROM twins
"""
_RECORDS = """
WITH copies AS (
  SELECT p.*, c.copy, draw(concat_ws('|', p.person, c.copy, {seed})) AS h
  FROM person p, range(3) c(copy)
  WHERE c.copy = 0 OR draw(concat_ws('|', p.person, c.copy, 'is', {seed})) % 100 < CASE c.copy WHEN 1 THEN 20
    ELSE 5 END
), moved AS (
  SELECT c.* REPLACE (
    CASE WHEN is_moved THEN (1 + draw(concat_ws('|', h, 'house')) % 180)::VARCHAR || ' '
      || word((draw(concat_ws('|', h, 'street')) % 20000)::BIGINT, 's') || ' street'
      ELSE street END AS street,
    CASE WHEN is_moved THEN lpad((draw(concat_ws('|', h, 'code')) % 20000)::VARCHAR, 5, '0')
      ELSE postcode END AS postcode)
  FROM (SELECT *, copy > 0 AND draw(concat_ws('|', h, 'moved')) % 10 = 0 AS is_moved FROM copies) c
)
SELECT CASE m.copy WHEN 0 THEN 'shop' WHEN 1 THEN 'web' ELSE 'service' END AS source,
  m.person || '-' || m.copy AS record_id, m.person::VARCHAR AS person,
  gap(typed(m.given, m.h, 6, m.copy), m.h, 'given', 2) AS given_name,
  gap(typed(m.family, draw(concat_ws('|', m.h, 1)), 8, m.copy), m.h, 'family', 1) AS family_name,
  CASE WHEN draw(concat_ws('|', m.h, 'born')) % 100 < 8 THEN NULL
    WHEN m.copy > 0 AND draw(concat_ws('|', m.h, 'bornerr')) % 100 < 5
    THEN m.born_on + (1 + draw(concat_ws('|', m.h, 'days')) % 28)::INT ELSE m.born_on END AS born_on,
  gap(typed(m.street, draw(concat_ws('|', m.h, 2)), 8, m.copy), m.h, 'street', 8) AS street,
  gap(typed(m.postcode, draw(concat_ws('|', m.h, 3)), 3, m.copy), m.h, 'postcode', 5) AS postcode,
  'town' || (m.postcode[1:3]) AS city, gap(m.gender, m.h, 'gender', 10) AS gender,
  CASE WHEN draw(concat_ws('|', m.person, 'hasmail')) % 100 < 60 AND draw(concat_ws('|', m.h, 'mail')) % 100 < 75
    THEN m.given || '.' || m.family || (m.person % 997) || '@mail' || (m.person % 7) || '.org' END
    AS email,
  CASE WHEN draw(concat_ws('|', m.home, 'hasphone')) % 100 < 70 AND draw(concat_ws('|', m.h, 'phone')) % 100 < 60
    THEN '+1212' || lpad((draw(concat_ws('|', m.home, 'phone')) % 8000000 + 2000000)::VARCHAR, 7, '0') END AS phone
FROM moved m
"""
_MACROS = """
CREATE MACRO draw(text) AS md5_number_lower(text);
CREATE MACRO unit(h) AS (h % 1000003) / 1000003.0;
CREATE MACRO syllable(n, salt) AS
  ['ba','ce','di','fo','gu','ha','je','ki','lo','mu','na','pe','ri','so','tu','va','we','xi',
   'yo','zu','bra','cle','dri','flo','gru','sta','tre','pli','sho','chu','mar','ten'][
   (draw(concat_ws('|', n, salt)) % 32)::INT + 1];
CREATE MACRO word(n, salt) AS syllable(n, salt || '1') || syllable(n, salt || '2') ||
  syllable(n, salt || '3') || CASE WHEN draw(concat_ws('|', n, salt)) % 3 = 0 THEN syllable(n, salt || '4')
  ELSE 'n' END;
CREATE MACRO typed(text, h, percent, copy) AS
  CASE WHEN copy = 0 OR draw(concat_ws('|', h, 'typo')) % 100 >= percent THEN text
    WHEN draw(concat_ws('|', h, 'how')) % 2 = 0 THEN left(text, (h % length(text))::INT)
      || chr(97 + (draw(concat_ws('|', h, 'letter')) % 26)::INT) || substr(text, (h % length(text))::INT + 2)
    ELSE left(text, (h % length(text))::INT) || substr(text, (h % length(text))::INT + 2) END;
CREATE MACRO gap(text, h, salt, percent) AS
  CASE WHEN draw(concat_ws('|', h, salt)) % 100 < percent THEN NULL ELSE text END;
"""


def persons(records: int, *, seed: int = 1) -> People:
    """Make about so many records: four in five of one record only, the others twice or thrice.

    A fifth of second records have a slip of the pen, a tenth another address; two in five homes
    are shared by a family of one name, and every fortieth of those has twins.
    """
    with duckdb.connect() as con:
        con.execute(_MACROS)
        con.execute(
            f"CREATE TABLE person AS {_PERSONS.format(persons=records * 4 // 5, seed=seed)}"
        )
        con.execute(f"CREATE TABLE raw AS {_RECORDS.format(seed=seed)}")
        return people(
            "FROM raw",
            con=con,
            country="US",
            identifiers="SELECT source, record_id, 'email' AS kind, email AS value FROM raw "
            "WHERE email IS NOT NULL UNION ALL "
            "SELECT source, record_id, 'phone', phone FROM raw WHERE phone IS NOT NULL",
        )
