"""From a survey's raw export to canonical signals: one row per answered item."""

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
"""Of a ladder's rungs: the first is a factor, the last a value, those between are benefits."""


def signals(survey: Survey, raw: Mapping[str, ir.Table]) -> ir.Table:
    """Turn every answer of a survey into a signal; what was left blank makes none.

    Args:
        survey: As declared.
        raw: Raw tables by the name of their source.

    Returns:
        One row per response and answered item, and per rung or choice where an item has
        several: columns of the canonical `signals`. Scores are as they stand in the source,
        as text, so that what is no number is turned away and not lost.

    Raises:
        ProjectError: A column is not there, or `where` is no condition.
    """
    respondents = select_columns(survey, survey.responses, raw)
    tables = [
        table for item in survey.item for table in _item_signals(survey, item, respondents, raw)
    ]
    return ibis.union(*tables)


def select_columns(
    survey: Survey, part: Responses | Invited, raw: Mapping[str, ir.Table]
) -> ir.Table:
    """Keep the rows of a source that a part of a survey speaks of."""
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
        ProjectError: It is not loaded.
    """
    if name not in table.columns:
        problem = (
            f"is no column that source {source!r} loads; a column needs an approved data need. "
            f"{nearest(name, table.columns)}"
        )
        raise ProjectError(f"{FOLDER}/{survey.name}.toml", name, problem)
    return table[name]


def prefix_id(survey: Survey, raw: ir.Value) -> ir.StringValue:
    """Tell a survey's own ids from those of other surveys; null stays null."""
    return ibis.literal(f"{survey.name}:") + raw.cast("string").strip().nullif("")


def respondent_record(survey: Survey, table: ir.Table) -> dict[str, ir.Value]:
    """Columns that all signals of a response share."""
    told, none = survey.responses, ibis.null("string")

    def raw(name: str | None) -> ir.Value:
        return column(survey, table, told.source, name) if name else none

    return {
        "source": ibis.literal(told.record[0] if told.record else told.source),
        "record_id": raw(told.record[1] if told.record else None).cast("string"),
        "response_id": prefix_id(survey, raw(told.response_id)),
        "invitation_id": prefix_id(survey, raw(told.invitation_id)),
        "encounter_id": raw(told.encounter_id).cast("string"),
        "signalled_at": raw(told.answered_at),
        "language": raw(told.language).cast("string").lower(),
        "market": raw(told.market).cast("string"),
    }


def _item_signals(
    survey: Survey, item: Item, respondents: ir.Table, raw: Mapping[str, ir.Table]
) -> list[ir.Table]:
    if survey.answers:
        return [_long(survey, survey.answers, item, respondents, raw)]
    shared = respondent_record(survey, respondents)

    def wide(name: str) -> ir.Value:
        return column(survey, respondents, survey.responses.source, name)

    if item.instrument == RUNG:
        return [_rungs(survey, item, respondents.select(**shared, rungs=rungs(item, wide)))]
    if item.instrument == "kano":
        pair = {"functional": item.functional, "dysfunctional": item.dysfunctional}
        return [
            _single(
                survey,
                item,
                respondents.select(**shared, said=answer_text(wide(name or ""), item)),
                part=f"kano_{part}",
            )
            for part, name in pair.items()
        ]
    answered = respondents.select(**shared, said=answer_text(wide(item.column or ""), item))
    return [_several(survey, item, answered) if item.separator else _single(survey, item, answered)]


def rungs(item: Item, wide: Callable[[str], ir.Value]) -> ir.ArrayValue:
    """Set the rungs of a ladder in a row, from factor to value, without the blanks."""
    if item.separator:
        parts = answer_text(wide(item.column or ""), item).split(item.separator)
        steps = parts.map(lambda part: part.strip().nullif(""))
    else:
        steps = ibis.array([answer_text(wide(name), item) for name in item.columns])
    return steps.filter(lambda part: part.notnull())


def _long(
    survey: Survey,
    told: Answers,
    item: Item,
    respondents: ir.Table,
    raw: Mapping[str, ir.Table],
) -> ir.Table:
    """Join the answers to an item with the responses they belong to."""
    table = raw[told.source]

    def own(name: str) -> ir.Value:
        return column(survey, table, told.source, name)

    asked = own(told.question).cast("string") == item.question
    if item.sub_question is not None and told.sub_question:
        asked = asked & (own(told.sub_question).cast("string") == item.sub_question)
    value = own(told.value).cast("string").strip().nullif("")
    text = own(told.text).cast("string").strip().nullif("") if told.text else value
    wanted = ibis.coalesce(value, text) if item.instrument in SCORED else ibis.coalesce(text, value)
    answered = table.filter(asked).select(
        response_id=prefix_id(survey, own(told.response_id)), said=answer_text(wanted, item)
    )
    joined = respondents.select(**respondent_record(survey, respondents)).inner_join(
        answered, "response_id"
    )
    return _several(survey, item, joined) if item.separator else _single(survey, item, joined)


def _single(survey: Survey, item: Item, said: ir.Table, *, part: str = "") -> ir.Table:
    return _signal(survey, item, said.filter(said.said.notnull()), part=part)


def _several(survey: Survey, item: Item, said: ir.Table) -> ir.Table:
    """One row per choice, where one answer names several."""
    listed = said.mutate(said=said.said.split(item.separator or ";"))
    each = listed.unnest("said", offset="position")
    each = each.mutate(said=each.said.strip().nullif(""))
    each = each.filter(each.said.notnull())
    return _signal(survey, item, each, position=each.position)


def _rungs(survey: Survey, item: Item, said: ir.Table) -> ir.Table:
    each = said.mutate(height=said.rungs.length()).unnest("rungs", offset="position")
    each = each.rename(said="rungs")
    last = each.position == each.height - 1
    level = ibis.cases((each.position == 0, LEVELS[0]), (last, LEVELS[2]), else_=LEVELS[1])
    return _signal(survey, item, each, position=each.position, level=level, factor=each.said)


def _signal(
    survey: Survey,
    item: Item,
    said: ir.Table,
    *,
    part: str = "",
    position: ir.Value | None = None,
    level: ir.Value | None = None,
    factor: ir.Value | None = None,
) -> ir.Table:
    none, is_scored = ibis.null("string"), item.instrument in SCORED
    own = f":{item.name}" + (f".{part.removeprefix('kano_')}" if part else "")
    signal_id = said.response_id + own
    low, high = item.ends if item.ends and is_scored else (None, None)
    return said.select(
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
        score=said.said if is_scored else none,
        scale_low=ibis.literal(low, "float64"),
        scale_high=ibis.literal(high, "float64"),
        text=none if is_scored else said.said,
    )
