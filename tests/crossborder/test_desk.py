"""The desk: what can go by which road, who reads it, platforms and zones, and what becomes of exhibits."""

from datetime import date

import pytest
import sqlalchemy as sa

from matchmaker.crossborder import queries
from matchmaker.infra.db import commit, db
from matchmaker.matching import load
from matchmaker.reference import queries as reference
from matchmaker.trade.disposal import plan
from matchmaker.trade.gates import Listing, State
from matchmaker.trade.rulebook import shipped

from .. import factories
from ..passports.conftest import positive_list, world  # noqa: F401


@pytest.fixture
def listed(world):  # noqa: F811
    world.wine.hs, world.wine.roads = "22042100", ["1210"]
    positive_list("22042100")
    return world


def test_a_platform_finds_what_can_go_by_bonded_import_now(listed, browse):
    toy = factories.ProductFactory(company=listed.winery, title="Wooden train", hs="95030000", origin="DE")
    factories.show(toy, listed.expo)
    commit()
    found = queries.products(factories.actor(listed.reader), listed.expo, "1210", now=True)
    assert [one.product.id for one in found] == [listed.wine.id]
    page = browse(listed.reader).get(f"/e/{listed.expo.slug}/cross-border?road=1210&now=1").text
    assert "Carménère" in page and "Wooden train" not in page and "may not be sold again" in page and "26,000" in page
    assert "Wooden train" in browse(listed.reader).get(f"/e/{listed.expo.slug}/cross-border?road=1210").text


def test_export_modes_are_no_roads(listed, browse):
    commit()
    page = browse(listed.reader).get(f"/e/{listed.expo.slug}/cross-border?road=9710").text
    assert "9710 Cross-border" in page and "Declared for exports" in page and 'name="road" value="1210"' in page


def test_an_exhibitor_sees_its_own_products_and_the_demands_by_road(listed, browse):
    rival = factories.CompanyFactory()
    factories.approve(rival, listed.expo)
    other = factories.ProductFactory(company=rival, title="Rival's wine", hs="22042100")
    factories.show(other, listed.expo)
    factories.DemandFactory(
        expo=listed.expo, company=listed.buyer, title="红酒保税备货", road="1210", zone="杭州综试区", confidentiality="anonymous")
    factories.DemandFactory(expo=listed.expo, company=listed.buyer, title="一般贸易红酒", road="0110")
    commit()
    page = browse(listed.owner).get(f"/e/{listed.expo.slug}/cross-border?road=1210").text
    assert "Carménère" in page and "Rival" not in page
    assert "红酒保税备货" in page and "一般贸易红酒" not in page
    assert listed.buyer.name_en not in page  # anonymous until they meet


def test_demands_that_are_not_shown_are_counted_apart(listed, browse):
    other = factories.BuyerFactory()
    factories.approve(other, listed.expo)
    for company, title in ((listed.buyer, "红酒保税备货"), (other, "对手保税备货")):
        factories.DemandFactory(expo=listed.expo, company=company, title=title, road="1210")
    commit()
    page = browse(listed.reader).get(f"/e/{listed.expo.slug}/cross-border?road=1210&by=2026-12-24").text
    assert "红酒保税" in page and "对手" not in page and "One more names this road and is not shown to you." in page
    assert "cross-border?road=9610&amp;by=2026-12-24" in page  # the day goes along to the other roads
    assert "not shown to you" not in browse(listed.owner).get(f"/e/{listed.expo.slug}/cross-border?road=1210").text


def test_strangers_get_nothing(listed, browse):
    outsider = factories.member(factories.BuyerFactory())
    commit()
    for address in ("cross-border", "cross-border/platforms", "exhibits"):
        assert browse(outsider).get(f"/e/{listed.expo.slug}/{address}").status_code == 404
    assert browse(listed.reader).get(f"/e/{listed.expo.slug}/exhibits").status_code == 404
    assert browse(listed.reader).get("/exhibits").status_code == 404


def test_blocked_companies_do_not_see_each_other(listed):
    from matchmaker import clock
    from matchmaker.companies.models import CompanyBlock

    db.session.add(CompanyBlock(company_id=listed.winery.id, blocked_id=listed.buyer.id, created_at=clock.now()))
    db.session.flush()
    assert queries.products(factories.actor(listed.reader), listed.expo, "1210") == []


def test_a_platform_is_named_once_it_asks_under_its_name(listed):
    zone = factories.BuyerFactory(buyer_kind="pilot_zone", name="杭州综试区")
    factories.approve(zone, listed.expo)
    reader = factories.actor(listed.owner)
    assert [company.id for company, _count in queries.across(reader, listed.expo)] == [zone.id]
    demand = factories.DemandFactory(expo=listed.expo, company=listed.buyer, road="1210", confidentiality="anonymous")
    assert [company.id for company, _count in queries.across(reader, listed.expo)] == [zone.id]
    demand.confidentiality = "open"
    db.session.flush()
    assert {(company.id, count) for company, count in queries.across(reader, listed.expo)} == {(zone.id, 0), (listed.buyer.id, 1)}


@pytest.mark.parametrize(("words", "code"), [
    ("杭州", "HANGZHOU"), ("Hangzhou bonded warehouse 3", "HANGZHOU"), ("某某综试区", None), ("", None)])
def test_a_typed_zone_is_looked_up_softly(context, words, code):
    found = queries.zone_named(words, date(2026, 10, 19))
    assert (found.code if found else None) == code


def test_a_road_that_the_law_closes_stops_the_match(listed, work):
    from matchmaker.matching import receivers
    from matchmaker.matching.models import Recommendation

    shut = factories.ProductFactory(company=listed.winery, title="Carménère 2023", text="", hs="22042900", origin="CL")
    factories.show(shut, listed.expo, listed.section)
    demand = factories.DemandFactory(
        expo=listed.expo, company=listed.buyer, title="Carménère 2023", text="", lang="en", hs="2204", road="1210")
    supplies = {supply.id: supply for supply in load.supplies(listed.expo.id)}
    assert "1210" in supplies[shut.id].roads_closed and "1210" not in supplies[listed.wine.id].roads_closed
    receivers.mark_stale(listed.expo.id)
    commit()
    work()
    matched = set(db.session.scalars(sa.select(Recommendation.product_id).where(Recommendation.demand_id == demand.id)))
    assert matched == {listed.wine.id}


def test_the_list_of_matches_keeps_what_can_enter(listed, browse):
    demand = factories.DemandFactory(expo=listed.expo, company=listed.buyer)
    toy = factories.ProductFactory(company=listed.winery, title="Wooden train", hs="95030000")
    factories.show(toy, listed.expo)
    for product in (listed.wine, toy):
        factories.RecommendationFactory(demand=demand, product=product, expo_id=listed.expo.id)
    commit()
    from matchmaker.passports.views import FILTERS

    (entry,) = FILTERS
    assert {value for value, _label in entry.options()} == {
        f"{road}{within}" for road in ("general", "cbec") for within in ("", "-30", "-90", "-180")}
    ids = [listed.wine.id, toy.id]
    assert entry.products(ids, listed.expo, "cbec") == {listed.wine.id}
    assert entry.products(ids, listed.expo, "general") == set()
    assert entry.products(ids, listed.expo, "general-30") == {listed.wine.id}  # the label takes 30 days at most
    assert entry.companies(listed.expo, "cbec") == {listed.winery.id} and entry.companies(listed.expo, "general") == set()
    browser, slug = browse(listed.reader), listed.expo.slug
    page = browser.get(f"/e/{slug}/recommendations?entry=cbec").text
    assert "Carménère" in page and "Wooden train" not in page
    assert "Carménère" not in browser.get(f"/e/{slug}/recommendations?entry=general").text
    assert "Aurora" not in browser.get(f"/e/{slug}/exhibitors?entry=general").text.partition("</form>")[2]


# ---------------------------------------------------------------- exhibits
def way(choice, hs="950300", listed=None, general=State.YES, series="CIIE"):
    return plan(shipped(), choice, series=series, hs=hs, listing=Listing(listed), general=general, ends_on=date(2026, 11, 10))


def test_a_sale_needs_general_trade_and_relief_is_named_only_as_far_as_it_is_known():
    sale = way("sell", general=State.NOT_YET)
    assert (sale.state, sale.until, sale.notes) == (State.NOT_YET, date(2026, 11, 10), ("relief_to_check",))
    assert way("sell", hs="220421").notes == ("relief_excludes",) and way("sell", hs="220421").relief is None
    assert way("sell", series="CANTON").notes == ("no_relief",)


@pytest.mark.parametrize(("listed", "state"), [(True, State.YES), (False, State.NO), (None, State.UNKNOWN)])
def test_bonded_needs_a_place_on_the_list(listed, state):
    assert way("bonded", listed=listed).state is state


def test_every_way_says_what_it_needs_in_both_languages():
    for choice in ("return", "sell", "bonded"):
        assert way(choice).needs("en") and way(choice).needs("zh")


def test_the_exhibitor_plans_and_the_organizer_has_the_list(listed, browse):
    listed.wine.disposal = "sell"
    staff = factories.organizer(listed.expo)
    commit()
    page = browse(listed.owner).get("/exhibits").text
    assert "Carménère" in page and "leaves these goods out" in page
    page = browse(staff).get(f"/e/{listed.expo.slug}/exhibits?way=sell").text
    assert "Carménère" in page
    assert "Carménère" not in browse(staff).get(f"/e/{listed.expo.slug}/exhibits?way=bonded").text
    assert reference.rulebook()
