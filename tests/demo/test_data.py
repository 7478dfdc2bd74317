"""The written world holds: enough of everything, valid by the rules of the rooms, and written one by one."""

from itertools import combinations

import pytest

from matchmaker.catalog import rules as catalog
from matchmaker.companies.rules import clean_company, clean_person
from matchmaker.demands import rules as demands
from matchmaker.demo import data
from matchmaker.engine.text import detect_language
from matchmaker.trade.agreements import least_developed
from matchmaker.trade.expos import series
from matchmaker.trade.places import country_codes

LANGUAGES = {"en", "fr", "es", "de", "ja", "ko", "ru", "pt", "ar"}


@pytest.fixture(scope="module")
def texts() -> data.Texts:
    return data.read(data.Share())


def test_there_are_60_exhibitors_of_more_than_25_countries_ldcs_among_them(texts):
    countries = {company["country"] for company in texts.exhibitors}
    assert len(texts.exhibitors) == 60 and len(countries) >= 25 and countries <= country_codes()
    assert len(countries & least_developed()) >= 8


def test_there_are_240_products_in_nine_languages_and_240_demands_of_80_buyers(texts):
    products, wanted = list(data.products(texts)), list(data.wanted(texts))
    assert len(products) == 240 and {row["lang"] for _company, row in products} == LANGUAGES
    assert len(texts.buyers) == 80 and len(wanted) == 240
    assert sum(row["lang"] == "zh" for _company, row in wanted) > 220


def test_half_of_the_demands_are_two_lines(texts):
    assert sum(len(row["title"]) + len(row["text"]) <= 70 for _company, row in data.wanted(texts)) >= 120


def test_no_two_texts_share_more_than_half_of_their_five_grams(texts):
    written = [row["title"] + " " + row["text"] for rows in (data.products(texts), data.wanted(texts)) for _company, row in rows]
    grams = [{text[n:n + 5] for n in range(len(text) - 4)} for text in written]
    alike = [(written[a][:40], written[b][:40]) for a, b in combinations(range(len(written)), 2)
             if 2 * len(grams[a] & grams[b]) > min(len(grams[a]), len(grams[b]))]
    assert alike == []


def test_every_product_card_is_valid_and_every_section_exists(texts, context):
    for _company, row in data.products(texts):
        catalog.normal(data.product_fields(texts, row))
    for company in texts.exhibitors:
        assert all(series(code).section(section) for code, section in company["expos"].items()), company["key"]
        assert company["booth"] and "SAMPLE" in company["registration_number"]


def test_every_demand_sheet_is_valid_and_stands_at_an_expo_where_its_buyer_goes(texts, context):
    for company, row in data.wanted(texts):
        demands.normal(data.demand_fields(texts, row))
        assert row["expo"] in company["expos"] and series(row["expo"]).section(row["section"]), company["key"]


def test_every_company_and_person_is_valid(texts, context):
    for kind, rows in (("exhibitor", texts.exhibitors), ("buyer", texts.buyers)):
        for row in rows:
            clean_company(kind, data.company_fields(texts, row))
            assert row["people"]
            for person in row["people"]:
                clean_person(person | {"languages": data.languages(texts, person["languages"])})
    assert texts.adjusted["languages left out"] == 0


def test_keys_are_unique_and_fit_into_addresses(texts):
    keys = [row["key"] for row in [*texts.exhibitors, *texts.buyers, *texts.applicants]]
    assert len(set(keys)) == len(keys) and all(key.replace("-", "").isalnum() and key.isascii() and key.islower() for key in keys)


def test_messages_are_many_and_in_the_languages_that_they_name(texts):
    said = texts.messages["exhibitor"] + texts.messages["buyer"]
    assert len({message["text"] for message in said}) >= 25 and len({message["lang"] for message in said}) >= 9
    script = {"zh", "ja", "ko", "ru", "ar"}
    assert all(detect_language(message["text"]) == message["lang"] for message in said if message["lang"] in script)


def test_a_smaller_share_takes_food_and_goods_in_turn(texts):
    some = data.read(data.Share(exhibitors=4, buyers=3))
    assert [company["key"] for company in some.exhibitors] == [company["key"] for company in texts.exhibitors[:4]]
    assert {code for company in some.exhibitors for code in company["expos"].values()} >= {"FOOD", "TECH"}
