"""Three refusals for one reason move what shares the trait, on the side that refused and for nobody else."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.engine.matching import signals
from matchmaker.engine.matching.columns import side_by_side
from matchmaker.engine.matching.records import Certificate, Demand, Price, Quantity, Supply
from matchmaker.engine.matching.taste import Experience, Tastes

from .sheets import DEMAND, SUPPLY, TODAY, sheets

CHILE = replace(SUPPLY, hs="080929", origin="CL", moq=Quantity(Decimal(500), "kg"), price=Price(Decimal(9), None, "USD", "kg"))
WANTED = replace(DEMAND, hs="080929", quantity_first=Quantity(Decimal(100), "kg"), budget=Price(None, Decimal(5), "USD", "kg"))


def refusals(reason: str, side: str = "buyer", count: int = 3) -> list[Experience]:
    return [Experience(side, WANTED, replace(CHILE, id=number), False, reason) for number in range(count)]


def value(tastes: Tastes, demand: Demand, supply: Supply) -> list[float]:
    pairs = side_by_side([demand], [supply], TODAY)
    return tastes.values(pairs, signals.values(pairs))[0].tolist()


@pytest.mark.parametrize(
    ("reason", "like", "unlike"),
    [
        ("origin", {"hs": None}, {"origin": "PE"}),
        ("other_product", {"origin": "PE"}, {"hs": "220421"}),
        ("not_our_product", {}, {"hs": None}),
        ("price", {"price": Price(Decimal(12), None, "USD", "kg")}, {"price": Price(Decimal(8), None, "USD", "kg")}),
        ("price", {}, {"price": Price(Decimal(12), None, "CNY", "kg")}),
        ("quantity", {"moq": Quantity(Decimal(1), "t")}, {"moq": Quantity(Decimal(9), "kg")}),
        ("known", {"origin": None, "hs": None}, {"company_id": 21}),
        ("has_partner", {}, {"company_id": 21}),
    ],
)
def test_three_refusals_move_what_has_the_trait_and_nothing_else(reason: str, like: dict, unlike: dict) -> None:
    tastes = Tastes().fit(refusals(reason))
    assert value(tastes, WANTED, replace(CHILE, **like))[0] == pytest.approx(0.2)
    assert np.isnan(value(tastes, WANTED, replace(CHILE, **unlike))[0])


def test_only_the_side_that_refused_is_moved() -> None:
    tastes = Tastes().fit(refusals("origin"))
    assert np.isnan(value(tastes, WANTED, CHILE)[1])
    assert np.isnan(value(tastes, replace(WANTED, company_id=11), CHILE)[0])


def test_an_exhibitor_that_refused_small_orders_is_shown_fewer_of_them() -> None:
    tastes = Tastes().fit(refusals("quantity", "exhibitor"))
    small, large = (replace(WANTED, quantity_first=Quantity(Decimal(amount), "kg")) for amount in (50, 5000))
    assert value(tastes, small, CHILE)[1] == pytest.approx(0.2) and np.isnan(value(tastes, large, CHILE)[1])


def test_missing_certificates_are_a_trait() -> None:
    tastes = Tastes().fit(refusals("certificates"))
    must = replace(WANTED, certificates_must=("ORGANIC",))
    assert value(tastes, must, CHILE)[0] == pytest.approx(0.2)
    assert np.isnan(value(tastes, must, replace(CHILE, certificates=(Certificate("ORGANIC"),)))[0])


def test_acceptances_speak_for_and_outweigh_refusals_in_time() -> None:
    accepted = [Experience("buyer", WANTED, CHILE, True) for _ in range(4)]
    assert value(Tastes().fit(accepted), WANTED, CHILE)[0] == pytest.approx(0.75)
    mixed = value(Tastes().fit([*refusals("origin", count=1), *accepted]), WANTED, CHILE)[0]
    assert 0.5 < mixed <= 0.75


def test_more_refusals_weigh_more() -> None:
    values = [value(Tastes().fit(refusals("origin", count=count)), WANTED, CHILE)[0] for count in (1, 2, 3, 10)]
    assert values == sorted(values, reverse=True) and values[-1] > 0


@pytest.mark.parametrize("reason", ["no_time", "other", "", "something new"])
def test_a_reason_that_speaks_of_no_trait_moves_nothing(reason: str) -> None:
    assert np.isnan(value(Tastes().fit(refusals(reason)), WANTED, CHILE)).all()


def test_a_company_that_is_not_personalised_has_no_history() -> None:
    assert np.isnan(value(Tastes().fit(refusals("origin"), not_personalised={10}), WANTED, CHILE)).all()


def test_the_facts_say_what_was_refused_and_how_often() -> None:
    tastes, pairs = Tastes().fit(refusals("origin")), side_by_side([WANTED], [CHILE], TODAY)
    values = signals.values(pairs)
    assert tastes.facts(pairs, values, 0, "buyer") == {"trait": "origin", "what": "CL", "refused": 3, "accepted": 0}


@settings(deadline=None, max_examples=40)
@given(
    sheets,
    st.lists(st.sampled_from(["origin", "price", "quantity", "certificates", "timing", "known", "other_product", "no_time"]), min_size=1),
)
def test_any_history_gives_values_between_nought_and_one(some: list, reasons: list) -> None:
    told = [
        Experience(side, demand, supply, at % 3 == 0, reasons[at % len(reasons)])
        for at, (demand, supply) in enumerate(some)
        for side in ("buyer", "exhibitor")
    ]
    pairs = side_by_side([demand for demand, _ in some], [supply for _, supply in some], TODAY)
    values = Tastes().fit(told).values(pairs, signals.values(pairs))
    known = values[~np.isnan(values)]
    assert ((known > 0) & (known < 1)).all()
