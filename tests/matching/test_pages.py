"""Lists of matches: for the right people only, with what they may see, and what they do with them."""

import pytest
import sqlalchemy as sa

from matchmaker import events
from matchmaker.companies.models import CompanyBlock
from matchmaker.errors import Invalid, NotFound
from matchmaker.infra.db import commit, db
from matchmaker.matching import actions, queries
from matchmaker.matching.models import Mark, StaleMatch

from .. import factories
from .conftest import match_all, member_actor

pytestmark = pytest.mark.database


@pytest.fixture
def buyer(matched):
    return member_actor(matched.buyers[0])


@pytest.fixture
def exhibitor(matched):
    return member_actor(matched.exhibitors[0])


def ids(page):
    return [(row.demand_id, row.product_id) for row in page.items]


def test_a_demand_lists_its_products_best_first(matched, buyer):
    page = queries.recommendations_for_demand(buyer, matched.expo, matched.demands[0])
    assert ids(page)[0] == (matched.demands[0].id, matched.products[0].id) and page.total == len(page.items)


def test_a_product_lists_its_demands(matched, exhibitor):
    page = queries.recommendations_for_product(exhibitor, matched.expo, matched.products[0])
    assert (matched.demands[0].id, matched.products[0].id) in ids(page)


def test_a_company_sees_each_counterpart_once_with_its_best(matched, buyer):
    twin = factories.DemandFactory(expo=matched.expo, company=matched.buyers[0], title="车厘子", text="", hs="080929")
    commit()
    match_all(matched.expo)
    products = [row.product_id for row in queries.recommendations_for_company(buyer, matched.expo).items]
    assert matched.products[0].id in products and len(products) == len(set(products))
    assert len(queries.own_sheets(buyer, matched.expo)) == 2 and twin.id


def test_a_page_behind_the_end_shows_the_last(matched, buyer):
    page = queries.recommendations_for_demand(buyer, matched.expo, matched.demands[0], 99)
    assert page.number == 1 and page.items


def test_strangers_get_nothing(matched, buyer, exhibitor):
    stranger = member_actor(matched.buyers[1])
    for ask in (lambda: queries.recommendations_for_demand(stranger, matched.expo, matched.demands[0]),
                lambda: queries.own_demand(stranger, matched.expo, matched.demands[0].id),
                lambda: queries.own_product(member_actor(matched.exhibitors[1]), matched.expo, matched.products[0].id),
                lambda: queries.pair(stranger, matched.expo, matched.demands[0].id, matched.products[0].id),
                lambda: queries.recommendations_for_company(buyer, factories.ExpoFactory()),
                lambda: actions.save(stranger, matched.expo, demand_id=matched.demands[0].id, product_id=matched.products[0].id)):
        with pytest.raises(NotFound):
            ask()


def test_a_fresh_block_acts_before_any_refresh(matched, buyer, exhibitor):
    now = matched.demands[0].created_at
    db.session.add(CompanyBlock(company_id=matched.exhibitors[0].id, blocked_id=matched.buyers[0].id, created_at=now))
    db.session.flush()
    pair = (matched.demands[0].id, matched.products[0].id)
    assert pair not in ids(queries.recommendations_for_company(buyer, matched.expo))
    assert pair not in ids(queries.recommendations_for_company(exhibitor, matched.expo))
    with pytest.raises(NotFound):
        queries.pair(buyer, matched.expo, *pair)


@pytest.mark.parametrize("change", ["withdrawn", "unlisted", "declined"])
def test_a_fresh_change_acts_before_any_refresh(matched, buyer, change):
    product = matched.products[0]
    if change == "withdrawn":
        product.state = "withdrawn"
    elif change == "unlisted":
        product.listings.clear()
    else:
        db.session.execute(sa.update(factories.Participation).where(factories.Participation.company_id == product.company_id)
                           .values(state="declined"))
    db.session.flush()
    assert product.id not in [row.product_id for row in queries.recommendations_for_company(buyer, matched.expo).items]


def test_saved_and_hidden_are_mine_only(matched, buyer, exhibitor):
    pair = {"demand_id": matched.demands[0].id, "product_id": matched.products[0].id}
    actions.save(buyer, matched.expo, **pair)
    actions.save(buyer, matched.expo, **pair)
    actions.hide(buyer, matched.expo, **pair, reason="price")
    key = (pair["demand_id"], pair["product_id"])
    assert key not in ids(queries.recommendations_for_demand(buyer, matched.expo, matched.demands[0]))
    assert key in ids(queries.recommendations_for_product(exhibitor, matched.expo, matched.products[0]))
    assert ids(queries.marked(buyer, matched.expo, "hidden")) == [key] == ids(queries.marked(buyer, matched.expo, "saved"))
    assert ids(queries.marked(exhibitor, matched.expo, "hidden")) == []
    assert queries.pair(exhibitor, matched.expo, *key).saved is False or not queries.pair(exhibitor, matched.expo, *key).saved
    actions.unhide(buyer, matched.expo, **pair)
    actions.unsave(buyer, matched.expo, **pair)
    assert key in ids(queries.recommendations_for_demand(buyer, matched.expo, matched.demands[0]))
    assert db.session.scalars(sa.select(Mark)).all() == []


def test_hiding_asks_for_a_reason(matched, buyer):
    with pytest.raises(Invalid):
        actions.hide(buyer, matched.expo, demand_id=matched.demands[0].id, product_id=matched.products[0].id, reason="because")


def test_a_buyer_without_a_name_cannot_be_blocked_from_the_list(matched, exhibitor):
    matched.demands[0].confidentiality = "anonymous"
    db.session.flush()
    with pytest.raises(NotFound):
        actions.block(exhibitor, matched.expo, demand_id=matched.demands[0].id, product_id=matched.products[0].id)


@pytest.fixture
def as_buyer(matched, browse):
    user = factories.member(matched.buyers[0])
    commit()
    return browse(user)


@pytest.fixture
def as_exhibitor(matched, browse):
    user = factories.member(matched.exhibitors[0])
    commit()
    return browse(user)


def base(matched):
    return f"/e/{matched.expo.slug}"


def test_a_buyer_reads_products_with_reasons_and_unknowns(matched, as_buyer):
    page = as_buyer.get(f"{base(matched)}/recommendations")
    text = page.get_data(as_text=True)
    assert page.status_code == 200 and "Fresh cherries, Lapins, JJ" in text
    assert "Same customs heading 0809" in text and "Unknown" in text and 'lang="zh-Hans"' in text
    assert "%" not in text.split("<main")[1].split("</main>")[0].replace("100%", "")


def test_an_exhibitor_reads_demands(matched, as_exhibitor):
    text = as_exhibitor.get(f"{base(matched)}/recommendations").get_data(as_text=True)
    assert "求购智利车厘子" in text and matched.buyers[0].name_en in text


def test_an_anonymous_buyer_has_no_name_and_no_budget(matched, as_exhibitor):
    demand = matched.demands[0]
    demand.confidentiality, demand.budget_high, demand.currency = "anonymous", 7_654_321, "CNY"
    commit()
    for address in ("/recommendations", f"/products/{matched.products[0].id}/matches", f"/matches/{demand.id}/{matched.products[0].id}"):
        text = as_exhibitor.get(base(matched) + address).get_data(as_text=True)
        assert "Anonymous buyer" in text and matched.buyers[0].name_en not in text and matched.buyers[0].name not in text
        assert not any(budget in text for budget in ("7654321", "7,654,321", "7.65", "765"))


def test_the_name_is_shown_once_the_meeting_is_accepted(matched, as_exhibitor):
    matched.demands[0].confidentiality = "matched"
    commit()

    def states(_expo, company_id):
        return {matched.buyers[0].id: "accepted"}

    address = f"{base(matched)}/recommendations"
    assert matched.buyers[0].name_en not in as_exhibitor.get(address).get_data(as_text=True)
    with events.pairs_asked.connected_to(states):
        assert matched.buyers[0].name_en in as_exhibitor.get(address).get_data(as_text=True)


def test_the_page_of_one_sheet_and_of_one_match(matched, as_buyer, as_exhibitor):
    demand, product = matched.demands[0], matched.products[0]
    assert "Fresh cherries" in as_buyer.get(f"{base(matched)}/demands/{demand.id}/matches").get_data(as_text=True)
    assert "求购智利车厘子" in as_exhibitor.get(f"{base(matched)}/products/{product.id}/matches").get_data(as_text=True)
    for browser in (as_buyer, as_exhibitor):
        text = browser.get(f"{base(matched)}/matches/{demand.id}/{product.id}").get_data(as_text=True)
        assert demand.text in text and product.text in text and 'dir="ltr"' in text


def test_strangers_get_404_on_reading_and_writing(matched, as_buyer, as_exhibitor, browse):
    outsider = browse(factories.member(factories.BuyerFactory()))
    demand, product = matched.demands[0], matched.products[0]
    assert as_buyer.get(f"{base(matched)}/demands/{matched.demands[1].id}/matches").status_code == 404
    assert as_exhibitor.get(f"{base(matched)}/products/{matched.products[1].id}/matches").status_code == 404
    assert as_buyer.get(f"{base(matched)}/products/{product.id}/matches").status_code == 404
    for address in ("/recommendations", "/recommendations/saved", "/recommendations/hidden", "/recommendations/version",
                    f"/demands/{demand.id}/matches", f"/matches/{demand.id}/{product.id}"):
        assert outsider.get(base(matched) + address).status_code == 404
    for verb in ("save", "unsave", "hide", "unhide", "block"):
        address = f"{base(matched)}/matches/{demand.id}/{product.id}/{verb}"
        assert outsider.post(address, data={"reason": "price"}).status_code == 404
    assert db.session.scalars(sa.select(Mark)).all() == [] and db.session.scalars(sa.select(CompanyBlock)).all() == []


def test_save_hide_and_block_by_form(matched, as_buyer):
    address = f"{base(matched)}/matches/{matched.demands[0].id}/{matched.products[0].id}"
    assert as_buyer.post(f"{address}/save", data={"next": "/e/x/recommendations"}).location == "/e/x/recommendations"
    assert "Fresh cherries" in as_buyer.get(f"{base(matched)}/recommendations/saved").get_data(as_text=True)
    assert as_buyer.post(f"{address}/hide", data={"reason": "nonsense"}).status_code == 422
    assert as_buyer.post(f"{address}/hide", data={"reason": "price"}).status_code == 302
    hidden = as_buyer.get(f"{base(matched)}/recommendations/hidden").get_data(as_text=True)
    assert "The price does not fit" in hidden and "Fresh cherries" in hidden
    assert "Fresh cherries" not in as_buyer.get(f"{base(matched)}/recommendations").get_data(as_text=True)
    assert as_buyer.post(f"{address}/unhide").status_code == 302
    assert as_buyer.post(f"{address}/block").status_code == 302
    assert as_buyer.get(address).status_code == 404
    assert db.session.scalars(sa.select(CompanyBlock.blocked_id)).all() == [matched.exhibitors[0].id]


def test_the_version_answers_304_until_something_changes(matched, as_buyer, work):
    address = f"{base(matched)}/recommendations/version"
    first = as_buyer.get(address)
    assert first.json["state"] == "done"
    assert as_buyer.get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    events.demand_changed.send(matched.demands[0])
    commit()
    waiting = as_buyer.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert waiting.status_code == 200 and waiting.json["state"] == "queued"
    assert "data-progress" in as_buyer.get(f"{base(matched)}/recommendations").get_data(as_text=True)
    work()
    after = as_buyer.get(address)
    assert after.json["state"] == "done" and after.json["version"] != first.json["version"]
    assert db.session.scalars(sa.select(StaleMatch)).all() == []


def test_the_first_screen_teaches(expo, browse):
    for company, words in ((factories.BuyerFactory(), "Say what you look for"), (factories.CompanyFactory(), "Show what you sell")):
        factories.approve(company, expo)
        user = factories.member(company)
        commit()
        text = browse(user).get(f"/e/{expo.slug}/recommendations").get_data(as_text=True)
        assert words in text


def test_both_languages_are_whole(matched, as_buyer):
    as_buyer.post("/language", data={"language": "zh_Hans_CN"})
    text = as_buyer.get(f"{base(matched)}/recommendations").get_data(as_text=True)
    assert "为您的采购需求推荐" in text and "同一税则品目 0809" in text and "Recommended for" not in text and "Same customs" not in text


def test_readyz_names_the_encoder(matched, client):
    assert client.get("/readyz").json["encoder"].startswith("cedict")
