import shutil
from datetime import UTC, date, datetime

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from outsidein.cli import main
from outsidein.errors import InputError
from outsidein.identity.declaration import FirewallSettings, IdentitySettings
from outsidein.identity.matching.match_model import load_model
from outsidein.identity.records.pairs import RecordKey, pair
from outsidein.identity.review.decisions import DecisionKind
from outsidein.identity.review.review_queue import ReviewState, review_state
from outsidein.workspace.project import Project
from tests.persons import add_people, write_people

PEOPLE = 150
NOW = datetime(2020, 1, 2, 9, tzinfo=UTC)
SAID = {"by": "Ida", "reason": "seen"}


def opened(folder):
    return Project(folder, clock=lambda: NOW)


@pytest.fixture(scope="module")
def matched(tmp_path_factory):
    """A project built, trained and built again."""
    folder = write_people(tmp_path_factory.mktemp("people") / "firm", people=PEOPLE)
    project = opened(folder)
    project.build()
    project.identity.train()
    project.build()
    return folder


@pytest.fixture
def project(matched, tmp_path):
    return opened(shutil.copytree(matched, tmp_path / "firm"))


def customer(project, source, record):
    rows = project.table("memberships").to_pylist()
    [found] = [r["customer_id"] for r in rows if (r["source"], r["record_id"]) == (source, record)]
    return found


def contents(snapshot, *, but=()):
    return {
        name: pq.read_table(snapshot.table(name)) for name in snapshot.tables() if name not in but
    }


def test_the_model_finds_the_records_of_one_person_and_only_those(project):
    rows = project.table("memberships").to_pylist()
    numbers = {(r["source"], r["record_id"]): r["customer_id"] for r in rows}
    twice = [n for n in range(PEOPLE) if n % 3 != 2]
    found = sum(numbers["crm", f"c{n}"] == numbers["web", f"w{n}"] for n in twice)
    assert found / len(twice) > 0.97
    assert len(set(numbers.values())) == len(numbers) - found


def test_a_merge_taken_back_leaves_every_table_as_it_was(project):
    before = contents(project.snapshot())
    one, other = customer(project, "crm", "c1"), customer(project, "crm", "c2")
    assert project.identity.merge(one, other, **SAID) == 1
    project.build()
    assert customer(project, "crm", "c1") == customer(project, "crm", "c2")
    joined = pair(("crm", "c1"), ("crm", "c2"))
    project.identity.decide(DecisionKind.REVOKE, joined, **SAID)
    project.build()
    after = contents(project.snapshot())
    assert [name for name in before if not before[name].equals(after[name])] == []


def test_an_unmerge_persists_over_builds_and_names_what_was_sent_meanwhile(project):
    whole = customer(project, "crm", "c0")
    assert whole == customer(project, "web", "w0")
    parted = project.identity.unmerge(RecordKey("web", "w0"), **SAID)
    assert parted.added == 1
    assert parted.messages["message_id"].to_pylist() == ["l2"]  # the other went out before
    for _ in range(2):
        project.build()
        assert customer(project, "crm", "c0") != customer(project, "web", "w0")
        assert customer(project, "crm", "c0") == whole
    withheld = project.table("withheld").to_pylist()
    assert any("w0" in (row["record_id"], row["to_record_id"]) for row in withheld)


def test_new_records_join_as_a_full_run_would_join_them(project, tmp_path):
    rows = [("web", "n1", "Anna", "Albers", "1970-01-02", "Allee 1", "12345", "Kiel", "")]
    rows += [("crm", "n2", "Anna", "Albes", "1970-01-02", "Allee 1", "12345", "Kiel", "")]
    add_people(project.folder, rows)
    fresh = shutil.copytree(
        project.folder, tmp_path / "fresh", ignore=shutil.ignore_patterns(".out*")
    )
    project.build()
    full = opened(fresh)
    full.build()
    columns = ["source", "record_id", "customer_id"]
    assert customer(project, "web", "n1") == customer(project, "crm", "n2")
    assert project.table("proposals").equals(full.table("proposals"))
    step = project.table("memberships").select(columns)
    assert {frozenset(group) for group in groups(step)} == {
        frozenset(group) for group in groups(full.table("memberships").select(columns))
    }


def groups(members):
    found = {}
    for row in members.to_pylist():
        found.setdefault(row["customer_id"], []).append((row["source"], row["record_id"]))
    return found.values()


def test_what_the_firewall_withholds_waits_for_review_and_a_verdict_settles_it(project):
    mail = "shared@mail.de"
    rows = [("web", "x1", "Anna", "Graf", "1950-03-04", "Allee 2", "22222", "Kiel", mail)]
    rows += [("web", "x2", "Hugo", "Maier", "1991-11-27", "Bergweg 3", "33333", "Kiel", mail)]
    add_people(project.folder, rows)
    project.build()
    ends = pair(("web", "x1"), ("web", "x2"))
    assert customer(project, "web", "x1") != customer(project, "web", "x2")
    [asked] = [r for r in project.identity.review().rows.to_pylist() if r["record_id"] == "x2"]
    assert "birth" in asked["reason"]
    [withheld] = project.identity.explain(RecordKey("web", "x2")).withheld
    columns = ("record_id", "to_record_id", "reason")
    assert [withheld[name] for name in columns] == ["x2", "x1", asked["reason"]]
    beside = project.identity.compare(ends)
    assert [e["value"] for e in beside.evidence] == [mail]
    project.identity.decide(DecisionKind.POSTPONE, ends, until_on=date(2020, 2, 1), **SAID)
    assert not [r for r in project.identity.review().rows.to_pylist() if r["record_id"] == "x2"]
    project.identity.decide(DecisionKind.ALWAYS, ends, **SAID)
    assert review_state(project.identity.decisions()[-1], today=NOW.date()) == ReviewState.ACCEPTED
    project.build()
    assert customer(project, "web", "x1") == customer(project, "web", "x2")
    explained = project.identity.explain(customer(project, "web", "x1"))
    assert {(e["kind"], e["by"]) for e in explained.evidence} >= {("decision", "Ida")}


def ends(link):
    return pair((link["source"], link["record_id"]), (link["to_source"], link["to_record_id"]))


def test_precision_is_told_once_the_whole_sample_was_judged_and_lasts_over_builds(project):
    first = project.identity.sample(size=10)
    assert (first.build, len(first.to_judge)) == (2, 10)
    wrong, *right = first.drawn.to_pylist()
    for link in right:
        project.identity.decide(DecisionKind.ALWAYS, ends(link), **SAID)
    with pytest.raises(InputError, match="1 of 10 links drawn of build 2 are not judged yet"):
        project.identity.precision(size=10)
    project.identity.decide(DecisionKind.NEVER, ends(wrong), **SAID)
    before = project.identity.precision(size=10)
    assert (round(before.right.value, 9), before.right.n, before.build) == (0.9, 10, 2)
    project.build()
    assert customer(project, *ends(wrong).record) != customer(project, *ends(wrong).to)
    assert project.identity.precision(size=10) == before._replace(build=3)
    topped_up = project.identity.sample(size=15)
    assert (len(topped_up.drawn), len(topped_up.to_judge), topped_up.links) == (15, 5, first.links)


def test_verdicts_enter_a_training_only_when_somebody_asks(project):
    drawn = [row for row in project.table("proposals").to_pylist() if row["probability"] > 0.5]
    for row in drawn[:12]:
        ends = pair((row["source"], row["record_id"]), (row["to_source"], row["to_record_id"]))
        project.identity.decide(DecisionKind.NEVER, ends, **SAID)
    old, silent, asked = (
        load_model(path).parts[0].matching
        for path in (
            project.folder / "identity" / "model-0001.json",
            project.identity.train(),
            project.identity.train(follow_decisions=True),
        )
    )
    assert silent == old
    assert asked < old


def test_a_change_of_rules_is_tried_on_what_was_built_and_changes_nothing(project):
    same = project.identity.simulate(IdentitySettings())
    assert [count.customers_before for count in same.counts[1:]] == [0] * 6
    number = project.snapshot().number
    strict = IdentitySettings(firewall=FirewallSettings(fewest_large=2, largest_share=0.001))
    assert project.identity.simulate(strict).counts is not None
    assert project.snapshot().number == number


def run(*arguments):
    return CliRunner().invoke(main, ["identity", *map(str, arguments)])


def test_the_same_from_the_command_line(project):
    there = ["-p", project.folder]
    assert run("review", *there).exit_code == 0
    shown = run("compare", "crm/c0", "web/w0", *there).stdout
    assert "family_name" in shown
    assert "model" in shown
    assert "weight\tfamily name\tequal" in shown
    assert "next build" in run("reject", "crm/c0", "web/w0", *there).stdout
    assert "already in force" in run("reject", "crm/c0", "web/w0", *there).stdout
    assert "never" in run("decisions", *there).stdout
    assert "next build" in run("revoke", "crm/c0", "web/w0", *there).stdout
    assert "crm/c0" in run("explain", customer(project, "crm", "c0"), *there).stdout
    assert "1 decisions added" in run("unmerge", "web/w0", *there).stdout
    assert run("unmerge", "web/w0", *there).stdout == "That decision is already in force.\n"


def test_who_decides_anew_is_told_what_was_decided_before_and_what_a_revocation_brings_back(
    project,
):
    two = ("crm/c0", "web/w0", "--by", "Ida", "-p", project.folder)
    assert run("accept", *two).stdout == "Decided; takes effect at the next build.\n"
    assert "the decision before: always, by Ida on 2" in run("reject", *two).stdout
    assert "In force again: always, by Ida on 2" in run("revoke", *two).stdout
    assert "No decision on these two records is in force." in run("revoke", *two).stdout
    listed = run("decisions", "-p", project.folder).stdout.splitlines()
    assert [line.rsplit("\t", 1)[1] for line in listed] == ["in force", "no", "no", "no", "no"]


def test_a_verdict_that_later_ones_contradict_is_listed_as_overruled(project):
    ring = [("crm", "c2"), ("crm", "c5"), ("crm", "c8")]
    one, other, third = ring
    project.identity.decide(DecisionKind.NEVER, pair(one, other), **SAID)
    project.identity.decide(DecisionKind.ALWAYS, pair(one, third), **SAID)
    project.identity.decide(DecisionKind.ALWAYS, pair(third, other), **SAID)
    assert project.identity.standing() == {1: "yes", 2: "yes", 3: "yes"}
    project.build()
    assert customer(project, *one) == customer(project, *other)
    assert project.identity.standing() == {1: "overruled", 2: "yes", 3: "yes"}


def test_a_customer_may_be_named_by_one_of_its_records(project):
    whole = customer(project, "crm", "c0")
    assert project.identity.explain(RecordKey("web", "w0")).customer_id == whole
    there = ["-p", project.folder]
    assert whole in run("compare", "crm/c0", "web/w0", *there).stdout
    assert "1 decisions added" in run("merge", "crm/c2", "web/w0", *there).stdout
    assert "already in force" in run("merge", "crm/c2", "web/w0", *there).stdout


def test_a_decision_on_a_record_that_is_gone_can_be_taken_back(project):
    add_people(
        project.folder, [("web", "n9", "Uwe", "Zorn", "1970-01-02", "Allee 1", "1", "Kiel", "")]
    )
    project.build()
    ends = pair(("web", "n9"), ("crm", "c2"))
    project.identity.decide(DecisionKind.ALWAYS, ends, **SAID)
    raw = project.folder / "raw" / "people.csv"
    raw.write_text("\n".join(raw.read_text().splitlines()[:-1]) + "\n")
    project.build()
    with pytest.raises(InputError, match=r"There is no record web/n9\."):
        project.identity.decide(DecisionKind.NEVER, ends, **SAID)
    assert project.identity.decide(DecisionKind.REVOKE, ends, **SAID) == 1


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[identity]\nmax_records = 9", "has no [identity.firewall] to try."),
        (
            "[identity]\nmax_records = 9\n[identity.firewall]",
            "What `max_records` of [identity] does only a build can tell",
        ),
        (
            '[identity.firewall]\nhousehold_kinds = ["emial"]',
            "household_kinds: the kind 'emial' is in no row of identifiers. Did you mean 'email'?",
        ),
    ],
)
def test_what_a_simulation_cannot_try_is_refused(project, tmp_path, text, problem):
    (tmp_path / "other.toml").write_text(text)
    result = run("simulate", tmp_path / "other.toml", "-p", project.folder)
    assert (result.exit_code, problem in result.stderr) == (1, True)


def test_a_simulation_needs_a_file_that_is_there(project):
    result = run("simulate", "nowhere.toml", "-p", project.folder)
    assert (result.exit_code, "does not exist" in result.stderr) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("explain", "nobody"), "There is no customer 'nobody'"),
        (("accept", "c0", "web/w0"), "'c0' is not a record; write source/record_id."),
        (("accept", "crm/zz", "web/w0"), "There is no record crm/zz."),
        (("accept", "Crm/c0", "web/w0"), "There is no source of records 'Crm'. Did you mean 'crm'"),
        (("merge", "crm/c0", "web/w0"), "already."),
        (("revoke", "crm/c0", "crm/c1"), "There is no decision on crm/c1 and crm/c0"),
        (("unmerge", "crm/c2"), "crm/c2 is the only record of its customer."),
    ],
)
def test_what_cannot_be_decided_is_refused_in_one_line(project, arguments, problem):
    result = run(*arguments, "-p", project.folder)
    assert result.exit_code == 1
    assert problem in result.stderr
    assert "Traceback" not in result.output


def test_a_model_that_is_not_there_is_named(project):
    file = project.folder / "outsidein.toml"
    file.write_text(file.read_text() + '[identity]\nmodel = "model-0002"\n')
    with pytest.raises(InputError, match="There is no model 'model-0002'"):
        opened(project.folder).build()
