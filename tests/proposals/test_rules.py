"""What a figure of one's own may be."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.errors import Invalid
from matchmaker.proposals import rules

PRICE = {"is": "price", "low": "60", "high": "70", "currency": "USD", "unit": "carton"}
BUDGET = {"is": "price", "low": None, "high": "45", "currency": "USD", "unit": "carton"}


@given(st.integers(1, 10**9))
def test_a_figure_replaces_the_figure_and_nothing_else(number):
    value = {"is": "quantity", "amount": "0.5", "unit": "carton"}
    found = rules.with_figure(value, str(number))
    assert Decimal(found["amount"]) == number == rules.figure(found) and found["unit"] == "carton" and "E" not in found["amount"]


def test_an_offered_price_becomes_one_price_and_a_budget_keeps_its_open_end():
    assert rules.with_figure(PRICE, "55.50") == PRICE | {"low": "55.5", "high": None}
    assert rules.with_figure(BUDGET, "50") == BUDGET | {"high": "50"}


def test_days_and_dates():
    assert rules.with_figure({"is": "days", "days": 40}, "30") == {"is": "days", "days": 30}
    found = rules.with_figure({"is": "day", "day": "2026-12-20"}, "2027-01-20")
    assert found == {"is": "day", "day": "2027-01-20"} and rules.figure(found) == date(2027, 1, 20)


@pytest.mark.parametrize(("value", "typed"), [
    ({"is": "days", "days": 40}, "soon"), ({"is": "days", "days": 40}, "-1"), ({"is": "days", "days": 40}, "40"),
    ({"is": "day", "day": "2026-12-20"}, "tomorrow"), ({"is": "day", "day": "2026-12-20"}, "2026-12-20"), (PRICE, "60.0"), (BUDGET, "")])
def test_what_is_no_figure_or_the_same_is_refused(value, typed):
    with pytest.raises(Invalid) as problem:
        rules.with_figure(value, typed)
    assert problem.value.field == "figure"
