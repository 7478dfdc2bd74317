"""What the trade desk knows of a pair: prices of other currencies, entry, agreements, evidence; each monotone, explained and repaired."""

from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from matchmaker.engine.matching import explain, repairs, signals
from matchmaker.engine.matching.columns import side_by_side
from matchmaker.engine.matching.dealability import DealModel
from matchmaker.engine.matching.records import Evidence, Price, Worth

from .sheets import TODAY, pair

YUAN = Worth(Decimal(1))


def ask(name: str, demand: dict, supply: dict) -> float | None:
    return signals.value(name, pair(demand, supply))


def said(demand: dict, supply: dict) -> tuple[dict, dict]:
    """{code: params} of the reasons and of the gaps."""
    pairs = pair(demand, supply)
    values, model = signals.values(pairs, np.array([0.5])), DealModel.documented()
    reasons, gaps = explain.said_of(pairs, 0, values, model.contributions(values)[0], model.coef_)
    return {one.code: one.params for one in reasons}, {one.code: one.params for one in gaps}


def price(amount: object, currency: str = "USD", unit: str = "kg") -> Price:
    return Price(Decimal(str(amount)), Decimal(str(amount)), currency, unit)


def test_prices_of_two_currencies_compare_in_yuan_at_the_border():
    dollars = {"price": price(10), "incoterm": "FOB", "worth": Worth(Decimal("7.1"), Decimal(4))}  # 75 yuan with freight
    assert ask("price", {"budget": price(75, "CNY"), "worth": YUAN}, dollars) == signals.MET
    assert ask("price", {"budget": price(50, "CNY"), "worth": YUAN}, dollars) == 0
    assert ask("price", {"budget": price(75_000, "CNY", "t"), "worth": YUAN}, dollars) == signals.MET
    assert ask("price", {"budget": price(75, "CNY", "carton"), "worth": YUAN}, dollars) is None
    assert ask("price", {"budget": price(75, "CNY")}, dollars) is None


def test_like_with_like_needs_no_exchange_rate():
    same = {"incoterm": "FOB", "worth": Worth(Decimal(1000))}
    assert ask("price", {"budget": price(10), "incoterm": "FOB", "worth": YUAN}, {"price": price(10), **same}) == signals.MET


@given(st.decimals("0.01", "1000", places=2), st.decimals("0.01", "1000", places=2), st.decimals("1", "1000", places=2),
       st.decimals("0.05", "20", places=2), st.decimals("0", "9", places=1))
def test_a_lower_price_in_another_currency_never_counts_less(one, other, budget, factor, extra):
    low, high = sorted((one, other))
    demand, terms = {"budget": price(budget, "CNY"), "worth": YUAN}, {"incoterm": "FOB", "worth": Worth(factor, extra)}
    assert ask("price", demand, {"price": price(low), **terms}) >= ask("price", demand, {"price": price(high), **terms})


def test_entry_is_judged_on_the_roads_that_the_buyer_can_take():
    entry = {"0110": TODAY + timedelta(200), "1210": TODAY}
    assert ask("entry", {"roads": ("1210",)}, {"entry": entry}) == 1
    assert ask("entry", {}, {"entry": entry}) == 1
    assert ask("entry", {"roads": ("0110",)}, {"entry": entry}) < 0.5
    assert ask("entry", {"roads": ("9610",)}, {"entry": entry}) is None
    assert ask("entry", {"roads": ("0110",), "window_to": TODAY + timedelta(260)}, {"entry": entry}) == 1


@given(st.integers(-50, 900), st.integers(-50, 900), st.none() | st.integers(0, 700))
def test_an_earlier_entry_never_counts_less(one, other, window):
    early, late = sorted((one, other))
    demand = {"roads": ("0110",), "window_to": TODAY + timedelta(window) if window is not None else None}
    first, second = (ask("entry", demand, {"entry": {"0110": TODAY + timedelta(days)}}) for days in (early, late))
    assert first >= second


def test_nothing_saved_says_nothing_and_more_never_counts_less():
    assert ask("saving", {}, {"saving": 0.0}) is None
    assert ask("saving", {}, {"saving": 0.05}) < ask("saving", {}, {"saving": 0.1}) < ask("saving", {}, {"saving": 0.5}) == 1


def test_evidence_counts_only_where_it_is_asked_for():
    assert ask("evidence", {}, {"evidence": Evidence.REGISTER}) is None
    assert ask("evidence", {"evidence": Evidence.DOCUMENT}, {}) is None
    levels = [ask("evidence", {"evidence": Evidence.DOCUMENT}, {"evidence": level}) for level in Evidence]
    assert levels == sorted(levels) and levels[1] < 0.5 and levels[2] == signals.MET


def test_the_sentences_have_what_they_need():
    reasons, gaps = said(
        {"roads": ("0110",), "evidence": Evidence.THIRD_PARTY, "budget": price(50, "CNY"), "worth": YUAN},
        {"entry": {"0110": TODAY + timedelta(400)}, "saving": 0.1, "evidence": Evidence.CLAIMED, "price": price(10), "incoterm": "FOB",
         "worth": Worth(Decimal(7))})
    assert reasons["saving"] == {"share": 0.1}
    assert gaps["entry"] == {"road": "0110", "ready_on": date(2027, 11, 5), "needed_by": TODAY + timedelta(signals.ENTRY_HORIZON)}
    assert gaps["evidence"] == {"asked": Evidence.THIRD_PARTY, "held": Evidence.CLAIMED}
    assert gaps["price"]["worth"] == Decimal("70.00") and gaps["price"]["budget_worth"] == Decimal("50.00")


def repaired(demand: dict, supply: dict) -> dict[tuple[str, str], float]:
    """{(side, field) of each repair: the changed signal's value}; and each keeps its promise."""
    pairs = pair(demand, supply)
    values, model = signals.values(pairs, np.array([0.5])), DealModel.documented()
    _, gaps = explain.said_of(pairs, 0, values, model.contributions(values)[0], model.coef_)
    sheets = pairs.sheets(0)
    (found,) = repairs.repairs_of([(*sheets, gaps)], values, model, TODAY)
    out = {}
    for repair in found:
        after = _values(*repair.change.apply(*sheets))
        lift = model.log_odds(after) - model.log_odds(values)
        assert lift[0].tolist() == pytest.approx(list(repair.lift))
        name = {"roads": "entry", "window_to": "entry", "evidence": "evidence", "price": "price", "budget": "price"}[repair.change.field]
        out[repair.change.side, repair.change.field] = after[0, signals.AT[name]]
    return out


def _values(demand, supply) -> np.ndarray:
    return signals.values(side_by_side([demand], [supply], TODAY), np.array([0.5]))


def test_each_gap_of_trade_has_its_repairs():
    entry = {"0110": TODAY + timedelta(400), "1210": TODAY}
    assert repaired({"roads": ("0110",)}, {"entry": entry}) == {("demand", "roads"): 1.0}
    later = repaired({"roads": ("0110",), "window_to": TODAY + timedelta(90)}, {"entry": entry})
    assert later == {("demand", "roads"): 1.0, ("demand", "window_to"): signals.MET}
    proof = repaired({"evidence": Evidence.REGISTER}, {"evidence": Evidence.DOCUMENT})
    assert set(proof) == {("supply", "evidence"), ("demand", "evidence")} and min(proof.values()) >= signals.MET


@given(st.decimals("50", "500", places=2), st.decimals("0.5", "50", places=2), st.decimals("0.5", "20", places=2),
       st.sampled_from(["kg", "t"]))
def test_a_price_repaired_across_currencies_is_within_the_budget(asked, budget, factor, unit):
    demand = {"budget": price(budget, "CNY", unit), "worth": YUAN}
    supply = {"price": price(asked), "incoterm": "FOB", "worth": Worth(factor, Decimal("0.3"))}
    assume(ask("price", demand, supply) < signals.MET)
    found = repaired(demand, supply)
    assert found and all(value >= signals.MET for value in found.values())
