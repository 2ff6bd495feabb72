"""The encounters a standard holds for, each with its measure and whether it was a disaster."""

import ibis
import ibis.expr.types as ir

from outsidein.errors import InputError, ProjectError, UnknownName
from outsidein.rules.condition import condition
from outsidein.rules.parsing import condition_columns
from outsidein.standards.declaration import Standard

WAITED = "waited_seconds"
LATE_SECONDS = "late_seconds"
LATE_DAYS = "late_days"
LOWEST_SCORE = "lowest_score"
HOURS_TO_NEXT = "hours_to_next"
DERIVED = (WAITED, LATE_SECONDS, LATE_DAYS, LOWEST_SCORE, HOURS_TO_NEXT)
"""What rules may name beside the columns of `encounters`."""

DAY, HOUR = 86_400, 3_600
FILE = "standards.toml"


def standard_encounters(
    encounters: ir.Table, signals: ir.Table, name: str, standard: Standard
) -> ir.Table:
    """Return the encounters that a standard applies to, with what its target measures.

    `waited_seconds` is the time from `started_at` to `actual_at`, `late_seconds` that from
    `promised_at` to `actual_at` (below 0 where early), `late_days` the same in days begun,
    `lowest_score` the worst score customers gave it (0 worst, 1 best), `hours_to_next` the
    whole hours until the same customer's next encounter of the same kind, whether the standard
    holds for that one or not; null for the last one, and for customers unknown.

    Args:
        encounters: One row per encounter, with `customer_id` and `started_on`.
        signals: One row per signal.
        name: Of the standard.
        standard: Its declaration.

    Returns:
        One row per encounter: `customer_id`, `started_on`, `unit`, `measure` (float64),
        `is_missed` (null where the measure decides), `is_disaster_known` (whether the data
        say so) and `is_disaster`.

    Raises:
        ProjectError: A rule is no condition over the columns at hand.
    """
    seen = _timed(encounters)
    rules = {"disaster": standard.disaster, "missed": standard.missed}
    named = {standard.measure} | _named(name, {**rules, "encounters": standard.encounters})
    if LOWEST_SCORE in named:
        seen = _scored(seen, signals)
    if HOURS_TO_NEXT in named:
        seen = _followed(seen)
    seen = seen.filter(rule(seen, name, "encounters", standard.encounters))
    taken = seen.select(
        "customer_id",
        "started_on",
        unit=seen[standard.unit] if standard.unit else ibis.null("string"),
        measure=_measure(seen, name, standard),
        is_missed=rule(seen, name, "missed", standard.missed)
        if standard.missed
        else ibis.null("boolean"),
        is_disaster_known=_is_disaster_known(seen, name, standard),
        is_disaster=rule(seen, name, "disaster", standard.disaster)
        if standard.disaster
        else ibis.null("boolean"),
    )
    return taken.filter(taken.measure.notnull()) if standard.measure else taken


def counted_events(encounters: ir.Table, name: str, standard: Standard) -> ir.Table:
    """Return the encounters that a standard counts.

    Returns:
        One row per encounter: `customer_id`, `started_on`.
    """
    seen = _timed(encounters)
    counted = seen.filter(rule(seen, name, "count", standard.count or "false"))
    return counted.select("customer_id", "started_on")


def rule(table: ir.Table, name: str, key: str, sql: str) -> ir.BooleanValue:
    """Return a rule of a standard as an expression; errors name file and key."""
    try:
        return condition(sql, table)
    except InputError as error:
        raise ProjectError(FILE, f"standard.{name}.{key}", str(error)) from error


def _named(name: str, rules: dict[str, str | None]) -> set[str]:
    columns: set[str] = set()
    for key, sql in rules.items():
        try:
            columns |= condition_columns(sql) if sql else set()
        except InputError as error:
            raise ProjectError(FILE, f"standard.{name}.{key}", str(error)) from error
    return columns


def _timed(encounters: ir.Table) -> ir.Table:
    started, promised, actual = (
        encounters[moment].epoch_seconds() for moment in ("started_at", "promised_at", "actual_at")
    )
    late = actual - promised
    return encounters.mutate(
        **{
            WAITED: actual - started,
            LATE_SECONDS: late,
            LATE_DAYS: (late.cast("float64") / DAY).ceil().cast("int64"),
        }
    )


def _scored(seen: ir.Table, signals: ir.Table) -> ir.Table:
    scored = signals.filter(
        signals.encounter_id.notnull(),
        signals.kind != "inferred",  # a firm's own rule would find only itself
        signals.score.notnull(),
        signals.subject == "own",
        signals.scale_high > signals.scale_low,
    )
    scale = scored.scale_high - scored.scale_low
    worst = scored.mutate(part=(scored.score - scored.scale_low) / scale)
    worst = worst.group_by("source", "encounter_id").aggregate(**{LOWEST_SCORE: worst.part.min()})
    joined = seen.left_join(worst, ["source", "encounter_id"])
    return joined.select(*seen.columns, LOWEST_SCORE)


def _followed(seen: ir.Table) -> ir.Table:
    window = ibis.window(
        group_by=[seen.customer_id, seen.kind],
        order_by=[seen.started_at, seen.source, seen.encounter_id],
    )
    following = seen.started_at.epoch_seconds().lead().over(window)
    seconds = (following - seen.started_at.epoch_seconds()).cast("float64")
    hours = (seconds / HOUR).floor().cast("int64")
    return seen.mutate(
        **{HOURS_TO_NEXT: ibis.ifelse(seen.customer_id.notnull(), hours, ibis.null("int64"))}
    )


def _measure(seen: ir.Table, name: str, standard: Standard) -> ir.Value:
    if standard.measure is None:
        return ibis.null("float64")
    if standard.measure not in seen.columns or not seen[standard.measure].type().is_numeric():
        numbers = [column for column in seen.columns if seen[column].type().is_numeric()]
        problem = str(UnknownName("column of numbers", standard.measure, numbers))
        raise ProjectError(FILE, f"standard.{name}.measure", problem)
    return seen[standard.measure].cast("float64")


def _is_disaster_known(seen: ir.Table, name: str, standard: Standard) -> ir.Value:
    if standard.disaster is None:
        return ibis.literal(False)  # noqa: FBT003  the Ibis way to say no
    named = _named(name, {"disaster": standard.disaster})
    is_known: ir.Value = ibis.literal(True)  # noqa: FBT003  the Ibis way to say yes
    if LOWEST_SCORE in named:
        is_known = is_known & seen[LOWEST_SCORE].notnull()
    if HOURS_TO_NEXT in named:
        is_known = is_known & seen.customer_id.notnull()
    return is_known
