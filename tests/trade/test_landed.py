"""Landed cost against cases worked by hand (``cases/landed.json``), and what must hold of any of them."""

import json
import operator
import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import reduce
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.trade.bills import SUM, Inquiry, Yuan, add_up
from matchmaker.trade.landed import landed_cost
from matchmaker.trade.rates import Basis, RateLine, Rates
from matchmaker.trade.rulebook import shipped

CASES = json.loads((Path(__file__).parent / "cases/landed.json").read_text(encoding="utf-8"))["cases"]
NUMBERS = ("price", "price_high", "quantity", "freight", "insurance", "retail_price", "spent")
DAY = date(2026, 10, 19)


def worked(expression: str) -> Decimal:
    """Return the result of an expression of digits, brackets and + - * /."""
    assert re.fullmatch(r"[\d.+\-*/() ]+", expression)
    return eval(re.sub(r"\d+(\.\d+)?", lambda found: f"Decimal('{found[0]}')", expression))  # noqa: S307 - digits and signs only


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def line(code: str, basis: str, share: str | None, more: dict | None = None) -> RateLine:
    more = dict(more or {})
    amount = more.pop("amount", None)
    return RateLine(code, Basis(basis), share and Decimal(share), amount and Decimal(amount), **more)


def ask(case: dict) -> Inquiry:
    values = dict(case["inquiry"], on=date.fromisoformat(case["inquiry"]["on"]))
    values |= {name: Decimal(values[name]) for name in NUMBERS if name in values}
    return Inquiry(**values | {"measures": {unit: Decimal(amount) for unit, amount in values.get("measures", {}).items()}})


def answer(case: dict):
    rates = Rates((line(*row) for row in case["lines"]), complete=map(Basis, case.get("complete", ())))
    exchange = {code: Yuan(Decimal(worth), DAY, "test", False) for code, worth in case["exchange"].items()}
    return landed_cost(ask(case), shipped(), rates, exchange)


def test_there_are_forty_cases_and_more_of_different_names():
    assert len({case["name"] for case in CASES}) == len(CASES) >= 40


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_arithmetic_beside_the_case_is_right(case):
    for kind, expression, result in case["work"]:
        assert cents(worked(expression)) == Decimal(result), kind


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_cases_worked_by_hand(case):
    found, end = answer(case), {"low": 0, "high": 1}[case.get("end", "high")]
    steps = {step.kind: step for step in found.steps}
    for kind, _expression, result in case["work"]:
        amount = {"total": found.total, "known": found.known}[kind] if kind in ("total", "known") else steps[kind].amount
        assert amount[end] == Decimal(result), kind
    assert (found.total is None) == case.get("unknown", False)
    if "scheme" in case:
        assert f"{found.bill.scheme.basis} {found.bill.scheme.code}".strip() == case["scheme"]
    if "proof" in case:
        assert found.bill.scheme.proof.code == case["proof"]
    for name in ("saving", "confirmed"):
        if name in case:
            assert abs(getattr(found, name)[end] - worked(case[name])) <= Decimal("0.02"), name
    assert set(case.get("open", ())) <= {f"{one.basis} {one.why} {one.code}" for one in found.open}
    assert set(case.get("notes", ())) <= set(found.notes)
    assert list(found.stops) == case.get("stops", [])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_steps_add_up_and_an_unknown_step_leaves_no_total(case):
    found = answer(case)
    assert add_up(found.steps) == found.known
    if found.total:
        assert found.total == found.known
        assert all(step.amount is not None for step in found.steps)
    assert all(bool(one.blocks) <= (found.total is None) for one in found.open)


RATES = st.decimals("0", "1.5", places=3)
PRICES = st.decimals("0.01", "50000", places=2)


def general(price: Decimal, mfn: Decimal, vat: Decimal, consumption: Decimal, **more):
    lines = [RateLine("8457", Basis.MFN, mfn), RateLine("8457", Basis.VAT, vat), RateLine("8457", Basis.CONSUMPTION, consumption)]
    inquiry = Inquiry("84571010", "FR", DAY, price, "CNY", "FOB", quantity=Decimal(7), **more)
    return landed_cost(inquiry, shipped(), Rates(lines), {})


@given(PRICES, PRICES, RATES, st.decimals("0", "0.5", places=2))
def test_a_higher_price_never_costs_less(price, more, mfn, consumption):
    vat = Decimal("0.13")
    assert general(price + more, mfn, vat, consumption).total.high >= general(price, mfn, vat, consumption).total.high


@given(PRICES, RATES, RATES, st.decimals("0", "0.5", places=2))
def test_a_higher_rate_never_costs_less(price, mfn, more, consumption):
    vat = Decimal("0.13")
    assert general(price, mfn + more, vat, consumption).total.high >= general(price, mfn, vat, consumption).total.high


@given(PRICES, RATES, st.sampled_from([Decimal("0.09"), Decimal("0.13")]))
def test_every_total_is_the_sum_of_its_steps(price, mfn, vat):
    found = general(price, mfn, vat, Decimal("0.15"))
    added = [step.amount for step in found.steps if step.kind != SUM]
    assert reduce(operator.add, (amount.low for amount in added)) == found.total.low == found.total.high


@given(PRICES, st.decimals("0.005", "20", places=4))
def test_a_price_comes_back_from_yuan_within_half_a_fen(price, worth):
    rates = Rates([RateLine("8457", Basis.MFN, Decimal(0)), RateLine("8457", Basis.VAT, Decimal(0)),
                   RateLine("8457", Basis.CONSUMPTION, Decimal(0))])
    found = landed_cost(Inquiry("8457", "FR", DAY, price, "EUR", "CIF"), shipped(), rates, {"EUR": Yuan(worth, DAY, "test", False)})
    assert abs(found.in_currency(found.total).low - price) <= Decimal("0.005") / worth + Decimal("0.005")


def test_a_road_to_nowhere_is_never_a_figure():
    found = landed_cost(Inquiry("", "", DAY, None, "", ""), shipped(), Rates(()), {})
    assert found.total is None and found.known == (0, 0)
    assert {"price", "incoterm", "code", "VAT", "CONSUMPTION"} <= {one.basis for one in found.open}


def test_origins_named_by_the_general_rate_pay_it_and_no_provisional_rate():
    from dataclasses import replace
    from types import MappingProxyType

    from matchmaker.trade.rulebook import Rulebook

    book = Rulebook(
        replace(rule, data=MappingProxyType({"origins": ["FR"]})) if (rule.kind, rule.code) == ("duty_basis", "GENERAL") else rule
        for kind in shipped().kinds() for rule in shipped().all(kind))
    lines = [RateLine("8457", Basis.GENERAL, Decimal("0.30")), RateLine("8457", Basis.MFN, Decimal("0.05")),
             RateLine("8457", Basis.PROV, Decimal("0.01"))]
    found = landed_cost(Inquiry("8457", "FR", DAY, Decimal(100), "CNY", "CIF"), book, Rates(lines), {})
    assert [scheme.basis for scheme in found.choice.schemes] == [Basis.GENERAL]
