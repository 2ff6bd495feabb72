from datetime import UTC, datetime, time, timedelta

import pytest

from outsidein.cases.declaration import MailLimits, Team
from outsidein.cases.mail_plan import plan_mails
from outsidein.cases.waiting import SentMail, WaitingNotice

NINE = datetime(2024, 3, 4, 9, tzinfo=UTC)  # a Monday
TEAMS = {
    "delivery": Team(
        lead="Alice", members={"Alice": "a@firm.de", "Bob": "b@firm.de"}, timezone="UTC"
    ),
    "desk": Team(lead="Desk", members={"Desk": "https://hooks.firm.de/x"}, timezone="UTC"),
}
LIMITS = MailLimits()


def notices(n, *, to="a@firm.de", reader="Alice", start=1, team="delivery", **changes):
    return [
        WaitingNotice(
            id=number, key=f"case:{number}:opened", kind="case_opened", to=to, reader=reader,
            team=team, subject=f"Case {number}", body="New.", about=f"case:{number}",
            posted_at=NINE, **({"is_urgent": False} | changes),
        )
        for number in range(start, start + n)
    ]  # fmt: skip


def planned(waiting, sent=(), *, now=NINE, limits=LIMITS):
    mails = plan_mails(waiting, list(sent), teams=TEAMS, limits=limits, now=now)
    return [(mail.key.partition(":")[0], mail.reader, len(mail.notices)) for mail in mails]


def as_sent(waiting, *, now=NINE, limits=LIMITS):
    mails = plan_mails(waiting, [], teams=TEAMS, limits=limits, now=now)
    return [SentMail(mail.to, mail.reader, mail.key, now) for mail in mails]


def test_a_person_gets_one_digest_however_many_cases_there_are():
    bob = notices(5, to="b@firm.de", reader="Bob", start=500)
    assert planned(notices(134) + bob) == [("digest", "Alice", 134), ("digest", "Bob", 5)]


def test_the_next_digest_waits_for_the_next_day():
    sent = as_sent(notices(3))
    assert planned(notices(2, start=10), sent, now=NINE + timedelta(hours=5)) == []
    assert planned(notices(2, start=10), sent, now=NINE + timedelta(days=1)) == [
        ("digest", "Alice", 2)
    ]


@pytest.mark.parametrize(
    ("now", "mails"),
    [
        (NINE.replace(hour=7, minute=59), 0),
        (NINE.replace(hour=8, minute=0), 1),
        (NINE + timedelta(days=5), 0),  # Saturday: the team is closed
        (NINE + timedelta(days=7), 1),
    ],
)
def test_a_digest_is_sent_at_its_time_on_working_days(now, mails):
    assert len(planned(notices(2), now=now)) == mails


def test_the_time_of_the_digest_is_declared():
    assert planned(notices(2), limits=MailLimits(digest_at=time(9, 30))) == []


def test_disasters_are_mailed_at_once_up_to_the_limit_and_then_join_the_digest():
    night = NINE.replace(hour=3)
    disasters = notices(5, is_urgent=True)
    assert planned(disasters, now=night) == [("notice", "Alice", 1)] * 3
    later = notices(2, start=10, is_urgent=True)
    assert planned(later, as_sent(disasters, now=night), now=night + timedelta(hours=1)) == []
    assert planned(later, as_sent(disasters, now=night), now=NINE) == [("digest", "Alice", 2)]
    assert planned(later, now=night, limits=MailLimits(immediate_per_day=0)) == []


def test_a_run_writes_no_more_mails_than_its_limit():
    many = [
        notice
        for n in range(30)
        for notice in notices(1, start=n + 1, to=f"m{n}@firm.de", reader=f"m{n}")
    ]
    assert len(planned(many, limits=MailLimits(per_run=7))) == 7


def test_a_webhook_gets_each_notice_at_once():
    hooks = notices(4, to="https://hooks.firm.de/x", reader="Desk", team="desk")
    assert planned(hooks, now=NINE.replace(hour=2)) == [("notice", "Desk", 1)] * 4


def test_two_people_who_share_an_address_each_get_their_own_digest():
    shared = notices(2, reader="Alice") + notices(2, reader="Bob", start=10)
    assert planned(shared) == [("digest", "Alice", 2), ("digest", "Bob", 2)]
