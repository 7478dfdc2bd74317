"""What a company does with its matches: save, hide with a reason, take back, block."""

import sqlalchemy as sa

from .. import audit, clock
from ..companies import actions as companies
from ..companies.models import Company, CompanyBlock
from ..demands.rules import buyer_name_visible
from ..expos.models import Expo
from ..infra.db import db, get, insert_ignore
from ..permissions import Actor, ensure
from . import queries
from .models import Mark
from .rules import check_hide_reason

SAVED, HIDDEN = "saved", "hidden"


def save(actor: Actor, expo: Expo, *, demand_id: int, product_id: int) -> None:
    """Keep a match in the acting company's list; again changes nothing. Raises ``NotFound`` when it is not one of theirs."""
    queries.pair(actor, expo, demand_id, product_id)
    _mark(actor, expo, demand_id, product_id, SAVED)


def unsave(actor: Actor, expo: Expo, *, demand_id: int, product_id: int) -> None:
    """Take a match off the list. Raises ``NotFound`` when it is not one of theirs."""
    queries.pair(actor, expo, demand_id, product_id)
    _unmark(actor, demand_id, product_id, SAVED)


def hide(actor: Actor, expo: Expo, *, demand_id: int, product_id: int, reason: str) -> None:
    """Show a match no more, with the reason why. Raises ``Invalid`` for an unknown reason, ``NotFound`` for strangers."""
    queries.pair(actor, expo, demand_id, product_id)
    check_hide_reason(reason)
    _unmark(actor, demand_id, product_id, HIDDEN)
    _mark(actor, expo, demand_id, product_id, HIDDEN, reason)
    audit.record(actor, "matching.hide", expo_id=expo.id, demand=demand_id, product=product_id, reason=reason)


def unhide(actor: Actor, expo: Expo, *, demand_id: int, product_id: int) -> None:
    """Show a hidden match again. Raises ``NotFound`` when it is not one of theirs."""
    queries.pair(actor, expo, demand_id, product_id)
    _unmark(actor, demand_id, product_id, HIDDEN)


def block(actor: Actor, expo: Expo, *, demand_id: int, product_id: int) -> CompanyBlock:
    """Never meet or be shown to the other company of a match again.

    Raises ``NotFound`` for strangers, and where the buyer's name is not shown: the list of blocked companies would tell it.
    """
    row = queries.pair(actor, expo, demand_id, product_id)
    other_id = row.exhibitor_id if actor.is_buyer else row.buyer_id
    ensure(actor.is_buyer or buyer_name_visible(row, queries.meeting_states(actor, expo).get(other_id)))
    return companies.block(actor, get(Company, actor.company_id), get(Company, other_id))


def _mark(actor: Actor, expo: Expo, demand_id: int, product_id: int, kind: str, reason: str = "") -> None:
    insert_ignore(Mark, company_id=actor.company_id, expo_id=expo.id, demand_id=demand_id, product_id=product_id, kind=kind, reason=reason,
                  user_id=actor.user_id, created_at=clock.now())


def _unmark(actor: Actor, demand_id: int, product_id: int, kind: str) -> None:
    db.session.execute(sa.delete(Mark).where(
        Mark.company_id == actor.company_id, Mark.demand_id == demand_id, Mark.product_id == product_id, Mark.kind == kind))
