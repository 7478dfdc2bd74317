"""Demands and products for the tests of matching: hypothesis strategies and short ways to make a pair."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from matchmaker.engine.matching.columns import Pairs, side_by_side
from matchmaker.engine.matching.records import Certificate, Demand, Evidence, Price, Quantity, Supply, Worth

TODAY = date(2026, 10, 1)
DEMAND, SUPPLY = Demand(1, 10, 1, "茶"), Supply(1, 20, 1, "Tea")


def pair(demand: dict | None = None, supply: dict | None = None, today: date | None = TODAY) -> Pairs:
    """One pair of sheets that say what is given and nothing else."""
    return side_by_side([replace(DEMAND, **(demand or {}))], [replace(SUPPLY, **(supply or {}))], today)


def quantity(amount: object, unit: str = "kg") -> Quantity:
    return Quantity(Decimal(str(amount)), unit)


_amounts = st.decimals("0.01", "100000", places=2)
_units = st.sampled_from(["kg", "t", "公斤", "carton", "台", "sacks", ""])
_quantities = st.none() | st.builds(Quantity, _amounts, _units)
_prices = st.none() | st.builds(Price, st.none() | _amounts, st.none() | _amounts, st.sampled_from(["USD", "CNY", ""]), _units)
_worths = st.none() | st.builds(Worth, st.decimals("0.1", "20", places=2), st.sampled_from([Decimal(0), Decimal("1.5")]))
_evidence = st.none() | st.sampled_from(Evidence)
_days = st.none() | st.integers(-400, 800).map(lambda days: TODAY + timedelta(days=days))
_kinds = st.sampled_from(["ORGANIC", "HALAL", "GACC", "CE"])
_codes = st.sampled_from([None, "08", "0809", "080929", "080921", "220421", "", "x1", "٠٨٠٩"])
_roads, _countries = st.sampled_from(["0110", "1210", "9610"]), st.sampled_from(["CL", "FR", "JP"])
_texts = st.text(max_size=20) | st.sampled_from(
    ["车厘子 JJ", "有機綠茶", "Ünïcödé 中文 😀", "‮\x00", "1" * 500, "≥ 17 %", "6-7 kg", "500ml/1L"]
)
_specs = st.lists(
    st.tuples(st.sampled_from(["net weight", "净重", "moisture", "等级", ""]) | st.text(max_size=5), _texts), max_size=3
).map(tuple)
_companies, _languages = st.integers(1, 4), st.lists(st.sampled_from(["en", "zh", "es"]), max_size=2).map(tuple)


def _many(one: st.SearchStrategy, most: int = 3) -> st.SearchStrategy:
    return st.lists(one, max_size=most).map(tuple)


supplies = st.builds(
    Supply,
    st.integers(1, 9),
    _companies,
    st.sampled_from([1, 1, 1, 2]),
    _texts,
    section=st.sampled_from([None, "FOOD", "CONS"]),
    hs=_codes,
    text=_texts,
    specs=_specs,
    origin=st.none() | _countries,
    moq=_quantities,
    price=_prices,
    incoterm=st.sampled_from([None, "FOB", "CIF"]),
    worth=_worths,
    saving=st.none() | st.floats(0, 1),
    entry=st.dictionaries(_roads, _days.filter(bool), max_size=3),
    evidence=_evidence,
    lead_time_days=st.none() | st.integers(0, 4000),
    monthly_capacity=_quantities,
    roads=_many(_roads),
    roads_closed=st.frozensets(_roads, max_size=2),
    certificates=_many(st.builds(Certificate, _kinds, _days)),
    languages=_languages,
    blocked_company_ids=st.frozensets(_companies, max_size=2),
)
demands = st.builds(
    Demand,
    st.integers(1, 9),
    _companies,
    st.sampled_from([1, 1, 1, 2]),
    _texts,
    section=st.sampled_from([None, "FOOD", "CONS"]),
    hs=_codes,
    text=_texts,
    specs=_specs,
    quantity_first=_quantities,
    quantity_year=_quantities,
    budget=_prices,
    incoterm=st.sampled_from([None, "FOB", "CIF"]),
    worth=_worths,
    evidence=_evidence,
    origins_wanted=_many(_countries),
    origins_excluded=_many(_countries, 1),
    certificates_must=_many(_kinds),
    certificates_nice=_many(_kinds),
    window_from=_days,
    window_to=_days,
    roads=_many(_roads),
    languages=_languages,
    blocked_company_ids=st.frozensets(_companies, max_size=2),
)
sheets = st.lists(st.tuples(demands, supplies), min_size=1, max_size=6)
