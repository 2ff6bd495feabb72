"""Chance: one stream of random numbers per process and block of customers."""

from enum import IntEnum

import numpy as np

BLOCK = 20_000
"""Customers simulated together. Blocks do not share chance, so that the same seed gives the same
firm however many are worked on at once."""


class Process(IntEnum):
    """What draws from a stream of its own; a number once given stays."""

    PEOPLE = 1
    REGISTERS = 2
    LEAVING = 3
    PURCHASES = 4
    ENCOUNTERS = 5
    SURVEYS = 6
    TEXTS = 7
    LINES = 8
    MESSAGES = 9
    EXPERIMENTS = 10
    VOCABULARY = 11
    FOLLOWING = 12


def stream(seed: int, process: Process, block: int = 0) -> np.random.Generator:
    """Return the random numbers of one process in one block.

    Example:
        >>> one, again = (stream(1, Process.SURVEYS, 7).random() for _ in range(2))
        >>> one == again
        True
    """
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(int(process), block)))
