"""What a company does with its matches: save, hide with a reason, take back, block."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from .. import audit, clock
from ..companies import actions as companies
from ..companies.models import Company, CompanyBlock
from ..demands.rules import buyer_name_visible
from ..expos.models import Expo
from ..expos.queries import require_participant
from ..infra.db import db, get, insert_ignore
from ..permissions import Actor, ensure
from . import feedback, queries, receivers, terms
from .models import Mark
from .rules import check_hide_reason

SAVED, HIDDEN = "saved", "hidden"


def save(actor: Actor, expo: Expo, *, demand_id: int, product_id: int) -> None:
    """Keep a match in the acting company's list; again changes nothing. Raises ``NotFound`` when it is not one of theirs."""
    queries.pair(actor, expo, demand_id, product_id)
    _mark(actor, expo, demand_id, product_id, SAVED)
    feedback.note(actor.company_id or 0, "saved", expo_id=expo.id, demand_id=demand_id, product_id=product_id)


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
    feedback.note(actor.company_id or 0, "hidden", expo_id=expo.id, demand_id=demand_id, product_id=product_id, reason=reason)
    receivers.taste_changed(actor.company_id or 0, expo.id)
    audit.record(actor, "matching.hide", expo_id=expo.id, demand=demand_id, product=product_id, reason=reason)


def unhide(actor: Actor, expo: Expo, *, demand_id: int, product_id: int) -> None:
    """Show a hidden match again. Raises ``NotFound`` when it is not one of theirs."""
    queries.pair(actor, expo, demand_id, product_id)
    _unmark(actor, demand_id, product_id, HIDDEN)
    feedback.forget_hidden(actor.company_id or 0, demand_id, product_id)
    receivers.taste_changed(actor.company_id or 0, expo.id)


def unhide_all(actor: Actor, expo: Expo, *, reason: str) -> int:
    """Show again all that the acting company hid at the expo for one reason, which counts no more; return how many. Raises ``Invalid``."""
    require_participant(actor, expo)
    check_hide_reason(reason)
    count = feedback.forget_reason(actor.company_id or 0, expo.id, reason)
    db.session.execute(sa.delete(Mark).where(
        Mark.company_id == actor.company_id, Mark.expo_id == expo.id, Mark.kind == HIDDEN, Mark.reason == reason))
    receivers.taste_changed(actor.company_id or 0, expo.id)
    audit.record(actor, "matching.unhide_all", expo_id=expo.id, reason=reason, count=count)
    return count


def agree(*, expo_id: int, demand_id: int, product_id: int, side: str, field: str, value: Mapping[str, Any]) -> None:
    """Match the pair on other terms from now on: both sides have accepted them (the proposals room asked them)."""
    terms.agree(expo_id=expo_id, demand_id=demand_id, product_id=product_id, side=side, field=field, value=value)
    receivers.mark_stale(expo_id, demands=[demand_id])


def personalise(actor: Actor, company: Company, *, wanted: bool) -> None:
    """Let the company's lists depend on what it did before, or on its sheets alone (PIPL, article 24). Acts with the next refresh."""
    companies.set_personalised(actor, company, wanted=wanted)
    for expo_id in queries.expos_of(company.id):
        receivers.taste_changed(company.id, expo_id)


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
