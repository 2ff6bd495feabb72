"""How commands are grouped: a lazily loaded root, nouns with a default verb, errors on one line."""

import warnings
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, NamedTuple

import typer
from sqlalchemy.exc import DBAPIError
from typer.core import TyperCommand, TyperGroup

from outsidein.cli.console import err
from outsidein.cli.system_errors import system_problem
from outsidein.errors import InputError

GLOBAL = ("--project", "-p")
"""Options of the root that may stand anywhere on the line."""


class Entry(NamedTuple):
    """One word after `outsidein`: its module in this package, and its help."""

    module: str
    help: str


class Root(TyperGroup):
    """Loads a command's module when it is called, and shows an `InputError` as one line.

    Bugs keep their traceback.
    """

    entries: Mapping[str, Entry] = {}
    is_listing = False

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401  as click has it
        super().__init__(**settings)
        self.commands = {
            name: TyperCommand(name, help=entry.help) for name, entry in self.entries.items()
        }

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401, D102
        if self.is_listing or cmd_name not in self.entries:
            return super().get_command(ctx, cmd_name)
        app = import_module(f"outsidein.cli.{self.entries[cmd_name].module}").app
        return typer.main.get_command(app)

    def format_help(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401, D102
        self.is_listing = True
        super().format_help(ctx, formatter)
        self.is_listing = False

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401, D102
        return super().parse_args(ctx, global_first(args))

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401, D102
        with warnings.catch_warnings():
            warnings.showwarning = _warnings_shown_once()
            try:
                return super().invoke(ctx)
            except InputError as error:
                print_error(error)
                raise typer.Exit(1) from error
            except (OSError, DBAPIError) as error:
                if not (problem := system_problem(error)):
                    raise
                print_error(InputError(problem))
                raise typer.Exit(1) from error


class Noun(TyperGroup):
    """A noun with its verbs: alone it lists, followed by a name it shows that one.

    `outsidein figures` is `outsidein figures list`, `outsidein figures tiers` is
    `outsidein figures show tiers`.
    """

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401, D102
        return super().parse_args(ctx, self._with_verb(args))

    def _with_verb(self, args: list[str]) -> list[str]:
        if "list" not in self.commands or (args and args[0] in {*self.commands, "--help"}):
            return args
        is_name = bool(args) and not args[0].startswith("-") and "show" in self.commands
        return ["show" if is_name else "list", *args]


def global_first(args: list[str]) -> list[str]:
    """Move options of the root before the command, wherever they stand.

    Example:
        >>> global_first(["build", "--project", "shop", "--threads", "2"])
        ['--project', 'shop', 'build', '--threads', '2']
    """
    first, rest, remaining = list[str](), list[str](), iter(args)
    for arg in remaining:
        if arg == "--":
            rest += [arg, *remaining]
        elif arg in GLOBAL:
            first += [arg, *([value] if (value := next(remaining, None)) is not None else [])]
        elif arg.startswith("--project="):
            first.append(arg)
        else:
            rest.append(arg)
    return first + rest


def noun(summary: str) -> typer.Typer:
    """Return the application of one noun, to which verbs are added."""
    app = typer.Typer(cls=Noun, no_args_is_help=True, add_completion=False, help=summary)
    app.callback()(_nothing)  # without one, typer makes a noun of one verb into that verb
    return app


def verb() -> typer.Typer:
    """Return the application of one verb of the whole project."""
    return typer.Typer(add_completion=False)


def _nothing() -> None:
    """Do nothing before the verb."""


def print_error(error: InputError) -> None:
    """Print an error as one line."""
    err.print(f"[red]Error:[/red] {_one_line(str(error))}")


def _warnings_shown_once() -> Callable[..., None]:
    """Return what shows warnings: the project file is read twice, and warns each time."""
    shown: set[str] = set()

    def show(message: Warning | str, *_: object, **__: object) -> None:
        line = f"Warning: {_one_line(str(message))}"
        if line not in shown:
            shown.add(line)
            err.print(line)

    return show


def _one_line(text: str) -> str:
    return " ".join(text.split()).replace("[", r"\[")
