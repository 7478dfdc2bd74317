"""A Chilean winery and a buyer at an expo, with the sample tables in use."""

from decimal import Decimal

import pytest

from matchmaker.demo import rates
from matchmaker.infra.db import commit

from .. import factories

WINE = {"title": "Carménère 2023", "hs": "22042100", "origin": "CL", "price_low": Decimal("3.20"), "currency": "USD", "incoterm": "FOB",
        "port": "Valparaíso", "price_unit": "bottle", "moq": Decimal(600), "moq_unit": "bottle"}


class World:
    """Rows of the tests of landed cost."""

    def __init__(self) -> None:
        self.expo = factories.ExpoFactory()
        self.winery = factories.CompanyFactory(name="Viña Llovizna")
        self.buyer, self.stranger = factories.BuyerFactory(), factories.CompanyFactory()
        for company in (self.winery, self.buyer, self.stranger):
            factories.approve(company, self.expo)
        self.owner, self.reader = factories.member(self.winery), factories.member(self.buyer)
        self.wine = self.product()

    def product(self, **values):
        found = factories.ProductFactory(company=self.winery, **WINE | values)
        factories.show(found, self.expo)
        return found


@pytest.fixture
def tables(context):
    """The sample tables in use."""
    rates.load()


@pytest.fixture
def world(context) -> World:
    made = World()
    commit()
    return made
