"""Requests for meetings: which pairs of companies, and how many of them come to what end."""

from collections import Counter
from collections.abc import Iterator
from itertools import chain, cycle

import sqlalchemy as sa

from ..catalog.queries import shown_at as products_shown
from ..companies.queries import block_map
from ..expos.models import Expo
from ..expos.queries import participants
from ..infra.db import db
from ..matching.models import Recommendation
from .stories import Pair, Story
from .timeline import Timeline
from .world import World

OF_A_BUYER, OF_AN_EXHIBITOR = 12, 13  # requests with one company at most
# share of all requests of the expo that is on, and first and last day of asking; the best matches come first
FATES = {
    "agreed": (0.38, "2026-10-16 09:00", "2026-11-02 18:00"), "late": (0.05, "2026-11-02 09:00", "2026-11-04 18:00"),
    "called_off": (0.03, "2026-10-17 09:00", "2026-10-30 18:00"), "requested": (0.15, "2026-11-01 09:00", "2026-11-05 19:00"),
    "declined": (0.29, "2026-10-16 09:00", "2026-11-03 18:00"), "withdrawn": (0.03, "2026-10-18 09:00", "2026-11-01 18:00"),
    "expired": (0.07, "2026-10-16 09:00", "2026-10-28 18:00"),
}
# companies for the sign-ins: others ask them, and much is agreed, so that each of their pages has something to show
STARS = ("maison-aubrelague", "qushi-supermarket")
OF_A_STAR = ("requested", "agreed", "agreed", "requested", "agreed", "agreed", "requested", "agreed", "declined", "agreed", "requested")
ELSEWHERE = {
    "agreed": (0.3, "2026-10-20 09:00", "2026-11-02 18:00"), "requested": (0.4, "2026-10-22 09:00", "2026-11-05 18:00"),
    "declined": (0.2, "2026-10-20 09:00", "2026-11-01 18:00"), "withdrawn": (0.1, "2026-10-20 09:00", "2026-11-01 18:00"),
}


def plan(world: World) -> Timeline:
    """Return all requests of all expos as a timeline."""
    timeline = Timeline()
    stars = {world.companies[key].id: cycle(OF_A_STAR) for key in STARS if key in world.companies}
    for series, expo in world.expos.items():
        here = series == "CIIE"
        shares = FATES if here else ELSEWHERE
        pairs = _pairs(expo, world.share.requests if here else world.share.requests_elsewhere)
        for pair, fate in zip(pairs, _fates(world, len(pairs), shares), strict=True):
            star = next((company for company in (pair.exhibitor_id, pair.buyer_id) if here and company in stars), None)
            told = next(stars[star]) if star else fate
            Story(world, timeline, pair, told, buyer_asks=star == pair.exhibitor_id if star else None).begin(*shares[told][1:])
    return timeline


def _pairs(expo: Expo, most: int) -> list[Pair]:
    """Return the best pairs of companies, with a bound on how many one company has; where matches end, pairs of one section."""
    found: dict[tuple[int, int], Pair] = {}
    busy: Counter[int] = Counter()
    blocked = block_map()
    for pair in chain(_matched(expo), _from_the_directory(expo)):
        key = (pair.buyer_id, pair.exhibitor_id)
        full = busy[pair.buyer_id] >= OF_A_BUYER or busy[pair.exhibitor_id] >= OF_AN_EXHIBITOR
        if len(found) == most:
            break
        if key not in found and not full and pair.exhibitor_id not in blocked.get(pair.buyer_id, ()):
            found[key] = pair
            busy.update(key)
    return list(found.values())


def _matched(expo: Expo) -> Iterator[Pair]:
    """Yield the stored matches, the best first."""
    match = Recommendation
    rows = db.session.execute(
        sa.select(match.buyer_id, match.exhibitor_id, match.demand_id, match.product_id, match.score)
        .where(match.expo_id == expo.id).order_by(match.score.desc(), match.demand_id, match.product_id))
    return (Pair(expo, *row) for row in rows)


def _from_the_directory(expo: Expo) -> Iterator[Pair]:
    """Yield buyers who read the directory of their section and ask about a product there, without a demand of their own."""
    shown: dict[int, list[int]] = {}
    for product in db.session.scalars(products_shown(expo.id)):
        shown.setdefault(product.company_id, []).append(product.id)
    buyers, exhibitors = participants(expo.id, "buyer"), participants(expo.id, "exhibitor")
    for turn in range(len(exhibitors)):
        for n, buyer in enumerate(buyers):
            other = exhibitors[(n * 7 + turn) % len(exhibitors)]
            if other.section_id == buyer.section_id and other.company_id in shown:
                products = shown[other.company_id]
                yield Pair(expo, buyer.company_id, other.company_id, None, products[turn % len(products)], None)


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
