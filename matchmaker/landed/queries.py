"""Questions about landed cost: one product with every step, many products as columns; with the reference's rules, rates and exchange rates.

Prices follow their owner's setting: whoever may not see a product's price is told no cost that would tell it.
"""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import numpy as np
import sqlalchemy as sa

from ..catalog.models import Product
from ..infra.db import db
from ..reference import queries as reference
from ..trade.bills import GENERAL_TRADE, YUAN, Inquiry, Landed, Yuan
from ..trade.carriage import LACKS
from ..trade.landed import landed_cost
from ..trade.landed_batch import Costs, Day, Goods, landed_costs
from ..trade.measures import UNITS, measures
from ..trade.origin import Open, Scheme

MOST_DAYS = 4  # days (with their rules and rates) whose choices a process keeps
CHUNK = 5000
USUAL = Decimal(1000)  # units of a consignment whose size nobody has said: a step's rounding is then nothing in a unit
_days: OrderedDict[tuple[str, str, date], Day] = OrderedDict()
_FIELDS = (Product.id, Product.hs, Product.origin, Product.price_low, Product.price_high, Product.currency, Product.incoterm,
           Product.price_unit)


@dataclass(frozen=True, slots=True)
class UnitCost:
    """What one priced unit of a product costs in China by one road, in yuan; None is unknown.

    ``low`` to ``high``; ``saving`` against the MFN rate; ``confirmed`` without rules that nobody has verified, where that differs; the
    ``scheme`` that was chosen (None by cross-border retail); what is not known; whether a sample rate is behind it; ``closed``: one unit
    is beyond the road's limits.
    """

    low: Decimal | None
    high: Decimal | None
    saving: Decimal | None
    confirmed: Decimal | None
    scheme: Scheme | None
    open: tuple[Open, ...]
    sample: bool
    closed: bool


def costs(product_ids: Iterable[int], on: date, road: str = GENERAL_TRADE) -> dict[int, UnitCost]:
    """Return the landed cost of one priced unit of each product on a day; the price's audience is the caller's business."""
    wanted = list(dict.fromkeys(product_ids))
    rows = [row for start in range(0, len(wanted), CHUNK) for row in db.session.execute(
        sa.select(*_FIELDS).where(Product.id.in_(wanted[start:start + CHUNK])))]
    if not rows:
        return {}
    exchange = yuan(on)
    found = landed_costs(_columns(rows), day_of(on), exchange, road=road)
    return {row.id: _unit_cost(found, place, row, exchange.get(row.currency)) for place, row in enumerate(rows)}


def day_of(on: date) -> Day:
    """Return the choices of rates of a day, kept until a rule or a rate changes."""
    book, rates = reference.rulebook(), reference.rates()
    key = book.version, rates.version, on
    day = _days.get(key)
    if day is None:
        day = _days[key] = Day(on, book, rates)
        while len(_days) > MOST_DAYS:
            _days.popitem(last=False)
    return day


def yuan(on: date) -> dict[str, Yuan]:
    """Return what one unit of each currency is worth on a day."""
    return {code: Yuan(*found) for code, found in reference.exchange(on).items()}


def inquiry(product: Product, on: date) -> Inquiry:
    """Return what a product card says, as an inquiry by general trade: the minimum order where it is in the priced unit, else 1,000."""
    quantity = product.moq if product.moq and product.moq_unit == product.price_unit else USUAL
    low = product.price_low if product.price_low is not None else product.price_high
    return Inquiry(
        product.hs, product.origin, on, low, product.currency, product.incoterm, quantity, product.price_high,
        measures=measures(product.price_unit))


def cost(asked: Inquiry) -> Landed:
    """Return the landed cost of an inquiry with every step."""
    return landed_cost(asked, reference.rulebook(), reference.rates([asked.code], asked.on), yuan(asked.on))


def with_roads(asked: Inquiry, roads: Sequence[str]) -> dict[str, Landed]:
    """Return the landed cost of the same goods by several roads."""
    return {road: cost(replace(asked, road=road)) for road in roads}


def _columns(rows: Sequence[sa.Row]) -> Goods:
    low = [_number(row.price_low if row.price_low is not None else row.price_high) for row in rows]
    units = sorted({unit for held in UNITS.values() for unit in held})
    return Goods(
        [row.hs for row in rows], [row.origin for row in rows], np.array(low), np.array([_number(row.price_high) for row in rows]),
        [row.currency for row in rows], [row.incoterm for row in rows], np.ones(len(rows)),
        {unit: np.array([_number(UNITS.get(row.price_unit, {}).get(unit)) for row in rows]) for unit in units})


def _number(value: Decimal | None) -> float:
    return float("nan") if value is None else float(value)


def _untold(row: sa.Row, worth: Yuan | None) -> tuple[Open, ...]:
    """Return what the card itself lacks."""
    priced = row.price_low is not None or row.price_high is not None
    found = [] if priced else [Open("price", "not_stated", blocks=True)]
    found += [] if row.incoterm in LACKS else [Open("incoterm", "not_stated", blocks=True)]
    if priced and worth is None and row.currency != YUAN:
        found.append(Open("exchange", "not_loaded", row.currency, blocks=True))
    return tuple(found)


def _unit_cost(found: Costs, place: int, row: sa.Row, worth: Yuan | None) -> UnitCost:
    terms, chosen = found.terms[found.group[place]], int(found.scheme[place])
    scheme = terms.choice.schemes[chosen] if chosen >= 0 else None
    high, confirmed = _fen(found.high[place]), _fen(found.confirmed[place])
    tables = [tariff for tariff in (scheme and scheme.tariff, terms.consumption, terms.vat) if tariff]
    sample = bool(worth and worth.sample) or any(line.sample for tariff in tables for line in tariff.lines)
    return UnitCost(
        _fen(found.low[place]), high, _fen(found.saving[place]), None if confirmed == high else confirmed, scheme,
        _untold(row, worth) + terms.open, sample and high is not None, bool(found.closed[place]))


def _fen(value: float) -> Decimal | None:
    return None if np.isnan(value) else Decimal(f"{value:.2f}")


