"""The batch gives what the exact ladder gives, to the stated tolerance, on whatever goods and tables."""

import math
from datetime import date
from decimal import Decimal

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.trade.bills import Inquiry, Yuan
from matchmaker.trade.landed import landed_cost
from matchmaker.trade.landed_batch import TOLERANCE, Day, Goods, landed_costs
from matchmaker.trade.rates import Basis, RateLine, Rates
from matchmaker.trade.rulebook import shipped

DAY = date(2026, 10, 19)
EXCHANGE = {"USD": Yuan(Decimal("7.1"), DAY, "test", False), "JPY": Yuan(Decimal("0.0475"), DAY, "test", False)}
CODES = ["22042100", "2204", "220421", "22089010", "08092900", "33049900", "9018"]
shares = st.one_of(st.none(), st.decimals("0", "0.6", places=3))


@st.composite
def tables(draw) -> Rates:
    """Some lines at several lengths of a code, by value, by unit or both."""
    lines = []
    for code in draw(st.lists(st.sampled_from(["2204", "22042100", "22042900", "2208", "0809", "3304", "33049900", "33041000", "90"]),
                              unique=True, max_size=6)):
        for basis in draw(st.lists(st.sampled_from(
                [Basis.MFN, Basis.PROV, Basis.FTA, Basis.VAT, Basis.CONSUMPTION, Basis.ADD, Basis.AD_CVD, Basis.TRQ]), unique=True)):
            amount = draw(st.one_of(st.none(), st.decimals("0.1", "9", places=2))) if basis in (Basis.MFN, Basis.CONSUMPTION) else None
            lines.append(RateLine(
                code, basis, draw(shares), amount, draw(st.sampled_from(["kg", "litre"])) if amount else "",
                scheme=draw(st.sampled_from(["CL", "RCEP"])) if basis is Basis.FTA else "",
                origin=draw(st.sampled_from(["US", "JP"])) if basis in (Basis.ADD, Basis.AD_CVD) else ""))
    for chapter in ("22", "08", "33", "90"):
        lines += [RateLine(chapter, Basis.MFN, Decimal("0.1")), RateLine(chapter, Basis.VAT, Decimal("0.13")),
                  RateLine(chapter, Basis.CONSUMPTION, Decimal(0))]
    return Rates(lines, complete=draw(st.sets(st.sampled_from([Basis.ADD, Basis.CONSUMPTION, Basis.PROV]))))


inquiries = st.builds(
    Inquiry, code=st.sampled_from(CODES), origin=st.sampled_from(["CL", "JP", "US", "ET", "FR", "KZ", ""]), on=st.just(DAY),
    price=st.one_of(st.none(), st.decimals("0.5", "9000", places=2)), currency=st.sampled_from(["USD", "JPY", "CNY", "XXX"]),
    incoterm=st.sampled_from(["EXW", "FCA", "FAS", "FOB", "CFR", "CIP", "CIF", "DAP", "DDP", ""]),
    quantity=st.integers(1, 500).map(Decimal),
    measures=st.sampled_from([{}, {"kg": Decimal("0.75")}, {"kg": Decimal(6), "litre": Decimal("4.5")}]),
    road=st.sampled_from(["0110", "0110", "1210"]))


def columns(asked: list[Inquiry]) -> Goods:
    number = lambda value: float("nan") if value is None else float(value)  # noqa: E731
    return Goods(
        [one.code for one in asked], [one.origin for one in asked], np.array([number(one.price) for one in asked]),
        np.array([number(one.price_high) for one in asked]), [one.currency for one in asked], [one.incoterm for one in asked],
        np.array([float(one.quantity) for one in asked]),
        {unit: np.array([number(one.measures.get(unit)) for one in asked]) for unit in ("kg", "litre")})


@settings(max_examples=1500, deadline=None)
@given(tables(), st.lists(inquiries, min_size=1, max_size=8))
def test_the_batch_agrees_with_the_exact_ladder(rates, asked):
    for road in ("0110", "1210"):
        some = [one for one in asked if one.road == road]
        if not some:
            continue
        found = landed_costs(columns(some), Day(DAY, shipped(), rates), EXCHANGE, road=road)
        for row, inquiry in enumerate(some):
            exact = landed_cost(inquiry, shipped(), rates, EXCHANGE)
            low, high = found.low[row], found.high[row]
            assert math.isnan(high) == (exact.total is None), (inquiry, exact.open)
            if exact.total:
                _near(low, exact.total.low, inquiry)
                _near(high, exact.total.high, inquiry)
                if exact.confirmed or exact.bill is None or exact.bill.scheme.confirmed:
                    _near(found.confirmed[row], (exact.confirmed or exact.total).high, inquiry)
                elif not math.isnan(found.confirmed[row]):  # the exact one says None for what is equal, too
                    _near(found.confirmed[row], exact.total.high, inquiry)
                if exact.saving and road == "0110":
                    assert abs(found.saving[row] * float(inquiry.quantity) - _upper_saving(exact)) <= 2 * TOLERANCE


def _near(unit: float, total: Decimal, inquiry: Inquiry) -> None:
    exact = float(total)
    assert abs(unit * float(inquiry.quantity) - exact) <= TOLERANCE + 1e-9 * exact


def _upper_saving(exact) -> float:
    base = next(one.total for one in exact.bills if one.scheme.basis in ("MFN", "GENERAL"))
    return float(base.high - exact.total.high)


def test_no_goods_have_no_costs():
    empty = landed_costs(columns([]), Day(DAY, shipped(), Rates(())), EXCHANGE)
    assert len(empty.high) == 0
