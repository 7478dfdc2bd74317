"""Each signal is a number between 0 and 1, or unknown where something is missing; what is better never counts less."""

from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.engine.matching import signals
from matchmaker.engine.matching.columns import DemandColumns, Pairs, SupplyColumns, side_by_side
from matchmaker.engine.matching.records import Certificate, Price

from .sheets import TODAY, pair, quantity, sheets


def ask(name: str, demand: dict, supply: dict, today: date | None = TODAY) -> float | None:
    return signals.value(name, pair(demand, supply, today))


@pytest.mark.parametrize("name", signals.SIGNALS)
def test_two_sheets_with_nothing_but_titles_say_nothing(name: str) -> None:
    assert ask(name, {}, {}) is None


@pytest.mark.parametrize(
    ("wanted", "offered", "value"),
    [
        ("080929", "080929", 1.0),
        ("0809", "080929", 0.9),
        ("080921", "080929", 0.9),
        ("0801", "0809", 0.54),
        ("08", "080929", 0.54),
        ("8457", "0809", 0.1),
        ("0401", "0501", 0.1),
        ("x", "0809", None),
        ("", "0809", None),
    ],
)
def test_customs_codes_agree_by_pairs_of_digits(wanted: str, offered: str, value: float | None) -> None:
    assert ask("hs", {"hs": wanted}, {"hs": offered}) == value


def test_a_minimum_order_in_tonnes_is_above_a_need_in_kilograms() -> None:
    assert ask("quantity", {"quantity_first": quantity(500, "公斤")}, {"moq": quantity(1, "t")}) == pytest.approx(0.25)
    assert ask("quantity", {"quantity_first": quantity("0.1", "t")}, {"moq": quantity(100)}) == signals.MET


def test_units_that_do_not_convert_leave_the_quantity_unknown() -> None:
    assert ask("quantity", {"quantity_first": quantity(500)}, {"moq": quantity(10, "bags")}) is None
    assert ask("quantity", {"quantity_first": quantity(500, "")}, {"moq": quantity(10, "")}) is None


def price(amount: object, **other: str) -> Price:
    return Price(**{"low": Decimal(str(amount)), "high": Decimal(str(amount)), "currency": "USD", "unit": "kg", **other})


LIKE = {"incoterm": "FOB"}


def test_a_price_inside_the_budget_is_met_and_above_it_is_not() -> None:
    assert ask("price", {"budget": price(9), **LIKE}, {"price": price(9), **LIKE}) == signals.MET
    assert ask("price", {"budget": price(8), **LIKE}, {"price": price("8.8"), **LIKE}) == pytest.approx(0.4)
    assert ask("price", {"budget": price(8), **LIKE}, {"price": price(20), **LIKE}) == 0


@pytest.mark.parametrize("other", [{"currency": "CNY"}, {"unit": "carton"}, {"unit": ""}, {"currency": ""}])
def test_prices_compare_like_with_like_only(other: dict) -> None:
    assert ask("price", {"budget": price(9, **other), **LIKE}, {"price": price(1), **LIKE}) is None


def test_prices_under_different_or_unknown_incoterms_do_not_compare() -> None:
    assert ask("price", {"budget": price(9), "incoterm": "CIF"}, {"price": price(1), **LIKE}) is None
    assert ask("price", {"budget": price(9)}, {"price": price(1)}) is None


amounts = st.decimals("0.01", "100000", places=2)


@given(amounts, amounts, amounts)
def test_a_lower_price_never_lowers_the_price(one: Decimal, other: Decimal, budget: Decimal) -> None:
    low, high = (ask("price", {"budget": price(budget), **LIKE}, {"price": price(p), **LIKE}) for p in sorted((one, other)))
    assert low >= high


@given(amounts, amounts, amounts)
def test_a_smaller_minimum_or_a_larger_order_never_lowers_the_quantity(one: Decimal, other: Decimal, fixed: Decimal) -> None:
    small, large = sorted((one, other))
    assert ask("quantity", {"quantity_first": quantity(fixed)}, {"moq": quantity(small)}) >= ask(
        "quantity", {"quantity_first": quantity(fixed)}, {"moq": quantity(large)}
    )
    assert ask("quantity", {"quantity_first": quantity(small)}, {"moq": quantity(fixed)}) <= ask(
        "quantity", {"quantity_first": quantity(large)}, {"moq": quantity(fixed)}
    )


@given(amounts, amounts, amounts)
def test_more_capacity_never_lowers_the_capacity(one: Decimal, other: Decimal, year: Decimal) -> None:
    small, large = (ask("capacity", {"quantity_year": quantity(year)}, {"monthly_capacity": quantity(m)}) for m in sorted((one, other)))
    assert small <= large


@given(st.integers(0, 900), st.integers(0, 900), st.integers(-100, 900))
def test_a_shorter_lead_time_never_lowers_the_lead_time(one: int, other: int, until: int) -> None:
    window = {"window_to": TODAY + timedelta(days=until)}
    short, long = (ask("lead_time", window, {"lead_time_days": days}) for days in sorted((one, other)))
    assert short >= long


kinds = st.sampled_from(["ORGANIC", "HALAL", "GACC", "CE"])
lists = st.lists(kinds, max_size=4).map(tuple)


@given(
    lists,
    lists,
    st.lists(st.builds(Certificate, kinds, st.none() | st.dates(date(2026, 1, 1), date(2028, 1, 1))), min_size=1, max_size=4),
    kinds,
)
def test_one_more_certificate_never_lowers_the_certificates(must: tuple, nice: tuple, held: list, more: str) -> None:
    asked = {"certificates_must": must, "certificates_nice": nice}
    before = ask("certificates", asked, {"certificates": tuple(held)})
    after = ask("certificates", asked, {"certificates": (*held, Certificate(more))})
    assert before is None or after >= before


def test_a_product_that_lists_no_certificate_leaves_it_unknown() -> None:
    assert ask("certificates", {"certificates_must": ("ASC",)}, {}) is None


def test_missing_and_expiring_certificates_count_in_their_share() -> None:
    asked, held = {"certificates_must": ("ASC", "MSC")}, {"certificates": (Certificate("MSC"),)}
    assert ask("certificates", asked, held) == 0.5
    assert ask("certificates", {"certificates_must": ("MSC",)}, held) == 1
    ending = {"certificates": (Certificate("MSC", TODAY),)}
    assert ask("certificates", {"certificates_must": ("MSC",), "window_to": TODAY + timedelta(days=9)}, ending) == 0.5
    assert ask("certificates", {"certificates_must": ("MSC",), "window_to": TODAY}, ending) == 1


def test_lead_time_is_counted_from_today() -> None:
    window = {"window_to": date(2026, 10, 31)}
    assert ask("lead_time", window, {"lead_time_days": 30}) == signals.MET
    assert ask("lead_time", window, {"lead_time_days": 31}) < 0.5
    assert ask("lead_time", window, {"lead_time_days": 30}, None) is None


def test_the_other_terms() -> None:
    assert ask("origin", {"origins_wanted": ("CL", "AR")}, {"origin": "AR"}) == 1
    assert ask("origin", {"origins_wanted": ("CL",)}, {"origin": "PE"}) == 0
    assert ask("languages", {"languages": ("zh", "en")}, {"languages": ("en", "es")}) == 1
    assert ask("road", {"roads": ("1210",)}, {"roads": ("0110",)}) == 0
    assert ask("road", {"roads": ("1210",)}, {"roads": ("1210",), "roads_closed": frozenset({"1210"})}) == 0
    assert ask("section", {"section": "FOOD"}, {"section": "FOOD"}) == 1
    assert ask("section", {"section": "FOOD"}, {"section": "AUTO"}) == 0


@settings(deadline=None, max_examples=60)
@given(sheets)
def test_any_sheets_give_values_in_range_and_the_same_alone_as_among_others(some: list) -> None:
    demands, supplies = DemandColumns([d for d, _ in some]), SupplyColumns([s for _, s in some])
    i, j = (one.ravel() for one in np.meshgrid(np.arange(len(some)), np.arange(len(some)), indexing="ij"))
    values = signals.values(Pairs(demands, supplies, i, j, TODAY))
    known = values[~np.isnan(values)]
    assert ((known >= 0) & (known <= 1)).all()
    for row in (0, len(i) - 1):
        alone = signals.values(side_by_side([some[i[row]][0]], [some[j[row]][1]], TODAY))[0]
        assert np.array_equal(alone, values[row], equal_nan=True)
