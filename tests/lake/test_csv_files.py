"""CSV files give back what was written, and no text in them is a formula."""

import csv

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outsidein.lake.csv_files import without_formulas, write_csv_table

HOSTILE = [
    *("=1+1", '=HYPERLINK("http://x.example","a")', "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)"),
    *("\t=1", "\r=1", "\n=1", " =1", "\u200b=1", "\u202e=1", "\ufeff=1", "\0=1", "\uff1d1"),
    *("'=1", "''=1", "'t Hooft", "'", "", " ", "\0", "a\0b", 'say "so"', "a,b;c", "a\r\nb", "a\rb"),
    *("\u202egnp.exe", "e\u0301", "-5", "+3", "-1,234.50", "-5%", "-1e-9", "-", "+49 30 901820"),
]
SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d")


def read_back(path):
    with path.open(encoding="utf-8", newline="") as file:
        return [row[0] for row in csv.reader(file)][1:]


def without_apostrophe(text):
    """Take one apostrophe away where the rest needs it."""
    rest = text[1:]
    if text[:1] == "'" and without_formulas(pa.array([rest])).to_pylist() != [rest]:
        return rest
    return text


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    path = tmp_path_factory.mktemp("csv") / "texts.csv"
    write_csv_table(pa.table({"text": HOSTILE}), path)
    return read_back(path)


def test_every_text_comes_back_once_its_apostrophe_is_taken_away(written):
    assert [without_apostrophe(text) for text in written] == HOSTILE


def test_no_cell_begins_as_a_formula_except_a_number(written):
    risky = [text for text in written if text.startswith(SIGNS)]
    assert risky == ["-5", "+3", "-1,234.50", "-5%", "-1e-9"]


def test_what_is_hidden_before_a_formula_does_not_hide_it(written):
    hidden = [text for text in HOSTILE if text.lstrip(" \0\u200b\u202e\ufeff").startswith("=")]
    assert {f"'{text}" for text in hidden} <= set(written)


@given(st.text(alphabet=st.sampled_from("'=+-@\t\r\n\0 1,.ae%\u202e"), max_size=6))
def test_texts_that_differ_stay_different(text):
    [defused] = without_formulas(pa.array([text])).to_pylist()
    assert without_apostrophe(defused) == text


def test_numbers_stay_numbers_and_nulls_differ_from_empty_texts(tmp_path):
    table = pa.table({"n": [-5, None], "x": [-0.5, 1e-9], "t": [None, ""]})
    write_csv_table(table, tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_text().splitlines() == ['"n","x","t"', "-5,-0.5,", ',1e-9,""']
