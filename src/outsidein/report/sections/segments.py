"""Segments: one strategy sheet each, with every question, answered or not."""

from collections.abc import Iterator
from dataclasses import dataclass

from outsidein.figures.figure import Estimate
from outsidein.present.wording import label
from outsidein.report.evidence import Evidence


@dataclass(frozen=True, slots=True)
class Answer:
    """One number that answers a question: its name, itself, and what it rests on."""

    name: str
    value: str
    evidence: str
    is_reason: bool


@dataclass(frozen=True, slots=True)
class Question:
    """A question and its answers."""

    words: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The strategy sheet of a segment."""

    segment: str
    description: str
    rule: str
    questions: tuple[Question, ...]

    @property
    def answered(self) -> int:
        """How many questions have a number."""
        return sum(any(not a.is_reason for a in q.answers) for q in self.questions)


def sheets(evidence: Evidence) -> tuple[Sheet, ...]:
    """Lay out the strategy figure, segment by segment."""
    figure = evidence.figure("strategy")
    by_segment: dict[str, dict[str, list[Estimate]]] = {}
    for e in figure.estimates if figure else ():
        if e.group.get("segment") is not None:
            questions = by_segment.setdefault(str(e.group["segment"]), {})
            questions.setdefault(str(e.group.get("question")), []).append(e)
    return tuple(_sheet(name, asked, evidence) for name, asked in by_segment.items())


def _sheet(name: str, asked: dict[str, list[Estimate]], evidence: Evidence) -> Sheet:
    declared = evidence.contents.segments.get(name)
    questions = (Question(q, tuple(_answers(found, evidence))) for q, found in asked.items())
    return Sheet(
        label(name),
        declared.description if declared else "",
        declared.rule if declared else "",
        tuple(questions),
    )


def _answers(estimates: list[Estimate], evidence: Evidence) -> Iterator[Answer]:
    words = evidence.words
    for e in estimates:
        is_reason = e.value is None
        yield Answer(_named(e), words.value(e), words.evidence(e), is_reason)


def _named(e: Estimate) -> str:
    """Name the measure, with the other groups the estimate is told apart by."""
    apart = [
        str(v) for k, v in e.group.items() if k not in {"segment", "question"} and v is not None
    ]
    return label(e.measure) + (f" ({', '.join(apart)})" if apart else "")
