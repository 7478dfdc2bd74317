"""The landed cost of a product: for its exhibitor, for a buyer, with and without rates, and for nobody who may not see the price."""

from decimal import Decimal

import pytest

from matchmaker.demo import rates
from matchmaker.infra.db import commit
from matchmaker.landed import queries
from matchmaker.permissions import SYSTEM
from matchmaker.reference import actions, stamps
from matchmaker.trade.rates import Basis, RateLine

from .. import factories
from ..conftest import TODAY

pytestmark = pytest.mark.database


def page(world, browse, user=None, **asked):
    return browse(user or world.reader).get(f"/e/{world.expo.slug}/products/{world.wine.id}/cost", query_string=asked)


def test_a_chilean_winery_sees_its_duty_and_the_form_it_needs(world, tables, browse):
    text = browse(world.owner).get(f"/products/{world.wine.id}/cost").text
    assert "China-Chile free trade agreement" in text and "Form F" in text
    assert "sample rate" in text and "Sample rates, not official ones" in text
    # 3.20 x 7.10 = 22.72, carriage 8 %, insurance 0.3 %: 24.61; no duty; consumption tax 10 % inside: 27.35; VAT 13 %
    assert "CN¥30.90" in text and "Proof of origin saves" in text
    assert "agreement: in force" not in text


def test_the_same_in_chinese(world, tables, browse):
    world.owner.language = "zh_Hans_CN"
    commit()
    text = browse(world.owner).get(f"/products/{world.wine.id}/cost").text
    assert "中国—智利自贸协定原产地证书" in text and "示例税率" in text and "到岸成本" in text


def test_without_the_sample_tables_everything_works_and_is_unknown(world, browse):
    text = page(world, browse).text
    assert "Unknown" in text and "Exchange rate: not loaded" in text and "CN¥" not in text
    own = browse(world.owner).get(f"/products/{world.wine.id}").text
    assert "Landed cost in China" in own and "CN¥" not in own


def test_with_the_tables_taken_away_again_it_is_unknown_again(world, tables, browse):
    assert "CN¥30.90" in page(world, browse).text
    assert actions.drop_samples(SYSTEM) == 4
    commit()
    assert "CN¥" not in page(world, browse).text


def test_the_address_says_what_is_asked(world, tables, browse):
    text = page(world, browse, road="1210", quantity="1", retail_price="99", order_items="1").text
    assert "may not be sold again" in text and "70%" in text
    assert "Several items above the limit" in page(world, browse, road="1210", quantity="1", retail_price="2000", order_items="3").text


def test_what_cannot_be_read_is_said_at_its_field(world, tables, browse):
    answer = page(world, browse, road="0110", quantity="-3", on="yesterday")
    assert answer.status_code == 422 and "CN¥30.90" in answer.text


def test_any_part_of_an_address_is_enough_the_rest_is_as_on_the_card(world, tables, browse):
    for asked in ({"road": "1210"}, {"quantity": "1,200"}, {"on": "2026-12-01"}, {"origin": "FR"}, {"way": "sea"}, {"from": "timeline"}):
        answer = page(world, browse, **asked)
        assert answer.status_code == 200, asked
    assert "CN¥30.90" in page(world, browse, origin="CL").text
    assert "CN¥35.23" in page(world, browse, origin="FR").text  # by MFN


@pytest.mark.parametrize(("asked", "words"), [
    ({"quantity": "abc"}, "“abc” is not a number"), ({"quantity": "0"}, "Give a number above 0"),
    ({"freight": "1e30"}, "Give a number above 0 and below"), ({"quantity": "9" * 12}, "Give a number up to 1,000,000,000"),
    ({"road": "1210", "order_items": "1.5"}, "Give a whole number")])
def test_a_number_that_is_none_is_refused_once_and_kept(world, tables, browse, asked, words):
    answer = page(world, browse, **asked)
    typed = list(asked.values())[-1]
    assert answer.status_code == 422 and answer.text.count(words) == 2  # above the form and at the field
    assert f'value="{typed}"' in answer.text and "1 thing" not in answer.text and "One thing to correct" in answer.text


def test_an_origin_that_is_none_leaves_the_cards(world, tables, browse):
    answer = page(world, browse, origin="XX")
    assert answer.status_code == 422 and "CN¥30.90" in answer.text


def test_nothing_is_said_of_an_exchange_rate_where_there_is_no_price(world, tables, browse):
    bare = world.product(title="Something", hs="22042100", price_low=None, currency="", incoterm="FOB")
    commit()
    text = browse(world.owner).get(f"/products/{bare.id}/cost").text
    assert "Price: not stated" in text and "Exchange rate" not in text
    assert "exchange" not in {one.basis for one in queries.costs([bare.id], TODAY.date())[bare.id].open}


def test_freight_that_is_given_is_not_assumed(world, tables, browse):
    text = page(world, browse, road="0110", quantity="600", freight="120", insurance="5").text
    assert "as given" in text and "8% of the price" not in text


def test_a_buyer_takes_quantity_and_road_from_a_demand(world, tables, browse):
    demand = factories.DemandFactory(expo=world.expo, company=world.buyer, quantity_first=Decimal(1200), unit="bottle", road="0110")
    commit()
    assert 'value="1200"' in page(world, browse, demand=demand.id).text


def test_rivals_and_visitors_find_nothing(world, tables, browse, client):
    assert page(world, browse, factories.member(world.stranger)).status_code == 404
    assert browse(world.reader).get(f"/products/{world.wine.id}/cost").status_code == 404


@pytest.mark.parametrize("audience", ["matched", "accepted"])
def test_whoever_may_not_see_the_price_is_told_no_cost(world, tables, browse, audience):
    world.wine.price_audience = audience
    commit()
    assert page(world, browse).status_code == 404
    shown = browse(world.reader).get(f"/e/{world.expo.slug}/products/{world.wine.id}").text
    assert "Landed cost in China" in shown and "CN¥" not in shown
    assert "CN¥30.90" in page(world, browse, world.owner).text


def test_a_match_opens_a_price_kept_for_matched_buyers(world, tables, browse):
    world.wine.price_audience = "matched"
    factories.RecommendationFactory(demand=factories.DemandFactory(expo=world.expo, company=world.buyer), product=world.wine)
    commit()
    assert "CN¥30.90" in page(world, browse).text


def test_many_products_at_once_are_what_one_is(world, tables):
    cherries = world.product(title="Cherries", hs="0809", price_low=Decimal(41), price_unit="carton", incoterm="CIF")
    bare = world.product(title="Something", hs="", price_low=None, currency="", incoterm="")
    found = queries.costs([world.wine.id, cherries.id, bare.id], TODAY.date())
    assert found[world.wine.id].high == Decimal("30.90") and found[world.wine.id].scheme.code == "CL" and found[world.wine.id].sample
    assert found[world.wine.id].saving == Decimal("4.33")
    assert found[bare.id].high is None and found[bare.id].open
    assert found[cherries.id].high == Decimal("317.30")  # 41 x 7.1 x 1.09


def test_a_day_is_kept_until_a_rate_changes(world, tables):
    first = queries.day_of(TODAY.date())
    assert queries.day_of(TODAY.date()) is first
    stamps.renew(stamps.RATES)
    assert queries.day_of(TODAY.date()) is not first


def test_sample_rates_name_only_schemes_that_exist(tables):
    from matchmaker.reference import queries as reference
    from matchmaker.trade.rulebook import shipped

    known = {rule.code for kind in ("agreement", "preference") for rule in shipped().all(kind)}
    lines = list(reference.rates())
    assert len(lines) > 400 and {line.scheme for line in lines if line.basis == "FTA"} <= known
    assert all(line.sample for line in lines)
    assert rates.NAME in {line.table for line in lines}


def test_a_verified_table_is_the_whole_one_and_any_other_is_not(tables):
    from matchmaker.reference import queries as reference

    assert reference.rates().complete == frozenset()
    table = actions.load_lines(SYSTEM, kind="duty", part="PROV 2026", edition="Provisional rates 2026", source="Customs", lines=[
        RateLine("8541", Basis.PROV, Decimal(0))])
    table.verified = True
    actions.apply(SYSTEM, table)
    assert reference.rates().complete == reference.rates(["2204"]).complete == {Basis.PROV}
    found = queries.day_of(TODAY.date())["22042100", "CL"]
    assert "PROV" not in {one.basis for one in found.open}


def test_a_rate_that_rests_on_an_unverified_list_says_so_and_what_it_is_without(world, tables, browse):
    coffee = world.product(title="Yirgacheffe", hs="09011100", origin="ET", price_low=Decimal("5.60"), price_unit="kg", incoterm="CIF")
    commit()
    text = browse(world.owner).get(f"/products/{coffee.id}/cost").text
    # 5.60 x 7.10 = 39.76; VAT 9 %: 43.34; with MFN 8 %: 46.81
    assert "CN¥43.34" in text and "Zero tariff for least developed countries (not verified)" in text and "if not confirmed CN¥46.81" in text


def test_a_corrected_rule_changes_the_figure(world, tables, browse):
    from matchmaker.reference.actions import Values, correct_rule

    values = Values("China-Chile free trade agreement", "中国—智利自由贸易协定", {"in_force": {"CL": "2027-01-01"}}, source="Notice 1")
    correct_rule(SYSTEM, kind="agreement", code="CL", slot="", based_on=0, values=values)
    commit()
    assert "CN¥35.23" in page(world, browse).text
    assert "CN¥30.90" in page(world, browse, road="0110", on="2027-01-01", quantity="600").text


def test_a_day_far_away_is_refused(world, tables, browse):
    answer = page(world, browse, road="0110", on="1999-12-31", quantity="600")
    assert answer.status_code == 422 and "Choose a day from" in answer.text


def test_with_duties_paid_the_price_is_the_cost_even_where_no_code_names_a_rate(world, tables):
    plain = world.product(title="Mystery box", hs="", incoterm="DDP", port="Shanghai")
    found = queries.costs([plain.id], TODAY.date())[plain.id]
    assert found.high == Decimal("22.72") and found.scheme is None
