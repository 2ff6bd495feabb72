"""The evidence ledger: every reason why two records may be one customer."""

from collections.abc import Mapping
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from outsidein.identity.declaration import FirewallSettings
from outsidein.identity.records.pairs import PAIR, orient_pairs
from outsidein.identity.tables import EVIDENCE

_SAME = (*PAIR, "kind", "rule")
_SAME_OR_NONE = ("value", "model")


@dataclass(frozen=True, slots=True)
class ModelVersion:
    """Which model made the proposals."""

    name: str
    version: str


def gather_evidence(
    tied: ir.Table,
    proposals: ir.Table | None,
    decisions: ir.Table | None,
    *,
    model: ModelVersion | None,
    settings: FirewallSettings,
    before: ir.Table | None,
    build: int,
) -> ir.Table:
    """Gather all evidence of a build.

    Nothing is carried on but the build in which a piece of evidence first was there: evidence
    that is gone stays in the snapshots that had it.

    Args:
        tied: Ties by shared identifiers: `PAIR`, `kind`, `normalised`.
        proposals: Pairs a model proposes: `PAIR`, `weight` (log2), `probability`.
        decisions: `DECISIONS`; those that join are evidence.
        model: Which model made the proposals.
        settings: What a shared identifier weighs.
        before: `EVIDENCE` of the build before, if there was one.
        build: Number of this build.

    Returns:
        `EVIDENCE`, in no order.
    """
    parts = [_identifiers(tied, settings)]
    if proposals is not None and model is not None:
        parts.append(_modelled(proposals, model))
    if decisions is not None:
        parts.append(_decided(decisions))
    gathered = ibis.union(*parts) if len(parts) > 1 else parts[0]
    return _since(gathered, before, build)


def reweigh(ledger: ir.Table, settings: FirewallSettings) -> ir.Table:
    """Weigh the identifiers of a ledger anew, by other settings than it was written with."""
    anew = (ledger.kind == "identifier").ifelse(weight_of(ledger.rule, settings), ledger.weight)
    return ledger.mutate(weight=anew)


def weight_of(kind: ir.StringValue, settings: FirewallSettings) -> ir.FloatingValue:
    """Return what an identifier of a kind weighs (log2)."""
    declared = [
        (kind.lower() == name.lower(), ibis.literal(float(weight)))
        for name, weight in sorted(settings.weights.items())
    ]
    other = ibis.literal(settings.identifier_weight)
    return ibis.cases(*declared, else_=other) if declared else other


def _identifiers(tied: ir.Table, settings: FirewallSettings) -> ir.Table:
    ties = tied.select(*PAIR, rule="kind", value="normalised")
    return _shaped(
        orient_pairs(ties).distinct(),
        {
            "kind": ibis.literal("identifier"),
            "weight": weight_of(ibis._.rule, settings),
        },
    )


def _modelled(proposals: ir.Table, model: ModelVersion) -> ir.Table:
    best = orient_pairs(proposals.select(*PAIR, "weight", "probability"))
    best = best.group_by(*PAIR).aggregate(
        weight=best.weight.max(), probability=best.probability.max()
    )
    return _shaped(
        best,
        {
            "kind": ibis.literal("model"),
            "rule": ibis.literal(model.name),
            "model": ibis.literal(model.version),
        },
    )


def _decided(decisions: ir.Table) -> ir.Table:
    joining = decisions.filter(decisions.kind == "always").select(*PAIR, "by", "at")
    return _shaped(
        orient_pairs(joining),
        {"kind": ibis.literal("decision"), "rule": ibis.literal("always")},
    )


def _shaped(rows: ir.Table, columns: Mapping[str, ir.Value]) -> ir.Table:
    """Give rows the columns of the ledger but for `first_build`."""
    wanted = {name: kind for name, kind in EVIDENCE.schema.items() if name != "first_build"}
    with_columns = rows.mutate(**columns)
    return with_columns.select(
        **{
            name: with_columns[name].cast(kind(nullable=True))
            if name in with_columns.columns
            else ibis.null().cast(kind)
            for name, kind in wanted.items()
        }
    )


def _since(gathered: ir.Table, before: ir.Table | None, build: int) -> ir.Table:
    now = ibis.literal(build, "int64")
    if before is None:
        return gathered.mutate(first_build=now).select(*EVIDENCE.columns)
    earlier = before.select(*_SAME, *_SAME_OR_NONE, was_in="first_build")
    alike = [gathered[name].fill_null("") == earlier[name].fill_null("") for name in _SAME_OR_NONE]
    joined = gathered.left_join(earlier, [*_SAME, *alike], rname="{name}_before")
    return joined.mutate(first_build=joined.was_in.fill_null(now)).select(*EVIDENCE.columns)
