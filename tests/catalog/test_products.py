"""Product cards: verbs, pages, and who may read them."""

import pytest

from matchmaker import events
from matchmaker.catalog import actions, queries
from matchmaker.catalog.models import Product
from matchmaker.clock import now
from matchmaker.companies.models import CompanyBlock
from matchmaker.errors import Conflict, Invalid, NotFound
from matchmaker.infra.db import commit, db
from matchmaker.permissions import Actor

from .. import factories

pytestmark = pytest.mark.database
FIELDS = {"title": "Fresh cherries, JJ", "text": "From Curicó.", "price_low": "41", "price_high": "47", "currency": "USD", "moq": "960"}


@pytest.fixture
def world(context):
    """Two expos, an exhibitor and a buyer at the first, strangers at the second."""

    class World:
        expo, other_expo = factories.ExpoFactory(), factories.ExpoFactory()
        section = factories.SectionFactory(expo=expo)
        company, rival, buyer, far_buyer = (
            factories.CompanyFactory(),
            factories.CompanyFactory(),
            factories.BuyerFactory(),
            factories.BuyerFactory(),
        )

    for company, expo in (
        (World.company, World.expo),
        (World.rival, World.expo),
        (World.buyer, World.expo),
        (World.far_buyer, World.other_expo),
    ):
        factories.approve(company, expo)
    World.owner = factories.member(World.company)
    World.actor = factories.actor(World.owner)
    return World


@pytest.fixture
def heard():
    """The products of which the other rooms were told."""
    found = []
    listen = lambda product, **more: found.append((product.id, product.state))  # noqa: E731
    with events.product_changed.connected_to(listen):
        yield found


def test_a_title_is_enough_for_a_draft_and_tells_nobody(world, heard):
    product = actions.save_product(world.actor, fields={"title": "زيت زيتون بكر ممتاز"})
    assert (product.state, product.lang, product.company_id) == ("draft", "ar", world.company.id)
    assert heard == []


def test_publish_edit_and_withdraw_tell_the_other_rooms(world, heard):
    product = actions.save_product(world.actor, fields=FIELDS, shown_at={world.expo.id: world.section.id})
    actions.publish_product(world.actor, product)
    actions.save_product(world.actor, fields={"brand": "Pihuén"}, product=product)
    actions.withdraw_product(world.actor, product)
    assert heard == [(product.id, "published"), (product.id, "published"), (product.id, "withdrawn")]
    assert product.listings[0].section_id == world.section.id and product.brand == "Pihuén" and product.title == FIELDS["title"]


def test_certificates_and_claims_are_replaced_as_a_whole(world):
    product = actions.save_product(
        world.actor,
        fields=FIELDS
        | {
            "certificates": [{"kind": "GACC", "number": "S-1", "issuer": "x", "expires_on": "2027-01-01"}, {"kind": "organic"}],
            "claims": [{"link": "logistics", "claim": "by sea"}],
        },
    )
    actions.save_product(world.actor, product=product, fields={"certificates": [{"kind": "organic"}]})
    db.session.flush()
    assert [row.kind for row in product.certificates] == ["ORGANIC"] and product.claims[0].link == "LOG"


def test_a_product_is_shown_only_where_the_company_takes_part(world):
    with pytest.raises(Invalid):
        actions.save_product(world.actor, fields=FIELDS, shown_at={world.other_expo.id: None})
    with pytest.raises(Invalid):
        actions.save_product(world.actor, fields=FIELDS, shown_at={world.expo.id: 999_999})


def test_an_old_version_is_a_conflict_and_changes_nothing(world):
    product = actions.save_product(world.actor, fields=FIELDS)
    actions.save_product(world.actor, product=product, fields={"brand": "A"}, version=product.version)
    with pytest.raises(Conflict):
        actions.save_product(world.actor, product=product, fields={"brand": "B"}, version=product.version - 1)
    assert product.brand == "A"


def test_buyers_and_strangers_make_no_products(world):
    for actor in (factories.actor(factories.member(world.buyer)), Actor(user_id=1), factories.actor(factories.member(world.rival))):
        with pytest.raises(NotFound):
            actions.save_product(actor, fields=FIELDS, company_id=world.company.id)
    with pytest.raises(NotFound):
        actions.save_product(factories.actor(factories.member(world.buyer)), fields=FIELDS)


def test_a_published_product_cannot_be_published_again(world):
    product = factories.ProductFactory(company=world.company)
    with pytest.raises(Conflict):
        actions.publish_product(world.actor, product)


def test_published_products_are_those_shown_by_companies_that_take_part(world):
    shown, draft, elsewhere, gone = (
        factories.ProductFactory(company=world.company, state=state) for state in ("published", "draft", "published", "published")
    )
    for product in (shown, draft):
        factories.show(product, world.expo)
    left = factories.CompanyFactory()
    factories.approve(left, world.expo, state="withdrawn")
    gone.company = left
    factories.show(gone, world.expo)
    factories.show(elsewhere, world.other_expo)
    assert [product.id for product in queries.published_products(world.expo.id)] == [shown.id]
    assert queries.count_published(world.expo.id) == 1


# pages


def card(world, **values):
    product = factories.ProductFactory(company=world.company, **values)
    factories.show(product, world.expo)
    commit()
    return product, f"/e/{world.expo.slug}/products/{product.id}"


def test_a_buyer_of_the_expo_reads_the_product_with_its_language_and_direction(world, browse):
    product, address = card(world, title="زيت زيتون", text="حموضة 0.3٪", lang="ar", translations={"zh": {"title": "橄榄油"}})
    actions.save_product(world.actor, product=product, fields={"certificates": [{"kind": "ORGANIC", "number": "<b>1</b>"}]})
    page = browse(factories.member(world.buyer)).get(address)
    assert page.status_code == 200
    assert 'lang="ar" dir="rtl"' in page.text and "Claim" in page.text and "Unknown" in page.text
    assert "&lt;b&gt;1&lt;/b&gt;" in page.text and "<b>1</b>" not in page.text


def test_a_certificate_in_full_is_no_claim_and_an_old_one_is_expired(world, browse):
    product, address = card(world)
    actions.save_product(
        world.actor,
        product=product,
        fields={
            "certificates": [
                {"kind": "MSC", "number": "1", "issuer": "x", "expires_on": "2027-06-30", "scope": "hake"},
                {"kind": "ASC", "number": "1", "issuer": "x", "expires_on": "2020-06-30"},
            ]
        },
    )
    page = browse(factories.member(world.buyer)).get(address).text
    assert "Stated in full" in page and "Expired" in page


@pytest.mark.parametrize("state", ["draft", "withdrawn"])
def test_what_is_not_published_is_not_there_even_for_its_owner(world, browse, state):
    _product, address = card(world, state=state)
    assert browse(factories.member(world.buyer)).get(address).status_code == 404
    assert browse(world.owner).get(address).status_code == 404


def test_strangers_rivals_and_the_blocked_do_not_read_it(world, browse):
    product, address = card(world)
    blocked, blocker = factories.BuyerFactory(), factories.BuyerFactory()
    for buyer in (blocked, blocker):
        factories.approve(buyer, world.expo)
    db.session.add_all(
        [
            CompanyBlock(company_id=world.company.id, blocked_id=blocked.id, created_at=now()),
            CompanyBlock(company_id=blocker.id, blocked_id=world.company.id, created_at=now()),
        ]
    )
    people = [factories.member(company) for company in (world.far_buyer, world.rival, blocked, blocker)]
    people += [factories.UserFactory(), factories.organizer(world.other_expo)]
    assert [browse(person).get(address).status_code for person in people] == [404] * len(people)
    assert browse(factories.organizer(world.expo)).get(address).status_code == 200
    assert browse(world.owner).get(address).status_code == 200
    assert browse(world.owner).get(f"/e/{world.other_expo.slug}/products/{product.id}").status_code == 404


def test_strangers_get_404_on_every_address_of_a_card(world, browse):
    product, _address = card(world)
    stranger = browse(factories.member(world.rival))
    base = f"/products/{product.id}"
    answers = {
        method + path: stranger.open(base + path, method=method, data={"title": "Mine now"}).status_code
        for method, path in (
            ("GET", ""),
            ("POST", ""),
            ("POST", "/publish"),
            ("POST", "/withdraw"),
            ("POST", "/pictures"),
            ("POST", "/pictures/1/remove"),
            ("GET", "/pictures/1"),
        )
    }
    assert set(answers.values()) == {404}, answers
    db.session.expire_all()
    assert db.session.get(Product, product.id).title == "Fresh cherries, Lapins, JJ"


def test_an_exhibitor_makes_a_card_saves_and_publishes_it(world, browse):
    commit()
    browser = browse(world.owner)
    assert "Your first product" in browser.get("/products").text
    assert browser.get("/products/new").status_code == 200
    made = browser.post(
        "/products/new",
        data=FIELDS
        | {
            "do": "draft",
            f"shown-{world.expo.id}": world.section.id,
            "specs": "calibre: JJ",
            "certificates-0-kind": "GACC",
            "channels": ["supermarket"],
            "entry-0-gate": "gacc",
            "entry-0-number": "CL-1",
            "translations-zh-title": "车厘子",
            "state": "published",
            "company_id": "1",
        },
    )
    assert made.status_code == 302
    product = db.session.scalars(queries.mine(world.actor)).one()
    assert (product.state, product.specs, product.channels, product.entry) == (
        "draft",
        [["calibre", "JJ"]],
        ["supermarket"],
        {"gacc": {"number": "CL-1"}},
    )
    assert product.translations == {"zh": {"title": "车厘子", "text": ""}} and product.listings[0].section_id == world.section.id
    edit = f"/products/{product.id}"
    assert "Fresh cherries, JJ" in browser.get(edit).text and "calibre: JJ" in browser.get(edit).text
    saved = browser.post(
        edit,
        data=FIELDS
        | {"do": "publish", "specs": "", "version": product.version, f"shown-{world.expo.id}": "", "certificates-0-kind": "GACC"},
    )
    assert saved.status_code == 302
    db.session.expire_all()
    assert product.state == "published" and product.listings[0].section_id is None and product.specs == []
    assert "Fresh cherries, JJ" in browser.get("/products?state=published&q=cherries").text
    assert "Nothing found" in browser.get("/products?q=%25").text


def test_a_bad_card_comes_back_with_words_and_what_was_typed(world, browse):
    commit()
    answer = browse(world.owner).post(
        "/products/new", data={"title": "", "text": "kept words", "price_low": "abc", "hs": "99999", "lang": "en", "incoterm": "XXX"}
    )
    assert answer.status_code == 422
    assert (
        "kept words" in answer.text
        and "is not a number" in answer.text
        and "no HS code" in answer.text
        and "A title is needed" in answer.text
    )


def test_a_lost_race_is_a_409_that_keeps_what_was_typed(world, browse):
    product, _address = card(world)
    answer = browse(world.owner).post(f"/products/{product.id}", data={"title": "Typed by the second", "version": product.version - 1})
    assert answer.status_code == 409 and "Typed by the second" in answer.text


def test_withdrawing_from_the_page_hides_it(world, browse):
    product, address = card(world)
    assert browse(world.owner).post(f"/products/{product.id}/withdraw", data={"version": product.version}).status_code == 302
    assert browse(factories.member(world.buyer)).get(address).status_code == 404
    assert browse(world.owner).post(f"/products/{product.id}/withdraw").status_code == 409


def test_hs_codes_are_suggested_by_word_and_by_digits(world, browse):
    commit()
    browser = browse(world.owner)
    assert any(hit["value"].startswith("0809") for hit in browser.get("/hs?q=cherries").json)
    assert browser.get("/hs?q=0809").json[0]["code"] == "0809"
    assert browser.get("/hs?q=").json == []
