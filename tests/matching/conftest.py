"""A small expo: exhibitors with products, buyers with demands, matched by the dictionary encoder."""

from types import SimpleNamespace

import pytest

from matchmaker.infra.db import commit
from matchmaker.matching import receivers
from matchmaker.matching.refresh import refresh

from .. import factories

PRODUCTS = (
    ("Fresh cherries, Lapins, JJ", "Fresh sweet cherries from Curicó, calibre JJ, 5 kg cartons, sea freight.", "080929", "CL"),
    ("Extra virgin olive oil 500 ml", "Cold pressed olive oil in dark glass bottles, acidity 0.3.", "150920", "TN"),
    ("Pinot noir red wine", "Dry red wine from Marlborough, 13% alcohol, bottles of 750 ml.", "220421", "NZ"),
)
DEMANDS = (
    ("求购智利车厘子", "JJ 级以上,12 月底到港,海运冷柜。", "080929"),
    ("特级初榨橄榄油", "深色玻璃瓶,酸度 0.4 以下。", "150920"),
    ("红葡萄酒", "新西兰黑皮诺,750毫升。", ""),
)


class Silent:
    """A reporter that keeps what is done and says nothing."""

    def progress(self, fraction, message="", **params):
        self.last = (fraction, message, params)

    def chunk(self):
        commit()


@pytest.fixture
def expo(context):
    """An edition with three exhibitors and three buyers, one sheet each."""
    return factories.ExpoFactory()


@pytest.fixture
def fair(expo):
    """The edition and its companies, products, demands."""
    made = SimpleNamespace(expo=expo, products=[], demands=[], exhibitors=[], buyers=[])
    for title, text, hs, origin in PRODUCTS:
        product = factories.ProductFactory(title=title, text=text, hs=hs, origin=origin)
        factories.approve(product.company, expo)
        factories.show(product, expo)
        made.products.append(product)
        made.exhibitors.append(product.company)
    for title, text, hs in DEMANDS:
        demand = factories.DemandFactory(expo=expo, title=title, text=text, hs=hs)
        factories.approve(demand.company, expo)
        made.demands.append(demand)
        made.buyers.append(demand.company)
    commit()
    return made


def match_all(expo):
    """Match the whole expo, here and now."""
    receivers.mark_stale(expo.id)
    commit()
    return refresh(Silent(), expo.id)


@pytest.fixture
def matched(fair):
    """The same, matched."""
    match_all(fair.expo)
    return fair


def member_actor(company):
    """Return the actor of a new member of ``company``."""
    return factories.actor(factories.member(company))
