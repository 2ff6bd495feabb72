"""Training a matching model on the records of a snapshot."""

from collections.abc import Sequence
from datetime import datetime

import ibis
import ibis.expr.types as ir

from outsidein.identity.declaration import IdentitySettings
from outsidein.identity.matching.engines import matcher_on
from outsidein.identity.matching.match_model import MatchModel
from outsidein.identity.matching.matcher import MatchInput
from outsidein.identity.matching.training_sample import draw_training_sample, match_input
from outsidein.identity.records.pairs import RECORD, records_in
from outsidein.identity.review.decisions import Decision, decisions_table
from outsidein.lake.scratch import scratch
from outsidein.lake.snapshot_reading import Reading


def train_model(
    reading: Reading,
    *,
    country: str | None,
    settings: IdentitySettings,
    follow: Sequence[Decision] | None,
    now: datetime,
) -> MatchModel:
    """Train a model on a sample of the records of a snapshot.

    Args:
        reading: The snapshot.
        country: Of the project.
        settings: Of the project.
        follow: Decisions in force that the odds of a match are moved to agree with; the odds
            follow the records alone where it is None.
        now: When (aware).

    Raises:
        TooLittleData: There are too few records to learn from.
    """
    with scratch(reading.backend) as temporary:
        matcher = matcher_on(reading.backend)

        def records_to_match(records: ir.Table) -> MatchInput:
            return match_input(
                temporary,
                records,
                reading.table("identifiers"),
                country=country,
                ignore=settings.ignore,
            )

        sample = draw_training_sample(reading.backend, reading.table("records"))
        training = records_to_match(sample.records)
        model = matcher.train(training, now=now, population=sample.population)
        if follow is None:
            return model
        decided = ibis.memtable(decisions_table(follow))
        records = reading.table("records").semi_join(records_in(decided), RECORD)
        return matcher.correct_prior(records_to_match(records), model, decided)
