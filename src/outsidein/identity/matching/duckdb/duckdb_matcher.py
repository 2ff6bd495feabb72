"""The matcher on DuckDB."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

import ibis.expr.types as ir
from ibis.backends import BaseBackend
from ibis.backends.duckdb import Backend

from outsidein.identity.matching.duckdb.incremental import propose_incrementally
from outsidein.identity.matching.duckdb.prepared_records import prepare_records
from outsidein.identity.matching.duckdb.prior_correction import correct_prior
from outsidein.identity.matching.duckdb.training import train
from outsidein.identity.matching.match_model import MatchModel
from outsidein.identity.matching.matcher import Matcher, MatchInput, ProposedPairs
from outsidein.identity.matching.record_features import record_features
from outsidein.lake.scratch import Scratch, scratch


@dataclass(frozen=True, slots=True)
class DuckDBMatcher:
    """Matches records in a DuckDB process."""

    backend: Backend

    def train(
        self,
        records: MatchInput,
        *,
        now: datetime,
        seed: int = 1,
        population: Mapping[str, int] | None = None,
    ) -> MatchModel:
        """See `Matcher.train`."""
        with scratch(self.backend) as temporary:
            prepared = self._prepare(temporary, records)
            return train(self.backend, prepared, now=now, seed=seed, population=population)

    def correct_prior(
        self, records: MatchInput, model: MatchModel, decisions: ir.Table
    ) -> MatchModel:
        """See `Matcher.correct_prior`."""
        with scratch(self.backend) as temporary:
            return correct_prior(self.backend, self._prepare(temporary, records), model, decisions)

    def propose(
        self,
        records: MatchInput,
        model: MatchModel,
        *,
        version: str,
        earlier: ProposedPairs | None,
        temporary: Scratch,
    ) -> ProposedPairs:
        """See `Matcher.propose`."""
        features = record_features(records.records, records.identifiers, ignore=records.ignore)
        return propose_incrementally(
            self.backend, features, model, version=version, earlier=earlier, temporary=temporary
        )

    def _prepare(self, temporary: Scratch, records: MatchInput) -> ir.Table:
        features = record_features(records.records, records.identifiers, ignore=records.ignore)
        return prepare_records(temporary, features)


def duckdb_matcher(backend: BaseBackend) -> Matcher:
    """Return the matcher of a DuckDB backend."""
    return DuckDBMatcher(cast("Backend", backend))
