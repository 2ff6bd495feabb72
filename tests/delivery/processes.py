"""Real processes that post and deliver, and can be made to die by kill -9 at any step."""

import multiprocessing
import os
import signal
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random

from sqlalchemy import event, make_url
from sqlalchemy.orm import Session

from outsidein.delivery.dispatch import Outbox, deliver_batch
from outsidein.delivery.mail import MailConnection, MailServer
from outsidein.delivery.outbox import OutgoingDelivery, post_delivery
from outsidein.delivery.webhook import WebhookConnection
from outsidein.store.audit import record
from outsidein.store.store_engine import open_store

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["outsidein.delivery.dispatch", "outsidein.delivery.webhook"])

SECRET = "x" * 32


def begin(function, *arguments):
    process = CONTEXT.Process(target=function, args=arguments, daemon=True)
    process.start()
    return process


def address(store):
    return store.url.render_as_string(hide_password=False)


class Steps:
    """Counts the steps of a process; kills it before the one that is fatal."""

    def __init__(self, fatal):
        self._fatal, self._number = fatal, count(1)

    def __call__(self, *_):
        if next(self._number) == self._fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    def within(self, store):
        """Count every statement and every commit, before it and after it."""
        for name in ("before_cursor_execute", "after_cursor_execute", "commit"):
            event.listen(store, name, self)
        return store


def deliver_all(at, smtp_port, *, now, lease=timedelta(minutes=5), fatal=0):
    """Deliver until nothing is due."""
    step = Steps(fatal)
    store, rng = step.within(open_store(make_url(at))), Random(1)  # noqa: S311
    line = MailConnection(MailServer("127.0.0.1", smtp_port, "outsidein@shop.example", "none"))
    hooks = WebhookConnection(SECRET)
    send = {"mail": lambda claimed, _: line.send(claimed), "webhook": hooks.send}

    def sent(claimed, now):
        step()
        send[claimed.kind](claimed, now)
        step()

    for kind in send:
        outbox = Outbox(store, kind, lambda: now, rng, f"w{os.getpid()}", lease, deadline=lease / 2)
        while deliver_batch(outbox, sent):
            step()
    line.close()
    hooks.close()
    store.dispose()


def open_only(at):
    open_store(make_url(at)).dispose()


def deliver_together(at, smtp_port, now, barrier):
    barrier.wait(60)
    deliver_all(at, smtp_port, now=now)


def die_delivering(at, smtp_port, now, fatal):
    deliver_all(at, smtp_port, now=now, fatal=fatal)


def deliver_for_ever(at, smtp_port, lease):
    while True:
        deliver_all(at, smtp_port, now=datetime.now(UTC), lease=lease)


def post_for_ever(at, name, now):
    """Record something and post the word of it, in one transaction each."""
    store = open_store(make_url(at))
    for number in count():
        about = f"{name}:{number}"
        with Session(store) as session, session.begin():
            record(session, who=name, did="case.opened", about=about, at=now)
            session.flush()
            post_delivery(
                session, OutgoingDelivery(about, "mail", "a@x.example", "s", "b", about, now)
            )
