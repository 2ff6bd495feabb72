"""What identity asks of an engine that matches records."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

import ibis.expr.types as ir

from outsidein.identity.matching.match_model import MatchModel
from outsidein.lake.scratch import Scratch


@dataclass(frozen=True, slots=True)
class MatchInput:
    """The records to match."""

    records: ir.Table
    """Canonical `records`."""
    identifiers: ir.Table
    """One row per identifier of a record, from `normalised`."""
    ignore: Collection[str] = ()
    """Kinds of identifier that are not compared."""


class ProposedPairs(NamedTuple):
    """What a model proposes, and what it compared.

    Attributes:
        proposals: One row per pair of records: `PROPOSALS`.
        compared: One row per record: `source`, `record_id`, `model` (its version) and `content`
            (hash of all that was compared).
    """

    proposals: ir.Table
    compared: ir.Table


class Matcher(Protocol):
    """Trains match models and applies them on one engine."""

    def train(
        self,
        records: MatchInput,
        *,
        now: datetime,
        seed: int = 1,
        population: Mapping[str, int] | None = None,
    ) -> MatchModel:
        """Estimate m- and u-probabilities without labels and choose blocking rules.

        Equal records in any order and any number of threads give an equal model.

        Args:
            records: What to learn from.
            now: When the model is trained.
            seed: Seed of the samples.
            population: Number of records by kind of party, if `records` is a sample of them:
                frequencies of values and pairs per rule are scaled up to it.

        Raises:
            TooLittleData: There are too few persons and too few organisations to learn from.
        """
        ...

    def correct_prior(
        self, records: MatchInput, model: MatchModel, decisions: ir.Table
    ) -> MatchModel:
        """Adjust the prior odds of a match to agree with clerical decisions.

        Args:
            records: The records that were decided on.
            model: What was learned without labels.
            decisions: `DECISIONS` in force.
        """
        ...

    def propose(
        self,
        records: MatchInput,
        model: MatchModel,
        *,
        version: str,
        earlier: ProposedPairs | None,
        temporary: Scratch,
    ) -> ProposedPairs:
        """Weigh the pairs that the blocking rules find.

        Args:
            records: All records of a build.
            model: The model to apply.
            version: Hash of the model; proposals of another version are not reused.
            earlier: Result of the build before. Pairs of records that are unchanged since then
                are taken from it; the result is that of a full run.
            temporary: Holds the result until it is closed.

        Raises:
            InputError: The model compares what records no longer have.
        """
        ...
