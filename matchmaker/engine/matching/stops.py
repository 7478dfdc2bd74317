"""Stops: what keeps a pair off every page. One function each; missing data never stops."""

from matchmaker.engine.matching.records import Demand, Supply


def other_expo(demand: Demand, supply: Supply) -> bool:
    """The two sides take part in different expos."""
    return demand.expo_id != supply.expo_id


def own_company(demand: Demand, supply: Supply) -> bool:
    """The demand and the product belong to the same company."""
    return demand.company_id == supply.company_id


def blocked_by_buyer(demand: Demand, supply: Supply) -> bool:
    """The buyer has blocked the exhibitor."""
    return supply.company_id in demand.blocked_company_ids


def blocked_by_exhibitor(demand: Demand, supply: Supply) -> bool:
    """The exhibitor has blocked the buyer."""
    return demand.company_id in supply.blocked_company_ids


def origin_excluded(demand: Demand, supply: Supply) -> bool:
    """The buyer excludes the product's country of origin."""
    return supply.origin is not None and supply.origin in demand.origins_excluded


def road_closed(demand: Demand, supply: Supply) -> bool:
    """The law closes every road to market that the buyer can take."""
    return bool(demand.roads) and all(road in supply.roads_closed for road in demand.roads)


STOPS = {
    "expo": other_expo,
    "own_company": own_company,
    "blocked_by_buyer": blocked_by_buyer,
    "blocked_by_exhibitor": blocked_by_exhibitor,
    "origin_excluded": origin_excluded,
    "road_closed": road_closed,
}


def stopped_by(demand: Demand, supply: Supply) -> str | None:
    """The code of the first stop that holds for the pair, or None."""
    return next((code for code, holds in STOPS.items() if holds(demand, supply)), None)
