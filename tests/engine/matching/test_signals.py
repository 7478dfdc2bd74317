"""Each signal says what is known, with its numbers, and nothing where something is missing."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.engine.matching import signals
from matchmaker.engine.matching.records import Certificate, Demand, Gap, Price, Quantity, Supply

DEMAND, SUPPLY, TODAY = Demand(1, 10, 1, "茶"), Supply(1, 20, 1, "Tea"), date(2026, 10, 1)


def ask(name: str, demand: dict, supply: dict):
    return getattr(signals, name)(replace(DEMAND, **demand), replace(SUPPLY, **supply), TODAY)


def quantity(amount: str, unit: str) -> Quantity:
    return Quantity(Decimal(amount), unit)


@pytest.mark.parametrize("signal", [*signals.RELEVANCE, *signals.TERMS])
def test_two_sheets_with_nothing_but_titles_say_nothing(signal) -> None:
    assert signal(DEMAND, SUPPLY, TODAY) is None


@pytest.mark.parametrize(("wanted", "offered", "code", "digits"), [
    ("080929", "080929", "hs", 6), ("0809", "080929", "hs", 4), ("080921", "080929", "hs", 4), ("0801", "0809", "hs", 2),
    ("08", "080929", "hs", 2), ("8457", "0809", "hs_other", 0), ("0401", "0501", "hs_other", 0),
])
def test_customs_codes_agree_by_pairs_of_digits(wanted: str, offered: str, code: str, digits: int) -> None:
    said = ask("hs", {"hs": wanted}, {"hs": offered})
    assert (said.code, said.params["digits"], said.params["code"]) == (code, digits, offered[:digits])


def test_a_minimum_order_in_tonnes_is_a_gap_for_a_need_in_kilograms() -> None:
    said = ask("quantity", {"quantity_first": quantity("500", "公斤")}, {"moq": quantity("1", "t")})
    assert isinstance(said, Gap)
    assert (said.code, said.params["minimum"], said.params["wanted"]) == ("minimum_order", 1, 500)


def test_units_that_do_not_convert_leave_the_quantity_unknown() -> None:
    assert ask("quantity", {"quantity_first": quantity("500", "kg")}, {"moq": quantity("10", "bags")}) is None
    assert ask("quantity", {"quantity_first": quantity("500", "")}, {"moq": quantity("10", "")}) is None


LIKE = {"incoterm": "FOB"}


def price(amount: str, **other) -> Price:
    return Price(**{"low": Decimal(amount), "high": Decimal(amount), "currency": "USD", "unit": "kg", **other})


def test_a_price_inside_the_budget_is_a_reason_and_above_it_a_gap() -> None:
    assert ask("price", {"budget": price("9"), **LIKE}, {"price": price("8.9"), **LIKE}).code == "price"
    assert isinstance(ask("price", {"budget": price("8"), **LIKE}, {"price": price("8.9"), **LIKE}), Gap)


@pytest.mark.parametrize("other", [{"currency": "CNY"}, {"unit": "carton"}, {"unit": ""}, {"currency": ""}])
def test_prices_compare_like_with_like_only(other: dict) -> None:
    assert ask("price", {"budget": price("9", **other), **LIKE}, {"price": price("1"), **LIKE}) is None


def test_prices_under_different_or_unknown_incoterms_do_not_compare() -> None:
    assert ask("price", {"budget": price("9"), "incoterm": "CIF"}, {"price": price("1"), **LIKE}) is None
    assert ask("price", {"budget": price("9")}, {"price": price("1")}) is None


@given(st.decimals("0.01", "1000", places=2), st.decimals("0.01", "1000", places=2))
def test_a_lower_price_never_weighs_less(one: Decimal, other: Decimal) -> None:
    low, high = sorted((one, other))
    weigh = [ask("price", {"budget": price("500"), **LIKE}, {"price": price(str(p)), **LIKE}).weight for p in (low, high)]
    assert weigh[0] >= weigh[1]


def test_a_product_that_lists_no_certificate_leaves_it_unknown() -> None:
    assert ask("certificates_missing", {"certificates_must": ("ASC",)}, {}) is None


def test_a_required_certificate_that_is_not_listed_is_a_gap() -> None:
    said = ask("certificates_missing", {"certificates_must": ("ASC", "MSC")}, {"certificates": (Certificate("MSC"),)})
    assert said.params["kinds"] == ("ASC",)


def test_a_certificate_that_ends_before_delivery_is_a_gap() -> None:
    held = {"certificates": (Certificate("ORGANIC", date(2027, 3, 1)),)}
    asked = {"certificates_must": ("ORGANIC",), "window_to": date(2027, 5, 1)}
    assert ask("certificates_expiring", asked, held).params["expires_on"] == date(2027, 3, 1)
    assert ask("certificates_expiring", {**asked, "window_to": date(2027, 2, 1)}, held) is None


def test_lead_time_is_counted_from_today() -> None:
    asked = {"window_to": date(2026, 10, 31)}
    assert ask("window", asked, {"lead_time_days": 30}).params["ready_on"] == date(2026, 10, 31)
    assert isinstance(ask("window", asked, {"lead_time_days": 31}), Gap)
    assert signals.window(replace(DEMAND, **asked), replace(SUPPLY, lead_time_days=99), None) is None


def test_the_other_terms() -> None:
    assert ask("origin", {"origins_wanted": ("CL",)}, {"origin": "CL"}).code == "origin_wanted"
    assert ask("origin", {"origins_wanted": ("CL",)}, {"origin": "PE"}).weight < 0
    assert ask("languages", {"languages": ("zh", "en")}, {"languages": ("en", "es")}).params["languages"] == ("en",)
    assert ask("road", {"roads": ("1210",)}, {"roads": ("0110",)}).code == "road"
    assert ask("capacity", {"quantity_year": quantity("13", "t")}, {"monthly_capacity": quantity("1000", "kg")}).code == "capacity"
    assert ask("section", {"section": "FOOD"}, {"section": "FOOD"}).weight > 0
    assert ask("section", {"section": "FOOD"}, {"section": "AUTO"}).weight < 0
