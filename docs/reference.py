"""Writes docs/guide/commands.md from the commands' own help; a test checks that it is current."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from typer.main import get_command

from outsidein.cli import main

PAGE = Path(__file__).parent / "guide" / "commands.md"


def commands(command: Any, *path: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield every command with its words."""
    if not hasattr(command, "list_commands"):
        yield path, command
        return
    for name in command.list_commands(None):
        yield from commands(command.get_command(None, name), *path, name)


def page() -> str:
    """Word the page."""
    lines = ["# Commands", "", "Made from the commands' own help.", ""]
    for path, command in commands(get_command(main)):
        lines += [f"## outsidein {' '.join(path)}", "", (command.help or "").strip(), ""]
        for parameter in command.params:
            names = ", ".join([*parameter.opts, *parameter.secondary_opts])
            lines.append(f"- `{names}`: {parameter.help or ''}".rstrip(": "))
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
