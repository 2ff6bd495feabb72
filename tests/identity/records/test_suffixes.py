import ibis
import pytest

from outsidein.identity.records.suffixes import (
    suffix_of,
    whole_without_suffix,
    without_suffix,
)
from tests.tables import table

NAME = ("party_kind", "given_name", "family_name", "name")


def suffix(con, **name):
    row = {"party_kind": "person", **name}
    records = table([tuple(row.get(c) for c in NAME)], **dict.fromkeys(NAME, "string"))
    return con.to_pyarrow(suffix_of(ibis.memtable(records))).to_pylist()[0]


@pytest.mark.parametrize(
    ("family", "expected"),
    [
        ("Maier Jr.", "junior"),
        ("Maier, JR", "junior"),
        ("Maier jun.", "junior"),
        ("Maier d. J.", "junior"),
        ("Maier der Jüngere", "junior"),
        ("Silva Filho", "junior"),
        ("Souza Júnior", "junior"),
        ("García hijo", "junior"),
        ("Maier Sr.", "senior"),
        ("MAIER SENIOR", "senior"),
        ("Maier sen", "senior"),
        ("Maier d.Ä.", "senior"),
        ("Silva Neto", "grandchild"),
        ("Pohl II", "II"),
        ("Pohl 2nd", "II"),
        ("Pohl III, PhD", "III"),
        ("Pohl iv", "IV"),
        ("Pohl", ""),
        ("Neto", ""),
        ("Senior", ""),
        ("Kumar Sen", ""),
        ("de la Cruz", ""),
    ],
)
def test_a_suffix_follows_a_family_name_and_is_never_all_of_it(con, family, expected):
    assert suffix(con, given_name="Karl", family_name=family) == expected


@pytest.mark.parametrize(
    ("whole", "expected"),
    [
        ("Hans Maier Jr.", "junior"),
        ("Hans Maier, Sr.", "senior"),
        ("Maier Jr., Hans", "junior"),
        ("Maier, Hans II", "II"),
        ("Sr. Juan Maier", ""),
        ("Paul Senior", ""),
        ("Ana Neto", ""),
        ("Hans Maier", ""),
    ],
)
def test_a_suffix_of_a_whole_name_follows_given_and_family_name(con, whole, expected):
    assert suffix(con, name=whole) == expected


def test_a_suffix_is_unknown_where_there_is_no_name_of_a_person(con):
    assert suffix(con, given_name="Hans Jr.", family_name="Maier") == "junior"
    assert suffix(con, given_name=" ") is None
    assert suffix(con, party_kind="organisation", name="Maier und Sohn Jr.") is None


def test_a_name_is_read_apart_from_its_suffix(con):
    parts = {"Maier Jr.": "Maier", "Maier, Sr.": "Maier", "Neto": "Neto", "de Cruz": "de Cruz"}
    wholes = {"Maier Jr., Hans": "Maier, Hans", "Hans Maier sen.": "Hans Maier", "Ana Neto": None}
    for written, name in parts.items():
        assert con.execute(without_suffix(ibis.literal(written))) == name
    for written, name in wholes.items():
        assert con.execute(whole_without_suffix(ibis.literal(written))) == (name or written)
