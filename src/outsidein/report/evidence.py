"""The figures of a report, of which any may be missing; missing ones have no estimates."""

from dataclasses import dataclass

from outsidein.canonical.figures import SAMPLING
from outsidein.canonical.sampling_note import sampling_note
from outsidein.figures.figure import protect
from outsidein.headlines.consistency import conflicts
from outsidein.headlines.doubts import RESTS_ON_CHURN_RULE, rejected_rule
from outsidein.headlines.gate import Circumstances, doubts_of_data
from outsidein.headlines.heading import passed
from outsidein.headlines.pairs import PAIRS
from outsidein.headlines.statement import Statement
from outsidein.present.figure_set import FigureSet, number_of
from outsidein.present.overall_scale import in_points
from outsidein.present.wording import Wording
from outsidein.report.contents import ReportContents

__all__ = ["Evidence", "gather", "number_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence(FigureSet):
    """The protected figures of a report, and what else it is made from."""

    contents: ReportContents
    circumstances: Circumstances

    def headline(self, claim: Statement | str | None) -> str | None:
        """Return a heading if it passes the gate."""
        return None if self._reason(claim) else passed(claim, self.circumstances)[0]

    def rule_in_doubt(self, figure: str) -> str:
        """Return the rejected rule of churn that a figure rests on; empty where none is."""
        return self.circumstances.rejected_rule if figure in RESTS_ON_CHURN_RULE else ""

    def doubts(self, claim: Statement | str | None) -> list[str]:
        """Return as a note why a figure stands under its title only, if a heading was withheld."""
        reason = self._reason(claim)
        return [f"No headline: {reason[:1].lower()}{reason[1:]}"] if reason else []

    def is_doubted(self, claim: Statement | str | None) -> bool:
        """Tell whether what a heading is about is not to be believed, and so not drawn either.

        A sentence withheld for the sake of those whom it asks to do something about does not
        speak against its numbers.
        """
        if not isinstance(claim, Statement):
            return False
        rows = [row for row in self.contents.statements if row.get("name") in claim.says]
        is_withheld = any(not row["is_shown"] and not row.get("audience") for row in rows)
        return is_withheld or bool(doubts_of_data(claim, self.circumstances))

    def is_said(self, statement: str) -> bool:
        """Tell whether a statement was let through the gate, or was not among the candidates."""
        rows = (row for row in self.contents.statements if row.get("name") == statement)
        return all(row["is_shown"] for row in rows)

    def _reason(self, claim: Statement | str | None) -> str | None:
        """Return why a heading is not said; what a build withheld, no heading says instead."""
        reason = passed(claim, self.circumstances)[1]
        if reason or not isinstance(claim, Statement) or not claim.says:
            return reason
        rows = (row for row in self.contents.statements if row["name"] in claim.says)
        return next((row["withheld_because"] for row in rows if not row["is_shown"]), None)


def gather(contents: ReportContents) -> Evidence:
    """Protect the figures, whoever made them, and order them by name."""
    names = sorted(contents.figures)
    figures = in_points({name: protect(contents.figures[name]) for name in names})
    words = Wording(contents.currency)
    at_hand = FigureSet(figures=figures, words=words)
    return Evidence(
        contents=contents,
        figures=figures,
        words=words,
        circumstances=Circumstances(
            words=words,
            conflicts=tuple(conflicts(at_hand, PAIRS)),
            reachable={},
            sampling=sampling_note(figures.get(SAMPLING.name)),
            rejected_rule=rejected_rule(at_hand),
        ),
    )
