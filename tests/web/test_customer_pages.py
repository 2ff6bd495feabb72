"""Customers on the phone: found, shown, kept apart; uncertain merges reviewed."""

import re
import shutil
from datetime import timedelta

import pytest

import outsidein
from outsidein.access.rights import Role
from outsidein.identity.records.pairs import RecordKey
from outsidein.identity.review.decisions import DecisionKind
from tests.projects import NEED, write_shop
from tests.web.site import NOW, form_token, sign_in, site_of, with_people

PEOPLE = [
    "person_id,name,phone,email,card",
    "k1,Anna Müller,0151 23456781,anna.m@web.de,CARD-7711",
    "k2,Anna Mueller,0151 23456781,anna@work.de,",
    "k3,Jörg Schmidt,+49 30 5550199,joerg@web.de,CARD-8822",
    "k4,Zoë Łukaszewicz,,zoe@web.de,",
    "k5,Renate O'Neill,,renate@web.de,",
    "k6,Bob <b>Bold</b>,,bob@web.de,",
    "k7,Mira Stern,0170 9998887,,",
    "k8,Kurt Stern,0170 9998887,,",
]
EVENTS = [
    "event_id,person_id,happened_at,channel,kind,due,said",
    "e1,k1,2019-11-02 10:00:00,phone,call,2019-11-20 10:00:00,",
    "e2,k1,2019-11-03 10:00:00,chat,chat,,<script>alert(1)</script> call me on 0151 23456781",
    "e3,k3,2019-11-03 10:00:00,shop,visit,,",
]
ORDERS = [
    "order_id,line,person_id,ordered_at,amount",
    "A-100/17,1,k1,2019-10-01 10:00:00,10.00",
    "A-100/17,2,k1,2019-10-01 10:00:00,15.00",
    "B-200/18,1,k2,2019-10-05 10:00:00,99.00",
    *(f"C-{day}/1,1,k3,2019-09-{day:02d} 10:00:00,5.00" for day in range(1, 29)),
    *(f"D-{day}/1,1,k3,2019-08-{day:02d} 10:00:00,5.00" for day in range(1, 29)),
]
MODELS = {
    "records/known": """
        select 'crm' as source, person_id as record_id, name,
               split_part(name, ' ', 1) as given_name,
               split_part(name, ' ', 2) as family_name from known""",
    "identifiers/known": """
        select 'crm' as source, person_id as record_id, kind, value from (
            select person_id, 'phone' as kind, phone as value from known union all
            select person_id, 'email', email from known union all
            select person_id, 'card', card from known) where value <> ''""",
    "encounters/events": """
        select 'crm' as source, event_id as encounter_id, person_id as record_id,
               happened_at::timestamp as started_at, channel, kind, due::timestamp as promised_at
        from events""",
    "signals/events": """
        select 'crm' as source, 's' || event_id as signal_id, person_id as record_id,
               event_id as encounter_id, happened_at::timestamp as signalled_at,
               'indirect' as kind, said as text from events where said <> ''""",
    "transactions/sales": """
        select 'crm' as source, order_id as transaction_id, line, person_id as record_id,
               ordered_at::timestamp as ordered_at,
               cast(cast(amount as decimal(12, 2)) * 100 as bigint) as revenue from sales""",
    "consents/known": """
        select 'crm' as source, person_id as record_id, 'news' as purpose, 'email' as channel,
               'refused' as state, timestamp '2019-01-01' as effective_at
        from known where person_id = 'k1'""",
}
FILES = {"known": PEOPLE, "events": EVENTS, "sales": ORDERS}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A shop whose customers have names, telephones, orders, words and a promise."""
    folder = write_shop(tmp_path_factory.mktemp("named") / "shop", people=20)
    sources, needs = "", ""
    for name, lines in FILES.items():
        (folder / "raw" / f"{name}.csv").write_text("\n".join(lines) + "\n")
        sources += f'[source.{name}]\nformat = "csv"\npath = "raw/{name}.csv"\n'
        columns = str(lines[0].split(",")).replace("'", '"')
        needs += NEED.format(source=name, columns=columns, state="approved")
    for name, text in {"sources.toml": sources, "data_needs.toml": needs}.items():
        (folder / name).write_text((folder / name).read_text() + text)
    for name, sql in MODELS.items():
        (folder / "tables" / f"{name}.sql").parent.mkdir(exist_ok=True, parents=True)
        (folder / "tables" / f"{name}.sql").write_text(sql)
    older = folder / ".outsidein" / "search" / "7-old.db"
    with outsidein.open(folder) as project:
        older.parent.mkdir(mode=0o700)
        older.touch()
        project.build(publish_anyway="a project of tests")
    assert not older.exists()  # the index of a build that is not current
    return folder


@pytest.fixture(scope="module")
def shop(built, tmp_path_factory):
    return with_people(shutil.copytree(built, tmp_path_factory.mktemp("served") / "shop"))


@pytest.fixture(scope="module")
def web(shop):
    with site_of(shop) as browser:
        yield browser


def id_of(shop, record):
    return shop.identity.explain(RecordKey("crm", record)).customer_id


def found(web, query, role=Role.AGENT):
    """Customers that a search shows, in order."""
    sign_in(web, role)
    page = web.get("/p/shop/customers", params={"q": query})
    assert page.status_code == 200
    return re.findall(r'<th scope="row"><a href="/p/shop/customers/([^"]+)"', page.text)


def page_of(web, shop, record, role=Role.AGENT, **query):
    sign_in(web, role)
    answer = web.get(f"/p/shop/customers/{id_of(shop, record)}", params=query)
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize(
    ("query", "record"),
    [
        ("Anna Müller", "k1"),
        ("ana muler", "k1"),
        ("Schmitd", "k3"),
        ("joerg schmidt", "k3"),
        ("Lukasewicz", "k4"),
        ("oneil renate", "k5"),
        ("Müll", "k1"),
        ("23456781", "k1"),
        ("456781", "k1"),
        ("0151/2345 6781", "k1"),
        ("+49 151 23456781", "k1"),
        ("030 5550199", "k3"),
        ("anna.m@web.de", "k1"),
        ("Joerg@Web", "k3"),
        ("jorg.schmid@elsewhere.de", "k3"),
        ("A-100/17", "k1"),
        ("a10017", "k1"),
        ("card 8822", "k3"),
        ("k4", None),
    ],
)
def test_a_customer_is_found_by_what_is_said_on_the_phone(web, shop, query, record):
    shown = found(web, query)
    if record is None:
        assert shown == []  # two letters say too little
    else:
        assert shown[0] == id_of(shop, record)


def test_a_customer_found_by_a_number_does_not_bring_everybody_else(web, shop):
    assert found(web, "B-200/18") == [id_of(shop, "k2")]
    assert found(web, "quite another person") == []


def test_who_may_not_see_names_cannot_search_them_either(web, shop):
    for query in ("Anna Müller", "23456781", "anna.m@web.de", "card7711"):
        assert found(web, query, Role.ANALYST) == []
    assert found(web, "B-200/18", Role.ANALYST) == [id_of(shop, "k2")]
    assert "Mueller" not in web.get("/p/shop/customers", params={"q": "A-100/17"}).text


def test_the_palette_finds_customers_by_the_same_words(web):
    found(web, "anna")
    results = web.get("/p/shop/find", params={"q": "ana muler"}).json()
    assert {"kind": "customer", "words": "Anna Mueller"}.items() <= results[0].items()
    sign_in(web, Role.ANALYST)
    assert web.get("/p/shop/find", params={"q": "ana muler"}).json() == []


def test_the_index_is_for_this_account_alone_and_goes_when_its_build_is_not_current(shop):
    shop.customers.search("anna", personal=True)
    [index] = (shop.folder / ".outsidein" / "search").glob("*.db")  # an older one is gone
    assert index.stat().st_mode & 0o077 == 0
    assert index.parent.stat().st_mode & 0o077 == 0


def test_the_page_shows_names_orders_words_promises_and_consents(web, shop):
    text = page_of(web, shop, "k1")
    for words in ("Anna Mueller", "0151 23456781", "anna.m@web.de", "Order A-100/17", "2 lines"):
        assert words in text
    assert "€25" in text
    assert "overdue" in text
    assert "refused" in text
    assert text.index("chat") < text.index("Order A-100/17")


def test_names_and_words_with_markup_are_escaped(web, shop):
    assert "<b>Bold</b>" not in page_of(web, shop, "k6")
    assert "<script>alert" not in page_of(web, shop, "k1")
    sign_in(web, Role.AGENT)
    assert "<b>Bold</b>" not in web.get("/p/shop/customers", params={"q": "Bob"}).text


def test_the_page_masks_names_contact_data_and_words_by_role(web, shop):
    text = page_of(web, shop, "k1", Role.ANALYST)
    for words in ("Mueller", "23456781", "anna.m@web.de"):
        assert words not in text
    assert "Order A-100/17" in text


def test_the_history_is_filtered_by_channel_and_paged(web, shop):
    text = page_of(web, shop, "k1", channel="phone")
    assert "call" in text
    assert "Order A-100/17" not in text
    first, second = (page_of(web, shop, "k3", page=page) for page in (1, 2))
    assert "Page 1 of 2" in first
    orders = [re.findall(r"<strong>(Order [^<]+)<", page) for page in (first, second)]
    assert len(set(orders[0]) | set(orders[1])) == 56
    assert not set(orders[0]) & set(orders[1])


def test_every_look_at_a_customer_is_in_the_audit(web, shop):
    customer = id_of(shop, "k4")
    page_of(web, shop, "k4", Role.AGENT)
    [entry] = shop.operations.audit(about=f"customer:{customer}")
    assert (entry.who, entry.did) == (Role.AGENT.title(), "customer.viewed")


def test_a_list_without_a_search_is_paged_and_only_some_may_take_it_away(web, shop):
    shown = found(web, "")
    assert len(shown) == shop.customers.count() == len(set(shown))
    table = web.get("/p/shop/customers.csv")
    assert "Anna Mueller" in table.text
    assert shop.operations.audit(about="customers")[0].did == "customers.listed"
    sign_in(web, Role.ANALYST)
    assert web.get("/p/shop/customers.csv").status_code == 403


def test_a_customer_who_is_not_there_is_said_not_to_be_there(web):
    sign_in(web, Role.AGENT)
    answer = web.get("/p/shop/customers/nobody")
    assert answer.status_code == 422
    assert "There is no customer" in answer.text


REASON = "they told us so"


def decide(web, path, role=Role.ADMINISTRATOR, **fields):
    """Send a form of the site, as its page does."""
    sign_in(web, role)
    return web.post(f"/p/shop/customers/{path}", data=fields | {"form_token": form_token(web)})


def verdicts(shop):
    return {(str(d.pair), d.kind, d.reason, d.by) for d in shop.identity.verdicts()}


@pytest.fixture
def own_shop(built, tmp_path):
    """A shop of a test that decides something."""
    return with_people(shutil.copytree(built, tmp_path / "shop"))


@pytest.fixture
def own_web(own_shop):
    with site_of(own_shop) as browser:
        yield browser


def test_the_page_says_why_records_are_one_customer_and_takes_one_out(own_web, own_shop):
    customer = id_of(own_shop, "k1")
    text = page_of(own_web, own_shop, "k1", Role.ADMINISTRATOR)
    assert "identifier: phone" in text
    answer = decide(own_web, f"{customer}/unmerge", record="crm/k2", reason=REASON)
    assert answer.headers["location"].endswith(f"{customer}?decided=1#identity")
    [(pair, kind, reason, by)] = verdicts(own_shop)
    assert (pair, kind) == ("crm/k2 and crm/k1", DecisionKind.NEVER)
    assert (reason, by) == (REASON, Role.ADMINISTRATOR.title())


def test_two_records_are_never_linked_again_and_only_for_a_reason(own_web, own_shop):
    path, pair = f"{id_of(own_shop, 'k1')}/never-link", "crm/k2 and crm/k1"
    assert decide(own_web, path, records=pair, reason=" ").status_code == 422
    assert decide(own_web, path, records=pair, reason=REASON, role=Role.AGENT).status_code == 403
    assert verdicts(own_shop) == set()
    assert decide(own_web, path, records=pair, reason=REASON).status_code == 303
    expected = (pair, DecisionKind.NEVER, REASON, Role.ADMINISTRATOR.title())
    assert verdicts(own_shop) == {expected}


STERNS = {"source": "crm", "record_id": "k8", "to_source": "crm", "to_record_id": "k7"}


@pytest.mark.parametrize("choice", [DecisionKind.ALWAYS, DecisionKind.NEVER])
def test_an_uncertain_merge_is_shown_side_by_side_and_decided(own_web, own_shop, choice):
    sign_in(own_web, Role.ADMINISTRATOR)
    text = own_web.get("/p/shop/customers/review").text
    for words in (
        "1 pair of customers left",
        "Mira Stern",
        "Kurt Stern",
        "differs",
        'data-key="r"',
    ):
        assert words in text
    assert decide(own_web, "review", **STERNS, choice=choice, reason=REASON).status_code == 303
    expected = ("crm/k8 and crm/k7", choice, REASON, Role.ADMINISTRATOR.title())
    assert verdicts(own_shop) == {expected}
    assert "Nothing is left to review" in own_web.get("/p/shop/customers/review").text


def test_a_postponed_merge_is_asked_about_again_after_a_month(own_web, own_shop):
    decide(own_web, "review", **STERNS, choice=DecisionKind.POSTPONE, reason=REASON)
    assert own_shop.identity.review().total == 0
    last = own_shop.identity.decisions()[-1]
    assert last.until_on == (NOW + timedelta(days=30)).date()


def test_an_analyst_reviews_without_seeing_names(web):
    sign_in(web, Role.ANALYST)
    text = web.get("/p/shop/customers/review").text
    assert "Mira" not in text
    assert "M•••" in text
    assert "9998887" not in text


def test_the_review_says_how_many_links_were_judged(web):
    sign_in(web, Role.ANALYST)
    text = web.get("/p/shop/customers/review/precision").text
    assert "0, 0 of them right" in text
    assert "outsidein identity sample" in text
