import ibis
import pytest

from outsidein.identity.declaration import FirewallSettings
from outsidein.identity.firewall.withheld_pairs import weak_links, withheld_pairs
from outsidein.identity.matching.clusters import WEAK_LINK, merge_or_review
from outsidein.identity.records.evidence_ledger import ModelVersion, gather_evidence
from outsidein.identity.records.record_codes import assign_codes, describe_records
from outsidein.identity.review.decisions import DECISIONS
from outsidein.identity.tables import EVIDENCE
from outsidein.lake.scratch import Scratch
from tests.identity.world import CON, SETTINGS, records_table
from tests.tables import table

KEY = dict.fromkeys(("source", "record_id", "to_source", "to_record_id"), "string")


def proposed(*pairs):
    """Pairs of record ids with their probability."""
    rows = [("s", one, "s", other, 8.0, chance) for one, other, chance in pairs]
    return merge_or_review(table(rows, **KEY, weight="float64", probability="float64"))


def found(told, *shared):
    """What is withheld of the likely pairs, where some pairs share an identifier too."""
    ties = [("s", one, "s", other, "email", "x@y.de") for one, other in shared]
    tied = ibis.memtable(table(ties, **KEY, kind="string", normalised="string"))
    likely = ibis.memtable(told)
    ledger = gather_evidence(
        tied,
        likely,
        None,
        model=ModelVersion("model", "1"),
        settings=SETTINGS,
        before=None,
        build=1,
    )
    assert set(ledger.columns) == set(EVIDENCE.columns)
    records = records_table({f"{side}{n}": {} for side in "ab" for n in range(4)})
    numbers = assign_codes(Scratch(CON), records, before=None)
    effect = withheld_pairs(
        CON,
        ledger,
        describe_records(Scratch(CON), records, numbers),
        ibis.memtable(DECISIONS.to_pyarrow().empty_table()),
        numbers,
        lone=weak_links(likely, ledger),
        settings=FirewallSettings(),
    )
    held = effect.rows(numbers).to_pylist()
    return [(row["to_record_id"], row["record_id"], row["reason"]) for row in held]


@pytest.fixture
def chained():
    """Two sure groups of four and one likely pair between them."""
    sure = [
        (f"{side}{i}", f"{side}{j}", 0.999)
        for side in "ab"
        for i in range(4)
        for j in range(i + 1, 4)
    ]
    return proposed(*sure, ("a0", "b0", 0.7))


def test_a_lone_link_between_two_sure_groups_waits_for_review(chained):
    assert found(chained) == [("a0", "b0", WEAK_LINK)]


def test_a_pair_that_shares_an_identifier_is_no_lone_link(chained):
    assert found(chained, ("a0", "b0")) == []
