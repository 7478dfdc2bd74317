"""Landed costs of many goods at once, as columns: what ranking and lists use.

The rates of each (code, origin) are chosen by the code that the exact ladder uses (:func:`matchmaker.trade.origin.chosen`), once a pair;
the arithmetic is then done on columns of floats. Nothing is rounded, so a consignment differs from the exact one by at most
``TOLERANCE`` yuan: its steps are rounded to 0.01 each.

Priced by general trade or by cross-border retail at the stated price, without quota certificates, exhibits' relief and special zones.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .bills import GENERAL_TRADE, RETAIL_ROADS, YUAN, Yuan
from .carriage import DUTY_PAID, FREIGHT, INSURANCE, LACKS, share_of, shares
from .charges import Charge, Lines, Tariff
from .origin import Choice, Open, Routes, chosen, routes
from .rates import Basis, Rates
from .rulebook import Rule, Rulebook

TOLERANCE: Final = 0.25  # yuan a consignment: nine steps of half a fen each, magnified by the taxes on them
Floats = NDArray[np.float64]
Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Goods:
    """Columns of equal length; NaN and "" are unknown. ``price`` to ``price_high`` for one unit; ``measures`` amounts in one unit."""

    code: Sequence[str]
    origin: Sequence[str]
    price: Floats
    price_high: Floats
    currency: Sequence[str]
    incoterm: Sequence[str]
    quantity: Floats
    measures: Mapping[str, Floats] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.code)


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for one (code, origin) on one day: the choice, the taxes, and whether something that blocks is unknown."""

    choice: Choice
    consumption: Tariff | None
    vat: Tariff | None
    blocked: bool
    open: tuple[Open, ...]


@dataclass(frozen=True, slots=True)
class Costs:
    """Answers in yuan, a row each; NaN is unknown.

    ``low`` and ``high`` a unit, ``saving`` a unit against the MFN rate (at the upper end), ``confirmed`` the upper end without rules that
    nobody has verified; ``scheme`` the place in ``terms[group].choice.schemes``, -1 for none; ``closed``: beyond the road's limits.
    """

    low: Floats
    high: Floats
    saving: Floats
    confirmed: Floats
    scheme: Places
    group: Places
    terms: tuple[Terms, ...]
    closed: NDArray[np.bool_]


def terms_of(lines: Lines, by: Routes) -> Terms:
    """Return what holds for a code (its lines) and an origin (its routes)."""
    choice = chosen(lines, by)
    consumption, vat = lines.tariff(Basis.CONSUMPTION), lines.tariff(Basis.VAT)
    missing = [] if consumption or Basis.CONSUMPTION in lines.complete else [Open(Basis.CONSUMPTION, "not_loaded", blocks=True)]
    missing += [] if vat else [Open(Basis.VAT, "not_loaded", blocks=True)]
    questions = (*choice.open, *missing)
    return Terms(choice, consumption, vat, any(one.blocks for one in questions), questions)


class Day:
    """Terms by (code, origin) of one day, one rulebook and one set of rates, made when they are first asked for and kept."""

    def __init__(self, on: date, book: Rulebook, rates: Rates):
        self.on, self.book, self.rates = on, book, rates
        self._terms: dict[tuple[str, str], Terms] = {}
        self._lines: dict[str, Lines] = {}
        self._routes: dict[str, Routes] = {}

    def __getitem__(self, pair: tuple[str, str]) -> Terms:
        found = self._terms.get(pair)
        if found is None:
            code, origin = pair
            lines = self._lines.get(code) or self._lines.setdefault(code, Lines(self.rates, code, self.on))
            by = self._routes.get(origin) or self._routes.setdefault(origin, routes(origin, self.on, self.book))
            found = self._terms[pair] = terms_of(lines, by)
        return found


def landed_costs(goods: Goods, day: Day, exchange: Mapping[str, Yuan], *, road: str = GENERAL_TRADE) -> Costs:
    """Return the landed costs of goods on the day, by the rules and rates, of ``day``."""
    pairs, group = _groups(zip(goods.code, goods.origin, strict=True))
    terms = tuple(day[pair] for pair in pairs)
    values = _border_values(goods, day.on, day.book, exchange)
    amounts = {unit: column * goods.quantity for unit, column in goods.measures.items()}
    closed = np.zeros(len(goods), bool)
    if road in RETAIL_ROADS:
        totals, closed = _retail(terms, group, values, goods, next(iter(day.book.on("cbec", day.on)), None), amounts)
    else:
        totals = _goods(terms, group, values, amounts)
    paid = np.array([incoterm == DUTY_PAID for incoterm in goods.incoterm], bool)  # the price holds duty and taxes
    for total, value in ((totals.low, values[0]), (totals.high, values[1])):
        total[paid] = value[paid, None]
    return _answer(goods, totals, group, terms, closed & ~paid, road not in RETAIL_ROADS)


def _groups(pairs: Iterable[tuple[str, str]]) -> tuple[list[tuple[str, str]], Places]:
    """Return the distinct pairs and, for each row, the place of its pair."""
    places: dict[tuple[str, str], int] = {}
    group = [places.setdefault(pair, len(places)) for pair in pairs]
    return list(places), np.array(group, np.int64)


def _border_values(goods: Goods, on: date, book: Rulebook, exchange: Mapping[str, Yuan]) -> tuple[Floats, Floats]:
    """Return the lowest and highest CIF value of each consignment in yuan; NaN where price, Incoterm, currency or a share is not known."""
    worth = {code: float(found.yuan) for code, found in exchange.items()} | {YUAN: 1.0}
    places, way = _groups(zip(goods.incoterm, goods.origin, strict=True))
    factors = np.array([_factor(incoterm, origin, on, book) for incoterm, origin in places], np.float64)
    unit = np.array([worth.get(code, np.nan) for code in goods.currency], np.float64) * factors[way] * goods.quantity
    return goods.price * unit, np.where(np.isnan(goods.price_high), goods.price, goods.price_high) * unit


def _factor(incoterm: str, origin: str, on: date, book: Rulebook) -> float:
    """Return CIF / price; NaN where it is not known."""
    if incoterm not in LACKS:
        return float("nan")
    found = shares(incoterm, origin, "", on, book)
    if (FREIGHT in LACKS[incoterm] and found.freight is None) or (INSURANCE in LACKS[incoterm] and found.insurance is None):
        return float("nan")
    before = 1 + share_of(found.to_port) + share_of(found.freight)
    return float(before * (1 + share_of(found.insurance)))


@dataclass(frozen=True, slots=True)
class _Charges:
    """The charges of every row's slots (schemes): padded tables of the distinct tariffs, and the tariff of each [row, slot].

    Tariff 0 is none: NaN. A tariff's first charge fills up its row, which changes no minimum or maximum.
    """

    share: Floats  # [tariffs, charges]
    amount: Floats
    unit: Places
    units: tuple[str, ...]
    place: Places  # [rows, slots]

    def on(self, value: Floats, amounts: Mapping[str, Floats], pick: Callable[..., Floats]) -> Floats:
        """Return the lowest or highest (``pick``) charge on a value, [rows, slots]."""
        if self.share.shape[1] == 1 and not self.units:
            return np.asarray(self.share[self.place, 0] * value[:, None])
        return np.asarray(pick(self.shares() * value[:, None, None] + self.by_unit(amounts), axis=2))

    def shares(self) -> Floats:
        """Return the shares of the value, [rows, slots, charges]."""
        return np.asarray(self.share[self.place])

    def by_unit(self, amounts: Mapping[str, Floats]) -> Floats | float:
        """Return the charges by quantity, [rows, slots, charges]; NaN where a unit is not known."""
        if not self.units:
            return 0.0
        rows = len(self.place)
        table = np.stack([np.ones(rows), *(amounts.get(unit, np.full(rows, np.nan)) for unit in self.units)])
        return np.asarray(self.amount[self.place] * table[self.unit[self.place], np.arange(rows)[:, None, None]])


def _charges(groups: Sequence[Sequence[Tariff | None]], group: Places) -> _Charges:
    """Return the charges of every row from the tariffs of its group's slots."""
    slots = max(map(len, groups), default=0) or 1
    places, tariffs = {id(None): 0}, list[Tariff | None]([None])
    for one in (one for several in groups for one in several):
        if places.setdefault(id(one), len(tariffs)) == len(tariffs):
            tariffs.append(one)
    table = np.zeros((len(groups), slots), np.int64)
    for row, several in enumerate(groups):
        table[row, :len(several)] = [places[id(one)] for one in several]
    found = [one.charges if one else () for one in tariffs]
    units = tuple(sorted({charge.unit for charges in found for charge in charges if charge.amount}))
    share = np.full((len(found), max(map(len, found)) or 1), np.nan)
    amount, unit = np.zeros_like(share), np.zeros(share.shape, np.int64)
    for row, charges in enumerate(found):
        for rank in range(share.shape[1] if charges else 0):
            charge = charges[rank] if rank < len(charges) else charges[0]
            share[row, rank], amount[row, rank] = float(charge.share), float(charge.amount)
            unit[row, rank] = units.index(charge.unit) + 1 if charge.amount else 0
    return _Charges(share, amount, unit, units, table[group])


@dataclass(frozen=True, slots=True)
class _Totals:
    """Totals of each consignment under each slot (scheme), and its duty, [rows, slots]."""

    low: Floats
    high: Floats
    duty_low: Floats
    duty_high: Floats


_FREE: Final = Tariff((Charge(),), ())


def _goods(terms: Sequence[Terms], group: Places, values: tuple[Floats, Floats], amounts: Mapping[str, Floats]) -> _Totals:
    """General trade: every scheme of every row."""
    duties = _charges([[scheme.tariff for scheme in one.choice.schemes] for one in terms], group)
    added, dumping = _added(terms, group, Basis.ADD), _added(terms, group, Basis.AD_CVD)
    taxes = _Taxes(terms, group, amounts)
    blocked = np.array([one.blocked for one in terms], bool)[group]
    ends = []
    for value, pick in zip(values, (np.min, np.max), strict=True):
        duty = duties.on(value, amounts, pick)
        extra, more = (charges.on(value, amounts, pick).sum(axis=1) for charges in (added, dumping))
        total = taxes.on(value, duty + extra[:, None], more, pick)
        total[blocked] = np.nan
        ends.append((total, duty))
    return _Totals(ends[0][0], ends[1][0], ends[0][1], ends[1][1])


def _added(terms: Sequence[Terms], group: Places, basis: Basis) -> _Charges:
    """Return the duties on top of each row, as many slots for each: a duty of nothing fills up."""
    found = [[scheme.tariff for scheme in one.choice.on_top if scheme.basis is basis] for one in terms]
    most = max(map(len, found), default=0) or 1
    return _charges([[*several, *([_FREE] * (most - len(several)))] for several in found], group)


class _Taxes:
    """Consumption tax and VAT of every row."""

    def __init__(self, terms: Sequence[Terms], group: Places, amounts: Mapping[str, Floats]):
        excise = _charges([[one.consumption or _FREE] for one in terms], group)
        vat = _charges([[one.vat or _FREE] for one in terms], group)
        self.excise, self.vat = excise.shares(), vat.shares()  # [rows, 1, charges], which spreads over the schemes
        self.excise_by_unit, self.vat_by_unit = excise.by_unit(amounts), vat.by_unit(amounts)

    def on(self, value: Floats, duty: Floats, dumping: Floats, pick: Callable[..., Floats], part: float = 1.0) -> Floats:
        """Return customs value, duty and taxes, [rows, schemes]; ``part`` of the taxes is due."""
        base = value[:, None] + duty
        excise = pick((base[:, :, None] + self.excise_by_unit) / (1 - self.excise) * self.excise + self.excise_by_unit, axis=2)
        whole = base + dumping[:, None] + excise
        vat = pick(whole[:, :, None] * self.vat + self.vat_by_unit, axis=2)
        return np.asarray(base + dumping[:, None] + (excise + vat) * part)


def _retail(terms: Sequence[Terms], group: Places, values: tuple[Floats, Floats], goods: Goods, rule: Rule | None,
            amounts: Mapping[str, Floats]) -> tuple[_Totals, NDArray[np.bool_]]:
    """Cross-border retail, one item an order: reduced taxes inside the limits, all taxes above the order's; closed beyond the year's."""
    if rule is None:
        unknown = np.full((len(goods), 1), np.nan)
        return _Totals(unknown, unknown, unknown, unknown), np.zeros(len(goods), bool)
    part, share = float(rule.data["tax_share"]), float(rule.data["duty_share"])
    taxes = _Taxes(terms, group, amounts)
    untold = np.array([any(one.basis in (Basis.VAT, Basis.CONSUMPTION) for one in found.open) for found in terms], bool)[group]
    full = _goods(terms, group, values, amounts)
    slots = full.low.shape[1]
    proofless = np.array([[place < len(one.choice.schemes) and one.choice.schemes[place].proof is None
                           for place in range(slots)] for one in terms], bool).reshape(-1, slots)[group]
    rows, best = np.arange(len(goods)), _lowest(full, proofless)
    item = values[1] / goods.quantity
    above = item > float(rule.data["single_limit_cny"])
    ends = []
    for value, total, pick in zip(values, (full.low, full.high), (np.min, np.max), strict=True):
        duty = (value * share)[:, None]
        inside = taxes.on(value, duty, np.zeros(len(goods)), pick, part)
        inside[untold] = np.nan
        ends.append((np.where(above[:, None], np.where(proofless, total, np.nan)[rows, best, None], inside), duty))
    closed = item > float(rule.data["annual_limit_cny"])
    for total, _duty in ends:
        total[closed] = np.nan
    return _Totals(ends[0][0], ends[1][0], ends[0][1], ends[1][1]), closed


def _answer(goods: Goods, totals: _Totals, group: Places, terms: tuple[Terms, ...], closed: NDArray[np.bool_], general: bool) -> Costs:
    """Choose the lowest duty of each row and divide by its quantity."""
    rows, slots = np.arange(len(goods)), totals.high.shape[1]
    best = _lowest(totals, np.ones_like(totals.high, bool))
    schemes = [one.choice.schemes if general else () for one in terms]
    sure = np.array([[place >= len(found) or found[place].confirmed for place in range(slots)] for found in schemes], bool)
    sure = sure.reshape(-1, slots)[group]
    base = np.array([next((place for place, one in enumerate(found) if one.basis in (Basis.MFN, Basis.GENERAL)), -1) for found in schemes],
                    np.int64)[group]
    confirmed = _lowest(totals, sure)
    low, high = totals.low[rows, best], totals.high[rows, best]
    saving = np.where(base >= 0, totals.high[rows, base] - high, np.nan)
    known = ~np.isnan(high) & (best < np.array([len(found) for found in schemes], np.int64)[group])  # duty paid is known without a scheme
    vouched = np.where(sure[rows, confirmed], totals.high[rows, confirmed], np.nan)
    return Costs(
        low / goods.quantity, high / goods.quantity, saving / goods.quantity, vouched / goods.quantity,
        np.where(known, best, -1), group, terms, closed)


def _lowest(totals: _Totals, among: NDArray[np.bool_]) -> Places:
    """Return the slot with the lowest duty of each row: by the upper end, then the lower, then the preferred one, which is the first."""
    among = among & ~np.isnan(totals.duty_high)
    high = np.where(among, totals.duty_high, np.inf)
    ties = among & (high <= high.min(axis=1, keepdims=True))
    return np.asarray(np.where(ties, totals.duty_low, np.inf).argmin(axis=1))
