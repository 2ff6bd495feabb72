"""Whatever a case or a form holds, on either database: a page shows it, obeys none of it."""

from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from sqlalchemy import URL
from sqlalchemy.orm import Session

from outsidein.cases.open import CaseDraft, open_cases
from outsidein.delivery.links import CaseAction, CaseVerb, sign_action
from outsidein.present.visible_text import visible
from outsidein.store.model import storable
from outsidein.web.app import HEADERS, create_app
from outsidein.web.case import case_pages
from outsidein.web.loop import act_on_case, show_case
from outsidein.workspace.project import Project
from tests.hostile import CORPUS
from tests.loop.firm import SIGNED, write_firm
from tests.markup import Markup
from tests.served import served

NOW = datetime(2020, 1, 3, 7, tzinfo=UTC)
SECRET = SIGNED["OUTSIDEIN_LINK_SECRET"]
TAGS = {
    *("html", "head", "meta", "title", "link", "body", "main", "h1", "p", "dl", "dt", "dd", "a"),
    *("form", "label", "input", "select", "option", "textarea", "button"),
}
NAMES = {name.lower() for name in HEADERS}
TEXTS = {what: text for what, text in CORPUS.items() if 0 < len(text) < 1_000}
FOR_DATABASES = [TEXTS[what] for what in ("sql", "backslash", "NUL", "NUL", "format", "astral")]


@pytest.fixture
def project(store_at, tmp_path):
    folder = write_firm(tmp_path / "firm")
    settings = dict(SIGNED)
    if isinstance(store_at, URL):
        with (folder / "outsidein.toml").open("a") as file:
            file.write('[store]\nurl = "${OUTSIDEIN_STORE}"\n')
        settings["OUTSIDEIN_STORE"] = store_at.render_as_string()
    project = Project(folder, clock=lambda: NOW, environment=settings)
    yield project
    project.close()


@pytest.fixture
def browser(project):
    cases = project.cases
    pages = case_pages(
        secret=SECRET,
        show=show_case(cases, currency="EUR"),
        act=act_on_case(cases),
        clock=lambda: NOW,
    )
    with served(create_app(pages)) as browser:
        yield browser


def opened(project, triples):
    """Open a case of each three texts: its issue, its source and its record."""
    drafts = [
        CaseDraft(
            about=f"c{number}", source=source, record_id=record, rule="lost", issue=issue,
            severity=3, is_kept=False, value=None, priority=1, team="delivery", owner="Bruno",
            unit=record, playbook=None, propensity=None, due_at=NOW,
        )
        for number, (issue, source, record) in enumerate(triples)
    ]  # fmt: skip
    with Session(project.workspace.store) as session, session.begin():
        return open_cases(session, drafts, now=NOW).cases


def link(number, verb):
    return f"/case/{sign_action(SECRET, CaseAction(str(number), verb, 'Bruno'), NOW)}"


def seen(answer):
    """The page of an answer that no text has broken."""
    assert answer.status_code in (200, 422), answer.text
    assert NAMES.issubset(answer.headers)
    page = Markup(answer.text)
    assert page.tags <= TAGS
    assert page.obeyed == set()
    return page


def test_a_case_made_of_any_texts_is_shown_and_closed_with_them(project, browser):
    is_lite = project.workspace.store.dialect.name == "sqlite"
    texts = list(TEXTS.values()) if is_lite else FOR_DATABASES
    triples = [texts[n : n + 3] for n in range(0, len(texts) - 2, 3)] + [texts[-3:]]
    stored = [tuple(map(storable, triple)) for triple in triples]
    for number, triple, shown in zip(opened(project, stored), triples, stored, strict=True):
        page = seen(browser.get(link(number, CaseVerb.DONE)))
        assert all(visible(text).strip() in page.words for text in shown)
        form = {"to": triple[0], "note": triple[1], "cause": triple[2]}
        refused = browser.post(link(number, CaseVerb.HAND_OVER), data=form)
        assert (seen(refused) is not None, refused.status_code) == (True, 422)
        closed = browser.post(link(number, CaseVerb.DONE), data=form)
        has_cause = bool(triple[2].strip())
        assert (seen(closed) is not None, closed.status_code) == (True, 200 if has_cause else 422)
        assert (project.cases.show(number).case.cause or "") == storable(triple[2].strip())


def test_no_form_is_a_bug(project, browser):
    [number] = opened(project, [("delivery", "shop", "p1")])
    form = {"content-type": "application/x-www-form-urlencoded"}
    for sent in (
        {"content": b"note=%00%ff%ed%a0%80&cause=", "headers": form},
        {"content": b"note=a&note=b&cause=%C0%AF%0a", "headers": form},
        {"content": b"\xff\x00&&==%", "headers": form},
        {"content": b"{}", "headers": {"content-type": "application/json"}},
        {"content": b"x", "headers": {"content-type": "multipart/form-data; boundary=x"}},
        {"content": b"x", "headers": {"content-type": "multipart/form-data"}},
        {"files": {"note": ("a\r\nb.txt", b"\x00\xff")}},
        {"data": {"note": "x" * 9_000}},
        {"data": {f"n{n}": "x" for n in range(2_000)}},
    ):
        answer = browser.post(link(number, CaseVerb.DONE), **sent)
        assert answer.status_code in (200, 400, 422), sent
        assert NAMES.issubset(answer.headers)


@pytest.mark.parametrize("store_at", ["sqlite"], indirect=True)
def test_no_address_is_a_bug(browser):
    for text in TEXTS.values():
        answer = browser.get(f"/case/{quote(text, safe='')}")
        assert answer.status_code in (200, 307, 404, 422), text
        assert NAMES.issubset(answer.headers)
        assert Markup(answer.text).tags <= TAGS
