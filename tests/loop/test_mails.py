"""Mails to staff, from the files of a project to the outbox."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from outsidein.cases.notices import Notice
from outsidein.cases.waiting import keep_notice
from outsidein.delivery.model import Delivery
from outsidein.errors import InputError, ProjectError
from tests.loop.firm import FRIDAY, Firm, environment, write_parcels


def parcels(n, *, kind="parcel", driver="Bruno", came="2020-01-02 08:00"):
    return [
        (f"{kind}{n}", f"p{n}", kind, "2019-12-28 08:00", came, driver) for n in range(1, n + 1)
    ]


def outbox(firm):
    with Session(firm.project.workspace.store) as session:
        rows = session.scalars(select(Delivery).order_by(Delivery.key))
        return [(row.to, row.subject, row.body) for row in rows if row.kind == "mail"]


@pytest.fixture
def firm(arrived):
    return Firm(arrived, environment(9), FRIDAY)


def test_without_a_secret_for_links_nothing_is_written(arrived):
    settings = environment(9)
    del settings["OUTSIDEIN_LINK_SECRET"]
    firm = Firm(arrived, settings, FRIDAY)
    with pytest.raises(InputError, match=r"Set OUTSIDEIN_LINK_SECRET .* signs the links in mails"):
        firm.project.alerts.run()
    assert firm.project.alerts.fired() == []
    assert firm.project.cases.list().cases == []
    assert outbox(firm) == []
    settings["OUTSIDEIN_LINK_SECRET"] = "l" * 32
    assert Firm(arrived, settings, FRIDAY).project.alerts.run().alerts == 2


def test_many_cases_of_one_day_are_one_mail(firm):
    write_parcels(firm.project.folder, parcels(9))
    firm.project.build()
    ran = firm.project.alerts.run()
    assert (ran.alerts, ran.mails) == (9, 1)
    [(to, subject, body)] = outbox(firm)
    assert (to, subject) == ("bruno@shop.example", "Your day: 8 cases (delivery 8)")
    assert (
        body.count("Accept it: https://cases.shop.example/case/") == 8
    )  # two records are one customer
    assert firm.project.alerts.run().mails == 0
    firm.wait(hours=3)
    assert firm.project.alerts.run().mails == 0


def test_a_playbook_that_cannot_be_read_is_refused_by_check_and_keeps_only_its_own_cases_waiting(
    firm,
):
    folder = firm.project.folder
    teams, rules, call = (
        folder / name for name in ("teams.toml", "alerts.toml", "playbooks/call.md")
    )
    text = teams.read_text().replace("capacity = 20", "capacity = 0")
    teams.write_text(text.replace("[team.delivery]", "[team.delivery]\ncapacity = 0"))
    text = rules.read_text().replace('["call", "voucher"]\nrandomise', '["voucher"]\ncomplaint')
    rules.write_text(text)
    call.write_text(call.read_text().replace('"Your parcel"', '"""Your\nparcel"""'))
    write_parcels(folder, [*parcels(3), *parcels(6, kind="lost")[3:]])
    firm.project.build()
    with pytest.raises(ProjectError, match=r"playbooks/call\.md: title: .* in one line"):
        firm.project.alerts.rules()
    ran = firm.project.alerts.run()
    assert (ran.acknowledged, ran.left) == (3, 3)
    assert {body for _, subject, body in outbox(firm) if subject == "Your parcel came late"} == {
        "It came late. Sorry.\n"
    }
    left = [case.unanswered for case in firm.project.cases.list().cases if case.unanswered]
    assert len(left) == 3
    assert all("its playbook cannot be read: playbooks/call.md: title" in why for why in left)
    call.write_text(call.read_text().replace('"""Your\nparcel"""', '"Your parcel"'))
    assert firm.project.alerts.run().acknowledged == 3


def test_a_notice_that_no_mail_can_carry_is_given_up_with_its_reason_and_the_others_go_out(firm):
    for number, subject in enumerate(["Fine", "Not\nfine", "Fine, too"]):
        notice = Notice(
            f"n{number}", "case_opened", "carla@shop.example", subject, "Look.", "rule:late",
            firm.now, reader="Carla", team="delivery", is_urgent=True,
        )  # fmt: skip
        with Session(firm.project.workspace.store) as session, session.begin():
            keep_notice(session, notice, reader="Carla")
    firm.project.alerts.run()
    deliveries = firm.project.operations.deliveries(about="rule:late")
    problem = "The subject of a mail must be one line without control characters."
    assert sorted((one.state, one.subject, one.problem) for one in deliveries) == [
        ("given_up", "Not fine", problem),
        ("waiting", "Urgent: Fine", None),
        ("waiting", "Urgent: Fine, too", None),
    ]


def test_minimum_responses_count_among_the_mails_of_a_run(firm):
    teams = firm.project.folder / "teams.toml"
    text = teams.read_text().replace("[team.delivery]", "[team.delivery]\ncapacity = 0")
    teams.write_text("[mail]\nper_run = 2\n" + text)
    rules = firm.project.folder / "alerts.toml"
    rules.write_text(rules.read_text().replace("randomise = true", "complaint = true"))
    write_parcels(firm.project.folder, parcels(6))
    firm.project.build()
    ran = firm.project.alerts.run()
    assert (ran.acknowledged, ran.mails) == (2, 2)
    assert {body for *_, body in outbox(firm)} == {"We know of it and look into it. Sorry.\n"}
