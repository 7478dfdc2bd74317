"""A match with a minimum order in the way, its two sides, and people of each."""

from types import SimpleNamespace

import pytest

from matchmaker.infra.db import commit

from .. import factories


@pytest.fixture
def expo(context):
    """An edition."""
    return factories.ExpoFactory()


@pytest.fixture
def fair(expo):
    """A demand for 500 cartons, a product with a minimum of 1,000, the stored match, and an actor and user for each side."""
    demand = factories.DemandFactory(expo=expo, quantity_first=500, unit="carton")
    product = factories.ProductFactory(moq=1000, moq_unit="carton")
    factories.approve(demand.company, expo)
    factories.approve(product.company, expo)
    factories.show(product, expo)
    match = factories.RecommendationFactory(demand=demand, product=product)
    buyer, exhibitor = factories.member(demand.company), factories.member(product.company)
    commit()
    return SimpleNamespace(
        expo=expo, demand=demand, product=product, match=match, buyer_user=buyer, exhibitor_user=exhibitor, buyer=factories.actor(buyer),
        exhibitor=factories.actor(exhibitor), pair={"demand_id": demand.id, "product_id": product.id})


def strangers(expo):
    """Users who have nothing to do with the match: of the same expo, of another one, and of none."""
    here, there = factories.CompanyFactory(), factories.BuyerFactory()
    factories.approve(here, expo)
    factories.approve(there, factories.ExpoFactory(series="CICPE"))
    return [factories.member(here), factories.member(there), factories.member(factories.BuyerFactory())]
