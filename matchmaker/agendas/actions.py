"""What people do with their own days."""

from collections.abc import Iterable

from sqlalchemy.exc import IntegrityError

from .. import audit, clock, events
from ..errors import N_, Conflict, Invalid
from ..expos.models import Expo
from ..infra import jobs
from ..infra.db import db
from ..meetings.models import Meeting
from ..meetings.states import State
from ..permissions import Actor, ensure
from ..scheduling import availability, today
from ..scheduling import queries as plans
from ..scheduling.models import Placement
from . import offers, queries
from .models import Move
from .rules import EXPIRE, NOTE_LIMIT, ensure_open, expires_at


def set_availability(actor: Actor, *, person_id: int, expo: Expo, company_id: int, busy_slots: set[int]) -> None:
    """Say in which slots a person of one's company is not free."""
    ensure(actor.member_of(company_id))
    availability.replace(expo, person_id, company_id, busy_slots)
    audit.record(actor, "agendas.availability", expo, person=person_id, busy=len(busy_slots))


def ask_move(actor: Actor, expo: Expo, *, meeting: Meeting, company_id: int, option: str, note: str = "") -> Move:
    """Ask the other side to move a placed meeting to one of the offered places (``Option.value``).

    Raises ``Conflict`` when the meeting is not placed or has begun, when the place is taken meanwhile, or when a question is open.
    """
    ensure(actor.member_of(company_id) and company_id in (meeting.exhibitor_id, meeting.buyer_id) and meeting.expo_id == expo.id)
    place = _ahead(expo, meeting)
    if len(note) > NOTE_LIMIT:
        raise Invalid(N_("Use at most %(count)s characters."), field="note", count=NOTE_LIMIT)
    chosen = next((row for row in offers.options(expo, meeting) if row.value == option), None)
    if chosen is None:
        raise Conflict(N_("This place is no longer free. Choose another one.") if option else N_("Please choose a time."))
    move = Move(
        meeting_id=meeting.id, asked_by_id=company_id, user_id=actor.user_id, from_slot_id=place.slot_id, slot_id=chosen.slot.id,
        table_id=chosen.table.id if chosen.table else None, note=note.strip(), asked_at=clock.now())
    _insert(move)
    jobs.enqueue(EXPIRE, key=EXPIRE, delay=queries.seconds_to_sweep())
    audit.record(actor, "agendas.ask_move", meeting, slot=move.slot_id, table=move.table_id)
    events.move_changed.send(move, was=None, actor=actor)
    return move


def _ahead(expo: Expo, meeting: Meeting) -> Placement:
    """Return where the plan that holds has the meeting, unless it has begun."""
    held = plans.published_of(expo.id)
    row = plans.placement_of(held.id, meeting.id) if held is not None else None
    if row is None or meeting.state != State.PLACED:
        raise Conflict(N_("Only a meeting with a time and place can be moved."))
    if row.slot.starts_at <= clock.now():
        raise Conflict(N_("This meeting has begun; it cannot be moved any more."))
    return row


def _insert(move: Move) -> None:
    """Add the row; the database has the last word on one open question for a meeting."""
    try:
        with db.session.begin_nested():
            db.session.add(move)
            db.session.flush()
    except IntegrityError:
        raise Conflict(N_("A question to move this meeting is open already. Answer it or take it back first.")) from None


def agree_move(actor: Actor, expo: Expo, move: Move) -> bool:
    """Say yes, as the side that was asked: the meeting moves at once. Return False when the place was lost meanwhile: the question is
    void then, and the side that asked is told. Raises ``Conflict`` when the question is no longer open."""
    ensure(actor.member_of(move.meeting.other(move.asked_by_id)) and move.meeting.expo_id == expo.id)
    ensure_open(move, clock.now())
    try:
        with db.session.begin_nested():
            _become(actor, move, "agreed")
            today.rearrange(actor, expo, meeting=move.meeting, slot_id=move.slot_id, table_id=move.table_id)
    except Conflict:
        db.session.refresh(move)
        _become(actor, move, "void")
        return False
    return True


def decline_move(actor: Actor, move: Move) -> None:
    """Say no, as the side that was asked: the meeting stays where it is."""
    ensure(actor.member_of(move.meeting.other(move.asked_by_id)))
    ensure_open(move, clock.now())
    _become(actor, move, "declined")


def withdraw_move(actor: Actor, move: Move) -> None:
    """Take back one's own question."""
    ensure(actor.member_of(move.asked_by_id))
    ensure_open(move, clock.now())
    _become(actor, move, "withdrawn")


def void_moves(actor: Actor, meeting_ids: Iterable[int]) -> None:
    """End the open questions about these meetings: they were moved or called off meanwhile (listeners do)."""
    concerned = set(meeting_ids)
    for move in queries.asked() if concerned else []:
        if move.meeting_id in concerned:
            _become(actor, move, "void")


def expire_moves(actor: Actor) -> int:
    """End the questions whose time is over (a job does); return how many."""
    ensure(actor.is_system)
    due = [move for move in queries.asked() if expires_at(move) <= clock.now()]
    for move in due:
        _become(actor, move, "void")
    return len(due)


def _become(actor: Actor, move: Move, state: str) -> None:
    was, move.state, move.answered_at = move.state, state, clock.now()
    db.session.flush()
    audit.record(actor, f"agendas.move_{state}", move.meeting, slot=move.slot_id)
    events.move_changed.send(move, was=was, actor=actor)
