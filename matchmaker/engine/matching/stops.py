"""Stops: what keeps a pair off every page. One rule each, over the columns of many pairs; missing data never stop."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from matchmaker.engine.matching.columns import Pairs, side_by_side
from matchmaker.engine.matching.records import Demand, Supply


def other_expo(pairs: Pairs) -> np.ndarray:
    """The two sides take part in different expos."""
    one, other = pairs.of("expo", "expo")
    return one != other


def own_company(pairs: Pairs) -> np.ndarray:
    """The demand and the product belong to the same company."""
    one, other = pairs.of("company", "company")
    return one == other


def blocked_by_buyer(pairs: Pairs) -> np.ndarray:
    """The buyer has blocked the exhibitor."""
    return pairs.demands.blocked.has(pairs.i, pairs.supplies.company[pairs.j])


def blocked_by_exhibitor(pairs: Pairs) -> np.ndarray:
    """The exhibitor has blocked the buyer."""
    return pairs.supplies.blocked.has(pairs.j, pairs.demands.company[pairs.i])


def origin_excluded(pairs: Pairs) -> np.ndarray:
    """The buyer excludes the product's country of origin."""
    excluded, origin = pairs.of("origins_excluded", "origin")
    return ((excluded == origin[:, None]) & (excluded > 0)).any(axis=1)


def road_closed(pairs: Pairs) -> np.ndarray:
    """The law closes every road to market that the buyer can take."""
    wanted, closed = pairs.of("roads", "roads_closed")
    shut = ((wanted[:, :, None] == closed[:, None, :]) & (wanted > 0)[:, :, None]).any(axis=2)
    return (wanted > 0).any(axis=1) & (shut | (wanted == 0)).all(axis=1)


STOPS: Mapping[str, Callable[[Pairs], np.ndarray]] = MappingProxyType({
    "expo": other_expo, "own_company": own_company, "blocked_by_buyer": blocked_by_buyer, "blocked_by_exhibitor": blocked_by_exhibitor,
    "origin_excluded": origin_excluded, "road_closed": road_closed})


def stopped(pairs: Pairs) -> np.ndarray:
    """Whether any stop holds, one entry a pair."""
    out = np.zeros(len(pairs), bool)
    for holds in STOPS.values():
        out |= holds(pairs)
    return out


def stopped_by(demand: Demand, supply: Supply) -> str | None:
    """The code of the first stop that holds for the pair, or None."""
    pair = side_by_side([demand], [supply])
    return next((code for code, holds in STOPS.items() if holds(pair)[0]), None)
