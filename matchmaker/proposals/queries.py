"""Questions about proposals."""

import functools
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from ..catalog.models import Product
from ..companies.queries import either_blocks
from ..demands.models import Demand
from ..expos.models import Expo
from ..infra.db import db, one
from ..matching.queries import origin_excluded
from ..permissions import Actor
from .models import Proposal
from .states import State

_WITH = (joinedload(Proposal.demand), joinedload(Proposal.product), joinedload(Proposal.by), joinedload(Proposal.to))


def proposal_for(actor: Actor, expo: Expo, proposal_id: int) -> Proposal:
    """Return a proposal of or to the acting company; raise ``NotFound``."""
    return one(sa.select(Proposal).options(*_WITH).where(
        Proposal.id == proposal_id, Proposal.expo_id == expo.id, _mine(actor)))


def tab(actor: Actor, expo: Expo, name: str) -> sa.Select[tuple[Proposal]]:
    """Return the query of a list: ``answer`` (open, to us), ``made`` (open, by us), ``all``; newest first."""
    query = sa.select(Proposal).options(*_WITH).where(Proposal.expo_id == expo.id, _mine(actor))
    if name != "all":
        side = Proposal.to_id if name == "answer" else Proposal.by_id
        query = query.where(Proposal.state == State.OPEN, side == actor.company_id)
    return query.order_by(Proposal.created_at.desc(), Proposal.id.desc())


def counts(actor: Actor, expo: Expo) -> dict[str, int]:
    """Return how many stand in each list."""
    is_open = Proposal.state == State.OPEN
    row = db.session.execute(sa.select(
        sa.func.count().filter(is_open, Proposal.to_id == actor.company_id).label("answer"),
        sa.func.count().filter(is_open, Proposal.by_id == actor.company_id).label("made"),
        sa.func.count().label("all")).where(Proposal.expo_id == expo.id, _mine(actor))).one()
    return dict(row._mapping)


def waiting_count(company_id: int, expo_id: int) -> int:
    """Return how many open proposals wait for the company's answer."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(Proposal).where(
        Proposal.to_id == company_id, Proposal.expo_id == expo_id, Proposal.state == State.OPEN, _unstopped())) or 0


def of_pair(expo_id: int, demand_id: int, product_id: int) -> Sequence[Proposal]:
    """Return what was proposed for a pair, newest first."""
    return db.session.scalars(sa.select(Proposal).options(*_WITH).where(
        Proposal.expo_id == expo_id, Proposal.demand_id == demand_id, Proposal.product_id == product_id)
        .order_by(Proposal.id.desc()).limit(20)).all()


def open_of(company_id: int, *, expo_id: int | None = None, other_id: int | None = None) -> Sequence[Proposal]:
    """Return the open proposals of and to a company, at one expo or with one other company."""
    query = sa.select(Proposal).options(*_WITH).where(
        Proposal.state == State.OPEN, sa.or_(Proposal.by_id == company_id, Proposal.to_id == company_id))
    if expo_id is not None:
        query = query.where(Proposal.expo_id == expo_id)
    if other_id is not None:
        query = query.where(sa.or_(Proposal.by_id == other_id, Proposal.to_id == other_id))
    return db.session.scalars(query).all()


def open_count(company_id: int, expo_id: int) -> int:
    """Return how many open proposals the company has made at the expo."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(Proposal).where(
        Proposal.by_id == company_id, Proposal.expo_id == expo_id, Proposal.state == State.OPEN)) or 0


def _mine(actor: Actor) -> Any:
    return sa.and_(sa.or_(Proposal.by_id == actor.company_id, Proposal.to_id == actor.company_id), _unstopped())


@functools.cache
def _unstopped() -> Any:
    """Return the condition that nothing stops the pair: a stop that comes later takes its proposals off all lists at once."""
    excluded = sa.exists().where(Demand.id == Proposal.demand_id, Product.id == Proposal.product_id, origin_excluded())
    return sa.and_(~either_blocks(Proposal.by_id, Proposal.to_id), ~excluded)
