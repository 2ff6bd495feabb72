"""`outsidein serve`: the pages."""

from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from outsidein.errors import UnknownName
from outsidein.web.app import create_app
from outsidein.web.case import CaseFacts, case_pages
from outsidein.workspace.project import open_project

Folder = Annotated[Path, typer.Option("--project", "-p", help="Folder of the project.")]


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)] = 8000,
    folder: Folder = Path(),
) -> None:
    """Serve the pages behind the links in mails, until it is told to stop (SIGTERM, Ctrl-C).

    Put a web server with a certificate before it; links are secrets.

    Example: outsidein serve --project shop
    """
    operations = open_project(folder).operations
    pages = case_pages(
        secret=operations.settings.link_key(), show=_show, act=_act, clock=operations.clock
    )
    # no access log: whoever read it could press the buttons
    uvicorn.run(create_app(pages), host=host, port=port, access_log=False, server_header=False)


def _show(case: str) -> CaseFacts:
    raise UnknownName("case", case, ())


def _act(case: str, verb: str, *, who: str, to: str, note: str, cause: str) -> str:  # noqa: ARG001
    raise UnknownName("case", case, ())
