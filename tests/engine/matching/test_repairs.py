"""Explanations add up to what the model counts, and a repair that is made gives the lift that was promised."""

import math
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.engine.matching import signals
from matchmaker.engine.matching.columns import side_by_side
from matchmaker.engine.matching.dealability import DealModel
from matchmaker.engine.matching.explain import GAP_CODES, REASON_CODES, said_of
from matchmaker.engine.matching.records import Certificate, Change, Demand, Gap, Match, Price, Quantity, Reason, Supply, Weights
from matchmaker.engine.matching.repairs import repairs_of
from matchmaker.engine.matching.taste import Experience, Tastes

from .sheets import DEMAND, SUPPLY, TODAY, sheets
from .test_dealability import FITTED

TASTES = Tastes().fit(
    [
        Experience(side, replace(DEMAND, company_id=1), replace(SUPPLY, origin="CL", company_id=2), False, "origin")
        for side in ("buyer", "exhibitor")
        for _ in range(3)
    ]
)


def explained(demand: Demand, supply: Supply, model: DealModel, text: float | None = 0.6, tastes: Tastes | None = None) -> tuple:
    """(values, reasons, gaps) of one pair."""
    pairs = side_by_side([demand], [supply], TODAY)
    values = signals.values(pairs, None if text is None else np.array([text]))
    if tastes:
        values[:, signals.AT["taste_buyer"] :] = tastes.values(pairs, values)
    reasons, gaps = said_of(pairs, 0, values, model.contributions(values)[0], model.coef_, tastes)
    return values, reasons, gaps


@settings(deadline=None, max_examples=150)
@given(sheets, st.sampled_from([DealModel.documented(), FITTED]), st.none() | st.floats(0.01, 0.99))
def test_bases_reasons_and_gaps_add_up_exactly(some: list, model: DealModel, text: float | None) -> None:
    for demand, supply in some:
        values, reasons, gaps = explained(demand, supply, model, text, TASTES)
        match = Match(1, 1, 0.0, "good", Weights(*model.intercept_), reasons, gaps)
        for at, side in enumerate(("buyer", "exhibitor")):
            assert math.isclose(match.log_odds(side), model.log_odds(values)[0, at], abs_tol=1e-9)
        assert {one.code for one in reasons} <= set(REASON_CODES) and {one.code for one in gaps} <= set(GAP_CODES)


@settings(deadline=None, max_examples=100)
@given(sheets)
def test_a_gap_costs_and_is_never_said_as_a_reason_too(some: list) -> None:
    for demand, supply in some:
        _, reasons, gaps = explained(demand, supply, DealModel.documented())
        assert all(one.weights.buyer <= 0 and one.weights.exhibitor <= 0 for one in gaps)
        assert not {one.code for one in gaps} & {one.code for one in reasons}


@settings(deadline=None, max_examples=150)
@given(sheets, st.sampled_from([DealModel.documented(), FITTED]))
def test_a_repair_that_is_made_closes_its_gap_and_gives_the_lift_promised(some: list, model: DealModel) -> None:
    for demand, supply in some:
        values, _, gaps = explained(demand, supply, model)
        for repair in repairs_of([(demand, supply, gaps)], values, model, TODAY)[0]:
            after, _, left = explained(*repair.change.apply(demand, supply), model)
            assert model.log_odds(after)[0] - model.log_odds(values)[0] == pytest.approx(tuple(repair.lift), abs=1e-9)
            assert repair.gap not in {one.code for one in left}
            assert getattr(demand if repair.change.side == "demand" else supply, repair.change.field) == repair.before


def test_no_other_road_is_offered_when_the_day_is_past() -> None:
    demand = Demand(1, 1, 1, "", roads=("0110",), window_to=TODAY - timedelta(days=1))
    supply = Supply(1, 1, 1, "", entry={"0110": TODAY + timedelta(days=1), "1210": TODAY - timedelta(days=1)})
    values, _, gaps = explained(demand, supply, DealModel.documented())
    offered = repairs_of([(demand, supply, gaps)], values, DealModel.documented(), TODAY)[0]
    assert [(repair.gap, repair.change.field) for repair in offered if repair.gap == "entry"] == [("entry", "window_to")]


BUDGET, OFFER = Price(Decimal(3), Decimal(8), "USD", "kg"), Price(Decimal(10), Decimal(12), "USD", "kg")
ASKED = replace(
    DEMAND,
    quantity_first=Quantity(Decimal(500), "kg"),
    quantity_year=Quantity(Decimal(24), "t"),
    budget=BUDGET,
    incoterm="FOB",
    certificates_must=("ORGANIC", "GACC"),
    window_to=TODAY + timedelta(days=30),
    roads=("1210",),
)
OFFERED = replace(
    SUPPLY,
    moq=Quantity(Decimal(1), "t"),
    monthly_capacity=Quantity(Decimal(1000), "kg"),
    price=OFFER,
    incoterm="FOB",
    certificates=(Certificate("GACC", TODAY),),
    lead_time_days=50,
    roads=("0110",),
)


@pytest.mark.parametrize(
    ("gap", "changes"),
    [
        (
            "minimum_order",
            [Change("supply", "moq", Quantity(Decimal("0.5"), "t")), Change("demand", "quantity_first", Quantity(Decimal(1000), "kg"))],
        ),
        (
            "capacity",
            [
                Change("supply", "monthly_capacity", Quantity(Decimal(2000), "kg")),
                Change("demand", "quantity_year", Quantity(Decimal(12), "t")),
            ],
        ),
        (
            "price",
            [Change("supply", "price", replace(OFFER, low=Decimal(8))), Change("demand", "budget", replace(BUDGET, high=Decimal(10)))],
        ),
        ("window", [Change("supply", "lead_time_days", 30), Change("demand", "window_to", TODAY + timedelta(days=50))]),
        (
            "certificate_missing",
            [
                Change("supply", "certificates", (Certificate("GACC", TODAY), Certificate("ORGANIC"))),
                Change("demand", "certificates_must", ("GACC",)),
            ],
        ),
        ("certificate_expires", [Change("supply", "certificates", (Certificate("GACC", TODAY + timedelta(days=30)),))]),
        ("road", [Change("supply", "roads", ("0110", "1210")), Change("demand", "roads", ("1210", "0110"))]),
    ],
)
def test_the_smallest_change_of_either_side(gap: str, changes: list) -> None:
    model = DealModel.documented()
    values, _, gaps = explained(ASKED, OFFERED, model)
    found = [one for one in repairs_of([(ASKED, OFFERED, gaps)], values, model, TODAY)[0] if one.gap == gap]
    assert [one.change for one in found] == changes
    assert all(one.lift.buyer > 0 and one.lift.exhibitor > 0 for one in found)


def test_a_minimum_that_no_amount_closes_is_left_to_the_buyer() -> None:
    tiny = replace(ASKED, quantity_first=Quantity(Decimal("0.0001"), "g"))
    model = DealModel.documented()
    values, _, gaps = explained(tiny, OFFERED, model)
    found = repairs_of([(tiny, OFFERED, gaps)], values, model, TODAY)[0]
    assert [one.change.side for one in found if one.gap == "minimum_order"] == ["demand"]


def test_a_certificate_that_is_there_and_one_that_is_missing_are_said_apart() -> None:
    demand, supply = replace(DEMAND, certificates_must=("CE", "MSC")), replace(SUPPLY, certificates=(Certificate("CE"),))
    _, reasons, gaps = explained(demand, supply, DealModel.documented(), None)
    assert [(one.code, one.params) for one in reasons] == [("certificate", {"kinds": ("CE",)})]
    assert [(one.code, one.params) for one in gaps] == [("certificate_missing", {"kinds": ("MSC",)})]
    assert reasons[0].weight > 0 > gaps[0].weight


def test_reasons_and_gaps_stand_by_weight() -> None:
    _, reasons, gaps = explained(ASKED, OFFERED, DealModel.documented())
    assert [one.weight for one in reasons] == sorted((one.weight for one in reasons), reverse=True)
    assert [one.weight for one in gaps] == sorted(one.weight for one in gaps)
    assert isinstance(gaps[0], Gap) and isinstance(reasons[0], Reason)
