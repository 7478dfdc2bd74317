"""What people do with proposals: permission, guard, change, audit, signal."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.exc import IntegrityError

from .. import audit, clock, events
from ..catalog.rules import price_visible
from ..companies.queries import blocks_between
from ..companies.standing import of_match
from ..demands.rules import budget_visible
from ..errors import N_, Conflict, Invalid, TooMany
from ..expos.models import Expo
from ..expos.queries import takes_part
from ..infra.db import db
from ..matching import actions as matching
from ..matching.queries import meeting_states, pair
from ..matching.told import told
from ..permissions import Actor, ensure
from . import queries
from .models import Proposal
from .rules import OPEN_AT_ONCE, REASON_LIMIT, can_be_answered, maker, with_figure
from .states import State, ensure_may_become


def offer(actor: Actor, expo: Expo, *, demand_id: int, product_id: int, gap: str, side: str, field: str) -> Proposal:
    """Offer the other side of a match the repair that its page shows.

    Only the company whose sheet it changes can. Raises ``NotFound`` for strangers and for the other side, ``Conflict`` when the match
    has changed and the gap is closed or another, or when the same is proposed already, ``TooMany`` above the limit of open ones.
    """
    row = pair(actor, expo, demand_id, product_id)
    ensure((maker(side) == "buyer") == actor.is_buyer)
    state = meeting_states(actor, expo).get(row.exhibitor_id if actor.is_buyer else row.buyer_id)
    open_money = price_visible(row, of_match(state)) if actor.is_buyer else budget_visible(row, state)
    shown = told(row, buyer=actor.is_buyer, open_money=open_money)
    repair = next((one for one in shown.repairs if (one["gap"], one["side"], one["field"]) == (gap, side, field)), None)
    if repair is None:
        raise Conflict(N_("This match has changed in the meantime: look at it again."))
    if queries.open_count(actor.company_id or 0, expo.id) >= OPEN_AT_ONCE:
        raise TooMany(N_("You have %(most)s open proposals. Wait for answers, or take some back."), most=OPEN_AT_ONCE)
    other = row.exhibitor_id if actor.is_buyer else row.buyer_id
    return _insert(actor, Proposal(
        expo_id=expo.id, demand_id=demand_id, product_id=product_id, by_id=actor.company_id, to_id=other, gap=gap, side=side, field=field,
        value=repair["value"], before=repair["before"]))


def accept(actor: Actor, proposal: Proposal) -> None:
    """Accept for the side that was asked: from now on the pair is matched on these terms."""
    _ensure_asked(actor, proposal)
    _become(actor, proposal, State.ACCEPTED)
    matching.agree(expo_id=proposal.expo_id, demand_id=proposal.demand_id, product_id=proposal.product_id, side=proposal.side,
                   field=proposal.field, value=proposal.value)


def refuse(actor: Actor, proposal: Proposal, *, reason: str = "") -> None:
    """Refuse, with a word if one wants; the other side reads it."""
    _ensure_asked(actor, proposal)
    if len(reason) > REASON_LIMIT:
        raise Invalid(N_("At most %(most)s characters."), field="reason", most=REASON_LIMIT)
    _become(actor, proposal, State.REFUSED, reason=reason)


def answer(actor: Actor, proposal: Proposal, *, figure: str) -> Proposal:
    """Answer with a figure of one's own: a proposal the other way. Raises ``Invalid`` for a figure that is none."""
    _ensure_asked(actor, proposal)
    if not can_be_answered(proposal.value):
        raise Conflict(N_("This can only be accepted or refused."))
    value: Mapping[str, Any] = with_figure(proposal.value, figure)
    _become(actor, proposal, State.ANSWERED, told=False)
    return _insert(actor, Proposal(
        expo_id=proposal.expo_id, demand_id=proposal.demand_id, product_id=proposal.product_id, by_id=proposal.to_id, to_id=proposal.by_id,
        gap=proposal.gap, side=proposal.side, field=proposal.field, value=dict(value), before=proposal.before, answers_id=proposal.id))


def withdraw(actor: Actor, proposal: Proposal) -> None:
    """Take back one's own open proposal."""
    ensure(actor.member_of(proposal.by_id))
    _become(actor, proposal, State.WITHDRAWN)


def lapse(actor: Actor, proposal: Proposal) -> None:
    """Take back an open proposal because one of the two left or blocked the other (listeners do); nobody is told."""
    ensure(actor.is_system)
    _become(actor, proposal, State.WITHDRAWN, told=False)


def _ensure_asked(actor: Actor, proposal: Proposal) -> None:
    """The asked side, both still there and neither blocked."""
    ensure(actor.member_of(proposal.to_id) and takes_part(proposal.expo_id, proposal.to_id))
    ensure(takes_part(proposal.expo_id, proposal.by_id) and not blocks_between(proposal.by_id, proposal.to_id))


def _insert(actor: Actor, proposal: Proposal) -> Proposal:
    proposal.by_user_id, proposal.created_at, proposal.state = actor.user_id, clock.now(), State.OPEN
    try:
        with db.session.begin_nested():
            db.session.add(proposal)
            db.session.flush()
    except IntegrityError:
        raise Conflict(N_("The same is proposed already and waits for an answer.")) from None
    audit.record(actor, "proposals.offer", proposal, side=proposal.side, field=proposal.field, value=proposal.value)
    events.proposal_changed.send(proposal, was=None, actor=actor)
    return proposal


def _become(actor: Actor, proposal: Proposal, state: State, *, told: bool = True, reason: str = "") -> None:
    was = State(proposal.state)
    ensure_may_become(was, state)
    proposal.state, proposal.reason = state, reason
    proposal.answered_at, proposal.answered_by_user_id = clock.now(), actor.user_id
    db.session.flush()
    audit.record(actor, f"proposals.{state}", proposal, before=was, after=state)
    if told:
        events.proposal_changed.send(proposal, was=was, actor=actor)
