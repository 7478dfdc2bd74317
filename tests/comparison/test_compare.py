"""Up to five products side by side, on screen and as a spreadsheet; what is missing offers to ask, what is not for the buyer stays away."""

from datetime import date
from decimal import Decimal

import pytest

from matchmaker.companies.models import CompanyBlock
from matchmaker.comparison.queries import compare
from matchmaker.infra.db import commit, db
from matchmaker.infra.workbooks import read_workbook

from .. import factories
from ..conftest import TODAY
from ..landed.conftest import World, tables  # noqa: F401 - the fixture
from ..matching.conftest import member_actor

pytestmark = pytest.mark.database


@pytest.fixture
def world(context):
    made = World()
    made.bare = made.product(title="Bare wine", price_low=None, currency="", incoterm="", moq=None, moq_unit="")
    made.wine.lead_time_days = 30
    made.demand = factories.DemandFactory(
        expo=made.expo, company=made.buyer, quantity_first=Decimal(300), unit="bottle", window_to=date(2027, 2, 28))
    factories.RecommendationFactory(demand=made.demand, product=made.wine, order_buyer=1.0)
    commit()
    return made


def put(client, world, *products):
    for product in products:
        client.post(f"/e/{world.expo.slug}/compare/{product.id}")
    return client.get(f"/e/{world.expo.slug}/compare").text


def test_products_stand_side_by_side_and_what_is_missing_offers_to_ask(world, tables, browse):  # noqa: F811
    text = put(browse(world.reader), world, world.wine, world.bare)
    assert "2 offers, up to the shelf" in text and "CN¥30.90" in text
    assert "China-Chile free trade agreement 0%" in text and "Form F" in text
    assert "82" in text  # 30 days of production, 35 at sea, 7 for clearance, 10 to the shelf
    assert "days to spare" in text and "more than your first order" in text
    assert "Price: not stated" in text and "Incoterm: not stated" in text
    assert text.count("Ask for it") >= 2 and "no lead time given" in text
    assert "Sample rates, not official ones" in text and "nothing counted yet" in text


def test_one_primary_request_on_the_best_fit(world, tables, browse):  # noqa: F811
    text = put(browse(world.reader), world, world.bare, world.wine)
    main = text[text.index('class="acts"'):]
    assert main.count("btn primary") == 1
    assert f"product={world.wine.id}" in main[main.index("btn primary"):][:200]


def test_costs_of_different_units_are_not_ranked(world, tables, browse):  # noqa: F811
    bottle = world.product(title="Bottle", price_low=Decimal(4))
    carton = world.product(title="Carton", price_low=Decimal(40), price_unit="carton")
    commit()
    client = browse(world.reader)
    text = put(client, world, world.wine, bottle)
    assert 'class="best"' in text and 'class="c-bar"' in text and "different units" not in text
    text = put(client, world, carton)
    assert ">lowest<" not in text and 'class="c-bar"' not in text and "different units" in text


def test_what_may_be_sold_has_its_mark(world, tables, browse):  # noqa: F811
    text = put(browse(world.reader), world, world.wine)
    assert '<li class="r-yes">' in text and '<li class="r-unk">' in text


def test_the_spreadsheet_has_both_ends_of_a_price(world, tables, browse):  # noqa: F811
    world.wine.price_high = Decimal("6.40")
    commit()
    client = browse(world.reader)
    text = put(client, world, world.wine)
    assert "CN¥30.90 – CN¥61.80" in text and "up to CN¥8.65 below the MFN rate" in text
    rows = {row[0]: row[1:2] for row in read_workbook(client.get(f"/e/{world.expo.slug}/compare.xlsx").data)}
    assert rows["Landed cost, CNY a unit"] == [30.9] and rows["Landed cost, CNY a unit, at most"] == [61.8]


def test_five_at_a_time_and_one_can_be_taken_out(world, browse):
    client = browse(world.reader)
    more = [world.product(title=f"Wine {n}") for n in range(5)]
    commit()
    text = put(client, world, world.wine, *more)
    assert "5 offers" in text and "Wine 4" not in text
    assert "Five at a time" in client.post(f"/e/{world.expo.slug}/compare/{more[4].id}", follow_redirects=True).text
    client.post(f"/e/{world.expo.slug}/compare/{world.wine.id}/remove")
    assert "4 offers" in client.get(f"/e/{world.expo.slug}/compare").text


def test_the_same_as_a_spreadsheet(world, tables, browse):  # noqa: F811
    client = browse(world.reader)
    put(client, world, world.wine, world.bare)
    answer = client.get(f"/e/{world.expo.slug}/compare.xlsx")
    rows = {row[0]: row[1:3] for row in read_workbook(answer.data)}
    assert rows["Landed cost, CNY a unit"] == [30.9, "Unknown"]
    assert rows["Proof of origin"][0].endswith("(Form F)")
    assert rows["Days to the shelf"] == [82, "Unknown"]


def test_only_what_differs(world, browse):
    client = browse(world.reader)
    put(client, world, world.wine, world.bare)
    text = client.get(f"/e/{world.expo.slug}/compare?differences=yes").text
    assert "Minimum order" in text and "Reliability" not in text  # both are of one company


def test_a_price_kept_for_later_is_no_cost_here_either(world, tables, browse):  # noqa: F811
    world.wine.price_audience = "accepted"
    commit()
    client = browse(world.reader)
    text = put(client, world, world.wine, world.bare)
    assert "Price not shown" in text and "CN¥" not in text
    assert b"30.9" not in client.get(f"/e/{world.expo.slug}/compare.xlsx").data
    rows = {row[0]: row[1:3] for row in read_workbook(client.get(f"/e/{world.expo.slug}/compare.xlsx").data)}
    assert rows["Landed cost, CNY a unit"][0] == "not shown to you"


def test_who_blocks_the_buyer_leaves_the_comparison(world, browse):
    client = browse(world.reader)
    assert "Carménère" in put(client, world, world.wine)
    db.session.add(CompanyBlock(company_id=world.winery.id, blocked_id=world.buyer.id, created_at=TODAY))
    commit()
    assert "Carménère" not in client.get(f"/e/{world.expo.slug}/compare").text


def test_an_excluded_origin_is_no_match_here_before_the_next_refresh(world, tables, browse):  # noqa: F811
    actor = member_actor(world.buyer)
    before = compare(actor, world.expo, [world.wine.id, world.bare.id])
    assert [bool(one.match) for one in before.columns] == [True, False]
    world.demand.origins_excluded = [world.wine.origin]
    commit()
    after = compare(actor, world.expo, [world.wine.id, world.bare.id])
    assert [bool(one.match) for one in after.columns] == [False, False]


def test_exhibitors_have_no_comparison(world, browse):
    assert browse(world.owner).get(f"/e/{world.expo.slug}/compare").status_code == 404


def test_without_rates_all_works_and_is_unknown(world, browse):
    text = put(browse(world.reader), world, world.wine)
    assert "CN¥" not in text and "Unknown" in text and "Exchange rate: not loaded" in text


def test_the_product_page_puts_it_there(world, browse):
    client = browse(world.reader)
    path = f"/e/{world.expo.slug}/products/{world.wine.id}"
    assert f'action="/e/{world.expo.slug}/compare/{world.wine.id}"' in client.get(path).text
    client.post(f"/e/{world.expo.slug}/compare/{world.wine.id}")
    assert "In the comparison (1)" in client.get(path).text


def test_a_match_goes_into_the_comparison_from_its_list_and_its_page(world, browse):
    client = browse(world.reader)
    action = f'action="/e/{world.expo.slug}/compare/{world.wine.id}"'
    assert action in client.get(f"/e/{world.expo.slug}/recommendations").text
    assert action in client.get(f"/e/{world.expo.slug}/matches/{world.demand.id}/{world.wine.id}").text
    assert action not in browse(world.owner).get(f"/e/{world.expo.slug}/recommendations").text
