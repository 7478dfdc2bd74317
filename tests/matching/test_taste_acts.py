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
