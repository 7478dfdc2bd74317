"""Rates as official tables write them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.trade.duties import Written, read_rate


def written(share=None, bare=None, amount=None, unit=""):
    return Written(*(None if value is None else Decimal(value) for value in (share, bare, amount)), unit)


@pytest.mark.parametrize(("text", "found"), [
    ("14%", written("0.14")), ("14.5 %", written("0.145")), ("１４％", written("0.14")),
    ("0.5%", written("0.005")), ("14", written(bare=14)),
    ("0.14", written(bare="0.14")), ("free", written("0")), ("免税", written("0")), ("", None), ("—", None), ("-", None), ("不适用", None),
    ("7.5元/升", written(amount="7.5", unit="litre")), ("3 yuan per kg", written(amount=3, unit="kg")),
    ("¥250/吨", written(amount=250, unit="t")),
    ("15% + 3元/千克", written("0.15", amount=3, unit="kg")), ("CNY 3/kg + 15%", written("0.15", amount=3, unit="kg")),
    ("20%加0.5元/500克", None)])
def test_rates_are_read_as_they_are_written(text, found):
    if "500克" in text:
        with pytest.raises(ValueError, match="500克"):
            read_rate(text)
    else:
        assert read_rate(text) == found


@pytest.mark.parametrize("text", ["14%%", "abc", "1,5%", "-5%", "14% 15%", "14% + 3%", "3/kg", "3元/光年",
    "14% or 3元/kg", "99999999%", "1e5"])
def test_what_is_no_rate_is_refused(text):
    with pytest.raises(ValueError):
        read_rate(text)


@given(st.decimals(min_value=0, max_value=1500, places=4))
def test_a_percentage_is_a_hundredth(number):
    assert read_rate(f"{number}%").share == number / 100


@given(st.text(max_size=30))
def test_any_text_gives_a_rate_nothing_or_a_refusal(text):
    try:
        found = read_rate(text)
    except ValueError:
        return
    assert found is None or any(value is not None for value in (found.share, found.bare, found.amount))
