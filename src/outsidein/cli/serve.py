"""`outsidein serve`: the pages."""

import socket
from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from outsidein.cli.console import out
from outsidein.cli.groups import verb
from outsidein.cli.project import opened
from outsidein.errors import InputError
from outsidein.web.preparing import Preparing
from outsidein.web.serving import first_link, site_app
from outsidein.workspace.project import open_project

app = verb()


@app.command()
def serve(
    context: typer.Context,
    also: Annotated[
        list[Path] | None,
        typer.Option(help="Folder of a further project for the same people; repeatable."),
    ] = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)] = 8000,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(
            help="A further name under which browsers reach the server; that of "
            "OUTSIDEIN_PUBLIC_URL is allowed. Repeatable."
        ),
    ] = None,
) -> None:
    """Serve the pages until stopped (SIGTERM, Ctrl-C).

    Where no administrator can sign in yet, it prints a link that signs one in, once. Put a web
    server with a TLS certificate in front.

    Example: outsidein serve --project shop
    """
    _check_free(host, port)
    projects = [opened(context), *(open_project(folder) for folder in also or ())]
    site = site_app(projects, hosts=(host, *(allow_host or ())))
    if link := first_link(projects[0]):
        out.print(f"Sign in as the first administrator, once, within a day: {link}")
    with Preparing(site.state.site):
        # no access log: whoever read it could press the buttons
        uvicorn.run(site, host=host, port=port, access_log=False, server_header=False)


def _check_free(host: str, port: int) -> None:
    """Refuse an address that cannot be listened on before the server logs it in its own words."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        raise InputError(
            f"Pages cannot be served at {host}, port {port}: {error.strerror}. "
            "Choose another --host or --port."
        ) from error
