"""Every code of the engine has its sentence in both languages."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matchmaker.engine import matching
from matchmaker.engine.matching.records import Gap, Reason
from matchmaker.i18n import reading_in
from matchmaker.matching import load, sentences

ENGINE = Path(matching.__file__).parent
PARAMS = {
    "text": {"nearness": "good"}, "shared_words": {"words": (("车厘子", "cherries"), ("FOB", "fob"))},
    "hs": {"digits": 4, "code": "0809", "wanted": "080929", "offered": "080921"},
    "hs_other": {"digits": 0, "code": "", "wanted": "080929", "offered": "220421"},
    "section": {"section": "FOOD"}, "section_other": {"section": "FOOD", "wanted": "CONS"}, "origin_wanted": {"country": "CL"},
    "origin_other": {"country": "PE", "wanted": ("CL", "AR")}, "certificate": {"kinds": ("GACC", "ORGANIC")},
    "certificate_missing": {"kinds": ("MSC",)},
    "certificate_expires": {"kind": "GACC", "expires_on": date(2026, 12, 1), "needed_until": date(2027, 1, 15)},
    "language": {"languages": ("en", "es")},
    "price": {"price": Decimal("41.5000"), "budget": Decimal(50), "currency": "USD", "unit": "carton", "incoterm": "CIF"},
    "quantity": {"wanted": Decimal("500.0000"), "wanted_unit": "carton", "minimum": Decimal(300), "unit": "carton"},
    "minimum_order": {"wanted": Decimal(500), "wanted_unit": "carton", "minimum": Decimal("1000.0000"), "unit": "carton"},
    "capacity": {"wanted": Decimal(9000), "wanted_unit": "t", "monthly": Decimal(100), "unit": "t"},
    "window": {"ready_on": date(2026, 11, 20), "needed_by": date(2026, 12, 31), "lead_time_days": 32},
    "road": {"roads": ("0110",), "wanted": ("1210",), "offered": ("0110",)},
}


def engine_codes(kind):
    """The codes that the engine's sources make, read from them."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in ENGINE.glob("*.py"))
    codes = set(re.findall(rf'\b{kind}\(\s*"(\w+)"', text))
    if kind == "Reason":
        codes |= {code for pair in re.findall(r'code = "(\w+)" if .+ else "(\w+)"', text) for code in pair}
    return codes


def test_every_code_of_the_engine_has_its_sentence():
    assert engine_codes("Reason") == set(sentences.REASONS) and engine_codes("Gap") == set(sentences.GAPS)


@pytest.mark.parametrize("language", ["en", "zh_Hans_CN"])
@pytest.mark.parametrize(("table", "record"), [("REASONS", Reason), ("GAPS", Gap)])
def test_every_sentence_reads_in_both_languages(app, language, table, record):
    with app.app_context():
        for code in getattr(sentences, table):
            weight = {"weight": 1.0 if record is Reason else -1.0}
            item = load.plain(record(code=code, params=PARAMS[code], **weight))
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
        assert "$41.50 per carton, CIF" in sentences.reason("price", load.plain(Reason("price", 0.4, PARAMS["price"]))["params"])
        assert sentences.reason("shared_words", load.plain(Reason("shared_words", 0, PARAMS["shared_words"]))["params"]) == (
            "Both say: 车厘子 = cherries, FOB")


def test_a_code_of_another_version_is_left_out(app):
    with app.app_context(), reading_in("en"):
        assert sentences.say([{"code": "new", "weight": 1, "params": {}}], [{"code": "newer", "weight": -1, "params": {}}]) == ([], [])


def test_what_speaks_against_stands_with_the_gaps(app):
    reasons = [{"code": "origin_other", "weight": -0.5, "params": {"country": "PE", "wanted": ["CL"]}},
               {"code": "text", "weight": -0.4, "params": {"nearness": "possible"}}]
    with app.app_context(), reading_in("en"):
        good, bad = sentences.say(reasons, [])
    assert good == ["The texts are about similar goods"] and bad == ["Origin Peru; wanted: Chile"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(amount=st.decimals(min_value=0, max_value=10**12, places=4), day=st.dates())
def test_what_is_stored_comes_back_as_it_was(amount, day):
    item = load.plain(Reason("x", 0.12345, {"amount": amount, "day": day, "pair": ("a", amount)}))
    assert Decimal(item["params"]["amount"]) == amount and date.fromisoformat(item["params"]["day"]) == day
    assert item["params"]["pair"][0] == "a" and item["weight"] == round(0.12345, 3)
