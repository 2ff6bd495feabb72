"""The duties of a project: builds, alerts and clocks, mails, webhooks, retention."""

import logging
from collections.abc import Callable
from datetime import datetime, time, timedelta
from functools import partial
from random import Random
from zoneinfo import ZoneInfo

from outsidein.delivery.blanking import blank_settled
from outsidein.delivery.claims import ClaimedDelivery
from outsidein.delivery.dispatch import Outbox, Send, deliver_batch
from outsidein.errors import DeliveryError, InputError
from outsidein.store.timers import claim_turn, finish_turn, keep_lease, plan_timer
from outsidein.worker.schedule import next_daily
from outsidein.worker.senders import Sender, mail_sender, webhook_sender
from outsidein.worker.worker import Duty
from outsidein.workspace.act import Acts
from outsidein.workspace.operations import OUTBOX
from outsidein.workspace.workspace import Workspace

log = logging.getLogger("outsidein.worker")

FAILING = "%s deliveries fail and wait; `outsidein deliveries list --state waiting` says why"

PAUSE = timedelta(seconds=2)
"""Between looks into an outbox that was empty."""

RUN_PAUSE = timedelta(minutes=5)
"""Between runs of alerts and clocks: terms are hours, and each run reads the store."""

RETENTION_PAUSE = timedelta(hours=1)

BUILD = "build"
BUILD_PAUSE = timedelta(seconds=20)
BUILD_LEASE = timedelta(minutes=5)
"""Renewed while the build runs: after a crash another worker may begin so much later."""


def delivery_duty(outbox: Outbox, sender: Sender) -> Duty:
    """Return the duty to send what is due, over one connection while something is due."""
    send = _logged(outbox.kind, sender.send)

    def deliver(_: datetime) -> int:
        done = deliver_batch(outbox, send)
        if not done or outbox.is_stopping():
            sender.close()
        return done

    return Duty(f"{outbox.kind} deliveries", deliver, PAUSE)


def _logged(kind: str, send: Send) -> Send:
    """Log when deliveries begin to fail and when they arrive again.

    The server's answer stays in the outbox, for it may name a recipient.
    """
    is_failing = False

    def send_logged(claimed: ClaimedDelivery, now: datetime) -> None:
        nonlocal is_failing
        try:
            send(claimed, now)
        except DeliveryError as error:
            if not error.is_permanent and not is_failing:
                is_failing = True
                log.warning(FAILING, kind)
            raise
        if is_failing:
            is_failing = False
            log.warning("%s deliveries arrive again", kind)

    return send_logged


def retention_duty(acts: Acts, *, after: timedelta, worker: str) -> Duty:
    """Return the duty to blank what was settled so long ago, and to record it in the audit.

    Args:
        acts: Opens transactions on the store.
        after: How long recipient and body are kept once a delivery is settled.
        worker: Name of this worker.
    """

    def blank(now: datetime) -> int:
        before = now - after
        details = {"settled_before": before.isoformat()}
        with acts.act("deliveries.blanked", OUTBOX, by=worker, details=details) as act:
            blanked = blank_settled(act.session, before=before, now=now)
            act.details["deliveries"] = blanked
            act.changed = bool(blanked)
        return blanked

    return Duty("retention", blank, RETENTION_PAUSE)


def build_duty(
    acts: Acts,
    build: Callable[[], int],
    *,
    at: time,
    zone: ZoneInfo,
    worker: str,
    lease: timedelta = BUILD_LEASE,
) -> Duty:
    """Return the duty to build once a day, by one of all workers.

    A build that was due while no worker ran, or that died with its worker, is made up for once.
    One that cannot be built is not tried again before the next day; the audit says why.

    Args:
        acts: Opens transactions on the store.
        build: Builds, and returns the number of the snapshot.
        at: Time of day.
        zone: The firm's own.
        worker: Name of this worker.
        lease: How long a claim holds unless it is renewed.
    """

    def build_if_due(now: datetime) -> int:
        with acts.batch() as session:
            due_at = next_daily(at, zone=zone, after=now)
            plan_timer(session, name=BUILD, plan=f"{at:%H:%M} {zone.key}", due_at=due_at)
            turn = claim_turn(session, name=BUILD, now=now, lease=lease, worker=worker)
        if turn is None:
            return 0
        with keep_lease(acts.store, turn, lease=lease, clock=acts.clock):
            refusal = _refusal(build)
        with acts.act("build.refused", BUILD, by=worker, details={"because": refusal}) as act:
            act.changed = refusal is not None
            due_at = next_daily(at, zone=zone, after=act.now)
            finish_turn(act.session, turn, now=act.now, due_at=due_at)
        return 1

    return Duty("scheduled builds", build_if_due, BUILD_PAUSE)


def _refusal(build: Callable[[], int]) -> str | None:
    """Build, and return why it was refused; None where it was published."""
    try:
        build()
    except InputError as error:
        return str(error)
    return None


def duties_of(
    project: Workspace,
    *,
    build: Callable[[], int],
    run: Callable[[], int] | None = None,
    rng: Random,
    worker: str,
    is_stopping: Callable[[], bool] = lambda: False,
) -> list[Duty]:
    """Return the duties that a project's settings and schedule ask for.

    Builds and alerts come before deliveries, so that one pass sends what they wrote.

    Args:
        project: Whose duties.
        run: Runs its alerts and clocks, and returns how much there was to do; None if it has no
            rules.
        build: Builds it, and returns the number of the snapshot.
        rng: Spreads attempts.
        worker: Name of this worker, different from all others'.
        is_stopping: Whether the worker is to stop; nothing more is sent then.
    """
    outbox = partial(
        Outbox,
        project.store,
        clock=project.clock,
        rng=rng,
        worker=worker,
        is_stopping=is_stopping,
    )
    mail, webhook = mail_sender(project.settings), webhook_sender(project.settings)
    duties = []
    if project.file.schedule.build:
        duties.append(
            build_duty(
                project.acts,
                build,
                at=project.file.schedule.build,
                zone=project.zone,
                worker=worker,
            )
        )
    if run:
        duties.append(Duty("alerts and clocks", lambda _: run(), RUN_PAUSE))
    if mail:
        duties.append(delivery_duty(outbox(kind="mail"), mail))
    if webhook:
        duties.append(delivery_duty(outbox(kind="webhook"), webhook))
    after = timedelta(days=project.file.schedule.blank_after_days)
    duties.append(retention_duty(project.acts, after=after, worker=worker))
    return duties
