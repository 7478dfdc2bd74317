"""Questions about meetings."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from .. import clock
from ..infra.db import db, one
from ..permissions import Actor
from .models import Meeting
from .states import OPEN, State

WITH_ALL = (joinedload(Meeting.exhibitor), joinedload(Meeting.buyer), joinedload(Meeting.demand), joinedload(Meeting.product))


def of_companies(companies: Iterable[int]) -> sa.ColumnElement[bool]:
    """Return the condition: one of ``companies`` is a side of the meeting."""
    ids = list(companies)
    return sa.or_(Meeting.exhibitor_id.in_(ids), Meeting.buyer_id.in_(ids))


def meeting_for(actor: Actor, expo_id: int, meeting_id: int) -> Meeting:
    """Return a meeting of one of the actor's companies; raise ``NotFound`` for strangers."""
    return one(sa.select(Meeting).options(*WITH_ALL).where(
        Meeting.id == meeting_id, Meeting.expo_id == expo_id, of_companies(actor.companies)))


def list_for(actor: Actor, expo_id: int, states: Iterable[State] | None = None, *, asked: bool | None = None) -> sa.Select:
    """Return the query of the acting company's meetings: in ``states``; ``asked`` True: others asked us, False: we asked."""
    query = sa.select(Meeting).options(*WITH_ALL).where(Meeting.expo_id == expo_id, of_companies([actor.company_id or 0]))
    if states is not None:
        query = query.where(Meeting.state.in_([str(state) for state in states]))
    if asked is not None:
        query = query.where((Meeting.asked_by_id != actor.company_id) if asked else (Meeting.asked_by_id == actor.company_id))
    return query.order_by(Meeting.asked_at.desc(), Meeting.id.desc())


def waiting_count(company_id: int, expo_id: int | None = None) -> int:
    """Return how many requests wait for the company's answer."""
    query = sa.select(sa.func.count()).select_from(Meeting).where(
        Meeting.state == State.REQUESTED, of_companies([company_id]), Meeting.asked_by_id != company_id, Meeting.expires_at > clock.now())
    return db.session.scalar(query if expo_id is None else query.where(Meeting.expo_id == expo_id)) or 0


def open_pair(expo_id: int, exhibitor_id: int, buyer_id: int) -> Meeting | None:
    """Return the open meeting of two companies at an expo, if there is one."""
    return db.session.scalar(sa.select(Meeting).where(
        Meeting.expo_id == expo_id, Meeting.exhibitor_id == exhibitor_id, Meeting.buyer_id == buyer_id,
        Meeting.state.in_([str(state) for state in OPEN])))


def open_with(company_id: int, expo_id: int) -> dict[int, str]:
    """Return {other company: state} of the company's open meetings at an expo: cards show it instead of the button."""
    rows = db.session.execute(sa.select(Meeting.exhibitor_id, Meeting.buyer_id, Meeting.state).where(
        Meeting.expo_id == expo_id, of_companies([company_id]), Meeting.state.in_([str(state) for state in OPEN])))
    return {row.buyer_id if row.exhibitor_id == company_id else row.exhibitor_id: row.state for row in rows}


def open_requests(company_id: int, expo_id: int) -> int:
    """Return how many requests of the company wait for an answer: the quota counts them."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(Meeting).where(
        Meeting.expo_id == expo_id, Meeting.asked_by_id == company_id, Meeting.state == State.REQUESTED)) or 0


def due_to_expire() -> list[Meeting]:
    """Return requests whose time is over."""
    return list(db.session.scalars(sa.select(Meeting).options(*WITH_ALL).where(
        Meeting.state == State.REQUESTED, Meeting.expires_at <= clock.now()).order_by(Meeting.id).limit(200)))


def counts_by_state(expo_id: int, company_id: int | None = None) -> dict[str, int]:
    """Return {state: count} at an expo, of one company or of all."""
    query = sa.select(Meeting.state, sa.func.count()).where(Meeting.expo_id == expo_id).group_by(Meeting.state)
    if company_id is not None:
        query = query.where(of_companies([company_id]))
    return dict(db.session.execute(query).tuples().all())
