"""`outsidein serve`: the pages."""

import socket
from pathlib import Path
from typing import Annotated

import typer

from outsidein.errors import InputError
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
    import uvicorn  # noqa: PLC0415  loaded by who asks for it

    from outsidein.web.app import create_app  # noqa: PLC0415  loaded by who asks for it
    from outsidein.web.case import case_pages  # noqa: PLC0415  loaded by who asks for it
    from outsidein.web.loop import case_acted, case_shown  # noqa: PLC0415  loaded by who asks for it

    _check_free(host, port)
    project = open_project(folder)
    operations, cases = project.operations, project.cases
    pages = case_pages(
        secret=operations.settings.link_key(),
        show=case_shown(cases),
        act=case_acted(cases),
        clock=operations.clock,
    )
    # no access log: whoever read it could press the buttons
    uvicorn.run(create_app(pages), host=host, port=port, access_log=False, server_header=False)


def _check_free(host: str, port: int) -> None:
    """Refuse an address that cannot be listened on, before the server logs it in its own words."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        raise InputError(
            f"Pages cannot be served at {host}, port {port}: {error.strerror}. "
            "Say another --host or --port."
        ) from error
