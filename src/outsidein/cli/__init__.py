"""The `outsidein` command: parses, calls, prints."""

from outsidein.cli.commands import main

__all__ = ["main"]
