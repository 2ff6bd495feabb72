"""The `outsidein` command: parses, calls, prints."""

from outsidein.cli import deliveries, serve, store, worker
from outsidein.cli.commands import main

main.add_typer(store.commands, name="store")
main.add_typer(deliveries.commands, name="deliveries")
main.command("worker")(worker.worker)
main.command("serve")(serve.serve)

__all__ = ["main"]
