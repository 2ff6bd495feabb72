"""Survivorship: the golden record, one value per field, and the losing values."""

from collections.abc import Mapping, Sequence

import ibis
import ibis.expr.types as ir

from outsidein.canonical.tables import TRAIT
from outsidein.profiles.declaration import (
    DEFAULT_PROFILE,
    PROFILE_FIELDS,
    ProfileSettings,
    Rule,
)

_KEY = "customer_id"
_RECORD = [_KEY, "source", "record_id", "recorded_at"]


def profile_columns(records: ir.Table) -> list[str]:
    """Return the columns of `records` that a profile has, traits last."""
    traits = sorted(name for name in records.columns if name.startswith(TRAIT))
    return [*PROFILE_FIELDS, *traits]


def golden_profiles(
    records: ir.Table, customers: ir.Table, *, settings: ProfileSettings = DEFAULT_PROFILE
) -> ir.Table:
    """Build each customer's golden record by the survivorship rule of each field.

    A field's value comes from one record that has it. Ties go to the record recorded last, then to
    the last by source and record id. All fields of a group come from one record that has any of
    them, including its nulls.

    Args:
        records: One row per record, with `customer_id`.
        customers: One row per customer: `customer_id`, `records`, `first_seen_on`.
        settings: The project's rules.

    Returns:
        One row per customer: the columns of `customers` and every field and trait, null where no
        record has it.
    """
    fields = profile_columns(records)
    alone = customers.filter(customers.records == 1)
    several = customers.filter(customers.records != 1)
    chosen = _survivors(records.semi_join(several, _KEY), settings)
    return _with_fields(alone, records.select(_KEY, *fields)).union(
        _with_fields(several, chosen.select(_KEY, *fields))
    )


def _with_fields(customers: ir.Table, golden: ir.Table) -> ir.Table:
    return customers.left_join(golden, _KEY).drop(f"{_KEY}_right")


def _survivors(records: ir.Table, settings: ProfileSettings) -> ir.Table:
    """Choose the surviving record for each customer and unit.

    Returns:
        One row per customer: `customer_id` and every field and trait.
    """
    units = _units(records, settings)
    ranked = _ranked(records, units, settings)
    taken = ranked.group_by(_KEY).aggregate(
        **{
            f"kept_{unit}": ibis.struct({field: ranked[field] for field in fields}).argmax(
                ranked[f"rank_{unit}"], where=_has_any(ranked, fields)
            )
            for unit, fields in units.items()
        }
    )
    kept = {
        field: taken[f"kept_{unit}"][field] for unit, fields in units.items() for field in fields
    }
    return taken.select(_KEY, **kept)


def _units(records: ir.Table, settings: ProfileSettings) -> dict[str, list[str]]:
    """Return the fields that survive together: each group, and each other field alone."""
    units: dict[str, list[str]] = {}
    for field in profile_columns(records):
        units.setdefault(settings.group_of(field) or field, []).append(field)
    return units


def _ranked(
    records: ir.Table, units: Mapping[str, Sequence[str]], settings: ProfileSettings
) -> ir.Table:
    """Rank each customer's records for each unit in `rank_<unit>`; the highest survives.

    A rank combines the rule's measure and the recency in one whole number, unique within a
    customer.
    """
    placed = _by_recency(records)
    placed = placed.mutate(of=placed.count().over(ibis.window(group_by=_KEY)))
    ranks = {}
    for unit, fields in units.items():
        measure = _rule_measure(placed, fields, settings.rule_of(unit), settings.trusted)
        ranks[f"rank_{unit}"] = (
            placed.place if measure is None else measure * placed.of + placed.place
        )
    return placed.mutate(**ranks)


def _by_recency(records: ir.Table) -> ir.Table:
    """Number each customer's records by `recorded_at`, nulls first."""
    recency = [records.recorded_at.asc(nulls_first=True), records.source, records.record_id]
    return records.mutate(
        place=ibis.row_number().over(ibis.window(group_by=_KEY, order_by=recency))
    )


def _rule_measure(
    records: ir.Table, fields: Sequence[str], rule: Rule, trusted: Sequence[str]
) -> ir.IntegerValue | None:
    """Return a rule's measure (higher is better), or None if the rule is recency alone."""
    if rule == "most_frequent":
        return records.count().over(ibis.window(group_by=[_KEY, *fields]))
    if rule == "most_trusted":
        trust = zip(trusted, range(len(trusted), 0, -1), strict=True)
        return ibis.cases(*((records.source == name, n) for name, n in trust), else_=0)
    texts = [records[field] for field in fields if records[field].type().is_string()]
    if rule == "longest" and texts:
        return sum((text.length().fill_null(0) for text in texts), ibis.literal(0))
    return None


def _has_any(records: ir.Table, fields: Sequence[str]) -> ir.BooleanValue:
    return ibis.or_(*(records[field].notnull() for field in fields))


def losing_values(
    records: ir.Table, golden: ir.Table, *, settings: ProfileSettings = DEFAULT_PROFILE
) -> ir.Table:
    """Return the losing values: those in a customer's records but not in its profile.

    Args:
        records: One row per record, with `customer_id`: the input of `golden_profiles`.
        golden: One row per customer, from `golden_profiles`.
        settings: The survivorship rules used.

    Returns:
        One row per customer, field and distinct other value: `customer_id`, `field`, `value` (as
        text), the last record with that value (`source`, `record_id`, `recorded_at`), `records`
        (how many have it, count) and the `rule` by which another value survived.
    """
    several = golden.filter(golden.records != 1)
    fields = profile_columns(records)
    won = several.select(_KEY, **{f"won_{field}": several[field] for field in fields})
    beside = _by_recency(records.inner_join(won, _KEY))
    values = [
        ibis.struct(
            {
                "field": ibis.literal(field),
                "value": beside[field].cast("string"),
                "won": beside[f"won_{field}"].cast("string"),
                "rule": ibis.literal(settings.rule_of(field)),
            }
        )
        for field in fields
    ]
    each = beside.select(*_RECORD, "place", field_value=ibis.array(values).unnest()).unpack(
        "field_value"
    )
    lost = each.filter(each.value.notnull(), each.won.isnull() | (each.value != each.won))
    return _last_of_each(lost)


def _last_of_each(lost: ir.Table) -> ir.Table:
    """Keep the last record of each losing value, and count its records."""
    named = ["source", "record_id", "recorded_at"]
    last = ibis.struct({name: lost[name] for name in named}).argmax(lost.place)
    counted = lost.group_by(_KEY, "field", "value", "rule").aggregate(
        records=lost.count(), last=last
    )
    return counted.unpack("last").select(_KEY, "field", "value", *named, "records", "rule")
