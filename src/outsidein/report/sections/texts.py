"""What customers write: sentiment, factors, reasons, themes, and how often the coders err."""

from collections.abc import Iterator

from outsidein.figures.figure import Estimate
from outsidein.headlines.heading import heading
from outsidein.headlines.statement import Statement
from outsidein.present.blocks import ContentBlock
from outsidein.present.display_tables import group_text, plain_table
from outsidein.present.figure_view import Bars, CrossTable, by, measure_label
from outsidein.present.wording import label
from outsidein.report.evidence import Evidence, number_of
from outsidein.report.exhibits import Exhibit, SectionSpec, no_chart
from outsidein.shifts.figures import CHANGE as SHIFT_CHANGE
from outsidein.shifts.figures import SHIFTS_WITHHELD
from outsidein.text.figures import (
    AGREES_WITH_PEOPLE,
    BLAME,
    CHANGE,
    CODER_QUALITY,
    CORRECTED,
    FACTOR_MENTIONS,
    SHARE_LATELY,
    STRONG_BLAME,
    STRONG_PRAISE,
    TEXT_LANGUAGES,
    TEXT_REASONS,
    TEXT_SENTIMENT,
    TEXT_THEMES,
)

FACTOR, CODE = by("factor"), by("code")

THEME = "theme"
"""Kind of stream of the themes that customers write about."""


def _theme(e: Estimate) -> str:
    return group_text(e.group["theme"])


def _language(e: Estimate) -> str:
    return f"Language: {group_text(e.group['language'])}"


def _strong_blame(evidence: Evidence) -> Statement | None:
    blame = evidence.numbers(TEXT_SENTIMENT, STRONG_BLAME)
    largest = max(blame, key=lambda e: e.n or 0, default=None)
    if not largest:
        return None
    base = "of those who write"
    text = f"{evidence.words.value(largest)} {base} blame strongly"
    return heading(TEXT_SENTIMENT, text, largest, base=base, no_effect=0.0)


def _most_written(evidence: Evidence) -> Statement | None:
    most = max(evidence.numbers(TEXT_REASONS, CORRECTED), key=number_of, default=None)
    if not most:
        return None
    base = "of all texts"
    text = f"Most are about {CODE(most).lower()}: {evidence.words.value(most)} {base}"
    return heading(TEXT_REASONS, text, most, base=base, no_effect=0.0)


def _rising_themes(evidence: Evidence) -> Statement | str:
    rising = [e for e in evidence.numbers(TEXT_THEMES, CHANGE) if (e.low or 0) > 0]
    if not rising:
        return "No theme rose lately by more than chance allows"
    most = max(rising, key=lambda e: e.low or 0)
    base = "of those who write"
    many = "One theme" if len(rising) == 1 else f"{len(rising)} themes"
    return heading(
        TEXT_THEMES,
        f"{many} rose lately {base}, most of all “{_theme(most)}”",
        most,
        base=base,
        no_effect=0.0,
        doubts=_doubts_of_recording(evidence),
    )


def _doubts_of_recording(evidence: Evidence) -> tuple[str, ...]:
    """Object where themes changed because texts came to be recorded otherwise."""
    withheld = evidence.select(SHIFTS_WITHHELD, SHIFT_CHANGE, kind=THEME)
    return tuple(dict.fromkeys(str(e.group["reason"]) for e in withheld))


def _agreement(evidence: Evidence) -> str | None:
    agrees = evidence.one(CODER_QUALITY, AGREES_WITH_PEOPLE, coder="learned")
    if not agrees:
        return None
    return f"The machine gives the code that people give to {evidence.words.value(agrees)} of texts"


def _verbatims(evidence: Evidence) -> Iterator[ContentBlock]:
    rows = [
        (label(str(row["factor"])), "praise" if row["is_praise"] else "blame", row["text"])
        for row in evidence.contents.verbatims
    ]
    if rows:
        table = plain_table("In customers' words", ("Factor", "Kind", "Words"), rows)
        note = "The strongest words on each factor, masked; one voice each, not a measure."
        yield ContentBlock("verbatims", "In customers' own words", notes=(note,), tables=(table,))


TEXTS = SectionSpec(
    name="texts",
    heading="What they write",
    intro="Machines read every text; how often they err is measured on texts that people coded.",
    closing=_verbatims,
    exhibits=(
        Exhibit(
            spec=TEXT_SENTIMENT,
            about="how much is praise and how much blame",
            finding=_strong_blame,
            chart=Bars((STRONG_PRAISE, STRONG_BLAME), measure_label, _language),
            reading="Bars: share of customers, by the latest text of each; whisker: 95 % interval.",
        ),
        Exhibit(
            spec=FACTOR_MENTIONS,
            about="which factors customers write about",
            chart=Bars((BLAME,), FACTOR, _language, is_ranked=True),
            reading="Bars: of the customers whose text names the factor, those who blame it there.",
            tables=CrossTable(
                "Factor", lambda e: f"{FACTOR(e)} ({group_text(e.group['language'])})"
            ),
        ),
        Exhibit(
            spec=TEXT_REASONS,
            about="what customers write about, by the codes of people",
            finding=_most_written,
            chart=Bars((CORRECTED,), CODE, is_ranked=True),
            reading="Bars: share of customers after correction for the machine's errors; whisker: "
            "95 % interval.",
        ),
        Exhibit(
            spec=TEXT_THEMES,
            about="what customers write about, and what is new",
            finding=_rising_themes,
            chart=Bars((SHARE_LATELY,), _theme, is_ranked=True),
            reading="Bars: share of the customers who wrote lately; whisker: 95 % interval.",
        ),
        Exhibit(
            spec=TEXT_LANGUAGES,
            about="which languages customers write",
            chart=no_chart,
        ),
        Exhibit(
            spec=CODER_QUALITY,
            about="how often the coders of texts err",
            finding=_agreement,
            chart=no_chart,
            if_empty="How often the coders err is not known: no texts were coded by hand",
        ),
    ),
)
