"""Trade decides: what a pair is worth hangs on money in several currencies, on duty, on the day of market entry and on proof.

The limits of `thresholds`, times four conditions that only a trade desk can tell: the landed cost against the budget (prices are stated
in three currencies under two Incoterms), the day from which the goods may be sold by a road that the buyer takes, and the evidence of
green claims. `control` has the same sheets and a truth in which none of the last three matters, so that signals about them can only
disturb.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

import numpy as np

from benchmarks.worlds import Answers, Records, thresholds
from benchmarks.worlds.sheets import TODAY, Truth, expo
from matchmaker.engine.matching.records import Demand, Evidence, Price, Supply, Worth

YUAN_PER = {"USD": 7.0, "EUR": 7.8, "CNY": 1.0}
TO_BORDER = {"FOB": 1.08, "CIF": 1.0}  # yuan at the border per yuan of the price
PARTNERS = frozenset({"CL", "TH", "AU", "ET", "BD", "LA", "JP"})
ROADS = (("0110",), ("1210",), ())
SEASON = 180  # days in which a buyer wants to sell


@dataclass(frozen=True, slots=True)
class Trade:
    """What is true of trade: of supplies the saving (share of landed cost), days to entry by 0110 and 1210, level of evidence; of demands
    the road (place in `ROADS`) and the level asked for."""

    saving: np.ndarray
    entry: np.ndarray
    level: np.ndarray
    road: np.ndarray
    asked: np.ndarray


def world(seed: int) -> tuple[Records, Answers]:
    """Trade matters."""
    records, truth, trade, rng = _draw(seed)
    late, proof = _late(trade), _proof(trade)
    patient, caring = rng.beta(4, 2, (len(truth.buyer), 1)), rng.beta(4, 2, (len(truth.buyer), 1))
    landed = replace(truth, pair=truth.pair._replace(price=truth.pair.price + 2 * np.log2(1 - trade.saving)[None]))
    limits = np.random.default_rng([seed, 1])
    buyer = thresholds.buyer(landed, limits) * (1 - patient * late) * (1 - caring * (1 - proof))
    return records, Answers(np.clip(buyer, 0.004, 0.97), thresholds.exhibitor(truth, limits),
                            np.clip(thresholds.deal(landed, limits) * (1 - 0.8 * late), 0.01, 0.9))


def control(seed: int) -> tuple[Records, Answers]:
    """The same sheets, and nobody cares for duty, entry or proof."""
    records, truth, _, _ = _draw(seed)
    limits = np.random.default_rng([seed, 1])
    return records, Answers(thresholds.buyer(truth, limits), thresholds.exhibitor(truth, limits), thresholds.deal(truth, limits))


def _draw(seed: int) -> tuple[Records, Truth, Trade, np.random.Generator]:
    records, truth = expo(seed)
    rng = np.random.default_rng([seed, 4])
    n, m = len(records.demands), len(records.supplies)
    duty = rng.choice([0.0, 0.05, 0.1, 0.2, 0.3], 40, p=[0.2, 0.25, 0.25, 0.2, 0.1])[truth.heading[1]]
    partner = np.array([supply.origin in PARTNERS for supply in records.supplies])
    days = np.where(rng.random((m, 2)) < (0.45, 0.6), 0, rng.integers(20, 500, (m, 2)))
    trade = Trade(np.where(partner, duty / (1 + duty), 0.0), days, rng.choice(5, m, p=[0.3, 0.3, 0.15, 0.2, 0.05]),
                  rng.choice(len(ROADS), n, p=[0.5, 0.2, 0.3]), rng.choice([0, 2, 3], n, p=[0.65, 0.2, 0.15]))
    supplies = [_supply(one, trade, at, rng) for at, one in enumerate(records.supplies)]
    demands = [_demand(one, trade, at, rng) for at, one in enumerate(records.demands)]
    return Records(supplies, demands), truth, trade, rng


def _late(trade: Trade) -> np.ndarray:
    """0 where the goods may be sold within the season by a road of the buyer, 1 half a year after it, straight between."""
    general, bonded = trade.entry[:, 0][None], trade.entry[:, 1][None]
    road = trade.road[:, None]
    days = np.where(road == 0, general, np.where(road == 1, bonded, np.minimum(general, bonded)))
    return np.clip((days - SEASON) / SEASON, 0, 1)


def _proof(trade: Trade) -> np.ndarray:
    """1 where the level asked for is reached or none is asked for, else the share that is there."""
    asked = np.maximum(trade.asked, 1)[:, None]
    return np.where(trade.asked[:, None] > 0, np.minimum(trade.level[None] / asked, 1), 1.0)


def _restated(price: Price | None, low: bool, term: str, rng: np.random.Generator) -> tuple[Price | None, Worth]:
    """An amount in yuan at the border, as it is stated in a currency and under an Incoterm; and what brings it back."""
    currency = str(rng.choice(list(YUAN_PER), p=[0.5, 0.25, 0.25] if low else [0.15, 0.05, 0.8]))
    factor = Decimal(str(YUAN_PER[currency] * TO_BORDER[term]))
    amount = None if price is None else (price.low if low else price.high)
    if amount is None:
        return None, Worth(factor)
    stated = max((amount / factor).quantize(Decimal("0.0001")), Decimal("0.0001"))
    return Price(low=stated if low else None, high=None if low else stated, currency=currency, unit="kg"), Worth(factor)


def _supply(one: Supply, trade: Trade, at: int, rng: np.random.Generator) -> Supply:
    price, worth = _restated(one.price, True, one.incoterm or "CIF", rng)
    entry = {road: TODAY + timedelta(int(days)) for road, days in zip(("0110", "1210"), trade.entry[at], strict=True)}
    return replace(one, price=price, worth=worth, saving=float(trade.saving[at]), entry=entry, evidence=Evidence(int(trade.level[at])))


def _demand(one: Demand, trade: Trade, at: int, rng: np.random.Generator) -> Demand:
    budget, worth = _restated(one.budget, False, one.incoterm or "CIF", rng)
    return replace(one, budget=budget, worth=worth, roads=ROADS[trade.road[at]], evidence=Evidence(int(trade.asked[at])) or None)
