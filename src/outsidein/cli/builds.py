"""`outsidein builds`: list, show, compare, verify, publish, roll back, prune."""

from typing import Annotated

import typer

from outsidein.cli.console import By, Json, out, print_table
from outsidein.cli.groups import noun
from outsidein.cli.project import opened
from outsidein.lake.snapshots import Snapshot

app = noun("Builds and their snapshots.")

Number = Annotated[int, typer.Argument(help="Number of a build.")]


@app.command("list")
def list_builds(context: typer.Context, as_json: Json = False) -> None:
    """List all builds, newest first, with the current one marked.

    Example: outsidein builds list
    """
    rows = [
        (snapshot.number, snapshot.finished_at, _state(snapshot))
        for snapshot in opened(context).snapshots()
    ]
    print_table(("build", "finished", "state"), rows, as_json=as_json)


def _state(snapshot: Snapshot) -> str:
    if snapshot.is_current:
        return "current"
    if snapshot.is_pruned:
        return "pruned"
    return "kept" if snapshot.was_published else "withheld"


@app.command()
def show(context: typer.Context, number: Number, as_json: Json = False) -> None:
    """Show a build: its state, the limits that it exceeds, who published it, when and why.

    Example: outsidein builds show 2
    """
    project = opened(context)
    snapshot = project.snapshot(number)
    rows = [
        ("state", _state(snapshot)),
        ("finished", snapshot.finished_at),
        *(("exceeds", sentence) for sentence in snapshot.exceeds),
        *(
            (p.reason, f"{p.at.isoformat(timespec='seconds')} by {p.by or '?'}{_because(p.why)}")
            for p in project.publications(number)
        ),
    ]
    print_table(("what", "value"), rows, as_json=as_json)


def _because(why: str) -> str:
    return f": {why}" if why else ""


@app.command()
def publish(
    context: typer.Context,
    number: Number,
    why: Annotated[str, typer.Option(help="Why it is right though it exceeds its limits.")],
    by: By = "",
) -> None:
    """Make a withheld build the current one.

    Example: outsidein builds publish 2 --why "the branch in Kiel was sold"
    """
    snapshot = opened(context).publish(number, why=why, by=by or None)
    out.print(f"Build {snapshot.number} is now current.")


@app.command()
def compare(context: typer.Context, before: Number, after: Number, as_json: Json = False) -> None:
    """Show the tables that differ between two builds, with their row counts.

    Example: outsidein builds compare 1 2
    """
    head = ("table", "rows before", "rows after", "only before", "only after")
    rows = [
        (c.table, c.rows_before, c.rows_after, c.only_before, c.only_after)
        for c in opened(context).compare(before, after)
        if not c.is_same
    ]
    print_table(head, rows, as_json=as_json)


@app.command()
def verify(context: typer.Context, as_json: Json = False) -> None:
    """Read every file of every kept build and compare it with the hash of what was written.

    Exits with 1 if a file is missing or was changed. Commands that open a build notice a changed
    size or time by themselves.

    Example: outsidein builds verify
    """
    project = opened(context)
    kept = [snapshot for snapshot in project.snapshots() if not snapshot.is_pruned]
    damages = {snapshot.number: project.damages(snapshot.number) for snapshot in kept}
    rows = [
        (snapshot.number, "; ".join(damages[snapshot.number]) or _intact(snapshot))
        for snapshot in kept
    ]
    print_table(("build", "files"), rows, as_json=as_json)
    if any(damages.values()):
        raise typer.Exit(1)


def _intact(snapshot: Snapshot) -> str:
    return "intact" if snapshot.contents else "there; an older version recorded no hashes"


@app.command()
def rollback(context: typer.Context, number: Number) -> None:
    """Make an earlier build the current one.

    Example: outsidein builds rollback 1
    """
    snapshot = opened(context).rollback(number)
    out.print(f"Build {snapshot.number} is now current.")


@app.command()
def prune(
    context: typer.Context,
    keep: Annotated[int, typer.Option(help="How many of the newest builds to keep.", min=2)] = 10,
) -> None:
    """Delete old snapshots, except the newest ones and the current one.

    Example: outsidein builds prune --keep 3
    """
    numbers = opened(context).prune(keep=keep)
    named = ": " + ", ".join(map(str, numbers)) if numbers else ""
    out.print(f"{len(numbers)} pruned{named}.")
