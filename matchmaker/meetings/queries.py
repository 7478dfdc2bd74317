"""Questions about meetings."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from .. import clock, events
from ..accounts.models import User
from ..companies.queries import either_blocks
from ..demands.rules import buyer_name_visible
from ..expos.queries import actor_for
from ..infra.db import db, one
from ..matching.models import Recommendation
from ..permissions import Actor, ExpoRole
from .models import Meeting, Wish
from .rules import Place
from .states import AGREED, OPEN, State

WITH_ALL = (joinedload(Meeting.exhibitor), joinedload(Meeting.buyer), joinedload(Meeting.demand), joinedload(Meeting.product))
SWEEP = timedelta(minutes=15)  # an expired request is ended, and its sender told, no later than this
_FURTHEST = (State.REQUESTED, State.ACCEPTED, State.PLACED, State.MISSED, State.HELD)


def of_companies(companies: Iterable[int]) -> sa.ColumnElement[bool]:
    """Return the condition: one of ``companies`` is a side of the meeting."""
    ids = list(companies)
    return sa.or_(Meeting.exhibitor_id.in_(ids), Meeting.buyer_id.in_(ids))


def meeting_for(actor: Actor, expo_id: int, meeting_id: int) -> Meeting:
    """Return a meeting of one of the actor's companies; raise ``NotFound`` for strangers."""
    return one(sa.select(Meeting).options(*WITH_ALL).where(
        Meeting.id == meeting_id, Meeting.expo_id == expo_id, of_companies(actor.companies)))


def meeting_at(actor: Actor, expo_id: int, meeting_id: int) -> Meeting:
    """Return a meeting for one of its sides, or for who runs the expo; raise ``NotFound`` for strangers."""
    if not actor.has_expo_role(expo_id, ExpoRole.ORGANIZER, ExpoRole.FLOOR):
        return meeting_for(actor, expo_id, meeting_id)
    return one(sa.select(Meeting).options(*WITH_ALL).where(Meeting.id == meeting_id, Meeting.expo_id == expo_id))


def list_for(actor: Actor, expo_id: int, states: Iterable[State] | None = None, *, asked: bool | None = None) -> sa.Select:
    """Return the query of the acting company's meetings: in ``states``; ``asked`` True: others asked us, False: we asked."""
    query = sa.select(Meeting).options(*WITH_ALL).where(Meeting.expo_id == expo_id, of_companies([actor.company_id or 0]), _not_stopped())
    if states is not None:
        query = query.where(Meeting.state.in_([str(state) for state in states]))
    if asked is not None:
        query = query.where((Meeting.asked_by_id != actor.company_id) if asked else (Meeting.asked_by_id == actor.company_id))
    return query.order_by(Meeting.asked_at.desc(), Meeting.id.desc())


def _not_stopped() -> sa.ColumnElement[bool]:
    """Neither side blocks the other; a meeting that took place, or should have, stays in the record."""
    return sa.or_(Meeting.state.in_([State.HELD, State.MISSED]), ~either_blocks(Meeting.exhibitor_id, Meeting.buyer_id))


def tab(actor: Actor, expo_id: int, name: str) -> sa.Select:
    """Return the query behind a tab of the requests page: answer, asked, accepted or all. What expires first is answered first."""
    if name == "answer":
        return list_for(actor, expo_id, [State.REQUESTED], asked=True).where(Meeting.expires_at > clock.now()).order_by(None).order_by(
            Meeting.expires_at, Meeting.id)
    if name == "asked":
        return list_for(actor, expo_id, asked=False)
    return list_for(actor, expo_id, AGREED if name == "accepted" else None)


def tab_counts(actor: Actor, expo_id: int) -> dict[str, int]:
    """Return how many meetings stand behind each tab."""
    mine = Meeting.asked_by_id == actor.company_id
    waits = sa.and_(~mine, Meeting.state == State.REQUESTED, Meeting.expires_at > clock.now())
    row = db.session.execute(sa.select(
        sa.func.count().filter(waits).label("answer"), sa.func.count().filter(mine).label("asked"),
        sa.func.count().filter(Meeting.state.in_([str(state) for state in AGREED])).label("accepted"), sa.func.count().label("all"),
    ).where(Meeting.expo_id == expo_id, of_companies([actor.company_id or 0]), _not_stopped())).one()
    return dict(row._mapping)


def answerer(meeting_id: int, company_id: int, user_id: int) -> tuple[Meeting, User, Actor] | tuple[None, None, None]:
    """Return the request of a mailed link, its person and who acts: the person for the asked company; nothing when the person has
    left the company, was disabled, or the company is not the one that was asked."""
    meeting = db.session.scalar(sa.select(Meeting).options(*WITH_ALL, joinedload(Meeting.expo)).where(Meeting.id == meeting_id))
    user = db.session.get(User, user_id)
    if meeting is None or user is None or user.disabled_at or meeting.asked_id != company_id:
        return None, None, None
    actor = actor_for(user, company_id)
    return (meeting, user, actor) if actor.member_of(company_id) else (None, None, None)


def waiting_count(company_id: int, expo_id: int | None = None) -> int:
    """Return how many requests wait for the company's answer."""
    query = sa.select(sa.func.count()).select_from(Meeting).where(
        Meeting.state == State.REQUESTED, of_companies([company_id]), Meeting.asked_by_id != company_id, Meeting.expires_at > clock.now())
    return db.session.scalar(query if expo_id is None else query.where(Meeting.expo_id == expo_id)) or 0


def open_requests(company_id: int, expo_id: int) -> int:
    """Return how many requests of the company wait for an answer: the quota counts them."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(Meeting).where(
        Meeting.expo_id == expo_id, Meeting.asked_by_id == company_id, Meeting.state == State.REQUESTED)) or 0


def pair_states(company_id: int, expo_id: int) -> dict[int, str]:
    """Return {other company: state} of the meetings that stand or took place, the furthest of each pair."""
    rows = db.session.execute(sa.select(Meeting.exhibitor_id, Meeting.buyer_id, Meeting.state).where(
        Meeting.expo_id == expo_id, of_companies([company_id]), Meeting.state.in_([str(state) for state in _FURTHEST])))
    found: dict[int, str] = {}
    for row in sorted(rows, key=lambda row: _FURTHEST.index(State(row.state))):
        found[row.buyer_id if row.exhibitor_id == company_id else row.exhibitor_id] = row.state
    return found


def open_of(company_id: int, *, expo_id: int | None = None, other_id: int | None = None) -> list[Meeting]:
    """Return a company's open meetings, at one expo or with one other company."""
    query = sa.select(Meeting).options(*WITH_ALL).where(of_companies([company_id]), Meeting.state.in_([str(state) for state in OPEN]))
    if expo_id is not None:
        query = query.where(Meeting.expo_id == expo_id)
    if other_id is not None:
        query = query.where(of_companies([other_id]))
    return list(db.session.scalars(query.order_by(Meeting.id)))


def agreed_with(company_id: int, others: Iterable[int]) -> set[int]:
    """Return those of ``others`` with which the company has a meeting that both agreed to, at whatever expo."""
    wanted = set(others)
    rows = db.session.execute(sa.select(Meeting.exhibitor_id, Meeting.buyer_id).where(
        of_companies([company_id]), Meeting.state.in_([str(state) for state in AGREED])).distinct())
    return {row.buyer_id if row.exhibitor_id == company_id else row.exhibitor_id for row in rows} & wanted


def named_partners(company_id: int) -> set[int]:
    """Return the companies with which it has a meeting that both agreed to, and whose names it reads."""
    meetings = db.session.scalars(sa.select(Meeting).options(joinedload(Meeting.demand)).where(
        of_companies([company_id]), Meeting.state.in_([str(state) for state in AGREED])))
    return {meeting.other(company_id) for meeting in meetings if is_named(meeting, company_id)}


def due_to_expire(limit: int = 100) -> list[Meeting]:
    """Return requests whose time is over."""
    return list(db.session.scalars(sa.select(Meeting).options(*WITH_ALL).where(
        Meeting.state == State.REQUESTED, Meeting.expires_at <= clock.now()).order_by(Meeting.id).limit(limit)))


def seconds_to_sweep() -> float | None:
    """Return in how many seconds to look for expired requests again; None when no request is open."""
    first = db.session.scalar(sa.select(sa.func.min(Meeting.expires_at)).where(Meeting.state == State.REQUESTED))
    if first is None:
        return None
    return min(max((first - clock.now()).total_seconds(), 1.0), SWEEP.total_seconds())


def is_named(meeting: Meeting, reader_id: int) -> bool:
    """Tell whether the company ``reader_id`` reads the name of the other side. Only buyers may keep theirs back: until the
    confidentiality of the demand opens it, unless they asked themselves, which names them."""
    if reader_id == meeting.buyer_id or meeting.asked_by_id == meeting.buyer_id:
        return True
    if meeting.demand is None:  # deleted since; what it kept back stays back until the two sit down
        return meeting.state in AGREED - {State.ACCEPTED}
    return buyer_name_visible(meeting.demand, meeting.state)


def contacts_open(meeting: Meeting, reader_id: int) -> bool:
    """Tell whether ``reader_id`` reads who attends for the other side: after acceptance, and never before the company's name."""
    return meeting.state in AGREED and is_named(meeting, reader_id)


def place_of(meeting: Meeting) -> Place | None:
    """Return time and place in the published schedule; the scheduling room answers."""
    if meeting.state not in (State.PLACED, State.HELD, State.MISSED):
        return None
    return next((place for _receiver, place in events.place_asked.send(meeting) if place is not None), None)


def has_begun(meeting: Meeting) -> bool:
    """Tell whether a placed meeting's time has come; one without a known time counts as begun."""
    place = place_of(meeting)
    return place is None or place.starts_at <= clock.now()


def stored_score(meeting_of: Sequence[int], demand_id: int | None, product_id: int | None) -> float | None:
    """Return the score of the stored recommendation for (expo, exhibitor, buyer): of this demand and product where named, else the
    best of the two companies."""
    expo_id, exhibitor_id, buyer_id = meeting_of
    query = sa.select(sa.func.max(Recommendation.score)).where(
        Recommendation.expo_id == expo_id, Recommendation.exhibitor_id == exhibitor_id, Recommendation.buyer_id == buyer_id)
    if demand_id is not None:
        query = query.where(Recommendation.demand_id == demand_id)
    if product_id is not None:
        query = query.where(Recommendation.product_id == product_id)
    return db.session.scalar(query)


def best_own_sheet(company_id: int, expo_id: int, *, demand_id: int | None = None, product_id: int | None = None) -> int | None:
    """Return the company's own product that fits a demand best, or its own demand that a product fits best; None when none does."""
    wanted = Recommendation.product_id if demand_id is not None else Recommendation.demand_id
    other = Recommendation.demand_id == demand_id if demand_id is not None else Recommendation.product_id == product_id
    side = Recommendation.exhibitor_id if demand_id is not None else Recommendation.buyer_id
    return db.session.scalar(sa.select(wanted).where(Recommendation.expo_id == expo_id, other, side == company_id)
                             .order_by(Recommendation.score.desc(), Recommendation.id).limit(1))


def recommendations_of(meetings: Iterable[Meeting]) -> dict[int, Recommendation]:
    """Return {meeting id: the stored recommendation of its demand and product}, in one query."""
    pairs = {(row.demand_id, row.product_id, row.expo_id): row.id for row in meetings if row.demand_id and row.product_id}
    if not pairs:
        return {}
    key = (Recommendation.demand_id, Recommendation.product_id, Recommendation.expo_id)
    rows = db.session.scalars(sa.select(Recommendation).where(sa.tuple_(*key).in_(list(pairs))))
    found = {(row.demand_id, row.product_id, row.expo_id): row for row in rows}
    return {row.id: found[pair] for row in meetings if (pair := (row.demand_id, row.product_id, row.expo_id)) in found}


def wish(expo_id: int, company_id: int, other_id: int) -> Wish | None:
    """Return how much a company wants to meet another; None is neutral."""
    return db.session.scalar(sa.select(Wish).where(Wish.expo_id == expo_id, Wish.company_id == company_id, Wish.other_id == other_id))


def wishes_of(expo_id: int, company_id: int) -> dict[int, str]:
    """Return {other company: must, like or never} of a company at an expo."""
    rows = db.session.execute(sa.select(Wish.other_id, Wish.value).where(Wish.expo_id == expo_id, Wish.company_id == company_id))
    return dict(rows.all())


def musts(expo_id: int, company_id: int) -> int:
    """Return how many musts a company has at an expo: the quota counts them."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(Wish).where(
        Wish.expo_id == expo_id, Wish.company_id == company_id, Wish.value == "must")) or 0
