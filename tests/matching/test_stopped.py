"""A stopped pair appears nowhere: no row, no list, no page, no proposal, whichever side looks and whatever else is known of it."""

import pytest
import sqlalchemy as sa

from matchmaker.companies import actions as companies
from matchmaker.infra.db import commit, db
from matchmaker.matching import feedback
from matchmaker.matching.models import Recommendation

from .. import factories
from .conftest import match_all, member_actor

pytestmark = pytest.mark.database


def blocked_by_buyer(fair):
    companies.block(member_actor(fair.buyers[0]), fair.buyers[0], fair.exhibitors[0])


def blocked_by_exhibitor(fair):
    companies.block(member_actor(fair.exhibitors[0]), fair.exhibitors[0], fair.buyers[0])


def origin_excluded(fair):
    fair.demands[0].origins_excluded = [fair.products[0].origin]


def of_one_company(fair):
    fair.demands[0].company_id = fair.products[0].company_id


STOPS = (blocked_by_buyer, blocked_by_exhibitor, origin_excluded, of_one_company)
AT_ONCE = (blocked_by_buyer, blocked_by_exhibitor)  # pages ask for these themselves


def pages_of(fair, browse):
    """Return (browser, address of the pair's page, addresses of lists) of both sides."""
    pair, at = f"{fair.demands[0].id}/{fair.products[0].id}", f"/e/{fair.expo.slug}"
    lists = [f"{at}/recommendations", f"{at}/recommendations/saved", f"{at}/recommendations/hidden", "/"]
    return [(browse(factories.member(company)), f"{at}/matches/{pair}", lists) for company in (fair.buyers[0], fair.exhibitors[0])]


def assert_nowhere(fair, browse):
    for browser, pair, lists in pages_of(fair, browse):
        assert browser.get(pair).status_code == 404
        for verb in ("save", "hide", "offer"):
            assert browser.post(f"{pair}/{verb}", data={"reason": "price", "gap": "x", "side": "supply", "field": "moq"}).status_code == 404
        for address in lists:
            assert pair not in browser.get(address, follow_redirects=True).text


@pytest.mark.parametrize("stop", STOPS, ids=lambda stop: stop.__name__)
def test_a_stopped_pair_is_nowhere_after_the_refresh(fair, browse, stop):
    match_all(fair.expo)
    pair = {"demand_id": fair.demands[0].id, "product_id": fair.products[0].id}
    feedback.note(fair.buyers[0].id, "saved", expo_id=fair.expo.id, **pair)
    stop(fair)
    commit()
    match_all(fair.expo)
    assert db.session.scalar(sa.select(sa.func.count()).where(
        Recommendation.demand_id == pair["demand_id"], Recommendation.product_id == pair["product_id"])) == 0
    assert_nowhere(fair, browse)


@pytest.mark.parametrize("stop", AT_ONCE, ids=lambda stop: stop.__name__)
def test_a_block_acts_before_the_refresh(matched, browse, stop):
    stop(matched)
    commit()
    assert_nowhere(matched, browse)


def test_without_a_stop_the_pair_is_there(matched, browse):
    for browser, pair, lists in pages_of(matched, browse):
        assert browser.get(pair).status_code == 200
        assert pair in browser.get(lists[0]).text
