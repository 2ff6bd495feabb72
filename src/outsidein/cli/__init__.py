"""The `outsidein` command: parses, calls, prints."""

from outsidein.cli.root import main

__all__ = ["main"]
