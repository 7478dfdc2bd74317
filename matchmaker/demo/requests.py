"""Requests for meetings: which pairs of companies, and how many of them come to what end."""

from collections import Counter

import sqlalchemy as sa

from ..expos.models import Expo
from ..infra.db import db
from ..matching.models import Recommendation
from .stories import Pair, Story
from .timeline import Timeline
from .world import World

OF_A_BUYER, OF_AN_EXHIBITOR = 12, 13  # requests with one company at most
# share of all requests of the expo that is on, and first and last day of asking; the best matches come first
FATES = {
    "agreed": (0.42, "2026-10-16 09:00", "2026-11-02 18:00"), "late": (0.05, "2026-11-02 09:00", "2026-11-04 18:00"),
    "called_off": (0.03, "2026-10-17 09:00", "2026-10-30 18:00"), "requested": (0.17, "2026-11-01 09:00", "2026-11-05 19:00"),
    "declined": (0.16, "2026-10-16 09:00", "2026-11-03 18:00"), "withdrawn": (0.04, "2026-10-18 09:00", "2026-11-01 18:00"),
    "expired": (0.13, "2026-10-16 09:00", "2026-10-28 18:00"),
}
ELSEWHERE = {
    "agreed": (0.3, "2026-10-20 09:00", "2026-11-02 18:00"), "requested": (0.4, "2026-10-22 09:00", "2026-11-05 18:00"),
    "declined": (0.2, "2026-10-20 09:00", "2026-11-01 18:00"), "withdrawn": (0.1, "2026-10-20 09:00", "2026-11-01 18:00"),
}


def plan(world: World) -> Timeline:
    """Return all requests of all expos as a timeline."""
    timeline = Timeline()
    for series, expo in world.expos.items():
        here = series == "CIIE"
        pairs = _pairs(expo, world.share.requests if here else world.share.requests_elsewhere)
        for pair, fate in zip(pairs, _fates(world, len(pairs), FATES if here else ELSEWHERE), strict=True):
            Story(world, timeline, pair, fate).begin(*(FATES if here else ELSEWHERE)[fate][1:])
    return timeline


def _pairs(expo: Expo, most: int) -> list[Pair]:
    """Return the best pairs of companies, with a bound on how many one company has."""
    rows = db.session.execute(
        sa.select(Recommendation.buyer_id, Recommendation.exhibitor_id, Recommendation.demand_id, Recommendation.product_id, Recommendation.score)
        .where(Recommendation.expo_id == expo.id).order_by(Recommendation.score.desc(), Recommendation.demand_id, Recommendation.product_id))
    found: dict[tuple[int, int], Pair] = {}
    busy: Counter[int] = Counter()
    for row in rows:
        key = (row.buyer_id, row.exhibitor_id)
        if key in found or busy[row.buyer_id] >= OF_A_BUYER or busy[row.exhibitor_id] >= OF_AN_EXHIBITOR:
            continue
        found[key] = Pair(expo, *row)
        busy.update(key)
        if len(found) == most:
            break
    return list(found.values())


def _fates(world: World, number: int, shares: dict[str, tuple[float, str, str]]) -> list[str]:
    """Return a fate for each of ``number`` pairs, every kind at least once; good matches have the better ones, with exceptions."""
    counts = {fate: max(1, round(share * number)) for fate, (share, *_days) in shares.items()}
    counts[next(iter(shares))] += number - sum(counts.values())
    fates = [fate for fate, many in counts.items() for _ in range(many)][:number]
    return _mixed(world, fates)


def _mixed(world: World, fates: list[str]) -> list[str]:
    """Return the fates in nearly the order given: each moves by up to a third of the list."""
    places = [(n + world.draw.uniform(0, len(fates) / 3), fate) for n, fate in enumerate(fates)]
    return [fate for _place, fate in sorted(places)]
