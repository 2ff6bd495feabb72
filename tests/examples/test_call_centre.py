import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

import outsidein
from outsidein.cli import main
from outsidein.report.documents import Document

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """The example built from nothing, in a folder as deep as its own."""
    if not (ROOT / ".." / "shared" / "data").exists():
        pytest.skip("needs the real data in ../shared/data, which is not here")
    top = tmp_path_factory.mktemp("call_centre")
    (top / "shared").symlink_to((ROOT / ".." / "shared").resolve())
    folder = top / "project" / "examples" / "call_centre"
    left_out = shutil.ignore_patterns(".outsidein", "report")
    shutil.copytree(ROOT / "examples" / "call_centre", folder, ignore=left_out)
    project = outsidein.open(folder)
    project.build()
    return project


def told(project, figure, measure, **group):
    return [
        e
        for e in project.figures()[figure].estimates
        if e.measure == measure and all(e.group[name] == key for name, key in group.items())
    ]


def test_who_gives_up_in_the_queue_is_counted_without_calls_dropped_before_it(project):
    [now] = told(project, "standards", "share missed now", standard="hang_ups")
    assert now.value == pytest.approx(3_932 / (3_932 + 27_162))
    assert now.n < 4_081
    [dropped] = told(project, "standards", "share missed now", standard="dropped")
    assert dropped.value == pytest.approx(1_972 / (5_904 + 27_162))


def test_the_two_days_of_dropped_calls_stand_out_and_are_over(project):
    [now] = told(project, "standards", "share missed now", standard="dropped")
    assert now.group["chart"] == "back in control"
    days = {
        e.group["period"]: e.group["signal"]
        for e in told(project, "standard_charts", "share missed", standard="dropped")
        if e.group["signal"]
    }
    assert days == {
        "1999-02-03": "worse, beyond the limits",
        "1999-02-21": "worse, beyond the limits",
    }


def test_who_calls_again_within_a_day_is_not_lost(project):
    [lost] = told(project, "standards", "share missed now", standard="callers_lost")
    assert lost.value == pytest.approx(1 - 1_216 / 1_800, abs=0.03)


def test_only_time_of_an_agent_costs(project):
    [cost] = told(project, "profitability", "total", step="cost to serve")
    assert cost.value == -7_240_663


def test_no_wait_is_invented_from_which_on_callers_hang_up(project):
    [target] = told(project, "standard_targets", "target", standard="answering", state="proposed")
    assert target.value is None
    assert "there is no such point" in target.why


def test_the_customers_say_how_long_is_too_long_before_they_call_again(project):
    [target] = told(project, "standard_targets", "target", standard="waiting", state="in force")
    assert 20 <= target.value <= 50
    assert target.low <= target.value <= target.high
    assert target.group["by"] == "the customers"


def test_the_report_draws_the_charts_and_the_funnel(project):
    page = project.report(document=Document.APPENDIX).read_text()
    for block in ("chart_hang_ups", "chart_settled", "disasters_waiting", "funnel_settled"):
        assert f'id="standard_{block}"' in page
    assert page.count("upper limit") >= 5


def test_standards_are_told_on_the_command_line(project):
    run, at = CliRunner(), ["--project", str(project.folder)]
    listed = run.invoke(main, ["standards", "list", *at])
    assert listed.exit_code == 0
    assert "hang_ups\thead of service\tin control\t\tnot kept\tlast 28 days" in listed.stdout
    shown = run.invoke(main, ["standards", "show", "dropped", *at])
    assert "1999-02-21" in shown.stdout
    assert "worse, beyond the limits" in shown.stdout
    offered = run.invoke(main, ["standards", "propose", *at])
    assert "waiting\tproposed\t1999-03-01\tthe customers\ttarget" in offered.stdout
    shifts = run.invoke(main, ["shifts", "list", *at])
    assert shifts.stdout.startswith("since\tearliest\tlatest\tkind\tstream\tdirection")
    unknown = run.invoke(main, ["standards", "show", "hangups", *at])
    assert unknown.exit_code == 1
    assert "Did you mean 'hang_ups'?" in unknown.stderr
