"""Debian's PostgreSQL, started by the tests on a socket of its own and stopped after them."""

import os
import shutil
import subprocess
import tempfile
from itertools import count
from pathlib import Path

from sqlalchemy import URL, create_engine, text

PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",  # the machine does not lose power during a test
    "full_page_writes": "off",
    "max_connections": "60",
    "shared_buffers": "32MB",
}


class Server:
    """One server with as many empty stores as asked for, each in a schema of its own."""

    def __init__(self):
        self._folder = Path(tempfile.mkdtemp(prefix="outsidein-postgres-"))
        self._names = (f"store_{number}" for number in count())
        if os.geteuid() == 0:  # the server refuses to run as root
            shutil.chown(self._folder, "postgres", "postgres")
        self._run("initdb", "--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8")
        with (self._folder / "data" / "postgresql.conf").open("a") as file:
            file.writelines(f"{name} = '{value}'\n" for name, value in SETTINGS.items())
            file.write(f"unix_socket_directories = '{self._folder}'\n")
        self._run("pg_ctl", "start", "--wait", "--silent", f"--log={self._folder}/log")

    def empty(self):
        """Make room for a store and return its address."""
        name = next(self._names)
        engine = create_engine(self._url({}))
        with engine.begin() as connection:
            connection.execute(text(f"CREATE SCHEMA {name}"))
        engine.dispose()
        return self._url({"options": f"-csearch_path={name}"})

    def restart(self):
        """Stop at once, as a crash of the server does, and start again."""
        self._run("pg_ctl", "restart", "--mode=immediate", "--wait", "--silent")

    def stop(self):
        """Stop, and leave nothing behind."""
        self._run("pg_ctl", "stop", "--mode=immediate", "--wait", "--silent")
        shutil.rmtree(self._folder)

    def _url(self, options):
        return URL.create(
            "postgresql+psycopg",
            username="postgres",
            database="postgres",
            query={"host": str(self._folder), **options},
        )

    def _run(self, program, *arguments):
        command = [PROGRAMS[-1] / program, f"--pgdata={self._folder}/data", *arguments]
        account = "postgres" if os.geteuid() == 0 else None
        subprocess.run(
            command,
            cwd=self._folder,
            user=account,
            group=account,
            extra_groups=[] if account else None,
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,  # a pipe would stay open as long as the server
        )
