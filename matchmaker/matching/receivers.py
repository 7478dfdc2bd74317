"""What changes elsewhere mean for matches: rows that say what is stale, written in the transaction of the change, and one job."""

from typing import Any

import sqlalchemy as sa

from .. import events
from ..catalog.models import Listing, Product
from ..companies.models import Company, CompanyBlock
from ..demands.models import Demand
from ..expos.models import Participation
from ..expos.queries import takes_part
from ..infra.db import db
from ..permissions import Actor
from . import cards, feedback, queries
from .models import Recommendation, StaleMatch
from .tasks import ask

MANY = 500  # products of an expo that are named one by one
_OF_ONE = frozenset({"asked", "accepted", "declined"})


def mark_stale(expo_id: int, *, demands: list[int] | None = None, products: list[int] | None = None) -> None:
    """Note that demands and products, or without any the whole expo, are to be matched anew, and ask for the job."""
    rows = [StaleMatch(expo_id=expo_id, demand_id=ident) for ident in demands or ()]
    rows += [StaleMatch(expo_id=expo_id, product_id=ident) for ident in products or ()]
    if demands is None and products is None:
        rows = [StaleMatch(expo_id=expo_id)]
    if rows:
        db.session.add_all(rows)
        db.session.flush()
        ask(expo_id)


@events.product_changed.connect
def _product_changed(product: Product, **_more: Any) -> None:
    db.session.flush()
    listed = sa.select(Listing.expo_id).where(Listing.product_id == product.id)
    matched = sa.select(Recommendation.expo_id).where(Recommendation.product_id == product.id)
    for expo_id in sorted(db.session.scalars(listed.union(matched))):
        mark_stale(expo_id, products=[product.id])


@events.reference_changed.connect
def _reference_changed(_what: str, *, products: dict[int, list[int]], **_more: Any) -> None:
    """A rule or a table of rates is another: what it concerns is matched anew, all of an expo when that is much of it."""
    for expo_id, several in sorted(products.items()):
        mark_stale(expo_id, products=several if len(several) <= MANY else None)


@events.demand_changed.connect
def _demand_changed(demand: Demand, **_more: Any) -> None:
    db.session.flush()
    mark_stale(demand.expo_id, demands=[demand.id])


@events.company_changed.connect
def _company_changed(company: Company, **_more: Any) -> None:
    """The languages spoken may be others now."""
    _all_of(company.id)


@events.company_blocked.connect
def _company_blocked(block: CompanyBlock, **_more: Any) -> None:
    """Set or lifted: the demands of the two are matched anew. Pages ask for blocks themselves, so that a new one acts at once."""
    db.session.flush()
    buyers = sa.select(Company.id).where(Company.kind == "buyer", Company.id.in_([block.company_id, block.blocked_id]))
    for buyer_id in db.session.scalars(buyers).all():
        _all_of(buyer_id)


@events.participation_decided.connect
@events.participation_withdrawn.connect
def _participation_changed(part: Participation, **_more: Any) -> None:
    db.session.flush()
    _all_of(part.company_id, part.expo_id)


@events.meeting_changed.connect
def _meeting_changed(meeting: Any, was: str | None = None, **_more: Any) -> None:
    """Keep what the two did for learning: asked, accepted or declined, held or missed."""
    kind = {"requested": "asked"}.get(meeting.state, meeting.state)
    if kind in _OF_ONE and (was in (None, "requested")):
        company = meeting.asked_by_id if kind == "asked" else meeting.asked_id
        _note_meeting(meeting, company, kind, reason=meeting.decline_reason if kind == "declined" else "")
        if kind != "asked":
            taste_changed(company, meeting.expo_id)
    elif kind in ("held", "missed"):
        for company in (meeting.exhibitor_id, meeting.buyer_id):
            _note_meeting(meeting, company, kind)


@events.outcome_recorded.connect
def _outcome_recorded(outcome: Any, **_more: Any) -> None:
    """Keep whether the meeting came to an intention, by the word of each side."""
    kind = "intention" if outcome.result == "intention" else "held"
    _note_meeting(outcome.meeting, outcome.company_id, kind)


def _note_meeting(meeting: Any, company_id: int, kind: str, reason: str = "") -> None:
    """Keep it at the pair that the meeting is about; where only one sheet is named, at the best pair of the two companies with it."""
    pair = sa.select(Recommendation.demand_id, Recommendation.product_id).where(
        Recommendation.expo_id == meeting.expo_id, Recommendation.buyer_id == meeting.buyer_id,
        Recommendation.exhibitor_id == meeting.exhibitor_id)
    for column, ident in ((Recommendation.demand_id, meeting.demand_id), (Recommendation.product_id, meeting.product_id)):
        if ident is not None:
            pair = pair.where(column == ident)
    found = db.session.execute(pair.order_by(Recommendation.score.desc(), Recommendation.id).limit(1)).first()
    if found is not None:
        feedback.note(company_id, kind, demand_id=found.demand_id, product_id=found.product_id, expo_id=meeting.expo_id, reason=reason)


def taste_changed(company_id: int, expo_id: int) -> None:
    """Match the company's sheets at the expo anew: what it did says what it likes."""
    _all_of(company_id, expo_id)


def _all_of(company_id: int, expo_id: int | None = None) -> None:
    """Mark the published demands and listed products of a company, at one expo or at all."""
    demands = sa.select(Demand.expo_id, Demand.id).where(Demand.company_id == company_id, Demand.state == "published")
    products = sa.select(Listing.expo_id, Product.id).join(Product).where(Product.company_id == company_id, Product.state == "published")
    if expo_id is not None:
        demands, products = demands.where(Demand.expo_id == expo_id), products.where(Listing.expo_id == expo_id)
    stale: dict[int, tuple[list[int], list[int]]] = {}
    for side, query in enumerate((demands, products)):
        for at, ident in db.session.execute(query):
            stale.setdefault(at, ([], []))[side].append(ident)
    for at, (some_demands, some_products) in sorted(stale.items()):
        mark_stale(at, demands=some_demands, products=some_products)


@events.standing_asked.connect
def _standing_asked(company_id: int, others: frozenset[int] = frozenset(), **_more: Any) -> dict[str, set[int]]:
    """Those of ``others`` that have a stored match with the company."""
    return {"matched": queries.matched_with(company_id, others)}


@events.matches_asked.connect
def _matches_asked(demand: Demand, *, actor: Actor, most: int = 4, **_more: Any) -> dict[str, Any] | None:
    """The best products for a demand, for the page on which its fields are confirmed."""
    if actor.company_id != demand.company_id or not takes_part(demand.expo_id, demand.company_id):
        return None
    expo = demand.expo
    page, states = queries.recommendations_for_demand(actor, expo, demand), queries.meeting_states(actor, expo)
    return {"total": page.total, "cards": [cards.product_card(row, expo.series, states) for row in page.items[:most]],
            "version": queries.version(actor, expo), "waits": queries.is_stale(actor, expo)}
