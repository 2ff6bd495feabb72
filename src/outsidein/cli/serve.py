"""`outsidein serve`: the pages."""

import socket
from typing import Annotated

import typer
import uvicorn

from outsidein.cli.groups import verb
from outsidein.cli.project import opened
from outsidein.errors import InputError
from outsidein.web.app import create_app
from outsidein.web.case import case_pages
from outsidein.web.loop import act_on_case, show_case

app = verb()


@app.command()
def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)] = 8000,
) -> None:
    """Serve the pages behind the links in mails until stopped (SIGTERM, Ctrl-C).

    Links are secrets: put a web server with a TLS certificate in front.

    Example: outsidein serve --project shop
    """
    _check_free(host, port)
    project = opened(context)
    work, cases = project.workspace, project.cases
    pages = case_pages(
        secret=work.settings.link_key(),
        show=show_case(cases, currency=project.currency),
        act=act_on_case(cases),
        clock=work.clock,
    )
    # no access log: whoever read it could press the buttons
    uvicorn.run(create_app(pages), host=host, port=port, access_log=False, server_header=False)


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
