"""A small firm whose parcels come late, whom its customers and its own people can reach."""

import random
import re
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial

from outsidein.web.app import create_app
from outsidein.web.case import case_pages
from outsidein.web.loop import act_on_case, show_case
from outsidein.worker.duties import duties_of
from outsidein.worker.worker import run_duties_once
from outsidein.workspace.project import Project
from tests.projects import NEED, write_shop
from tests.served import served

THURSDAY = datetime(2020, 1, 2, 7, tzinfo=UTC)
LINKS, WEBHOOKS = "l" * 32, "w" * 32
SIGNED = {"OUTSIDEIN_LINK_SECRET": LINKS}

FILES = {
    "tables/encounters/parcels.sql": """
select 'shop' as source, parcel as encounter_id, person_id as record_id, came_at as started_at,
       'parcel' as channel, kind, 'company' as initiator, promised_at,
       came_at as actual_at, driver as employee
from parcels""",
    "alerts.toml": """
[alert.late]
on = "encounters"
rule = "kind = 'parcel' and days_late >= 2"
issue = "delivery"
team = "delivery"
playbooks = ["call", "voucher"]
randomise = true
causes = ["carrier", "address"]
live_from = 2020-01-02
[alert.lost]
on = "encounters"
rule = "kind = 'lost'"
issue = "loss"
team = "desk"
severity = 5
playbooks = ["call"]
live_from = 2020-01-02
""",
    "playbooks/call.md": """+++
title = "Your parcel"
issues = ["delivery", "loss"]
minimum_response = "We know of it and look into it. Sorry."
+++
1. Call.
""",
    "playbooks/voucher.md": """+++
title = "Your parcel came late"
issues = ["delivery"]
minimum_response = "It came late. Sorry."
+++
1. Send a voucher.
""",
}
TEAMS = """
[team.delivery]
lead = "Carla"
members = {{ Carla = "carla@shop.example", Bruno = "bruno@shop.example" }}
timezone = "Europe/Berlin"
escalate_to = "desk"
[team.desk]
lead = "Desk"
members = {{ Desk = "{hook}" }}
timezone = "Europe/Berlin"
capacity = {capacity}
"""
HISTORY = [
    ("k1", "p2", "parcel", "2019-10-10 08:00", "2019-10-20 08:00", "Bruno"),
    ("k2", "p4", "lost", "2019-11-10 08:00", "2019-11-13 08:00", "Bruno"),
]
LATE = ("k3", "p1", "parcel", "2019-12-28 08:00", "2020-01-02 08:00", "Bruno")
FRIDAY = THURSDAY + timedelta(days=1)
LOST = ("k4", "p6", "lost", "2019-12-28 08:00", "2020-01-02 09:00", "Bruno")


def write_firm(folder):
    """Write the project; its rules are live, and only what came before has happened yet."""
    write_shop(folder)
    more = (
        '[source.parcels]\nformat = "csv"\npath = "raw/parcels.csv"\n',
        NEED.format(
            source="parcels",
            columns='["parcel", "person_id", "kind", "promised_at", "came_at", "driver"]',
            state="approved",
        ),
    )
    for name, text in zip(("sources.toml", "data_needs.toml"), more, strict=True):
        (folder / name).write_text((folder / name).read_text() + text)
    declared = (folder / "outsidein.toml").read_text().replace("as_of = 2020-01-01\n", "")
    (folder / "outsidein.toml").write_text(declared)
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    write_parcels(folder, HISTORY)
    return reach(folder, hook="http://127.0.0.1:9/nobody")


def reach(folder, *, hook, capacity=20):
    """Say where the second team listens, and how many cases a day it takes."""
    filled = TEAMS.format(hook=hook, capacity=capacity)
    (folder / "teams.toml").write_text(filled)
    return folder


def write_parcels(folder, rows):
    """Write what the carrier tells of: the file as it stands on a day."""
    lines = ["parcel,person_id,kind,promised_at,came_at,driver", *(",".join(row) for row in rows)]
    (folder / "raw" / "parcels.csv").write_text("\n".join(lines) + "\n")


def environment(port):
    """Settings of an installation whose mail server listens on a port of this machine."""
    return {
        "OUTSIDEIN_SMTP_HOST": "127.0.0.1",
        "OUTSIDEIN_SMTP_PORT": str(port),
        "OUTSIDEIN_SMTP_TLS": "none",
        "OUTSIDEIN_SMTP_FROM": "outsidein@shop.example",
        "OUTSIDEIN_LINK_SECRET": LINKS,
        "OUTSIDEIN_WEBHOOK_SECRET": WEBHOOKS,
        "OUTSIDEIN_PUBLIC_URL": "https://cases.shop.example",
    }


class Firm:
    """A project with its worker and its pages, at whatever time it is."""

    def __init__(self, folder, settings, now=THURSDAY):
        self.now = now
        self.project = Project(folder, clock=lambda: self.now, environment=settings)

    def work(self):
        """Go once through what a worker does; returns what was done, by duty."""
        duties = duties_of(
            self.project.workspace,
            build=lambda: self.project.build(by="w1").snapshot.number,
            run=partial(self.project.alerts.run_counted, by="w1"),
            rng=random.Random(1),  # noqa: S311  no secret
            worker="w1",
        )
        return run_duties_once(duties, clock=lambda: self.now)

    def wait(self, days=0, hours=0):
        self.now += timedelta(days=days, hours=hours)

    def kinds(self, number):
        return [event.kind for event in self.project.cases.show(number).events]

    def told(self):
        """The audit of cases, the oldest first."""
        acts = reversed(self.project.operations.audit(rows=1000))
        return [(a.who, a.did, a.about) for a in acts if a.about.startswith("case:")]

    def customer(self, record):
        rows = self.project.table("memberships").to_pylist()
        [found] = [row["customer_id"] for row in rows if row["record_id"] == record]
        return found

    @contextmanager
    def pages(self):
        """Serve the pages on a free port, as `outsidein serve` does; yields a browser."""
        cases = self.project.cases
        router = case_pages(
            secret=LINKS,
            show=show_case(cases, currency="EUR"),
            act=act_on_case(cases),
            clock=lambda: self.now,
        )
        with served(create_app(router)) as browser:
            yield browser


def link(mail, verb):
    """The path behind a link in a mail: the one under the words for what it does."""
    words = {"accept": "Accept it", "hand_over": "Hand it over", "done": "Mark it as done"}[verb]
    text = mail.get_content() if hasattr(mail, "get_content") else mail
    return re.search(rf"{words}[^:]*:\s*https://cases\.shop\.example(/case/\S+)", text)[1]
