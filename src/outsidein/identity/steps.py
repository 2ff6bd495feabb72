"""Steps of identity: evidence, what of it takes effect, and the customers that follow from it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from outsidein.canonical.build_tables import ORDERS, ORDERS_OF_RECORDS
from outsidein.canonical.customer_tables import CUSTOMER_TABLES
from outsidein.canonical.known import known_before
from outsidein.canonical.tables import CANONICAL, CanonicalTable
from outsidein.figures.figure import Figure
from outsidein.identity.declaration import IdentitySettings
from outsidein.identity.figures import (
    IDENTITY_EVIDENCE,
    IDENTITY_RECORDS,
    IDENTITY_REVIEW,
    IDENTITY_THRESHOLDS,
    MATCH_WEIGHTS,
)
from outsidein.identity.firewall.withheld_pairs import weak_links, withheld_pairs
from outsidein.identity.matching.clusters import merge_or_review
from outsidein.identity.matching.engines import matcher_on
from outsidein.identity.matching.match_models import StoredModel
from outsidein.identity.matching.matcher import MatchInput, ProposedPairs
from outsidein.identity.record_counts import (
    evidence_figure,
    records_figure,
    review_figure,
    thresholds_figure,
    weights_figure,
)
from outsidein.identity.records.customer_ids import (
    founders,
    identifier_links,
    identifier_use,
    memberships,
    record_keys,
    with_customers,
)
from outsidein.identity.records.evidence_ledger import ModelVersion, gather_evidence
from outsidein.identity.records.identifiers import normalise_identifiers
from outsidein.identity.records.record_codes import assign_codes, describe_records
from outsidein.identity.relations.firms import resolve_firms
from outsidein.identity.relations.suggested_relations import (
    combine_suggestions,
    relations_from_withheld,
    suggest_employees,
    suggest_households,
)
from outsidein.identity.review.decisions import Decision, decisions_table
from outsidein.identity.tables import (
    COMPARED_RECORDS,
    EVIDENCE,
    IDENTIFIER_USE,
    MEMBERSHIPS,
    PROPOSALS,
    SUGGESTED_RELATIONS,
    WITHHELD,
)
from outsidein.lake.constants import constant_columns
from outsidein.steps.run import Run
from outsidein.steps.step import Step


@dataclass(frozen=True, slots=True)
class IdentityInputs:
    """What identity goes by, beside the records.

    Attributes:
        settings: The project's.
        model: The model that matches records; None where none was trained.
        decisions: The verdicts that are in force.
        country: Where phone numbers without a prefix are from.
    """

    settings: IdentitySettings
    model: StoredModel | None
    decisions: tuple[Decision, ...]
    country: str | None


def _resolve(run: Run) -> Iterator[Figure]:
    inputs = run.declaration(IdentityInputs)
    canonical = {name: known_before(run.read(table), run.as_of) for name, table in _NAMING.items()}
    canonical["transactions"] = run.read(ORDERS_OF_RECORDS)
    records, relations = canonical["records"], canonical["relations"]
    decisions = ibis.memtable(decisions_table(inputs.decisions))
    compared = normalise_identifiers(canonical["identifiers"], country=inputs.country)
    compared = run.spool(compared, "compared")
    proposals = _proposals(run, inputs, records, compared)
    likely_pairs = _likely_pairs(proposals, inputs)
    members_before = run.read_before(MEMBERSHIPS)
    ledger = gather_evidence(
        _ties(run, inputs, compared, members_before),
        likely_pairs,
        decisions,
        model=ModelVersion("model", inputs.model.name) if inputs.model else None,
        settings=inputs.settings.firewall,
        before=run.read_before(EVIDENCE),
        build=run.number,
    )
    ledger = run.write(EVIDENCE, ledger)
    with run.scratch() as temporary:
        numbers = assign_codes(
            temporary, record_keys(canonical), decisions=decisions, before=members_before
        )
        described = describe_records(temporary, records, numbers)
        effect = withheld_pairs(
            run.backend,
            ledger,
            described,
            decisions,
            numbers,
            lone=None if likely_pairs is None else weak_links(likely_pairs, ledger),
            settings=inputs.settings.firewall,
        )
        withheld = run.write(WITHHELD, effect.rows(numbers))
        founder = founders(numbers, effect.left, effect.right)
        folded = memberships(run.backend, numbers, founder, build=run.number)
        members = run.write(MEMBERSHIPS, folded)
        suggested = [
            suggest_households(
                run.backend, described, founder, numbers, settings=inputs.settings.firewall
            ),
            relations_from_withheld(run.backend, effect.withheld, described, numbers),
            *_employees(run, inputs, records, compared),
        ]
        run.write(SUGGESTED_RELATIONS, combine_suggestions(*suggested, declared=relations))
    yield from _figures(inputs, members, ledger, withheld, proposals)


def _figures(
    inputs: IdentityInputs,
    members: ir.Table,
    ledger: ir.Table,
    withheld: ir.Table,
    proposals: ir.Table | None,
) -> Iterator[Figure]:
    yield records_figure(members)
    yield evidence_figure(ledger, withheld)
    yield review_figure(withheld)
    if inputs.model:
        yield weights_figure(inputs.model.model)
    if proposals is not None:
        yield thresholds_figure(proposals)


def _ties(
    run: Run, inputs: IdentityInputs, compared: ir.Table, before: ir.Table | None
) -> ir.Table:
    """Write how identifiers are used, and return which records they tie."""
    use = run.write(IDENTIFIER_USE, identifier_use(compared, settings=inputs.settings))
    return identifier_links(compared, use, before=before)


def _employees(
    run: Run, inputs: IdentityInputs, records: ir.Table, compared: ir.Table
) -> Iterator[pa.Table]:
    """Who is of which company, where any record is one."""
    organisations = records.filter(records.party_kind == "organisation")
    if organisations.limit(1).to_pyarrow().num_rows:
        companies = resolve_firms(run.backend, records, compared, settings=inputs.settings.firewall)
        yield suggest_employees(run.backend, ibis.memtable(companies))


def _proposals(
    run: Run, inputs: IdentityInputs, records: ir.Table, compared: ir.Table
) -> ir.Table | None:
    """Write what the model weighs, the unlikely among it, and return it."""
    model = inputs.model
    if model is None:
        return None
    weighed, compared_before = run.read_before(PROPOSALS), run.read_before(COMPARED_RECORDS)
    is_first = weighed is None or compared_before is None
    with run.scratch() as temporary:
        result = matcher_on(run.backend).propose(
            MatchInput(records, compared, inputs.settings.ignore),
            model.model,
            version=model.sha256,
            earlier=None if is_first else ProposedPairs(weighed, compared_before),
            temporary=temporary,
        )
        run.write(COMPARED_RECORDS, result.compared)
        return run.write(PROPOSALS, result.proposals)


def _likely_pairs(proposals: ir.Table | None, inputs: IdentityInputs) -> ir.Table | None:
    """The likely pairs, with whether they hold together."""
    if proposals is None or inputs.model is None:
        return None
    threshold = max(inputs.model.model.threshold, inputs.settings.least_probability)
    return ibis.memtable(merge_or_review(proposals.to_pyarrow(), threshold=threshold))


def _name_customers(run: Run) -> Iterable[Figure]:
    """Give every canonical table its customers.

    Order lines are many and seldom read again, since orders hold what most figures need: they
    are joined where they are read.
    """
    members = run.read(MEMBERSHIPS)
    for name, table in CUSTOMER_TABLES.items():
        rows = known_before(run.read(CANONICAL[name]), run.as_of)
        named = with_customers(rows, members) if "customer_id" in table.columns else rows
        if named is rows or name == "transactions":
            run.define(table, named)
        else:
            run.write_with_constants(table, named, constant_columns(run.path_of(CANONICAL[name])))
    run.write(ORDERS, with_customers(run.read(ORDERS_OF_RECORDS), members))
    return ()


_NAMING: Mapping[str, CanonicalTable] = {
    name: table
    for name, table in CANONICAL.items()
    if name in ("identifiers", "relations") or {"source", "record_id"} <= set(table.columns)
}
"""Canonical tables that name records."""

RESOLVE = Step(
    name="Know: records to customers",
    run=_resolve,
    reads=(*_NAMING.values(), ORDERS_OF_RECORDS),
    reads_before=(MEMBERSHIPS, EVIDENCE, PROPOSALS, COMPARED_RECORDS),
    writes=(IDENTIFIER_USE, EVIDENCE, WITHHELD, MEMBERSHIPS, SUGGESTED_RELATIONS),
    may_write=(PROPOSALS, COMPARED_RECORDS),
    figures=(
        *(IDENTITY_RECORDS, IDENTITY_EVIDENCE, IDENTITY_REVIEW),
        *(MATCH_WEIGHTS, IDENTITY_THRESHOLDS),
    ),
)

NAME_CUSTOMERS = Step(
    name="Know: the customer of every row",
    run=_name_customers,
    reads=(*CANONICAL.values(), ORDERS_OF_RECORDS, MEMBERSHIPS),
    writes=(*CUSTOMER_TABLES.values(), ORDERS),
)
