"""Panels: a room adds to the product page of a room to its left, for the readers it chooses and in the order of the places."""

from collections.abc import Iterator

import pytest
from flask import Flask
from jinja2 import ChoiceLoader, DictLoader

from matchmaker.infra.db import commit
from matchmaker.web import panels

from .. import factories

pytestmark = pytest.mark.database


@pytest.fixture
def registered(app: Flask) -> Iterator[None]:
    """Two panels on the product page, the later one registered first; the second is for buyers only."""
    before, loader = list(app.extensions["matchmaker.panels"]), app.jinja_env.loader
    app.jinja_env.loader = ChoiceLoader([DictLoader({"test/_panel.html": "<p>{{ data.says }} {{ product.title }}</p>"}), loader])
    pages = frozenset({panels.PRODUCT, panels.OWN_PRODUCT})
    panels.add(
        app,
        panels.Panel("late", 902, pages, "test/_panel.html",
                     lambda actor, expo, product: {"says": "For buyers"} if actor.is_buyer else None),
        panels.Panel("early", 901, pages, "test/_panel.html",
                     lambda actor, expo, product: {"says": f"At {expo.slug}" if expo else "At home"}))
    yield
    app.extensions["matchmaker.panels"], app.jinja_env.loader = before, loader


def test_a_page_draws_what_rooms_have_for_its_reader_in_order(registered, browse):
    expo, company, buyer = factories.ExpoFactory(), factories.CompanyFactory(), factories.BuyerFactory()
    factories.approve(company, expo), factories.approve(buyer, expo)
    product = factories.ProductFactory(company=company, title="Lapins JJ")
    factories.show(product, expo)
    owner, reader = factories.member(company), factories.member(buyer)
    commit()
    read = browse(reader).get(f"/e/{expo.slug}/products/{product.id}").text
    assert 0 < read.index(f"<p>At {expo.slug} Lapins JJ</p>") < read.index("<p>For buyers Lapins JJ</p>")
    own = browse(owner).get(f"/products/{product.id}").text
    assert "<p>At home Lapins JJ</p>" in own and "For buyers" not in own


def test_a_panel_for_no_page_is_refused(app):
    with pytest.raises(ValueError, match="no page prduct"):
        panels.add(app, panels.Panel("wrong", 1, frozenset({"prduct"}), "x.html", lambda *_: None))
