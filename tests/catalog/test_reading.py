"""A pasted product text fills the form; what is saved is what somebody looked at."""

import pytest

from matchmaker.catalog.models import Product
from matchmaker.infra.db import commit, db

from .. import factories

pytestmark = pytest.mark.database
TEXT = ("Extra virgin olive oil, brand: Olivada, origin Spain, MOQ 500 cartons, USD 4.5-5.2/bottle FOB Valencia, "
        "lead time 30 days, organic certificate")


@pytest.fixture
def seller(context, browse):
    expo, company = factories.ExpoFactory(), factories.CompanyFactory()
    factories.approve(company, expo)
    return browse(factories.member(company))


def test_a_pasted_text_fills_the_form_and_stores_nothing(seller):
    page = seller.post("/products/new", data={"do": "read", "pasted": TEXT})
    assert page.status_code == 200
    assert 'value="Extra virgin olive oil"' in page.text and 'value="500"' in page.text and 'value="4.5"' in page.text
    assert '<mark class="read">Olivada</mark>' in page.text and '<mark class="guessed">organic</mark>' in page.text
    assert db.session.query(Product).count() == 0


def test_the_saved_card_keeps_the_words(seller):
    saved = seller.post("/products/new", data={"title": "Olive oil", "moq": "500", "original": TEXT, "do": "draft"})
    assert saved.status_code == 302
    product = db.session.query(Product).one()
    assert product.original == TEXT and product.read["moq"] == "confirmed" and product.moq == 500


@pytest.mark.parametrize("text", ["", "   ", "?!"])
def test_a_text_that_says_nothing_is_refused_in_words(seller, text):
    page = seller.post("/products/new", data={"do": "read", "pasted": text})
    assert page.status_code == 422 and "Nothing could be read" in page.text


def test_buyers_read_no_products(browse, context):
    expo, company = factories.ExpoFactory(), factories.BuyerFactory()
    factories.approve(company, expo)
    commit()
    assert browse(factories.member(company)).post("/products/new", data={"do": "read", "pasted": TEXT}).status_code in (403, 404)
