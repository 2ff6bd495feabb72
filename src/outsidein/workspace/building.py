"""Building a project: a snapshot, published with its entry in the audit."""

import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from socket import gethostname

from outsidein import workspace
from outsidein.errors import ProjectNotice
from outsidein.lake.snapshot_comparison import TableChange, compare
from outsidein.lake.snapshots import PublishedBy, Snapshot, Verdict
from outsidein.pipeline.build import Built, run_build
from outsidein.pipeline.metric_checks import check_metrics
from outsidein.pipeline.usage import StepUsage
from outsidein.sources.progress import Progress, SilentProgress
from outsidein.workspace.workspace import Workspace

__all__ = ["Built", "SilentProgress", "TableChange", "build", "compare"]


def build(
    work: Workspace,
    *,
    threads: int | None,
    environment: Mapping[str, str],
    progress: Progress | None,
    step: Callable[[StepUsage], None],
    by: str | None,
    publish_anyway: str | None = None,
    afresh: bool = False,
) -> Built:
    """Build a snapshot, publish it if it is within its limits, and prune the oldest.

    The publication, the marks of what is pruned and the audit's entry are one transaction.

    Raises:
        InputError: Project or data are wrong, or another build is running; the current snapshot
            stays current.
    """
    snapshots, pruned = work.snapshots, []
    _claim_lake(work, by=by, afresh=afresh)

    @contextmanager
    def publishing(number: int, verdict: Verdict) -> Iterator[PublishedBy]:
        did = "build.published" if verdict.is_published else "build.withheld"
        details = {"build": number, **_beyond_limits(verdict)}
        with work.acts.act(did, "build", by=by, details=details) as act:
            yield PublishedBy(act.session, act.by)
            pruned.extend(snapshots.prune(act.session, keep=work.file.keep_builds))
            if pruned:
                act.details["pruned"] = _numbers(pruned)

    declared = work.check()
    check_metrics(declared.objectives)
    built = run_build(
        declared,
        snapshots.built_by(publishing),
        clock=work.clock,
        environment=environment,
        progress=progress or SilentProgress(),
        step=step,
        threads=threads,
        publish_anyway=publish_anyway,
        afresh=afresh,
    )
    snapshots.delete(pruned)
    workspace.customer_index.drop_outdated(work)
    return built


def _claim_lake(work: Workspace, *, by: str | None, afresh: bool) -> None:
    host = gethostname()
    with work.acts.act("lake.claimed", "lake", by=by, details={"host": host}) as act:
        change = work.snapshots.claim(act.session, host=host, now=act.now, afresh=afresh)
        act.changed = change is not None
        act.details["change"] = change
    if change:
        warnings.warn(change, ProjectNotice, stacklevel=2)


def _beyond_limits(verdict: Verdict) -> dict[str, object]:
    if not verdict.exceeds:
        return {}
    why = {"anyway": verdict.anyway} if verdict.is_published else {}
    return {"exceeds": verdict.exceeds, **why}


def _numbers(snapshots: list[Snapshot]) -> str:
    return ", ".join(str(snapshot.number) for snapshot in snapshots)
