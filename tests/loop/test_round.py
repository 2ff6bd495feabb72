"""One customer all the way round: from a bad encounter in a file to what came of it."""

import base64
import json
import re
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook

from outsidein.cases.lifecycle import CaseState, EventKind
from outsidein.report.documents import Document
from tests.delivery.servers import Postbox, http_server, smtp_server
from tests.loop.firm import FRIDAY, WEBHOOKS, Firm, environment, link, reach


@pytest.fixture
def outside():
    with smtp_server() as (postbox, port), http_server() as (requests, hook):
        yield postbox.mails, port, requests, hook


def test_a_bad_encounter_goes_all_the_way_round_once(arrived, outside):  # noqa: PLR0915  a walk
    mails, port, requests, hook = outside
    firm = Firm(reach(arrived, hook=hook), environment(port), FRIDAY)
    project = firm.project

    # what lay before the rules went live would have fired, and does not
    tried = {(e.group["rule"], e.measure): e.value for e in project.alerts.try_().estimates}
    assert (tried["late", "would have fired"], tried["lost", "would have fired"]) == (2, 2)
    done = {"alerts and clocks": 4, "mail deliveries": 1, "webhook deliveries": 1, "retention": 0}
    assert firm.work() == done
    assert set(firm.work().values()) == {0}
    fired = {(a.rule, a.key): a for a in project.alerts.fired()}
    assert set(fired) == {("late", "k3"), ("lost", "k4")}
    number = fired["late", "k3"].case
    case = project.cases.show(number).case
    assert (case.owner, case.team, case.record_id) == ("Bruno", "delivery", "p1")
    [mail] = mails
    assert (mail["To"], mail["Subject"]) == ("bruno@shop.example", "Your day: 1 case (delivery 1)")
    told = mail.get_content().splitlines()
    assert told[:4] == [
        *("Hello Bruno,", "", f"CASE {number}: delivery"),
        "New. Respond by 2020-01-03 17:00 Europe/Berlin.",
    ]
    assert "Promise: due on 2019-12-28, done on 2020-01-02: 5 days late" in told
    assert "nothing changes until you press its button" in mail.get_content()
    said = verified(requests[0])
    assert (said["kind"], said["about"]) == ("case_opened", f"case:{fired['lost', 'k4'].case}")
    assert set(said["links"]) == {"accept", "hand_over", "done"}

    # Bruno opens the link, which changes nothing, and presses the button, twice
    with firm.pages() as browser:
        page = browser.get(link(mail, "accept"))
        assert page.status_code == 200
        for fact in ("Respond by", "2020-01-03 17:00", "days late 5", "shop/p1", "As Bruno"):
            assert fact in page.text
        assert project.cases.show(number).case.state == CaseState.RECEIVED
        assert browser.post(link(mail, "accept")).status_code == 200
        assert "You have already accepted" in browser.get(link(mail, "accept")).text
        again = browser.post(link(mail, "accept"))
        assert (again.status_code, "is already yours" in again.text) == (422, True)
    assert firm.kinds(number) == [EventKind.RECEIVE, EventKind.ASSIGN, EventKind.ACKNOWLEDGE]

    # the term passes over the weekend: the lead hears of it, and ends the case with its cause
    firm.wait(days=3)
    firm.work()
    assert [m["To"] for m in mails] == ["bruno@shop.example", "carla@shop.example"]
    assert "State: acknowledged; owner: Bruno." in mails[1].get_content()
    with firm.pages() as browser:
        form = {"cause": "carrier", "note": "sent again"}
        page = browser.get(link(mails[1], "done"))
        assert "<option>carrier</option>" in page.text
        for wrong in ({"cause": "weather"}, {"note": "sent again"}):
            assert browser.post(link(mails[1], "done"), data=wrong).status_code == 422
        assert project.cases.show(number).case.state == CaseState.ACKNOWLEDGED
        done = browser.post(link(mails[1], "done"), data=form)
        assert (done.status_code, f"Case {number} is closed." in done.text) == (200, True)
        assert browser.post(link(mails[1], "done"), data=form).status_code == 422
    case = project.cases.show(number).case
    assert (case.state, case.cause) == (CaseState.CLOSED, "carrier")
    assert firm.kinds(number)[3:] == [
        *(
            EventKind.ESCALATE,
            EventKind.CAUSE,
            EventKind.ASSESS,
            EventKind.RESPOND,
            EventKind.COMMUNICATE,
            EventKind.CLOSE,
        )
    ]

    # the customer is content; what came of it stands in the figures and in the report
    project.cases.record_verdict(number, "satisfied", by="Bruno")
    figures = {figure.name: figure for figure in project.cases.figures()}
    found = {
        (e.group["playbook"], e.measure): (e.value, e.n)
        for e in figures["playbook_outcomes"].estimates if e.group["rule"] == "late"
    }  # fmt: skip
    assert found[case.playbook, "customers"] == (1, 1)
    assert found[case.playbook, "share satisfied, of those asked"] == (1, 1)
    [cause] = figures["case_causes"].estimates
    assert (cause.group, cause.value) == ({"issue": "delivery", "cause": "carrier"}, 1)
    page = project.report(document=Document.APPENDIX).read_text()
    section = page[page.index('id="cases"') :]
    assert "1 case for today, 0 of them overdue" in section
    assert re.search(
        r"<td>2020-01-06 17:00 Europe/Berlin</td>\s*<td>nobody</td>\s*<td>loss", section
    )
    told = [act for act in firm.told() if act[2] == f"case:{number}"]
    assert told == [
        (who, did, f"case:{number}")
        for who, did in (
            ("outsidein", "case.opened"),
            ("Bruno", "case.accept"),
            ("w1", "case.escalated"),
            ("Carla", "case.done"),
            ("Bruno", "case.verdict"),
        )
    ]
    assert "sent again" not in str([a.details for a in project.operations.audit(rows=1000)])

    # whatever is built, rolled back, merged and parted now: nothing fires again
    sent, alerts = (len(mails), len(requests)), project.alerts.fired(limit=1000)
    p1, p6 = firm.customer("p1"), firm.customer("p6")
    project.identity.merge(p1, p6, by="Ida", reason="one person")
    project.build()
    firm.work()
    assert firm.customer("p1") == firm.customer("p6")
    for build in (1, 2):
        project.rollback(build)
        firm.work()
    project.rollback(3)
    project.identity.unmerge(firm.customer("p1"), by="Ida", reason="two persons")
    project.build()
    firm.work()
    assert firm.customer("p1") != firm.customer("p6")
    told = [m["Subject"] for m in mails[sent[0] :]] + [
        verified(r)["kind"] for r in requests[sent[1] :]
    ]
    assert told == []
    assert project.alerts.fired(limit=1000) == alerts
    assert len({mail["Message-ID"] for mail in mails}) == len(mails)


def test_a_customer_whom_no_mail_reaches_is_told_of_to_the_lead_once(arrived):
    """The postbox refuses the customer's address for good; the owner's it takes."""

    class Refusing(Postbox):
        async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
            if address.endswith("@mail.de"):
                return "550 no such box"
            return await super().handle_RCPT(server, session, envelope, address, options)

    with smtp_server(postbox=Refusing()) as (_, port), http_server() as (requests, hook):
        firm = Firm(reach(arrived, hook=hook, capacity=0), environment(port), FRIDAY)
        firm.work()
        [case] = [c.number for c in firm.project.cases.list().cases if c.issue == "loss"]
        firm.wait(hours=1)
        assert firm.work()["alerts and clocks"] == 2  # the case, and the notice to its lead
        assert firm.work()["alerts and clocks"] == 0
    kinds = [verified(request)["kind"] for request in requests]
    assert kinds == ["case_opened", "left_unanswered"]
    whole = firm.project.cases.show(case)
    assert whole.case.unanswered == "the minimum response did not arrive"
    assert "mail.de" not in str([event.details for event in whole.events])
    assert ("w1", "case.left_unanswered", f"case:{case}") in firm.told()
    firm.project.close()


def verified(request):
    """What a webhook says, once another's library has made the same signature."""
    headers, body, _ = request
    got = {name.lower(): value for name, value in headers.items()}
    assert got["idempotency-key"] == got["webhook-id"]
    at = datetime.fromtimestamp(int(got["webhook-timestamp"]), UTC)
    oracle = Webhook(base64.b64encode(WEBHOOKS.encode()).decode())
    assert got["webhook-signature"] == oracle.sign(got["webhook-id"], at, body.decode())
    return json.loads(body)
