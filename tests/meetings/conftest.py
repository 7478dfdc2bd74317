"""An expo with an exhibitor, a buyer, their sheets, and a company that has nothing to do with either."""

from types import SimpleNamespace

import pytest

from matchmaker.infra.db import db
from matchmaker.meetings import actions

from .. import factories


@pytest.fixture
def fair(context) -> SimpleNamespace:
    """Two sides that may meet, a stranger at the same expo, and another expo."""
    expo, elsewhere = factories.ExpoFactory(slug="ciie-2026"), factories.ExpoFactory(slug="canton-2026", series="CANTON")
    exhibitor = factories.CompanyFactory(name="Vega Olivar", country="ES", city="Jaén")
    buyer = factories.BuyerFactory(name="晴川食品", name_zh="晴川食品", name_en="Qingchuan Foods", city="杭州")
    stranger, outsider = factories.CompanyFactory(name="Kestrel Tools"), factories.BuyerFactory(name="远山百货", name_en="Yuanshan Stores")
    for company in (exhibitor, buyer, stranger, outsider):
        factories.approve(company, expo)
        factories.approve(company, elsewhere)
    seller = factories.member(exhibitor, language="en", name="Lucía Ferrer")
    purchaser = factories.member(buyer, language="zh_Hans_CN", name="顾青禾")
    product = factories.ProductFactory(company=exhibitor, title="Extra virgin olive oil")
    factories.show(product, expo)
    demand = factories.DemandFactory(expo=expo, company=buyer, title="求购特级初榨橄榄油")
    people = {
        "seller": seller, "purchaser": purchaser, "nosy": factories.member(stranger), "rival": factories.member(outsider),
        "organizer": factories.organizer(expo), "floor": factories.organizer(expo, "floor"), "elsewhere": factories.organizer(elsewhere),
    }
    actors = {f"{name}_acts": factories.actor(user) for name, user in people.items()}
    db.session.flush()
    return SimpleNamespace(expo=expo, other_expo=elsewhere, exhibitor=exhibitor, buyer=buyer, stranger=stranger, outsider=outsider,
                           product=product, demand=demand, **people, **actors)


@pytest.fixture
def asked(fair):
    """A request of the buyer to the exhibitor, waiting."""
    return actions.ask(
        fair.purchaser_acts, fair.expo, other=fair.exhibitor, demand=fair.demand, product=fair.product, message="想谈 500 箱。")
