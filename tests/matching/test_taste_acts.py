"""Refusals act: three with the same reason move the list of the one who refused, the reason is said, and it can be undone."""

import pytest
import sqlalchemy as sa

from matchmaker.companies.models import Company
from matchmaker.infra.db import commit, db
from matchmaker.matching.models import Recommendation

from .. import factories
from .conftest import match_all

pytestmark = pytest.mark.database
ORIGINS = ("CL", "CL", "CL", "CL", "NZ")


@pytest.fixture
def cherries(expo):
    """A demand for cherries, four exhibitors of Chile with the same ones, one of New Zealand; matched."""
    products = []
    for origin in ORIGINS:
        product = factories.ProductFactory(title="Fresh sweet cherries", text="Cherries in 5 kg cartons.", hs="080929", origin=origin)
        factories.approve(product.company, expo)
        factories.show(product, expo)
        products.append(product)
    demand = factories.DemandFactory(expo=expo, title="求购车厘子", text="", hs="080929")
    factories.approve(demand.company, expo)
    commit()
    match_all(expo)
    return demand, products


def odds(demand, product, side="buyer"):
    db.session.expire_all()
    column = getattr(Recommendation, f"odds_{side}")
    return db.session.scalar(sa.select(column).where(Recommendation.demand_id == demand.id, Recommendation.product_id == product.id))


def press(client, expo, demand, product, verb, **data):
    answer = client.post(f"/e/{expo.slug}/matches/{demand.id}/{product.id}/{verb}", data=data)
    assert answer.status_code == 302


def test_three_refusals_move_the_list_and_say_why(expo, cherries, browse, work):
    demand, products = cherries
    buyer = browse(factories.member(demand.company))
    fourth, other = products[3], products[4]
    before = odds(demand, fourth), odds(demand, other), odds(demand, fourth, "exhibitor")
    assert before[0] == before[1]
    for product in products[:3]:
        press(buyer, expo, demand, product, "hide", reason="origin")
    work()
    assert odds(demand, fourth) < before[0] and odds(demand, other) == before[1]
    assert odds(demand, fourth, "exhibitor") == before[2]  # only the side that refused is moved
    page = buyer.get(f"/e/{expo.slug}/demands/{demand.id}/matches").text
    assert page.index(f"matches/{demand.id}/{other.id}") < page.index(f"matches/{demand.id}/{fourth.id}")
    assert "you turned down 3" in buyer.get(f"/e/{expo.slug}/matches/{demand.id}/{fourth.id}").text
    for product in products[:3]:
        press(buyer, expo, demand, product, "unhide")
    work()
    assert odds(demand, fourth) == before[0]


def test_who_does_not_want_it_personal_keeps_lists_of_the_sheets_alone(expo, cherries, browse, work):
    demand, products = cherries
    buyer = browse(factories.member(demand.company))
    before = odds(demand, products[3])
    for product in products[:3]:
        press(buyer, expo, demand, product, "hide", reason="origin")
    buyer.post(f"/e/{expo.slug}/recommendations/personal", data={"wanted": "no"})
    work()
    assert not db.session.get(Company, demand.company_id).personalised
    assert odds(demand, products[3]) == before


def test_the_list_says_what_it_has_learned_and_forgets_one_reason_at_a_press(expo, cherries, browse, work):
    demand, products = cherries
    buyer = browse(factories.member(demand.company))
    before, page = odds(demand, products[3]), f"/e/{expo.slug}/recommendations"
    assert 'class="learned"' not in buyer.get(page).text
    for product, reason in zip(products, ("origin", "origin", "other"), strict=False):
        press(buyer, expo, demand, product, "hide", reason=reason)
    work()
    text = buyer.get(page).text
    assert "Because you turned down 2 matches for “Not this origin”" in text
    assert text.count("Because you turned down") == 1  # another reason names no trait, so nothing is learned from it
    assert odds(demand, products[3]) < before
    answer = buyer.post(f"{page}/unhide", data={"reason": "origin"}, follow_redirects=True).text
    assert "2 matches are shown again" in answer and 'class="learned"' not in answer
    work()
    assert odds(demand, products[3]) == before
    pairs = {place: f"/matches/{demand.id}/{product.id}" for place, product in enumerate(products)}
    text = buyer.get(page).text
    assert all(pairs[place] in text for place in (0, 1, 3, 4)) and pairs[2] not in text


def test_one_company_undoes_its_own_refusals_only_and_names_a_reason(expo, cherries, browse):
    demand, products = cherries
    buyer, exhibitor = browse(factories.member(demand.company)), browse(factories.member(products[0].company))
    press(buyer, expo, demand, products[0], "hide", reason="price")
    assert exhibitor.post(f"/e/{expo.slug}/recommendations/unhide", data={"reason": "price"}).status_code == 302
    assert "Because you turned down one match" in buyer.get(f"/e/{expo.slug}/recommendations").text
    assert buyer.post(f"/e/{expo.slug}/recommendations/unhide", data={"reason": "nonsense"}).status_code in (400, 422)
    stranger = browse(factories.member(factories.BuyerFactory()))
    assert stranger.post(f"/e/{expo.slug}/recommendations/unhide", data={"reason": "price"}).status_code == 404


def test_who_is_not_personalised_is_told_of_nothing_learned(expo, cherries, browse, work):
    demand, products = cherries
    buyer = browse(factories.member(demand.company))
    press(buyer, expo, demand, products[0], "hide", reason="price")
    buyer.post(f"/e/{expo.slug}/recommendations/personal", data={"wanted": "no"})
    work()
    assert "Because you turned down" not in buyer.get(f"/e/{expo.slug}/recommendations").text


def test_the_page_of_a_match_tells_ones_own_choices_apart_from_the_other_sides_answer(expo, cherries, browse, work):
    demand, products = cherries
    buyer, exhibitor = browse(factories.member(demand.company)), browse(factories.member(products[3].company))
    for product in products[:3]:
        press(buyer, expo, demand, product, "hide", reason="origin")
    work()
    address = f"/e/{expo.slug}/matches/{demand.id}/{products[3].id}"
    assert "it moves your own list, not their answer" in buyer.get(address).text
    assert "it moves your own list" not in exhibitor.get(address).text and "turned down" not in exhibitor.get(address).text
