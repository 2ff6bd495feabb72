"""The pages of a built project with fifty people at once: time of each kind, and memory.

`python -m benchmarks.app FOLDER` serves the project in a process of its own on loopback; people
with a role each ask for pages at random, with pauses. Then pages are asked for without pauses,
and the server's memory is read on the way. It adds people with known passwords to the project's
store: take a copy.
"""

import os
import random
import socket
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from statistics import median, quantiles

import httpx

import outsidein
from outsidein.access.rights import Role
from outsidein.errors import InputError

PEOPLE, PAUSE, LASTS = 50, 10.0, 120.0
"""People at once; their mean pause between two pages, and how long they stay (seconds)."""

REQUESTS, READINGS, AT_ONCE = 10_000, 5, 4
"""Requests without pauses; how often memory is read on the way; how many are under way."""

PASSWORD = "correct horse battery"  # noqa: S105
SERVER = Path(sys.executable).with_name("outsidein")

FIGURES = ("monday", "drivers", "value", "value/policies", "value/ladder", "segments", "standards")
PAGES = {
    Role.VIEWER: FIGURES,
    Role.MANAGER: (*FIGURES, "cases", "customers", "figures/ladder_steps", "search", "customer"),
    Role.AGENT: ("cases", "search", "search", "customer", "customer"),
    Role.ANALYST: (*FIGURES, "figures", "tables", "tables/transactions", "data/needs", "segments"),
}
"""What each role asks for; `search` and `customer` are of a customer chosen at random."""


class Firm:
    """The project that is served: whom its people ask for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with outsidein.open(folder) as project:
            for role in PAGES:
                with suppress(InputError):  # who is there from the last run
                    project.people.add(_address(role), role=role, name=role.title(), by="benchmark")
                project.people.set_password(_address(role), PASSWORD, by="benchmark")
            count = project.customers.count()
            self.customers = [
                customer
                for after in range(0, count, max(count // 50, 1))
                for customer in project.customers.list(personal=True, limit=5, after=after)
            ]
            self.size = count


class Server:
    """A running server."""

    def __init__(self, process: subprocess.Popen[bytes], address: str) -> None:
        self.address = address
        self._process = f"/proc/{process.pid}"

    def megabytes(self) -> float:
        """Return the resident set."""
        pages = int(Path(f"{self._process}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

    def cpu(self) -> float:
        """Return the CPU time so far (seconds)."""
        fields = Path(f"{self._process}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def served(folder: Path) -> Iterator[Server]:
    """Serve a project until the body ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [SERVER, "serve", "--project", folder, "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_for(f"{address}/health")
            yield Server(process, address)
        finally:
            process.terminate()


def _wait_for(address: str) -> None:
    for _ in range(300):
        try:
            if httpx.get(address).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise SystemExit("The server did not come up.")


class Person:
    """Somebody who asks for pages, and how long each took (milliseconds)."""

    def __init__(self, firm: Firm, server: Server, number: int) -> None:
        self.role = list(PAGES)[number % len(PAGES)]
        self.random = random.Random(number)  # noqa: S311  no secret
        self.taken: dict[str, list[float]] = defaultdict(list)
        self._firm = firm
        self._browser = httpx.Client(base_url=server.address, timeout=60, follow_redirects=True)
        form = {"email": _address(self.role), "password": PASSWORD}
        answer = self._browser.post("/sign-in", data=form)
        self._home = answer.url.path.rpartition("/")[0]

    def ask(self) -> None:
        """Ask for a page at random."""
        kind = self.random.choice(PAGES[self.role])
        customer = self.random.choice(self._firm.customers)
        words = customer.name or customer.customer_id
        paths = {"search": "customers", "customer": f"customers/{customer.customer_id}"}
        path = paths.get(kind, kind)
        began = time.perf_counter()
        answer = self._browser.get(
            f"{self._home}/{path}", params={"q": words} if kind == "search" else {}
        )
        self.taken[kind].append(1000 * (time.perf_counter() - began))
        if answer.status_code != httpx.codes.OK:
            raise SystemExit(f"{self.role} got {answer.status_code} for {path}")

    def stay(self, until: float) -> None:
        """Ask for pages with pauses."""
        while time.perf_counter() < until:
            self.ask()
            time.sleep(self.random.expovariate(1 / PAUSE))


def _address(role: Role) -> str:
    return f"{role.value.replace(' ', '.')}@benchmark.example"


def run(folder: Path) -> None:
    """Serve a project, ask, and print a table."""
    firm = Firm(folder)
    with served(folder) as server, ThreadPoolExecutor(PEOPLE) as threads:
        people = list(threads.map(lambda n: Person(firm, server, n), range(PEOPLE)))
        for person in people[: len(PAGES)]:  # the first view of a build draws its charts
            for _ in range(3 * len(PAGES[person.role])):
                person.ask()
            person.taken.clear()
        cpu = server.cpu()
        until = time.perf_counter() + LASTS
        list(threads.map(lambda person: person.stay(until), people))
        _print_times(firm, people, (server.cpu() - cpu))
        _print_memory(server, people, threads)


def _print_times(firm: Firm, people: list[Person], cpu: float) -> None:
    taken: dict[str, list[float]] = defaultdict(list)
    for person in people:
        for kind, each in person.taken.items():
            taken[kind] += each
            taken["all"] += each
            person.taken[kind] = []
    asked = len(taken["all"])
    load = os.getloadavg()[0]
    print(f"{firm.size:,} customers, {len(people)} people, {asked} pages, load {load:.1f}:")
    print(f"{1000 * cpu / asked:.0f} ms of CPU a page\n\n| page | n | median | p95 |")
    print("|---|---|---|---|", flush=True)
    for kind, each in sorted(taken.items()):
        print(f"| {kind} | {len(each)} | {median(each):.0f} | {quantiles(each, n=20)[18]:.0f} |")


def _print_memory(server: Server, people: list[Person], threads: ThreadPoolExecutor) -> None:
    print(f"\n0 requests: {server.megabytes():.0f} MB", flush=True)
    share = REQUESTS // READINGS // AT_ONCE

    def ask(person: Person) -> None:
        for _ in range(share):
            person.ask()

    for reading in range(1, READINGS + 1):
        list(threads.map(ask, people[:AT_ONCE]))
        print(f"{reading * share * AT_ONCE:,} requests: {server.megabytes():.0f} MB", flush=True)


if __name__ == "__main__":
    run(Path(sys.argv[1]))
