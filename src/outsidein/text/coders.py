"""The trained coders of a project as one model, with their errors.

A model is a JSON file and a Parquet file of weights. Builds apply it unchanged; only training makes
another.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from json import JSONDecodeError
from pathlib import Path
from typing import Any

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from outsidein.errors import InputError, TooLittleData
from outsidein.text.coder import (
    DIGITS,
    STEPS,
    Coder,
    CoderAgreement,
    Vocabulary,
    cross_validate_coder,
    train_coder,
)
from outsidein.text.declaration import Coding
from outsidein.text.sample import read_declared_sample
from outsidein.text.sentiment import Floats

VERSION = 1
"""Version of the file; raise it when tokens, counts or weights change."""

WORDS, RUNS = "words", "runs"

WEIGHTS = pa.schema(
    [
        ("sample", pa.string()),
        ("kind", pa.string()),
        ("name", pa.string()),
        ("rarity", pa.int32()),
        ("weights", pa.list_(pa.int32())),
    ]
)
"""Grain: one row per sample, kind and word, pair of words or run of letters.

`rarity` and `weights`, one per code of the sample, are in ten-thousandths.
"""

UNIT = 10**DIGITS


@dataclass(frozen=True, slots=True, eq=False)
class TrainedCoder:
    """A coder trained on one hand-coded sample, with its cross-validated agreement."""

    coder: Coder
    judged: CoderAgreement


@dataclass(frozen=True, slots=True, eq=False)
class Coders:
    """Every coder of a project.

    Attributes:
        taught: By the name of the sample.
        untaught: Why a sample was not usable, by its name.
        packages: Versions of the packages that trained.
    """

    taught: Mapping[str, TrainedCoder]
    untaught: Mapping[str, str]
    packages: Mapping[str, str] = field(default_factory=dict)


def train_coders(
    coding: Coding, samples: Mapping[str, ir.Table], *, packages: Mapping[str, str]
) -> Coders:
    """Train and cross-validate a coder on each declared sample.

    Args:
        coding: The project's declaration.
        samples: The declared sources of hand-coded samples, by sample.
        packages: Versions of the training packages, stored with the model.

    Raises:
        InputError: No sample is declared, or none is usable.
    """
    if not coding.sample:
        raise InputError("coding.toml declares no hand-coded sample to learn from.")
    taught: dict[str, TrainedCoder] = {}
    untaught: dict[str, str] = {}
    for name, source in sorted(coding.sample.items()):
        try:
            sample = read_declared_sample(source, samples[name])
        except TooLittleData as error:
            untaught[name] = str(error)
            continue
        taught[name] = TrainedCoder(train_coder(sample), cross_validate_coder(sample))
    if not taught:
        raise InputError("; ".join(f"sample.{name}: {why}" for name, why in untaught.items()))
    return Coders(taught, untaught, packages)


def save_coders(coders: Coders, path: Path) -> None:
    """Write a model as JSON, with its weights as Parquet."""
    saved = {
        "version": VERSION,
        "packages": dict(sorted(coders.packages.items())),
        "taught": {name: _coder_json(each) for name, each in sorted(coders.taught.items())},
        "untaught": dict(sorted(coders.untaught.items())),
    }
    tables = [
        _table(name, kind, whole)
        for name, each in sorted(coders.taught.items())
        for kind, whole in ((WORDS, each.coder.words), (RUNS, each.coder.runs))
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    weights = pa.concat_tables([WEIGHTS.empty_table(), *tables])
    pq.write_table(weights, _weights_path(path), compression="zstd", compression_level=19)
    path.write_text(json.dumps(saved, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _coder_json(taught: TrainedCoder) -> dict[str, Any]:
    coder, joint = taught.coder, taught.judged.joint
    places = np.argwhere(joint)
    return {
        "language": coder.language,
        "codes": list(coder.codes),
        "start": coder.start.tolist(),
        "ratings": coder.ratings.tolist(),
        "people, coder, baseline, texts": [[*map(int, at), int(joint[tuple(at)])] for at in places],
    }


def _table(sample: str, kind: str, whole: Vocabulary) -> pa.Table:
    n, codes = whole.weights.shape
    offsets = pa.array(np.arange(n + 1) * codes, pa.int32())
    columns = [
        pa.array([sample] * n, pa.string()),
        pa.array([kind] * n, pa.string()),
        whole.names,
        _units(whole.rarity),
        pa.ListArray.from_arrays(offsets, _units(whole.weights.ravel())),
    ]
    return pa.table(columns, schema=WEIGHTS)


def _units(values: Floats) -> pa.Array:
    return pa.array(np.rint(values * UNIT).astype(np.int32))


def load_coders(path: Path) -> Coders:
    """Read a model.

    Raises:
        InputError: It is missing, broken, or of another version.
    """
    saved = _read_json(path)
    version = saved.get("version") if isinstance(saved, dict) else None
    if version != VERSION:
        raise InputError(
            f"{path}: version {version!r} of a model is unknown here (only {VERSION}); "
            "run `outsidein texts train`."
        )
    try:
        weights = pq.read_table(_weights_path(path)).cast(WEIGHTS)
        taught = {
            name: _trained_coder(each, name, weights) for name, each in saved["taught"].items()
        }
        return Coders(taught, dict(saved["untaught"]), dict(saved["packages"]))
    except (KeyError, TypeError, ValueError, OSError) as error:
        raise InputError(
            f"{path}: the model is broken ({type(error).__name__}: {error}); restore the file "
            "and its .parquet, or run `outsidein texts train`."
        ) from error


def _read_json(path: Path) -> Any:  # noqa: ANN401
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (JSONDecodeError, UnicodeDecodeError) as error:
        problem = f"not valid JSON ({error}); restore it, or run `outsidein texts train`."
        raise InputError(f"{path}: {problem}") from error


def _trained_coder(saved: Mapping[str, Any], name: str, weights: pa.Table) -> TrainedCoder:
    codes = tuple(map(str, saved["codes"]))
    k = len(codes)
    own_weights = weights.filter(pc.equal(weights["sample"], name))
    coder = Coder(
        str(saved["language"]),
        codes,
        _vocabulary(own_weights.filter(pc.equal(own_weights["kind"], WORDS)), k),
        _vocabulary(own_weights.filter(pc.equal(own_weights["kind"], RUNS)), k),
        np.array(saved["ratings"], dtype=np.float64).reshape(STEPS, k),
        np.array(saved["start"], dtype=np.float64).reshape(k),
    )
    joint = np.zeros((k, k, k), dtype=np.int64)
    rows = np.array(saved["people, coder, baseline, texts"], dtype=np.int64).reshape(-1, 4)
    if rows.size and (rows.min() < 0 or rows[:, :3].max() >= k):
        raise ValueError(f"the agreement of {name!r} uses codes it does not have")
    joint[rows[:, 0], rows[:, 1], rows[:, 2]] = rows[:, 3]
    return TrainedCoder(coder, CoderAgreement(codes, joint))


def _vocabulary(rows: pa.Table, codes: int) -> Vocabulary:
    rows = rows.combine_chunks()
    weights = np.concatenate(
        [np.empty(0), *(x.flatten().to_numpy() for x in rows["weights"].chunks)]
    )
    names = pa.concat_arrays([pa.array([], pa.string()), *rows["name"].chunks])
    rarity = rows["rarity"].to_numpy()
    return Vocabulary(names, rarity / UNIT, (weights / UNIT).reshape(len(names), codes))


def _weights_path(path: Path) -> Path:
    return path.with_suffix(".parquet")
