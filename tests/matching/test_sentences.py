"""Every code of the engine has its sentence in both languages."""

import re
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matchmaker.engine.matching.explain import GAP_CODES, REASON_CODES
from matchmaker.engine.matching.records import Certificate, Evidence, Gap, Price, Quantity, Reason, Weights
from matchmaker.engine.matching.taste import TRAIT_OF
from matchmaker.i18n import reading_in
from matchmaker.matching import load, phrases, sentences, terms

PARAMS = {
    "text": {"nearness": "good"}, "shared_words": {"words": (("车厘子", "cherries"), ("FOB", "fob"))},
    "hs": {"digits": 4, "code": "0809", "wanted": "080929", "offered": "080921"},
    "hs_other": {"digits": 0, "code": "", "wanted": "080929", "offered": "220421"},
    "section": {"section": "FOOD"}, "section_other": {"section": "FOOD", "wanted": "CONS"}, "origin_wanted": {"country": "CL"},
    "origin_other": {"country": "PE", "wanted": ("CL", "AR")}, "certificate": {"kinds": ("GACC", "ORGANIC")},
    "certificate_missing": {"kinds": ("MSC",)},
    "certificate_expires": {"kind": "GACC", "expires_on": date(2026, 12, 1), "needed_until": date(2027, 1, 15)},
    "language": {"languages": ("en", "es")}, "language_other": {"languages": ("fr",), "wanted": ("zh", "en")},
    "specification": {"met": (("acidity", "0.3"), ("", "dark glass"))},
    "specification_missing": {"missing": (("calibre", "JJ"),), "met": 1},
    "taste_buyer": {"trait": "origin", "what": "CL", "refused": 3, "accepted": 1},
    "taste_exhibitor": {"trait": "product", "what": "0809", "refused": 2, "accepted": 0},
    "price": {"price": Decimal("41.5000"), "budget": Decimal(50), "currency": "USD", "unit": "carton", "incoterm": "CIF"},
    "quantity": {"wanted": Decimal("500.0000"), "wanted_unit": "carton", "minimum": Decimal(300), "unit": "carton"},
    "minimum_order": {"wanted": Decimal(500), "wanted_unit": "carton", "minimum": Decimal("1000.0000"), "unit": "carton"},
    "capacity": {"wanted": Decimal(9000), "wanted_unit": "t", "monthly": Decimal(100), "unit": "t"},
    "window": {"ready_on": date(2026, 11, 20), "needed_by": date(2026, 12, 31), "lead_time_days": 32},
    "road": {"roads": ("0110",), "wanted": ("1210",), "offered": ("0110",)},
    "entry": {"road": "0110", "ready_on": date(2027, 1, 20), "needed_by": date(2026, 12, 31)}, "saving": {"share": 0.123},
    "evidence": {"asked": Evidence.THIRD_PARTY, "held": Evidence.CLAIMED},
}


def test_every_code_of_the_engine_has_its_sentence_and_its_name():
    assert set(REASON_CODES) == set(sentences.REASONS) and set(GAP_CODES) == set(sentences.GAPS)
    assert {*REASON_CODES, *GAP_CODES} == set(sentences.LABELS)


@pytest.mark.parametrize("language", ["en", "zh_Hans_CN"])
def test_every_trait_of_a_taste_reads_in_both_languages(app, language):
    with app.app_context(), reading_in(language):
        for trait in {*TRAIT_OF.values()}:
            what = "CL" if trait == "origin" else "0809"
            said = sentences.reason("taste_buyer", {"trait": trait, "what": what, "refused": 3, "accepted": 1})
            assert "3" in said and "%(" not in said


@pytest.mark.parametrize("language", ["en", "zh_Hans_CN"])
@pytest.mark.parametrize(("table", "record"), [("REASONS", Reason), ("GAPS", Gap)])
def test_every_sentence_reads_in_both_languages(app, language, table, record):
    with app.app_context():
        for code in getattr(sentences, table):
            item = load.plain(record(code=code, params=PARAMS[code], weights=Weights.both(1.0 if record is Reason else -1.0)))
            with reading_in("en"):
                english = getattr(sentences, table)[code](item["params"], "CIIE")
            with reading_in(language):
                said = getattr(sentences, table)[code](item["params"], "CIIE")
            assert said and "None" not in said and "%(" not in said
            if language != "en":
                assert said != english and re.search("[一-鿿]", said)


def test_numbers_and_days_read_as_people_write_them(app):
    with app.app_context(), reading_in("en"):
        assert sentences.gap("minimum_order", load.plain(Gap("minimum_order", PARAMS["minimum_order"]))["params"]) == (
            "The minimum order is 1,000 cartons, the first order 500 cartons")
        assert "$41.50 per carton, CIF" in sentences.reason("price", load.plain(Reason("price", params=PARAMS["price"]))["params"])
        assert sentences.reason("shared_words", load.plain(Reason("shared_words", params=PARAMS["shared_words"]))["params"]) == (
            "Both say: 车厘子 = cherries, FOB")


def test_a_code_of_another_version_is_left_out(app):
    with app.app_context(), reading_in("en"):
        new, newer = ({"code": code, "weights": [1, -1], "params": {}} for code in ("new", "newer"))
        assert sentences.say([new], [newer]) == ([], [])


def test_what_speaks_against_stands_with_the_gaps(app):
    reasons = [{"code": "origin_other", "weights": [-0.5, -0.5], "params": {"country": "PE", "wanted": ["CL"]}},
               {"code": "text", "weights": [-0.8, 0.0], "params": {"nearness": "possible"}}]
    with app.app_context(), reading_in("en"):
        good, bad = sentences.say(reasons, [])
    assert good == ["The texts are about similar goods"] and bad == ["Origin Peru; wanted: Chile"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(amount=st.decimals(min_value=0, max_value=10**12, places=4), day=st.dates())
def test_what_is_stored_comes_back_as_it_was(amount, day):
    item = load.plain(Reason("x", Weights(0.12345, -2.0), {"amount": amount, "day": day, "pair": ("a", amount)}))
    assert Decimal(item["params"]["amount"]) == amount and date.fromisoformat(item["params"]["day"]) == day
    assert item["params"]["pair"][0] == "a" and item["weights"] == [0.12345, -2.0]


CHANGES = {
    ("supply", "moq"): Quantity(Decimal(500), "carton"), ("supply", "price"): Price(Decimal("41.5"), None, "USD", "carton"),
    ("supply", "lead_time_days"): 30, ("supply", "monthly_capacity"): Quantity(Decimal(9), "t"),
    ("supply", "certificates"): (Certificate("GACC", date(2027, 1, 1)),), ("supply", "roads"): ("0110", "1210"),
    ("demand", "quantity_first"): Quantity(Decimal(500), "carton"), ("demand", "quantity_year"): Quantity(Decimal(9), "t"),
    ("demand", "budget"): Price(None, Decimal(60), "USD", "carton"), ("demand", "window_to"): date(2027, 1, 31),
    ("supply", "evidence"): Evidence.DOCUMENT, ("demand", "evidence"): Evidence.CLAIMED,
    ("demand", "roads"): ("0110",), ("demand", "certificates_must"): ("MSC",),
}


@pytest.mark.parametrize("language", ["en", "zh_Hans_CN"])
@pytest.mark.parametrize(("side", "field"), list(CHANGES))
def test_every_change_reads_in_both_languages_and_comes_back_as_it_was(app, language, side, field):
    stored = terms.to_json(CHANGES[side, field])
    assert terms.from_json(stored) == CHANGES[side, field]
    with app.app_context(), reading_in("en"):
        english = phrases.change(side, field, stored)
    with app.app_context(), reading_in(language):
        said = phrases.change(side, field, stored)
    assert said and "None" not in said and "%(" not in said and (language == "en" or said != english)


def test_a_price_of_another_currency_is_told_in_yuan(app):
    converted = {"converted": True, "worth": Decimal("295.10"), "budget_worth": Decimal("250.00")}
    params = load.plain(Gap("price", PARAMS["price"] | converted))["params"]
    with app.app_context(), reading_in("en"):
        assert sentences.gap("price", params) == (
            "The price $41.50 per carton, CIF is about CN¥295.10 at the border, above the budget of about CN¥250.00 there")


def test_a_must_that_falls_is_said(app):
    with app.app_context(), reading_in("en"):
        assert phrases.change("demand", "certificates_must", terms.to_json(())) == "No certificate is a must"
        assert "0110" not in phrases.value("roads", terms.to_json(("0110",)))
