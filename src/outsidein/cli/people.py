"""`outsidein people`: who may use the pages."""

from typing import Annotated

import typer

from outsidein.access.rights import Role
from outsidein.cli.console import By, Json, out, print_table
from outsidein.cli.groups import noun
from outsidein.cli.project import opened

app = noun("People who may use the pages.")

HEAD = ("email", "name", "role", "teams", "signs in")

Email = Annotated[str, typer.Argument(help="Mail address of the person.")]
Teams = Annotated[
    list[str] | None, typer.Option("--team", help="A team whose cases they work on; repeatable.")
]


@app.command("list")
def list_people(context: typer.Context, as_json: Json = False) -> None:
    """List everybody with their role.

    Example: outsidein people list
    """
    people = opened(context).people.everybody()
    rows = [
        (
            *(p.email, p.name, p.role, ", ".join(sorted(p.teams))),
            "no longer" if p.is_disabled else "with a password" if p.has_password else "by link",
        )
        for p in people
    ]
    print_table(HEAD, rows, as_json=as_json)


@app.command()
def add(
    context: typer.Context,
    email: Email,
    role: Annotated[Role, typer.Option(help="What they may do.")],
    name: Annotated[str, typer.Option(help="As shown to others.")] = "",
    team: Teams = None,
    by: By = "",
) -> None:
    """Add a person and print a link that signs them in once, within a day.

    Example: outsidein people add ann@shop.example --role administrator
    """
    people = opened(context).people
    people.add(email, role=role, name=name, teams=team or (), by=by or None)
    out.print(people.link(email, by=by or None))


@app.command()
def change(
    context: typer.Context,
    email: Email,
    role: Annotated[Role | None, typer.Option(help="The new role.")] = None,
    name: Annotated[str | None, typer.Option(help="The new name.")] = None,
    team: Teams = None,
    by: By = "",
) -> None:
    """Change a person's role, name or teams.

    Example: outsidein people change ann@shop.example --role manager --team delivery
    """
    person = opened(context).people.change(email, role=role, name=name, teams=team, by=by or None)
    teams = f" of {', '.join(sorted(person.teams))}" if person.teams else ""
    out.print(f"{person.name} is {person.role}{teams}.")


@app.command()
def link(context: typer.Context, email: Email, by: By = "") -> None:
    """Print a link that signs a person in once, within a day.

    Example: outsidein people link ann@shop.example
    """
    out.print(opened(context).people.link(email, by=by or None))


@app.command()
def disable(context: typer.Context, email: Email, by: By = "") -> None:
    """Let a person no longer sign in, and sign them out.

    Example: outsidein people disable ann@shop.example
    """
    opened(context).people.disable(email, by=by or None)
    out.print(f"{email} can no longer sign in and was signed out everywhere.")


@app.command()
def enable(context: typer.Context, email: Email, by: By = "") -> None:
    """Let a person sign in again.

    Example: outsidein people enable ann@shop.example
    """
    opened(context).people.enable(email, by=by or None)
    out.print(f"{email} can sign in again.")
