from dataclasses import replace

from outsidein.cases.mail_plan import PlannedMail
from outsidein.cases.mail_text import Briefing, CaseEntry, body_of, subject_of
from tests.cases.test_mail_plan import notices

BRIEFING = Briefing(
    customer="Maria Silva (shop/p1)",
    value="$115.00",
    order="47770eb9",
    happened="late delivery on 2018-08-09",
    promise="due on 2018-08-01, done on 2018-08-09: 8 days late",
    words="My birthday\nwas on the fifth.",
    source_of_words="review, 2018-08-10, score 1 of 5",
)
ENTRY = CaseEntry(
    number=1,
    issue="delivery",
    rank=-300,
    is_closed=False,
    briefing=BRIEFING,
    todo=("Your parcel came late", "Call the customer.", "Record the cause."),
    links={"Accept it": "https://shop.example/case/abc"},
)


def digest(waiting):
    return PlannedMail("digest:2024-03-04:a@firm.de:Alice", "a@firm.de", "Alice", tuple(waiting))


def cases(n):
    return {
        number: replace(ENTRY, number=number, rank=-number, issue="late" if number % 2 else "lost")
        for number in range(1, n + 1)
    }


def test_a_mail_says_who_what_was_promised_what_they_wrote_and_what_to_do():
    mail = digest(notices(1))
    assert (
        body_of(mail, {1: ENTRY}, {}, most=10)
        == """Hello Alice,

CASE 1: delivery
New.

Customer: Maria Silva (shop/p1)
Expected value: $115.00
Order: 47770eb9
What happened: late delivery on 2018-08-09
Promise: due on 2018-08-01, done on 2018-08-09: 8 days late
In their words: “My birthday was on the fifth.” (review, 2018-08-10, score 1 of 5)

What to do (Your parcel came late):
  1. Call the customer.
  2. Record the cause.

Accept it: https://shop.example/case/abc


Each link opens a page about the case; nothing changes until you press its button.
"""
    )


def test_a_digest_shows_the_highest_priorities_in_full_and_counts_the_others():
    mail = digest(notices(25))
    text = body_of(mail, cases(25), {}, most=10)
    assert text.count("CASE ") == 10
    assert text.index("CASE 25") < text.index("CASE 16")
    assert "15 further cases of lower priority: 15, 14," in text
    assert subject_of(mail, cases(25)) == "Your day: 25 cases (late 13, lost 12)"


def test_a_case_with_several_notices_stands_once_and_a_closed_one_not_at_all():
    overdue = [
        notices(1)[0]._replace(id=n, kind="escalation", body=body)
        for n, body in enumerate(("Overdue since nine.", "Overdue."), start=8)
    ]
    closed = {2: replace(ENTRY, number=2, is_closed=True)}
    text = body_of(digest(notices(2) + overdue), {1: ENTRY} | closed, {}, most=10)
    assert text.count("CASE ") == 1
    assert "CASE 1: delivery\nNew.\nOverdue.\n" in text
    subject = subject_of(digest(notices(2) + overdue), {1: ENTRY} | closed)
    assert subject == "Your day: 1 case (delivery 1), 1 overdue"


def test_praise_carries_the_words_of_the_customer():
    about = "alert:five_stars:shop:r7"
    praise = notices(1)[0]._replace(
        kind="delight", about=about, subject="A delighted customer: praise", body="For Bob."
    )
    words = Briefing(customer="shop/p2", words="Bob was wonderful.", source_of_words="review")
    text = body_of(digest([praise]), {}, {about: words}, most=10)
    assert "A DELIGHTED CUSTOMER: PRAISE\nFor Bob." in text
    assert "In their words: “Bob was wonderful.” (review)" in text
    assert subject_of(digest([praise]), {}) == "Your day: praise from 1 customer"


def test_rows_too_old_for_a_case_are_one_block_of_lines():
    old = [
        notices(1, start=n)[0]._replace(
            kind="old_rows", about=f"rule:{name}", subject=name, body="Old."
        )
        for n, name in enumerate(("58 alerts of late", "3 alerts of lost"))
    ]
    text = body_of(digest(old), {}, {}, most=10)
    assert text == "Hello Alice,\n\nNO CASE OPENED\nOld.\n- 58 alerts of late\n- 3 alerts of lost\n"
    assert subject_of(digest(old), {}) == "Your day: a summary"


def test_a_case_without_a_playbook_says_so():
    entry = replace(ENTRY, todo=())
    assert "What to do: no playbook is declared for delivery.\n" in body_of(
        digest(notices(1)), {1: entry}, {}, most=10
    )


def test_long_words_are_cut():
    entry = replace(ENTRY, briefing=Briefing(words="slow " * 400))
    text = body_of(digest(notices(1)), {1: entry}, {}, most=10)
    assert "slow…”" in text
    assert len(text) < 1_000
