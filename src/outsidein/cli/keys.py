"""`outsidein keys`: keys with which machines sign in."""

from typing import Annotated

import typer

from outsidein.access.rights import Right
from outsidein.cli.console import By, Json, out, print_table
from outsidein.cli.groups import noun
from outsidein.cli.project import opened

app = noun("Keys with which machines sign in.")

HEAD = ("id", "name", "may", "made by", "expires", "last used", "revoked")

KeyId = Annotated[str, typer.Argument(help="Id of the key.")]


@app.command("list")
def list_keys(context: typer.Context, as_json: Json = False) -> None:
    """List keys, latest first.

    Example: outsidein keys list
    """
    rows = [
        (
            *(k.id, k.name, ", ".join(sorted(k.rights)), k.created_by),
            *(k.expires_at, k.used_at, k.revoked_at),
        )
        for k in opened(context).people.api_keys()
    ]
    print_table(HEAD, rows, as_json=as_json)


@app.command()
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="What the key is for.")],
    right: Annotated[list[Right], typer.Option("--may", help="What it may do; repeatable.")],
    by: By = "",
) -> None:
    """Make a key and print it: it is not shown again.

    Example: outsidein keys add "figures for the wall" --may "see figures"
    """
    out.print(opened(context).people.add_key(name, rights=right, by=by or None).text)


@app.command()
def rotate(context: typer.Context, key: KeyId, by: By = "") -> None:
    """Replace a key and print the new one; the old one works a week longer.

    Example: outsidein keys rotate 1f0c22aa91b3
    """
    out.print(opened(context).people.rotate_key(key, by=by or None).text)


@app.command()
def revoke(context: typer.Context, key: KeyId, by: By = "") -> None:
    """Take a key away at once.

    Example: outsidein keys revoke 1f0c22aa91b3
    """
    opened(context).people.revoke_key(key, by=by or None)
    out.print("The key opens nothing any more.")
