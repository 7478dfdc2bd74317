"""Stops hold when known to hold; missing data never stop."""

from dataclasses import replace

import pytest

from matchmaker.engine.matching.records import Demand, Supply
from matchmaker.engine.matching.stops import stopped_by

DEMAND, SUPPLY = Demand(1, 10, 1, "茶"), Supply(1, 20, 1, "Tea")


def test_two_sheets_with_nothing_but_titles_are_not_stopped() -> None:
    assert stopped_by(DEMAND, SUPPLY) is None


@pytest.mark.parametrize(("code", "demand", "supply"), [
    ("expo", {"expo_id": 2}, {}),
    ("own_company", {"company_id": 20}, {}),
    ("blocked_by_buyer", {"blocked_company_ids": frozenset({20})}, {}),
    ("blocked_by_exhibitor", {}, {"blocked_company_ids": frozenset({10})}),
    ("origin_excluded", {"origins_excluded": ("BR", "AR")}, {"origin": "BR"}),
    ("road_closed", {"roads": ("1210", "9610")}, {"roads_closed": frozenset({"1210", "9610"})}),
])
def test_each_stop(code: str, demand: dict, supply: dict) -> None:
    assert stopped_by(replace(DEMAND, **demand), replace(SUPPLY, **supply)) == code


@pytest.mark.parametrize(("demand", "supply"), [
    ({"origins_excluded": ("BR",)}, {}), ({"origins_excluded": ("BR",)}, {"origin": "CL"}),
    ({"roads": ("1210", "0110")}, {"roads_closed": frozenset({"1210"})}), ({}, {"roads_closed": frozenset({"1210"})}),
    ({"blocked_company_ids": frozenset({21})}, {"blocked_company_ids": frozenset({11})}),
])
def test_what_does_not_stop(demand: dict, supply: dict) -> None:
    assert stopped_by(replace(DEMAND, **demand), replace(SUPPLY, **supply)) is None
