"""The surveys of a project: what they asked, who answered, whom to ask next."""

from dataclasses import dataclass

from outsidein.errors import UnknownName
from outsidein.feedback.ask import RELATED, SurveyCounts, ask, survey_counts
from outsidein.feedback.asking import SurveySample
from outsidein.identity.records.customer_ids import with_customers
from outsidein.workspace.defaults import SEED
from outsidein.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Surveys:
    """The declared surveys, read against the current snapshot."""

    work: Workspace

    def list(self) -> list[SurveyCounts]:
        """Return for each declared survey how many customers it asked and how many answered."""
        declared = self.work.check()
        with self.work.reading() as reading:
            return survey_counts(reading, declared.surveys)

    def ask(self, name: str, *, budget: int, seed: int = SEED) -> SurveySample:
        """Draw whom a survey asks next, as of the day of the current build.

        Args:
            name: Of a declared survey.
            budget: How many to ask (count).
            seed: The same draws the same list from the same build.

        Raises:
            UnknownName: There is no such survey.
            InputError: The budget is below 1, or nobody may be asked.
        """
        surveys = self.work.check().surveys
        if name not in surveys:
            raise UnknownName("survey", name, surveys)
        with self.work.reading() as reading:
            members = reading.table("memberships")
            return ask(
                {table: with_customers(reading.table(table), members) for table in RELATED},
                members,
                reading.table("customers"),
                surveys[name],
                budget=budget,
                seed=seed,
                as_of=reading.snapshot.as_of,
            )
