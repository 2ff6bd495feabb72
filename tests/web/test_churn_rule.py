"""The rule of churn on a slider: what another silence would change, and deciding on it."""

import shutil
from datetime import date

import pytest

from outsidein.access.rights import Role
from outsidein.churn.figures import CHURNED, WON_BACK
from outsidein.workspace.churn_rules import ChurnRules
from outsidein.workspace.declaration import read_project_file
from tests.web.site import form_token, sign_in, site_of, with_people

RULE = "/p/shop/value/churn-rule"
AS_OF = date(2020, 1, 1)


@pytest.fixture(scope="module")
def shop(built_shop, tmp_path_factory):
    return with_people(shutil.copytree(built_shop, tmp_path_factory.mktemp("rule") / "shop"))


@pytest.fixture(scope="module")
def web(shop):
    with site_of(shop) as browser:
        yield browser


def last_orders(shop):
    """Last order day of each customer, from the order lines themselves."""
    days = {}
    for row in shop.table("order_days").to_pylist():
        if row["is_order"]:
            days.setdefault(row["customer_id"], []).append(row["ordered_on"])
    return days


def test_a_tried_silence_counts_who_was_silent_for_longer(shop):
    days = last_orders(shop)
    for silence in (10, 45, 200):
        tried = ChurnRules(shop.workspace).try_silence(silence).tried
        gone = [who for who, on in days.items() if (AS_OF - max(on)).days > silence]
        gaps = {
            who: max((b - a).days for a, b in zip(sorted(on), sorted(on)[1:], strict=False))
            for who, on in days.items()
            if len(on) > 1
        }
        assert tried.leavers == len(gone)
        back = [who for who, gap in gaps.items() if gap > silence]
        if tried.won_back.value is not None:
            assert tried.false_alarms == len(back)


def test_the_rule_has_the_numbers_of_the_published_figure(shop):
    now = ChurnRules(shop.workspace).try_silence(10).now
    figure = shop.figure("churn_sensitivity").estimates
    published = {e.measure: e.value for e in figure if e.group["times"] == 1.0}
    assert now.days == 90
    assert now.churned.value == pytest.approx(published[CHURNED.name])
    assert now.won_back.value == pytest.approx(published[WON_BACK.name])


def test_moving_the_slider_shows_what_would_change(web, shop):
    sign_in(web, Role.VIEWER)
    trial = ChurnRules(shop.workspace).try_silence(10)
    part = web.get(RULE, params={"days": 10}, headers={"HX-Request": "true"}).text
    more = trial.tried.leavers - trial.now.leavers
    assert more > 1
    assert f"10 instead of 90 days: {more} more customers would count as having left" in part
    assert 'name="reason"' not in web.get(RULE).text  # a viewer decides nothing


def decided(web, shop, **more):
    """Decide on a silence as the manager."""
    sign_in(web, Role.MANAGER)
    form = {
        "form_token": form_token(web),
        "was": shop.files.read("outsidein.toml").sha256,
        "days": "60",
        "reason": "They <b>buy</b> monthly.",
    }
    return web.post(RULE, data=form | more)


@pytest.mark.parametrize("wrong", [{"days": "0"}, {"days": "soon"}, {"reason": " "}])
def test_what_cannot_be_decided_is_refused_and_nothing_written(web, shop, wrong):
    before = (shop.folder / "outsidein.toml").read_text()
    assert 'role="alert"' in decided(web, shop, **wrong).text
    assert (shop.folder / "outsidein.toml").read_text() == before


def test_a_decided_silence_is_the_rule_of_the_file_with_its_reason(web, shop):
    assert decided(web, shop).status_code == 303
    rule = read_project_file(shop.folder).churn
    assert (rule.rule, rule.after_days, rule.habit) == ("silence", 60, None)
    page = web.get(RULE).text
    assert "They &lt;b&gt;buy&lt;/b&gt; monthly." in page
    assert "says: churned = no order for 60 days" in page
    assert shop.files.history(path="outsidein.toml")[0].who == "Manager"
