from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import pytest

from outsidein.delivery.links import CaseAction, CaseVerb, case_link, sign_action
from outsidein.errors import InputError
from outsidein.web.app import create_app
from outsidein.web.case import CaseFacts, case_pages
from tests.served import served

NOW = datetime(2020, 1, 1, tzinfo=UTC)
SECRET = "a secret that nobody knows"  # noqa: S105


class Desk:
    """Cases in memory: each may be accepted once."""

    def __init__(self):
        self.done = []
        self.now = NOW

    def show(self, case):
        if case == "bug":
            raise ZeroDivisionError
        facts = {"Customer": "crm/17 <b>Ann</b>", "What happened": "3 days late"}
        done = {verb: who for number, verb, who, *_ in self.done if number == case}
        return CaseFacts(
            f"Late delivery {case}",
            facts,
            ("returns", "stock"),
            ("carrier", "weather"),
            owner=done.get("accept"),
            is_closed="done" in done,
        )

    def act(self, case, verb, *, who, to, note, cause):
        if any(done[:2] == (case, verb) for done in self.done):
            raise InputError("This case was accepted by Bob.")
        self.done.append((case, verb, who, to, note, cause))
        return f"Case {case} is yours."


@pytest.fixture
def desk():
    return Desk()


@pytest.fixture
def web(desk):
    """A real server on a free port."""
    pages = case_pages(secret=SECRET, show=desk.show, act=desk.act, clock=lambda: desk.now)
    with served(create_app(pages)) as browser:
        yield browser


def link(verb=CaseVerb.ACCEPT, case="17", **kwargs):
    return case_link(
        "", sign_action(SECRET, CaseAction(case, verb, "ann@shop.example"), NOW, **kwargs)
    )


class Seen(HTMLParser):
    """Tags, attributes and text of a page."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.attributes, self.text = [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]

    def handle_data(self, data):
        self.text += [data.strip()] if data.strip() else []


def test_opening_a_link_shows_the_facts_and_changes_nothing_however_often(web, desk):
    for _ in range(3):
        page = web.get(link())
        assert page.status_code == 200
    text = Seen(page.text).text
    assert "Late delivery 17" in text
    assert "crm/17 <b>Ann</b>" in text
    assert "Nothing has been changed yet." in text[-1]
    for method in ("HEAD", "OPTIONS", "PUT", "DELETE"):
        web.request(method, link())
    assert desk.done == []


def test_the_button_does_it_once_and_says_so(web, desk):
    assert "Case 17 is yours." in Seen(web.post(link()).text).text
    again = web.post(link())
    assert (again.status_code, desk.done) == (
        422, [("17", "accept", "ann@shop.example", "", "", "")],
    )  # fmt: skip
    assert "This case was accepted by Bob." in Seen(again.text).text


def test_who_accepted_sees_the_case_and_goes_on_from_there(web, desk):
    accepted = Seen(web.post(link()).text)
    assert "3 days late" in accepted.text
    ways = dict(zip(["done", "hand_over"], targets(accepted), strict=True))
    assert "Mark as done" in Seen(web.get(f"/case/{ways['done']}").text).text
    web.post(f"/case/{ways['done']}", data={"cause": "carrier"})
    assert desk.done[1] == ("17", "done", "ann@shop.example", "", "", "carrier")


def test_a_link_with_nothing_left_to_do_says_so_and_has_no_button(web):
    web.post(link())
    page = Seen(web.get(link()).text)
    assert "You have already accepted this case." in page.text
    assert ("button" not in page.tags, len(targets(page))) == (True, 2)
    assert "button" in Seen(web.get(link(CaseVerb.DONE)).text).tags
    web.post(link(CaseVerb.DONE), data={"cause": "carrier"})
    for verb in CaseVerb:
        page = Seen(web.get(link(verb)).text)
        assert "This case is closed: there is nothing left to do." in page.text
        assert ("button" in page.tags, targets(page)) == (False, [])


def targets(page):
    """What a page links to."""
    return [value for tag, name, value in page.attributes if (tag, name) == ("a", "href")]


@pytest.mark.parametrize(
    ("verb", "asked", "label"),
    [
        (CaseVerb.ACCEPT, [], "Accept"),
        (CaseVerb.HAND_OVER, ["to", "note"], "Hand over"),
        (CaseVerb.DONE, ["cause", "note"], "Mark as done"),
    ],
)
def test_each_verb_asks_for_what_it_needs_and_hands_it_on(web, desk, verb, asked, label):
    page = Seen(web.get(link(verb)).text)
    assert [value for _, name, value in page.attributes if name == "name"] == ["viewport", *asked]
    labelled = [value for tag, name, value in page.attributes if (tag, name) == ("label", "for")]
    assert labelled == asked
    assert label in page.text
    web.post(link(verb), data={"to": "stock", "note": " called her ", "cause": "carrier"})
    assert desk.done == [("17", verb, "ann@shop.example", "stock", "called her", "carrier")]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_forged_or_expired_link_is_one_clear_line_and_does_nothing(web, desk, method):
    forged = case_link(
        "", sign_action("another", CaseAction("17", CaseVerb.ACCEPT, "eve@x.example"), NOW)
    )
    answer = web.request(method, forged)
    assert answer.status_code == 422
    assert "This link is invalid or incomplete" in answer.text
    desk.now = NOW + timedelta(days=14)
    assert "This link has expired." in web.request(method, link()).text
    assert desk.done == []


def test_no_page_runs_a_script_or_tells_anybody_its_address(web):
    for path in (link(), "/nowhere", "/case/x", link(case="bug")):
        answer = web.get(path)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "script" not in policy
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "no-store"
        page = Seen(answer.text)
        assert not {"script", "style", "img", "iframe"} & set(page.tags)
        assert not [name for _, name, _ in page.attributes if name.startswith(("on", "style"))]
    assert web.get("/static/page.css").headers["content-type"].startswith("text/css")
    assert web.get("/nowhere").status_code == 404


def test_too_much_text_is_refused_and_a_bug_stays_a_bug(web, desk):
    assert web.post(link(), data={"note": "x" * 4001}).status_code == 422
    assert desk.done == []
    bug = web.get(link(case="bug"))
    assert (bug.status_code, "Nothing was changed" in bug.text) == (500, False)


def test_whoever_watches_the_server_is_told_that_it_runs(web):
    assert web.get("/health").text == "ok"
