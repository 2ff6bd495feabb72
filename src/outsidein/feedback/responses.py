"""Canonical signals of a survey: one row per answered item."""

from collections.abc import Callable, Mapping

import ibis
import ibis.expr.types as ir

from outsidein.errors import InputError, ProjectError, nearest
from outsidein.feedback.answers import answer_text
from outsidein.feedback.declaration import FOLDER, Answers, Invited, Responses, Survey
from outsidein.feedback.item import SCORED, Item
from outsidein.rules.condition import condition

RUNG = "ladder"
LEVELS = ("factor", "benefit", "value")
"""Levels of a ladder: the first rung is a factor, the last a value, others are benefits."""


def signals(survey: Survey, raw: Mapping[str, ir.Table]) -> ir.Table:
    """Return every answer of a survey as a signal; blanks give none.

    Args:
        survey: As declared.
        raw: Raw tables by the name of their source.

    Returns:
        One row per response and answered item, and per rung or choice where an item has
        several: columns of the canonical `signals`. Scores keep their text in the
        source, so that invalid ones are rejected with a reason.

    Raises:
        ProjectError: A column is missing, or `where` is invalid.
    """
    respondents = select_columns(survey, survey.responses, raw)
    tables = [
        table for item in survey.item for table in _item_signals(survey, item, respondents, raw)
    ]
    return ibis.union(*tables)


def select_columns(
    survey: Survey, part: Responses | Invited, raw: Mapping[str, ir.Table]
) -> ir.Table:
    """Return the rows of a source that a part of a survey reads."""
    table = raw[part.source]
    if part.where is None:
        return table
    try:
        return table.filter(condition(part.where, table))
    except InputError as error:
        raise ProjectError(f"{FOLDER}/{survey.name}.toml", "where", str(error)) from error


def column(survey: Survey, table: ir.Table, source: str, name: str) -> ir.Value:
    """Return a column of a raw table.

    Raises:
        ProjectError: The column is not loaded.
    """
    if name not in table.columns:
        problem = (
            f"is not a column of source {source!r}; loading it takes an approved data need. "
            f"{nearest(name, table.columns)}"
        )
        raise ProjectError(f"{FOLDER}/{survey.name}.toml", name, problem)
    return table[name]


def prefix_id(survey: Survey, raw: ir.Value) -> ir.StringValue:
    """Prefix ids by their survey; null stays null."""
    return ibis.literal(f"{survey.name}:") + raw.cast("string").strip().nullif("")


def respondent_record(survey: Survey, table: ir.Table) -> dict[str, ir.Value]:
    """Return the columns that all signals of a response share."""
    fields, none = survey.responses, ibis.null("string")

    def raw(name: str | None) -> ir.Value:
        return column(survey, table, fields.source, name) if name else none

    return {
        "source": ibis.literal(fields.record[0] if fields.record else fields.source),
        "record_id": raw(fields.record[1] if fields.record else None).cast("string"),
        "response_id": prefix_id(survey, raw(fields.response_id)),
        "invitation_id": prefix_id(survey, raw(fields.invitation_id)),
        "encounter_id": raw(fields.encounter_id).cast("string"),
        "signalled_at": raw(fields.answered_at),
        "language": raw(fields.language).cast("string").lower(),
        "market": raw(fields.market).cast("string"),
    }


def _item_signals(
    survey: Survey, item: Item, respondents: ir.Table, raw: Mapping[str, ir.Table]
) -> list[ir.Table]:
    if survey.answers:
        return [_long_signals(survey, survey.answers, item, respondents, raw)]
    shared = respondent_record(survey, respondents)

    def wide(name: str) -> ir.Value:
        return column(survey, respondents, survey.responses.source, name)

    if item.instrument == RUNG:
        return [_rung_signals(survey, item, respondents.select(**shared, rungs=rungs(item, wide)))]
    if item.instrument == "kano":
        pair = {"functional": item.functional, "dysfunctional": item.dysfunctional}
        return [
            _answer_signals(
                survey,
                item,
                respondents.select(**shared, answer=answer_text(wide(name or ""), item)),
                part=f"kano_{part}",
            )
            for part, name in pair.items()
        ]
    answered = respondents.select(**shared, answer=answer_text(wide(item.column or ""), item))
    return [
        _choice_signals(survey, item, answered)
        if item.separator
        else _answer_signals(survey, item, answered)
    ]


def rungs(item: Item, wide: Callable[[str], ir.Value]) -> ir.ArrayValue:
    """Return the rungs of a ladder, from factor to value, without blanks."""
    if item.separator:
        parts = answer_text(wide(item.column or ""), item).split(item.separator)
        steps = parts.map(lambda part: part.strip().nullif(""))
    else:
        steps = ibis.array([answer_text(wide(name), item) for name in item.columns])
    return steps.filter(lambda part: part.notnull())


def _long_signals(
    survey: Survey,
    fields: Answers,
    item: Item,
    respondents: ir.Table,
    raw: Mapping[str, ir.Table],
) -> ir.Table:
    """Join the answers to an item with their responses."""
    table = raw[fields.source]

    def own(name: str) -> ir.Value:
        return column(survey, table, fields.source, name)

    asked = own(fields.question).cast("string") == item.question
    if item.sub_question is not None and fields.sub_question:
        asked = asked & (own(fields.sub_question).cast("string") == item.sub_question)
    value = own(fields.value).cast("string").strip().nullif("")
    text = own(fields.text).cast("string").strip().nullif("") if fields.text else value
    raw_answer = (
        ibis.coalesce(value, text) if item.instrument in SCORED else ibis.coalesce(text, value)
    )
    answered = table.filter(asked).select(
        response_id=prefix_id(survey, own(fields.response_id)), answer=answer_text(raw_answer, item)
    )
    joined = respondents.select(**respondent_record(survey, respondents)).inner_join(
        answered, "response_id"
    )
    return (
        _choice_signals(survey, item, joined)
        if item.separator
        else _answer_signals(survey, item, joined)
    )


def _answer_signals(survey: Survey, item: Item, answer: ir.Table, *, part: str = "") -> ir.Table:
    return _signal(survey, item, answer.filter(answer.answer.notnull()), part=part)


def _choice_signals(survey: Survey, item: Item, answer: ir.Table) -> ir.Table:
    """One row per choice, where one answer names several."""
    split = answer.mutate(answer=answer.answer.split(item.separator or ";"))
    each = split.unnest("answer", offset="position")
    each = each.mutate(answer=each.answer.strip().nullif(""))
    each = each.filter(each.answer.notnull())
    return _signal(survey, item, each, position=each.position)


def _rung_signals(survey: Survey, item: Item, answer: ir.Table) -> ir.Table:
    each = answer.mutate(height=answer.rungs.length()).unnest("rungs", offset="position")
    each = each.rename(answer="rungs")
    last = each.position == each.height - 1
    level = ibis.cases((each.position == 0, LEVELS[0]), (last, LEVELS[2]), else_=LEVELS[1])
    return _signal(survey, item, each, position=each.position, level=level, factor=each.answer)


def _signal(
    survey: Survey,
    item: Item,
    answer: ir.Table,
    *,
    part: str = "",
    position: ir.Value | None = None,
    level: ir.Value | None = None,
    factor: ir.Value | None = None,
) -> ir.Table:
    none, is_scored = ibis.null("string"), item.instrument in SCORED
    own = f":{item.name}" + (f".{part.removeprefix('kano_')}" if part else "")
    signal_id = answer.response_id + own
    low, high = item.ends if item.ends and is_scored else (None, None)
    return answer.select(
        *("source", "record_id", "response_id", "invitation_id", "encounter_id", "signalled_at"),
        *("language", "market"),
        signal_id=signal_id if position is None else signal_id + "." + position.cast("string"),
        kind=ibis.literal("direct"),
        instrument=ibis.literal(part or item.instrument),
        item=ibis.literal(item.name),
        wording_version=ibis.literal(survey.wording_version),
        factor=ibis.literal(item.factor, "string") if factor is None else factor,
        level=ibis.literal(item.level) if level is None else level,
        subject=ibis.literal(item.subject),
        brand=ibis.literal(item.brand, "string"),
        product=ibis.literal(item.product, "string"),
        score=answer.answer if is_scored else none,
        scale_low=ibis.literal(low, "float64"),
        scale_high=ibis.literal(high, "float64"),
        text=none if is_scored else answer.answer,
    )
