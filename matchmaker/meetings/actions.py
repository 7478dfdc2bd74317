"""What people do with meetings: permission, guard, change, audit, signal."""

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from .. import audit, clock, events
from ..catalog.models import Listing, Product
from ..companies.models import Company
from ..companies.queries import blocks_between
from ..demands.models import Demand
from ..errors import Conflict, Invalid, N_, NotFound, TooMany
from ..expos.models import Expo
from ..expos.queries import takes_part
from ..infra.db import db
from ..permissions import Actor, ExpoRole, ensure
from . import queries
from .models import Meeting, MeetingOutcome
from .rules import AGAIN, DECLINE_REASONS, MESSAGE_LIMIT, MISSED_BY, RESULTS
from .states import AGREED, State, ensure_may_become


def ask(actor: Actor, expo: Expo, *, other: Company, demand: Demand | None = None, product: Product | None = None,
        message: str = "", message_lang: str = "en", score: float | None = None) -> Meeting:
    """Ask ``other`` for a meeting in the name of the company acted for. Blocks nobody's calendar.

    Raises ``NotFound`` when one of the two does not take part or they block each other, ``TooMany`` above the quota of open
    requests, ``Conflict`` when the two have an open meeting already, ``Invalid`` for a message that is too long.
    """
    company_id = actor.company_id or 0
    ensure(actor.member_of(company_id) and takes_part(expo.id, company_id) and takes_part(expo.id, other.id))
    exhibitor_id, buyer_id = _sides(company_id, other, actor)
    ensure(not blocks_between(exhibitor_id, buyer_id))
    _check_subject(expo, exhibitor_id, buyer_id, demand, product)
    if len(message) > MESSAGE_LIMIT:
        raise Invalid(N_("Use at most %(count)s characters."), field="message", count=MESSAGE_LIMIT)
    if queries.open_requests(company_id, expo.id) >= expo.request_quota:
        raise TooMany(N_("You have %(count)s open requests, as many as this expo allows. Wait for answers or take one back."), count=expo.request_quota)
    now = clock.now()
    meeting = Meeting(
        expo_id=expo.id, exhibitor_id=exhibitor_id, buyer_id=buyer_id, demand_id=demand.id if demand else None,
        product_id=product.id if product else None, asked_by_id=company_id, asked_by_user_id=actor.user_id, message=message,
        message_lang=message_lang, match_score=score, asked_at=now, expires_at=now + timedelta(days=expo.request_days))
    _insert(meeting)
    audit.record(actor, "meetings.ask", meeting)
    events.meeting_changed.send(meeting, was=None, actor=actor)
    return meeting


def _sides(company_id: int, other: Company, actor: Actor) -> tuple[int, int]:
    """Return (exhibitor, buyer); a meeting joins one of each."""
    kind = actor.companies[company_id].kind
    if kind == other.kind:
        raise NotFound()
    return (company_id, other.id) if kind == "exhibitor" else (other.id, company_id)


def _check_subject(expo: Expo, exhibitor_id: int, buyer_id: int, demand: Demand | None, product: Product | None) -> None:
    """The demand is the buyer's, published, at this expo; the product is the exhibitor's, published and listed here."""
    if demand is not None:
        ensure(demand.expo_id == expo.id and demand.company_id == buyer_id and demand.state == "published")
    if product is not None:
        listed = db.session.scalar(sa.select(Listing.id).where(Listing.product_id == product.id, Listing.expo_id == expo.id))
        ensure(product.company_id == exhibitor_id and product.state == "published" and listed is not None)


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
    ensure(actor.member_of(meeting.asked_id))
    _refuse_expired(meeting)
    _answer(actor, meeting, State.ACCEPTED)


def decline(actor: Actor, meeting: Meeting, *, reason: str, note: str = "") -> None:
    """Say no with a reason from the list; a note is for the other side to read."""
    ensure(actor.member_of(meeting.asked_id))
    if reason not in DECLINE_REASONS:
        raise Invalid(N_("Please choose a reason."), field="reason")
    _refuse_expired(meeting)
    meeting.decline_reason, meeting.decline_note = reason, note[:500]
    _answer(actor, meeting, State.DECLINED)


def withdraw(actor: Actor, meeting: Meeting) -> None:
    """Take back one's own request before it is answered."""
    ensure(actor.member_of(meeting.asked_by_id))
    _become(actor, meeting, State.WITHDRAWN)


def cancel(actor: Actor, meeting: Meeting, *, reason: str) -> None:
    """Call off an accepted or placed meeting: either side, or an organizer. The other side is told why."""
    ensure(actor.member_of(meeting.exhibitor_id) or actor.member_of(meeting.buyer_id) or actor.organizes(meeting.expo_id))
    if not reason.strip():
        raise Invalid(N_("Please say why; the other side will read it."), field="reason")
    meeting.cancel_reason = reason.strip()[:500]
    _become(actor, meeting, State.CANCELLED)


def expire(actor: Actor, meeting: Meeting) -> None:
    """End a request that nobody answered in time (a job does)."""
    ensure(actor.is_system)
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
    """Say that the meeting took place: either side, floor staff or an organizer."""
    _ensure_at_table(actor, meeting)
    meeting.missed_by, meeting.ended_at = "", clock.now()
    _become(actor, meeting, State.HELD)


def mark_missed(actor: Actor, meeting: Meeting, *, by: str) -> None:
    """Say that a side did not come: floor staff or an organizer only."""
    ensure(actor.has_expo_role(meeting.expo_id, ExpoRole.ORGANIZER, ExpoRole.FLOOR))
    if by not in MISSED_BY:
        raise Invalid(N_("Please choose who did not come."), field="by")
    meeting.missed_by, meeting.ended_at = by, clock.now()
    _become(actor, meeting, State.MISSED)


def record_outcome(actor: Actor, meeting: Meeting, *, company_id: int, result: str, again: str = "", note: str = "") -> MeetingOutcome:
    """Record what one side says came of it; saying it again changes it. A placed meeting becomes held by it."""
    ensure(actor.member_of(company_id) and company_id in (meeting.exhibitor_id, meeting.buyer_id))
    if result not in RESULTS or again and again not in AGAIN:
        raise Invalid(N_("Please choose what came of it."), field="result")
    if meeting.state == State.PLACED:
        mark_held(actor, meeting)
    if meeting.state != State.HELD:
        raise Conflict(N_("An outcome belongs to a meeting that took place."))
    outcome = next((row for row in meeting.outcomes if row.company_id == company_id), None)
    if outcome is None:
        outcome = MeetingOutcome(company_id=company_id)
        meeting.outcomes.append(outcome)
    outcome.result, outcome.again, outcome.note = result, again, note[:1000]
    outcome.user_id, outcome.recorded_at = actor.user_id, clock.now()
    db.session.flush()
    audit.record(actor, "meetings.outcome", meeting, result=result, again=again)
    return outcome


def set_priority(actor: Actor, meeting: Meeting, priority: int) -> None:
    """Make a meeting a must (1), wanted (2) or suggested (3): the optimiser serves them in this order."""
    ensure(actor.organizes(meeting.expo_id))
    if priority not in (1, 2, 3) or meeting.state not in AGREED:
        raise Invalid(N_("Please choose a priority."), field="priority")
    audit.record(actor, "meetings.set_priority", meeting, before=meeting.priority, after=priority)
    meeting.priority = priority


def _ensure_at_table(actor: Actor, meeting: Meeting) -> None:
    ensure(actor.member_of(meeting.exhibitor_id) or actor.member_of(meeting.buyer_id)
           or actor.has_expo_role(meeting.expo_id, ExpoRole.ORGANIZER, ExpoRole.FLOOR))


def _refuse_expired(meeting: Meeting) -> None:
    if meeting.state == State.REQUESTED and meeting.expires_at <= clock.now():
        raise Conflict(N_("This request has expired. Ask for a meeting yourself if you still want one."))


def _answer(actor: Actor, meeting: Meeting, state: State) -> None:
    meeting.answered_at, meeting.answered_by_user_id = clock.now(), actor.user_id
    _become(actor, meeting, state)


def _become(actor: Actor, meeting: Meeting, state: State) -> None:
    """Take the step if the table allows it; audit it and tell the listeners."""
    was = State(meeting.state)
    ensure_may_become(was, state)
    meeting.state = state
    db.session.flush()
    audit.record(actor, f"meetings.{state}", meeting, before=was, after=state)
    events.meeting_changed.send(meeting, was=was, actor=actor)
