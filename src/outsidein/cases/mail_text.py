"""The text of mails to staff: what a person needs to know of a case, and what to do."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from outsidein.cases.mail_plan import PlannedMail
from outsidein.cases.waiting import OVERDUE, WaitingNotice

MOST_WORDS = 600
"""Characters of a customer's words that a mail quotes."""

LINKS = "Each link opens a page about the case; nothing changes until you press its button."


@dataclass(frozen=True, slots=True)
class Briefing:
    """What a mail says about a customer and an encounter; all of it may be unknown.

    Attributes:
        customer: Name of the customer, or the key of the record.
        value: Expected of the customer, as money.
        history: What the customer bought so far.
        order: The order it is about.
        reference: The thread of an encounter that is about no order.
        happened: What happened, and when.
        promise: What was promised, and what came of it.
        words: What the customer wrote.
        source_of_words: Where the customer wrote it, with the score given.
    """

    customer: str = ""
    value: str = ""
    history: str = ""
    order: str = ""
    reference: str = ""
    happened: str = ""
    promise: str = ""
    words: str = ""
    source_of_words: str = ""


@dataclass(frozen=True, slots=True)
class CaseEntry:
    """A case as a mail shows it.

    Attributes:
        number: Of the case.
        issue: What it is about.
        rank: Cases are shown by it, the lowest first.
        is_closed: Whether nothing is left to do.
        briefing: The customer and the encounter.
        todo: Title of the playbook, and its steps.
        links: What each link does, and its address.
    """

    number: int
    issue: str
    rank: int
    is_closed: bool
    briefing: Briefing
    todo: tuple[str, ...] = ()
    links: Mapping[str, str] = field(default_factory=dict)


def case_number(about: str) -> int | None:
    """Return the number of the case that a notice is about; None if it is about no case.

    Example:
        >>> case_number("case:17"), case_number("rule:late")
        (17, None)
    """
    return int(about.removeprefix("case:")) if about.startswith("case:") else None


def subject_of(mail: PlannedMail, entries: Mapping[int, CaseEntry]) -> str:
    """Return the subject: of a single notice its own, of a digest what is in it."""
    if not mail.is_digest:
        prefix = "Urgent: " if mail.notices[0].is_urgent else ""
        return f"{prefix}{mail.notices[0].subject}"
    shown = _entries_of(mail.notices, entries)
    praise = sum(notice.is_praise for notice in mail.notices)
    parts = []
    if shown:
        overdue = sum(_is_overdue(entry, mail.notices) for entry in shown)
        late = f", {overdue} overdue" if overdue else ""
        parts.append(f"{_count(len(shown), 'case')} ({_issues(shown)}){late}")
    if praise:
        parts.append(f"praise from {_count(praise, 'customer')}")
    return f"Your day: {' and '.join(parts)}" if parts else "Your day: a summary"


def body_of(
    mail: PlannedMail,
    entries: Mapping[int, CaseEntry],
    briefings: Mapping[str, Briefing],
    *,
    most: int,
) -> str:
    """Return the text of a mail.

    Args:
        mail: What it carries.
        entries: Cases by number.
        briefings: Of notices about no case, by what they are about.
        most: Cases shown in full.
    """
    shown = _entries_of(mail.notices, entries)
    blocks = [_case_block(entry, mail.notices) for entry in shown[:most]]
    if len(shown) > most:
        blocks.append(_further(shown[most:]))
    praise = [n for n in mail.notices if n.is_praise]
    blocks += [_praise_block(n, briefings.get(n.about, Briefing())) for n in praise]
    blocks += _summary_blocks(
        [n for n in mail.notices if case_number(n.about) is None and not n.is_praise]
    )
    if not blocks:
        blocks = ["The cases of this mail were closed in the meantime."]
    if any(entry.links for entry in shown):
        blocks.append(LINKS)
    return f"Hello {mail.reader},\n\n" + "\n\n\n".join(blocks) + "\n"


def _entries_of(
    notices: Sequence[WaitingNotice], entries: Mapping[int, CaseEntry]
) -> list[CaseEntry]:
    """Return the open cases of notices, each once, highest priority first."""
    numbers = {case_number(notice.about) for notice in notices}
    shown = [entry for n, entry in entries.items() if n in numbers and not entry.is_closed]
    return sorted(shown, key=lambda entry: (entry.rank, entry.number))


def _is_overdue(entry: CaseEntry, notices: Sequence[WaitingNotice]) -> bool:
    mine = (n for n in notices if case_number(n.about) == entry.number)
    return any(notice.kind == OVERDUE for notice in mine)


def _issues(shown: Sequence[CaseEntry]) -> str:
    counts: dict[str, int] = {}
    for entry in shown:
        counts[entry.issue] = counts.get(entry.issue, 0) + 1
    return ", ".join(f"{issue} {n}" for issue, n in sorted(counts.items()))


def _further(rest: Sequence[CaseEntry]) -> str:
    numbers = ", ".join(str(entry.number) for entry in rest[:MOST_NUMBERS])
    more = " and others" if len(rest) > MOST_NUMBERS else ""
    return (
        f"{_count(len(rest), 'further case')} of lower priority: {numbers}{more}. "
        "`outsidein cases list` shows them."
    )


MOST_NUMBERS = 20
"""Further cases that are named by their numbers."""


def _case_block(entry: CaseEntry, notices: Sequence[WaitingNotice]) -> str:
    mine = [n for n in notices if case_number(n.about) == entry.number]
    latest = {notice.kind: notice.body for notice in mine}
    lines = [f"CASE {entry.number}: {entry.issue}", *latest.values(), ""]
    lines += _briefing_lines(entry.briefing)
    lines += ["", *_todo_lines(entry)]
    if entry.links:
        lines += ["", *(f"{words}: {link}" for words, link in entry.links.items())]
    return "\n".join(lines)


def _todo_lines(entry: CaseEntry) -> Iterator[str]:
    if not entry.todo:
        yield f"What to do: no playbook is declared for {entry.issue}."
        return
    title, *steps = entry.todo
    yield f"What to do ({title}):"
    yield from (f"  {place}. {step}" for place, step in enumerate(steps, start=1))


def _praise_block(notice: WaitingNotice, briefing: Briefing) -> str:
    return "\n".join([notice.subject.upper(), notice.body, "", *_briefing_lines(briefing)])


def _summary_blocks(notices: Sequence[WaitingNotice]) -> Iterator[str]:
    """Yield one block for each text, with the subjects of all notices that have it."""
    for body in dict.fromkeys(notice.body for notice in notices):
        subjects = [f"- {notice.subject}" for notice in notices if notice.body == body]
        yield "\n".join(["NO CASE OPENED", body, *subjects])


def _briefing_lines(briefing: Briefing) -> Iterator[str]:
    labelled = {
        "Customer": briefing.customer,
        "So far": briefing.history,
        "Expected value": briefing.value,
        "Order": briefing.order,
        "Reference": briefing.reference,
        "What happened": briefing.happened,
        "Promise": briefing.promise,
    }
    yield from (f"{label}: {text}" for label, text in labelled.items() if text)
    if briefing.words:
        text = " ".join(briefing.words.split())
        cut = f"{text[:MOST_WORDS].rstrip()}…" if len(text) > MOST_WORDS else text
        yield f"In their words: “{cut}”" + (
            f" ({briefing.source_of_words})" if briefing.source_of_words else ""
        )


def _count(n: int, noun: str) -> str:
    return f"{n} {noun}{'s' * (n != 1)}"
