"""Plain Splink with the settings of its own documented examples, on the same data."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from benchmarks.identity_data import DATA, SETS

Rule = str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Settings:
    """What one of Splink's examples sets."""

    comparisons: Sequence[object]
    rules: Sequence[Rule]
    certain: Sequence[Rule]
    """Rules from which the share of matches is estimated."""
    recall: float
    training: Sequence[Rule]
    most_pairs: float = 1e6


def splink_pairs(name: str, *, least: float = 0.5) -> pa.Table:
    """Pairs above a probability: `unique_id_l`, `unique_id_r`, `match_probability`."""
    settings = SETTINGS[family(name)](name)
    con = duckdb.connect()
    con.execute("SET enable_progress_bar = false")
    con.execute(f"CREATE TABLE people AS {_raw(con, name)}")
    creator = SettingsCreator(
        link_type="dedupe_only",
        comparisons=list(settings.comparisons),
        blocking_rules_to_generate_predictions=_rules(settings.rules),
    )
    api = DuckDBAPI(connection=con)
    linker = Linker(api.register("people"), creator)
    logging.getLogger("splink").setLevel(logging.CRITICAL)
    training = linker.training
    training.estimate_probability_two_random_records_match(
        _rules(settings.certain), recall=settings.recall
    )
    training.estimate_u_using_random_sampling(max_pairs=settings.most_pairs, seed=2)
    for rule in _rules(settings.training):
        training.estimate_parameters_using_expectation_maximisation(rule)
    found = linker.inference.predict(threshold_match_probability=least)
    return con.sql(
        "SELECT unique_id_l, unique_id_r, match_probability "
        f"FROM {found.physical_name} ORDER BY ALL"
    ).to_arrow_table()


def family(name: str) -> str:
    """Which of Splink's examples a data set follows."""
    return next((kind for kind in SETTINGS if name.startswith(kind)), "")


def _rules(rules: Sequence[Rule]) -> list[object]:
    return [rule if isinstance(rule, str) else block_on(*rule) for rule in rules]


def _raw(con: duckdb.DuckDBPyConnection, name: str) -> str:
    if name.startswith("febrl"):
        file, _, _ = name.partition(" ")
        return f"SELECT rec_id AS unique_id, * FROM '{DATA}/febrl/{file}.parquet'"
    if name == "pseudopeople":
        con.register("records", SETS[name]().records)
        return (
            "SELECT source || chr(31) || record_id AS unique_id, split_part(given_name, ' ', 1) "
            "AS first_name, family_name AS surname, born_on::VARCHAR AS dob, street, gender "
            "FROM records"
        )
    if name == "olist":
        con.register("records", SETS[name]().records)
        return "SELECT record_id AS unique_id, postcode, city, region FROM records"
    return (
        f"SELECT *, first_name || ' ' || surname AS first_name_surname_concat "
        f"FROM '{DATA}/splink/{name}.parquet'"
    )


SWAPPED = (
    "l.given_name = r.surname AND l.surname = r.given_name AND l.date_of_birth = r.date_of_birth"
)


def _febrl(name: str) -> Settings:
    """`docs/demos/examples/duckdb/febrl3`; `without number` leaves out what names it."""
    has_number = "without" not in name
    number = [cl.DamerauLevenshteinAtThresholds("soc_sec_id", [2])] if has_number else []
    by_number: list[Rule] = [("soc_sec_id",)] if has_number else []
    return Settings(
        [
            cl.NameComparison("given_name"),
            cl.NameComparison("surname"),
            cl.DateOfBirthComparison(
                "date_of_birth", input_is_string=True, datetime_format="%Y%m%d"
            ),
            *number,
            cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
            cl.ExactMatch("postcode").configure(term_frequency_adjustments=True),
        ],
        [*by_number, ("given_name",), ("surname",), ("date_of_birth",), ("postcode",)],
        [
            *by_number,
            ("given_name", "surname", "date_of_birth"),
            SWAPPED,
        ],
        0.9,
        [("date_of_birth",), ("postcode",)],
    )


def _fake(_: str) -> Settings:
    """`docs/demos/examples/duckdb/accuracy_analysis_from_labels_column`."""
    near = "levenshtein(r.dob::VARCHAR, l.dob::VARCHAR) <= 1"
    return Settings(
        [
            cl.ForenameSurnameComparison("first_name", "surname"),
            cl.DateOfBirthComparison("dob", input_is_string=True),
            cl.ExactMatch("city").configure(term_frequency_adjustments=True),
            cl.EmailComparison("email"),
        ],
        [("first_name",), ("surname",), ("dob",), ("email",)],
        [
            f"l.first_name = r.first_name AND {near}",
            f"l.surname = r.surname AND {near}",
            "l.first_name = r.first_name AND levenshtein(r.surname, l.surname) <= 2",
            "l.email = r.email",
        ],
        0.7,
        [("dob",), ("email",), ("first_name", "surname")],
    )


def _historical(_: str) -> Settings:
    """`docs/demos/examples/duckdb/deduplicate_50k_synthetic`."""
    area = "substr(postcode_fake,1,3)"
    return Settings(
        [
            cl.ForenameSurnameComparison(
                "first_name",
                "surname",
                forename_surname_concat_col_name="first_name_surname_concat",
            ),
            cl.DateOfBirthComparison("dob", input_is_string=True),
            cl.PostcodeComparison("postcode_fake"),
            cl.ExactMatch("birth_place").configure(term_frequency_adjustments=True),
            cl.ExactMatch("occupation").configure(term_frequency_adjustments=True),
        ],
        [
            ("substr(first_name,1,3)", "substr(surname,1,4)"),
            ("surname", "dob"),
            ("first_name", "dob"),
            ("postcode_fake", "first_name"),
            ("postcode_fake", "surname"),
            ("dob", "birth_place"),
            (area, "dob"),
            (area, "first_name"),
            (area, "surname"),
            ("substr(first_name,1,2)", "substr(surname,1,2)", "substr(dob,1,4)"),
        ],
        [
            ("first_name", "surname", "dob"),
            ("substr(first_name,1,2)", "surname", "substr(postcode_fake,1,2)"),
            ("dob", "postcode_fake"),
        ],
        0.6,
        [("first_name", "surname"), ("dob",)],
        most_pairs=1e7,
    )


def _generic(_: str) -> Settings:
    """No example of Splink's has these five sources: a sensible one in its manner."""
    return Settings(
        [
            cl.ForenameSurnameComparison("first_name", "surname"),
            cl.DateOfBirthComparison("dob", input_is_string=True),
            cl.ExactMatch("street").configure(term_frequency_adjustments=True),
            cl.ExactMatch("gender"),
        ],
        [("first_name", "surname"), ("surname", "dob"), ("first_name", "dob"), ("street", "dob")],
        [("first_name", "surname", "dob")],
        0.9,
        [("first_name", "surname"), ("dob",)],
    )


def _olist(_: str) -> Settings:
    """No example of Splink's has so little to go by: all there is, in its manner.

    Nothing is certain here; town and postcode together are the most certain there is.
    """
    return Settings(
        [
            cl.ExactMatch("postcode").configure(term_frequency_adjustments=True),
            cl.ExactMatch("city").configure(term_frequency_adjustments=True),
            cl.ExactMatch("region").configure(term_frequency_adjustments=True),
        ],
        [("postcode",)],
        [("postcode", "city", "region")],
        0.9,
        [("postcode",), ("city",)],
    )


SETTINGS = {
    "febrl": _febrl,
    "fake": _fake,
    "historical": _historical,
    "pseudopeople": _generic,
    "olist": _olist,
}
"""Settings by the beginning of a data set's name."""
