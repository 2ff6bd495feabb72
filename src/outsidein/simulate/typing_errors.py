"""Typing errors: letters swapped, dropped, doubled or hit beside."""

import numpy as np

from outsidein.simulate.column_buffer import Ints

BESIDE = {
    "a": "s", "c": "v", "d": "f", "e": "r", "g": "h", "i": "o", "l": "k", "m": "n", "n": "m",
    "o": "p", "r": "t", "s": "a", "t": "r", "u": "i",
}  # fmt: skip
"""A key that is hit instead."""

SHORTEST = 4
"""Shorter texts are typed right."""


def misspellings(text: str, rng: np.random.Generator, *, versions: int) -> list[str]:
    """Write a text so many times with one typing error each; the first letter stays.

    Example:
        >>> len(misspellings("delivery", np.random.default_rng(1), versions=3))
        3
    """
    return [_one_error(text, rng) for _ in range(versions)]


def _one_error(text: str, rng: np.random.Generator) -> str:
    letters = [place for place in range(1, len(text) - 1) if text[place : place + 2].isalnum()]
    if len(text) < SHORTEST or not letters:
        return text
    place = int(rng.choice(letters))
    before, letter, after = text[:place], text[place], text[place + 1 :]
    errors = (
        before + after[:1] + letter + after[1:],
        before + after,
        before + letter + letter + after,
        before + BESIDE.get(letter.lower(), letter) + after,
    )
    return errors[int(rng.integers(len(errors)))]


def wrong_digit(numbers: Ints, rng: np.random.Generator) -> Ints:
    """Change one of the last six digits of each number."""
    power = 10 ** rng.integers(0, 6, len(numbers))
    digit = numbers // power % 10
    other = (digit + rng.integers(1, 10, len(numbers))) % 10
    return np.asarray(numbers + (other - digit) * power)
