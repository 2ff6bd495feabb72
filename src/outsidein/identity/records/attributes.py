"""Attributes that distinguish persons, as numbers: birth date, names, gender, kind of party."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from outsidein.identity.records.birth_dates import Days
from outsidein.identity.records.suffixes import SUFFIXES

Codes = NDArray[np.int64]
Flags = NDArray[np.bool_]

UNKNOWN = 0
MALE, FEMALE = 1, 2
PERSON, ORGANISATION = 1, 2

GENDERS = {
    MALE: ("m", "male", "man", "mr", "herr", "h", "masculine", "masculino", "homme", "männlich"),
    FEMALE: ("f", "female", "woman", "mrs", "ms", "frau", "w", "weiblich", "feminino", "femme"),
}
"""How systems write a gender; anything else is unknown."""

GENDER_OF = {word: gender for gender, words in GENDERS.items() for word in words}
PARTIES = {"person": PERSON, "organisation": ORGANISATION}

FEWEST_BEARERS = 20
"""Fewer records of a first name do not tell whose name it is."""

FURTHER_NAMES = r"[\s.-].*$"
"""What follows the first of several first names."""


@dataclass(frozen=True, slots=True)
class RecordAttributes:
    """What is known of each record, by its code."""

    born: Days
    given: NDArray[np.int32]
    """Code of the first name, -1 where unknown."""
    initial: NDArray[np.int32]
    """Code point of its first letter, negative where no more than that is known."""
    family: NDArray[np.int32]
    suffix: NDArray[np.int8]
    """Place of the generational suffix in `SUFFIXES`, -1 where the name is unknown."""
    gender: NDArray[np.int8]
    """As recorded, or that of the first name where nearly all who bear it are of one."""
    party: NDArray[np.int8]


def record_attributes(records: pa.Table, *, sure_gender: float) -> RecordAttributes:
    """Code the facts of records.

    Args:
        records: One row per record in order of its code: `born_on`, `given_name`, `family_name`,
            `suffix`, `gender`, `party_kind`.
        sure_gender: A first name tells the gender if so large a share of those who have one and
            bear it are of that gender (0 to 1).
    """
    first_name, names = _folded(records.column("given_name"), ignored=FURTHER_NAMES)
    family, _ = _folded(records.column("family_name"))
    recorded = _mapped(records.column("gender"), GENDER_OF)
    initials = np.array([*(-ord(n) if len(n) == 1 else ord(n[0]) for n in names), 0], np.int32)
    by_name = _genders(first_name, recorded, names=len(names), sure=sure_gender)
    return RecordAttributes(
        born=column_array(records, "born_on").astype("datetime64[D]"),
        given=first_name,
        initial=initials[first_name],
        family=family,
        suffix=_suffixes(records.column("suffix")),
        gender=np.where(recorded == UNKNOWN, by_name[first_name], recorded),
        party=_mapped(records.column("party_kind"), PARTIES),
    )


def column_array(table: pa.Table, name: str) -> NDArray[Any]:
    """Return a column without nulls as an array."""
    column: NDArray[Any] = table.column(name).to_numpy()
    return column


def _folded(column: pa.ChunkedArray, *, ignored: str = "$^") -> tuple[NDArray[np.int32], list[str]]:
    """Code texts, those alike that differ only in case, space or what is ignored; -1 for none."""
    spelt = column.combine_chunks().dictionary_encode()
    plain = pc.utf8_trim_whitespace(pc.utf8_lower(spelt.dictionary))
    folded = pc.replace_substring_regex(plain, pattern=ignored, replacement="")
    folded = pc.if_else(pc.equal(folded, ""), None, folded).dictionary_encode()
    of_spelling = np.append(_indices(folded), np.int32(-1))
    return of_spelling[_indices(spelt)], folded.dictionary.to_pylist()


def _mapped(column: pa.ChunkedArray, codes: dict[str, int]) -> NDArray[np.int8]:
    folded, words = _folded(column)
    return np.array([*(codes.get(w, UNKNOWN) for w in words), UNKNOWN], dtype=np.int8)[folded]


def _suffixes(column: pa.ChunkedArray) -> NDArray[np.int8]:
    spelt = column.combine_chunks().dictionary_encode()
    places = [SUFFIXES.index(suffix) for suffix in spelt.dictionary.to_pylist()]
    return np.array([*places, -1], dtype=np.int8)[_indices(spelt)]


def _indices(encoded: pa.DictionaryArray) -> NDArray[np.int32]:
    codes: NDArray[Any] = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return codes.astype(np.int32)


def _genders(
    first_name: NDArray[np.int32], gender: NDArray[np.int8], *, names: int, sure: float
) -> NDArray[np.int8]:
    """Whose each first name is; the last entry stands for no name."""
    counts = {
        code: np.bincount(first_name[(gender == code) & (first_name >= 0)], minlength=names + 1)
        for code in GENDERS
    }
    bearers = sum(counts.values())
    gender_by_name = np.zeros(names + 1, dtype=np.int8)
    for code, count in counts.items():
        gender_by_name[(bearers >= FEWEST_BEARERS) & (count >= sure * bearers)] = code
    return gender_by_name
