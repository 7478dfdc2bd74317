"""What companies did with their matches: a few saved, fewer hidden with a reason, gaps that one side offers to close."""

import sqlalchemy as sa

from ..errors import Problem
from ..infra.db import db
from ..matching import actions as matching
from ..matching.models import Recommendation
from ..matching.rules import HIDE_REASONS
from ..meetings.models import Meeting
from ..proposals import actions as proposals
from .world import START, World, go_to

COMPANIES_EVERY = 4
PROPOSALS = 24


def leave(world: World) -> None:
    """Let every fourth company save three and hide one of its matches that it did not ask about."""
    expo = world.expos["CIIE"]
    for company in list(world.companies.values())[::COMPANIES_EVERY]:
        actor = world.anybody(company.id)
        side = Recommendation.exhibitor_id if company.is_exhibitor else Recommendation.buyer_id
        asked = sa.exists().where(Meeting.expo_id == expo.id, Meeting.exhibitor_id == Recommendation.exhibitor_id,
                                  Meeting.buyer_id == Recommendation.buyer_id)
        found = db.session.scalars(
            sa.select(Recommendation).where(Recommendation.expo_id == expo.id, side == company.id, ~asked)
            .order_by(Recommendation.score.desc(), Recommendation.id).limit(4)).all()
        for row in found[:3]:
            matching.save(actor, expo, demand_id=row.demand_id, product_id=row.product_id)
        for row in found[3:]:
            reason = world.draw.choice(sorted(HIDE_REASONS))
            matching.hide(actor, expo, demand_id=row.demand_id, product_id=row.product_id, reason=reason)
    _propose(world)
    go_to(START)


def _propose(world: World) -> None:
    """Let companies offer what would close a gap: most wait for an answer, every fourth is accepted."""
    expo = world.expos["CIIE"]
    rows = db.session.scalars(sa.select(Recommendation).where(Recommendation.expo_id == expo.id)
                              .order_by(Recommendation.score.desc(), Recommendation.id)).all()
    gaps = [(row, repair) for row in rows if row.repairs for repair in row.repairs[:1]]
    for number, (row, repair) in enumerate(gaps[:PROPOSALS]):
        maker, other = (row.exhibitor_id, row.buyer_id) if repair["side"] == "supply" else (row.buyer_id, row.exhibitor_id)
        try:
            made = proposals.offer(world.anybody(maker), expo, demand_id=row.demand_id, product_id=row.product_id, gap=repair["gap"],
                                   side=repair["side"], field=repair["field"])
        except Problem:  # one of the two has blocked the other since, or hides the match
            continue
        if number % 4 == 3:
            proposals.accept(world.anybody(other), made)
