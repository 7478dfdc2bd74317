"""What people do with meetings: permission, guard, change, audit, signal."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from .. import audit, clock, events
from ..catalog.models import Product
from ..catalog.queries import shown_at as products_shown
from ..companies.models import Company
from ..companies.queries import blocks_between
from ..demands.models import Demand
from ..demands.queries import shown_at as demands_shown
from ..engine.text import detect_language
from ..errors import N_, Conflict, Invalid, NotFound, TooMany
from ..expos.models import Expo, Participation
from ..expos.queries import takes_part
from ..infra import jobs
from ..infra.db import db, get
from ..permissions import Actor, ExpoRole, ensure
from . import queries
from .models import Meeting, MeetingOutcome, Wish
from .rules import (
    AGAIN,
    DECLINE_REASONS,
    EXPIRE,
    MISSED_BY,
    MOST_MUSTS,
    REASON_LIMIT,
    RESULTS,
    WISHES,
    check_message,
    check_rating,
    check_reason,
    closes_at,
    expiry,
)
from .states import AGREED, CHANGED, State, ensure_may_become


def ask(actor: Actor, expo: Expo, *, other: Company, demand: Demand | None = None, product: Product | None = None,
        message: str = "", message_lang: str = "", score: float | None = None) -> Meeting:
    """Ask ``other`` for a meeting in the name of the company acted for. Blocks nobody's calendar.

    A buyer names a product, a demand of its own, both or neither; an exhibitor names the demand it asks about. The language of
    the message is found out unless given. Raises ``NotFound`` when one of the two does not take part or they block each other,
    ``TooMany`` above the quota of open requests, ``Conflict`` when the two have an open meeting already or the edition is
    over, ``Invalid`` for a message that is too long.
    """
    company_id = actor.company_id or 0
    ensure(actor.member_of(company_id) and takes_part(expo.id, company_id) and takes_part(expo.id, other.id))
    exhibitor_id, buyer_id = _sides(get(Company, company_id), other)
    ensure(not blocks_between(exhibitor_id, buyer_id))
    _check_subject(expo, exhibitor_id, buyer_id, demand, product)
    ensure(company_id == buyer_id or demand is not None)
    check_message(message)
    now = clock.now()
    _check_open(expo, company_id)
    meeting = Meeting(
        expo_id=expo.id, exhibitor_id=exhibitor_id, buyer_id=buyer_id, demand_id=demand.id if demand else None,
        product_id=product.id if product else None, asked_by_id=company_id, asked_by_user_id=actor.user_id, message=message,
        message_lang=message_lang or detect_language(message), match_score=score, asked_at=now, expires_at=expiry(expo, now))
    _insert(meeting)
    jobs.enqueue(EXPIRE, key=EXPIRE, delay=queries.seconds_to_sweep())
    audit.record(actor, "meetings.ask", meeting)
    events.meeting_changed.send(meeting, was=None, actor=actor)
    return meeting


def _sides(own: Company, other: Company) -> tuple[int, int]:
    """Return (exhibitor, buyer); a meeting joins one of each."""
    if own.kind == other.kind:
        raise NotFound()
    return (own.id, other.id) if own.is_exhibitor else (other.id, own.id)


def _check_subject(expo: Expo, exhibitor_id: int, buyer_id: int, demand: Demand | None, product: Product | None) -> None:
    """The demand is the buyer's and shown at this expo; the product is the exhibitor's and listed here."""
    if demand is not None:
        shown = db.session.scalar(demands_shown(expo.id).where(Demand.id == demand.id))
        ensure(shown is not None and demand.company_id == buyer_id)
    if product is not None:
        listed = db.session.scalar(products_shown(expo.id).where(Product.id == product.id))
        ensure(listed is not None and product.company_id == exhibitor_id)


def _check_open(expo: Expo, company_id: int) -> None:
    """Refuse when the edition is over or the quota of open requests is reached. Requests of one company queue here, so that two at
    once cannot both take the last place."""
    if clock.now() >= closes_at(expo):
        raise Conflict(N_("This expo is over."))
    _queue(expo, company_id)
    if queries.open_requests(company_id, expo.id) >= expo.request_quota:
        text = N_("You have %(count)s open requests, as many as this expo allows. Wait for answers or take one back.")
        raise TooMany(text, count=expo.request_quota)


def _queue(expo: Expo, company_id: int) -> None:
    """Let what one company does at one expo happen one after the other from here to the commit."""
    db.session.execute(
        sa.update(Participation).where(Participation.expo_id == expo.id, Participation.company_id == company_id)
        .values(state=Participation.state).execution_options(synchronize_session=False))


def _insert(meeting: Meeting) -> None:
    """Add the row; the database has the last word on one open meeting for two companies."""
    try:
        with db.session.begin_nested():
            db.session.add(meeting)
            db.session.flush()
    except IntegrityError:
        raise Conflict(N_("You two have an open request or meeting at this expo already.")) from None


def accept(actor: Actor, meeting: Meeting) -> None:
    """Say yes, as the side that was asked. The meeting goes to the organizer's tray."""
    _answer(actor, meeting, State.ACCEPTED)


def decline(actor: Actor, meeting: Meeting, *, reason: str, note: str = "") -> None:
    """Say no with a reason from the list; a note is for the other side to read. Raises ``Invalid`` without a reason."""
    ensure(actor.member_of(meeting.asked_id))
    if reason not in DECLINE_REASONS:
        raise Invalid(N_("Please choose a reason."), field="reason")
    _answer(actor, meeting, State.DECLINED, decline_reason=reason, decline_note=note.strip()[:REASON_LIMIT])


def withdraw(actor: Actor, meeting: Meeting) -> None:
    """Take back one's own request before it is answered."""
    ensure(actor.member_of(meeting.asked_by_id))
    _become(actor, meeting, State.WITHDRAWN)


def cancel(actor: Actor, meeting: Meeting, *, reason: str) -> None:
    """Call off an accepted or placed meeting: either side, or an organizer. The other side is told why."""
    ensure(actor.member_of(meeting.exhibitor_id) or actor.member_of(meeting.buyer_id) or actor.organizes(meeting.expo_id))
    _become(actor, meeting, State.CANCELLED, cancel_reason=check_reason(reason))


def expire(actor: Actor, meeting: Meeting) -> None:
    """End a request that nobody answered in time (a job does). Raises ``Conflict`` before its time."""
    ensure(actor.is_system)
    if meeting.expires_at > clock.now():
        raise Conflict(N_("This request has not expired yet."))
    _become(actor, meeting, State.EXPIRED)


def place(actor: Actor, meeting: Meeting) -> None:
    """Mark a meeting as placed in the published schedule (the scheduling room does, when it publishes)."""
    ensure(actor.organizes(meeting.expo_id))
    _become(actor, meeting, State.PLACED)


def return_to_tray(actor: Actor, meeting: Meeting) -> None:
    """Take a placed meeting out of the schedule; it waits for a new place."""
    ensure(actor.organizes(meeting.expo_id))
    _become(actor, meeting, State.ACCEPTED)


def mark_held(actor: Actor, meeting: Meeting) -> None:
    """Say that the meeting took place: either side once it has begun, floor staff or an organizer."""
    staff = actor.has_expo_role(meeting.expo_id, ExpoRole.ORGANIZER, ExpoRole.FLOOR)
    ensure(staff or actor.member_of(meeting.exhibitor_id) or actor.member_of(meeting.buyer_id))
    if not staff and not queries.has_begun(meeting):
        raise Conflict(N_("This meeting has not begun yet."))
    if not staff and meeting.state == State.MISSED:
        raise Conflict(N_("The staff noted that this meeting was missed; only they can correct it."))
    _become(actor, meeting, State.HELD, missed_by="", ended_at=clock.now())


def mark_missed(actor: Actor, meeting: Meeting, *, by: str) -> None:
    """Say that a side did not come: floor staff or an organizer only."""
    ensure(actor.has_expo_role(meeting.expo_id, ExpoRole.ORGANIZER, ExpoRole.FLOOR))
    if by not in MISSED_BY:
        raise Invalid(N_("Please choose who did not come."), field="by")
    _become(actor, meeting, State.MISSED, missed_by=by, ended_at=clock.now())


def record_outcome(actor: Actor, meeting: Meeting, *, company_id: int, result: str, again: str = "", note: str = "",
                   rating: int | None = None) -> MeetingOutcome:
    """Record what one side says came of it; saying it again changes it. A placed meeting that has begun becomes held by it."""
    ensure(actor.member_of(company_id) and company_id in (meeting.exhibitor_id, meeting.buyer_id))
    if result not in RESULTS or (again and again not in AGAIN):
        raise Invalid(N_("Please choose what came of it."), field="result")
    check_rating(rating)
    if meeting.state == State.PLACED:
        mark_held(actor, meeting)
    if meeting.state != State.HELD:
        raise Conflict(N_("An outcome belongs to a meeting that took place."))
    outcome = meeting.outcome_of(company_id)
    if outcome is None:
        outcome = MeetingOutcome(company_id=company_id)
        meeting.outcomes.append(outcome)
    outcome.result, outcome.again, outcome.note = result, again, note.strip()[:1000]
    outcome.user_id, outcome.recorded_at, outcome.rating = actor.user_id, clock.now(), rating
    try:
        with db.session.begin_nested():
            db.session.flush()
    except IntegrityError:
        raise Conflict(N_("A colleague recorded an outcome a moment ago. Look at it again.")) from None
    audit.record(actor, "meetings.outcome", meeting, result=result, again=again)
    events.outcome_recorded.send(outcome, actor=actor)
    return outcome


def ask_again(actor: Actor, expo: Expo, meeting: Meeting, *, message: str = "") -> Meeting:
    """Ask the other side of a meeting that was held for a second one, about the same things as far as they still stand.

    Raises ``Conflict`` when it was not held, or when an exhibitor's reason to ask, the buyer's demand, is closed by now.
    """
    ensure(actor.company_id in (meeting.exhibitor_id, meeting.buyer_id) and meeting.expo_id == expo.id)
    if meeting.state != State.HELD:
        raise Conflict(N_("A second meeting follows one that took place."))
    demand = db.session.scalar(demands_shown(expo.id).where(Demand.id == meeting.demand_id)) if meeting.demand_id else None
    product = db.session.scalar(products_shown(expo.id).where(Product.id == meeting.product_id)) if meeting.product_id else None
    if demand is None and actor.company_id == meeting.exhibitor_id:
        raise Conflict(N_("The buyer's demand is closed, so only the buyer can ask for a second meeting."))
    return ask(actor, expo, other=get(Company, meeting.other(actor.company_id)), demand=demand, product=product, message=message,
               score=meeting.match_score)


def set_wish(actor: Actor, expo: Expo, *, other: Company, value: str) -> None:
    """Say how much the company acted for wants to meet ``other``: must, like, neutral or never. The other side never learns it.

    Raises ``NotFound`` where one of the two does not take part, ``TooMany`` above ``MOST_MUSTS`` musts.
    """
    company_id = actor.company_id or 0
    ensure(actor.member_of(company_id) and takes_part(expo.id, company_id) and takes_part(expo.id, other.id))
    _sides(get(Company, company_id), other)
    if value not in WISHES:
        raise Invalid(N_("Please choose how much you want to meet."), field="value")
    _queue(expo, company_id)
    wish = queries.wish(expo.id, company_id, other.id)
    if value == "must" and (wish is None or wish.value != "must") and queries.musts(expo.id, company_id) >= MOST_MUSTS:
        text = N_("You have %(count)s musts at this expo, as many as there can be. Make one of them a like first.")
        raise TooMany(text, count=MOST_MUSTS)
    if value == "neutral":
        db.session.delete(wish) if wish is not None else None
    elif wish is None:
        db.session.add(Wish(expo_id=expo.id, company_id=company_id, other_id=other.id, value=value))
    else:
        wish.value = value
    db.session.flush()
    audit.record(actor, "meetings.wish", expo, other=other.id, value=value)


def set_priority(actor: Actor, meeting: Meeting, priority: int) -> None:
    """Make a meeting a must (1), wanted (2) or suggested (3): the optimiser serves them in this order."""
    ensure(actor.organizes(meeting.expo_id))
    if priority not in (1, 2, 3) or meeting.state not in AGREED:
        raise Invalid(N_("Please choose a priority."), field="priority")
    audit.record(actor, "meetings.set_priority", meeting, before=meeting.priority, after=priority)
    meeting.priority = priority


def part_ways(actor: Actor, meeting: Meeting, *, leaving: int, reason: str) -> None:
    """End a meeting because the company ``leaving`` left the expo or blocked the other (jobs and listeners do).

    Its own request is withdrawn, one to it is declined, an agreed meeting is cancelled with ``reason``; others stay as they are.
    """
    ensure(actor.is_system and leaving in (meeting.exhibitor_id, meeting.buyer_id))
    if meeting.state == State.REQUESTED:
        if meeting.asked_by_id == leaving:
            _become(actor, meeting, State.WITHDRAWN)
        else:
            _become(actor, meeting, State.DECLINED, decline_reason="other", decline_note=reason, answered_at=clock.now())
    elif meeting.state in (State.ACCEPTED, State.PLACED) and reason:
        _become(actor, meeting, State.CANCELLED, cancel_reason=reason)


def _answer(actor: Actor, meeting: Meeting, state: State, **values: Any) -> None:
    """Answer for the side that was asked, in time."""
    ensure(actor.member_of(meeting.asked_id))
    if meeting.state == State.PLACED:  # back to accepted is the organizer's step, not an answer
        raise Conflict(CHANGED)
    if meeting.state == State.REQUESTED and meeting.expires_at <= clock.now():
        raise Conflict(N_("This request has expired. Ask for a meeting yourself if you still want one."))
    _become(actor, meeting, state, answered_at=clock.now(), answered_by_user_id=actor.user_id, **values)


def _become(actor: Actor, meeting: Meeting, state: State, **values: Any) -> None:
    """Take the step with its ``values`` if the table allows it; audit it and tell the listeners. Nothing is touched otherwise."""
    was = State(meeting.state)
    ensure_may_become(was, state)
    meeting.state = state
    for name, value in values.items():
        setattr(meeting, name, value)
    db.session.flush()
    audit.record(actor, f"meetings.{state}", meeting, before=was, after=state)
    events.meeting_changed.send(meeting, was=was, actor=actor)
