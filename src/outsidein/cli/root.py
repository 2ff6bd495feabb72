"""The root of `outsidein`: its options, and where each command stands."""

import os
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from outsidein.cli.groups import Entry, Root
from outsidein.project.private_files import OTHERS

ENTRIES = {
    "init": Entry("init", "Write a new project."),
    "check": Entry("check", "Check every file of the project."),
    "build": Entry("build", "Build a snapshot from the raw sources and publish it."),
    "report": Entry("report", "Write the report of the current build."),
    "export": Entry("export", "Export tables and figures for other programs."),
    "worker": Entry("worker", "Send mails and webhooks, run alerts and scheduled builds."),
    "serve": Entry("serve", "Serve the pages."),
    "people": Entry("people", "People who may use the pages."),
    "keys": Entry("keys", "Keys with which machines sign in."),
    "builds": Entry("builds", "Builds: list, show, compare, verify, publish, roll back, prune."),
    "sources": Entry("sources", "Sources of raw data and their columns."),
    "tables": Entry("tables", "Tables of the current build."),
    "figures": Entry("figures", "Published figures, with n and interval."),
    "rejects": Entry("rejects", "Rejected rows and the reasons."),
    "identity": Entry("identity", "Which records are one customer, and why."),
    "surveys": Entry("surveys", "Surveys, their responses, and whom to ask next."),
    "texts": Entry("texts", "Coding of what customers write."),
    "standards": Entry("standards", "Service standards: targets, charts, units."),
    "shifts": Entry("shifts", "Lasting changes in what customers do and say."),
    "alerts": Entry("alerts", "Rules that fire on encounters and signals."),
    "cases": Entry("cases", "Cases: follow-up with single customers."),
    "deliveries": Entry("deliveries", "Outgoing mails and webhooks."),
    "store": Entry("store", "The operational store: backup, restore, audit."),
    "simulate": Entry("simulate", "A simulated company whose true figures are known."),
}
"""Every word that may follow `outsidein`, in the order of the help."""


WRITE_PROJECTS = ("init", "simulate")
"""Commands whose files are the project itself, which others may work on too."""


class Commands(Root):
    """The commands of `outsidein`."""

    entries = ENTRIES


main = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Customer intelligence from the customer's side.",
)


def print_version(wanted: bool) -> None:  # noqa: FBT001  typer's callback
    """Print the version and stop, if that is wanted."""
    if wanted:
        python = f"Python {platform.python_version()}"
        typer.echo(f"outsidein {version('outsidein')}, {python}, DuckDB {version('duckdb')}")
        raise typer.Exit


@main.callback()
def root(
    context: typer.Context,
    project: Annotated[
        Path | None,
        typer.Option(
            "--project",
            "-p",
            help="Folder of the project; by default the one you are in, or the nearest above it. "
            "May stand anywhere on the line.",
        ),
    ] = None,
    _version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the versions.", is_eager=True, callback=print_version
        ),
    ] = False,
) -> None:
    """Customer intelligence from the customer's side."""
    context.obj = project
    if context.invoked_subcommand not in WRITE_PROJECTS:
        os.umask(OTHERS)  # what commands write may hold personal data
