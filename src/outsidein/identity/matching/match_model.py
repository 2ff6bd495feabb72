"""The match model: all that later builds need to weigh pairs as it did when it was trained.

A JSON file holds its settings and probabilities, a Parquet file beside it the frequencies of
values. Neither changes when new records arrive.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from json import JSONDecodeError
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from outsidein.errors import InputError
from outsidein.identity.matching.blocking import BlockingRule
from outsidein.identity.matching.comparisons import Comparison, all_comparisons
from outsidein.identity.matching.mixture import LEAST

DIGITS = 6

VERSION = 2
"""Version of the file. Another order of levels or another meaning of one asks for another."""

FREQUENCIES = pa.schema(
    [("party_kind", "string"), ("column", "string"), ("value", "string"), ("records", "int64")]
)
"""Grain: one row per kind of party, column and value that more than one record has."""


@dataclass(frozen=True, slots=True)
class LearnedComparison:
    """A comparison with what was learned of it; all by level, `unknown` first."""

    name: str
    levels: tuple[str, ...]
    m: tuple[float, ...]
    u: tuple[float, ...]
    relatives: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class PartyModel:
    """What was learned of persons, or of organisations."""

    party_kind: str
    records: int
    comparisons: tuple[LearnedComparison, ...]
    rules: tuple[BlockingRule, ...]
    covered: float
    """Share of the expected matches among all candidate rules' pairs that the rules find."""
    matching: float
    """Share of all pairs of records that are of one customer."""
    related: float
    """Share of all pairs of records that are of two people who share a home."""
    equal_by_chance: dict[str, float]
    """For each column whose values' frequency counts: chance that two records agree on it."""
    kinds: tuple[str, ...] = ()
    traits: tuple[str, ...] = ()
    accepted: int = 0
    """Pairs that people had accepted when the model was asked to follow them (count)."""
    rejected: int = 0
    """Likewise rejected."""

    @property
    def compared(self) -> tuple[Comparison, ...]:
        """The comparisons themselves, in order."""
        by_name = {c.name: c for c in all_comparisons(self.kinds, self.traits)}
        return tuple(by_name[weighed.name] for weighed in self.comparisons)


@dataclass(frozen=True, slots=True)
class MatchModel:
    """A trained model: when, from what, and what it says of persons and organisations."""

    trained_at: str
    threshold: float
    """Least probability of a proposed pair."""
    parts: tuple[PartyModel, ...]
    frequencies: pa.Table
    packages: dict[str, str] = field(default_factory=dict)

    def part(self, party_kind: str) -> PartyModel | None:
        """What it says of a kind of party, if there were enough to learn from."""
        return next((part for part in self.parts if part.party_kind == party_kind), None)


def level_weights(over: Sequence[float], under: Sequence[float]) -> list[float]:
    """Return the match weight (log2) of each level, 0 for `unknown`."""
    ratios = zip(over[1:], under[1:], strict=True)
    return [0.0, *(round(math.log2(max(a, LEAST) / max(b, LEAST)), DIGITS) for a, b in ratios)]


def save_model(model: MatchModel, path: Path) -> None:
    """Write a model as JSON and its frequencies as Parquet beside it."""
    content = {
        "version": VERSION,
        "trained_at": model.trained_at,
        "threshold": model.threshold,
        "packages": model.packages,
        "parts": [asdict(part) for part in model.parts],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(model.frequencies, _frequencies_of(path), compression="zstd")
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def load_model(path: Path) -> MatchModel:
    """Read a model.

    Raises:
        InputError: It is not there, is broken, or is of another version.
    """
    content = _read(path)
    if not isinstance(content, dict) or content.get("version") != VERSION:
        version = content.get("version") if isinstance(content, dict) else None
        raise InputError(
            f"{path}: version {version!r} of a model is unknown here (only {VERSION}); "
            "train it anew."
        )
    try:
        parts = tuple(_part(part) for part in content["parts"])
        for part in parts:
            _check_levels(part)
        return MatchModel(
            trained_at=str(content["trained_at"]),
            threshold=float(content["threshold"]),
            parts=parts,
            frequencies=pq.read_table(_frequencies_of(path)).cast(FREQUENCIES),
            packages=dict(content["packages"]),
        )
    except (KeyError, TypeError, ValueError, OSError) as error:
        raise InputError(
            f"{path}: the model is broken ({type(error).__name__}: {error}); restore the file "
            "and its .parquet, or train it anew."
        ) from error


def _read(path: Path) -> Any:  # noqa: ANN401
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise InputError(f"{path}: there is no such model; train one first.") from error
    except (JSONDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: this is no JSON ({error}); train the model anew.") from error


def _part(content: dict[str, Any]) -> PartyModel:
    comparisons = tuple(
        LearnedComparison(
            name=c["name"],
            levels=tuple(c["levels"]),
            m=tuple(map(float, c["m"])),
            u=tuple(map(float, c["u"])),
            relatives=tuple(map(float, c["relatives"])),
        )
        for c in content["comparisons"]
    )
    rules = tuple(
        BlockingRule(tuple(rule["columns"]), int(rule["pairs"])) for rule in content["rules"]
    )
    lists = {"kinds": tuple(content["kinds"]), "traits": tuple(content["traits"])}
    return PartyModel(**{**content, **lists, "comparisons": comparisons, "rules": rules})


def _check_levels(part: PartyModel) -> None:
    for comparison, weighed in zip(part.compared, part.comparisons, strict=True):
        sizes = {len(weighed.m), len(weighed.u), len(weighed.relatives), len(weighed.levels)}
        if comparison.labels != weighed.levels or len(sizes) > 1:
            raise ValueError(f"levels of {weighed.name!r} are not those known here")


def _frequencies_of(path: Path) -> Path:
    return path.with_suffix(".parquet")
