"""Changes to the plan that holds, on the day: one meeting at a time, by the same rules, told at once.

Who may ask for a change is the caller's to know: both sides of a meeting, the floor staff, an organizer.
"""

import sqlalchemy as sa

from .. import audit, events
from ..engine import scheduling as engine
from ..errors import N_, Conflict
from ..expos.models import Expo
from ..infra.db import db
from ..meetings import actions as meetings
from ..meetings.models import Meeting
from ..meetings.states import State
from ..permissions import Actor
from . import diff, queries
from .actions import occupy, touch
from .load import engine_plan, load, venue_of
from .models import Occupancy, Placement, Plan
from .names import Seats
from .sentences import why_not


def rearrange(actor: Actor, expo: Expo, *, meeting: Meeting, slot_id: int, table_id: int | None) -> diff.Change:
    """Put an agreed meeting at this slot and table (None: the exhibitor's booth) of the plan that holds; return what changed.

    The slot may have begun but not ended. Calendars follow and both sides are told by ``plan_published``'s receivers. The draft
    follows where the place is free in it. Raises ``Conflict`` with the reason in words when a rule stands against it.
    """
    held = queries.published_of(expo.id)
    if held is None:
        raise Conflict(N_("No schedule is published yet."))
    world = load(expo, held, fixed=False, running=True)
    plan = engine_plan(world, held)
    refusals = why_not(world, plan, meeting.id, slot_id, table_id)
    if refusals:
        raise Conflict(N_("This does not fit: %(reasons)s"), reasons=" ".join(refusals))
    row = queries.placement_of(held.id, meeting.id)
    before = _copy(row)
    venue, number = venue_of(world, meeting.id, table_id)
    seats = Seats(world, queries.taken(held.id, slot_ids=[slot_id], but=row.id if row else None))
    row = _seat(held, row, meeting, seats, engine.Meeting(meeting.id, slot_id, venue, number), table_id)
    change = diff.Change(diff.kind_of(before, row) or "people", meeting, before, row)
    if meeting.state == State.ACCEPTED:
        meetings.place(actor, meeting)
    _follow(expo, row)
    audit.record(actor, "scheduling.rearrange", meeting, before=before and (before.slot_id, before.table_id), after=(slot_id, table_id))
    events.places_changed.send(held, changes=[change])
    events.plan_published.send(held, changes=[change], actor=actor)
    return change


def release(placement: Placement) -> None:
    """Let table, people and interpreter of a placed meeting that does not take place be free, in the plan that holds and in the draft;
    the placement stays as a record."""
    same = sa.select(Placement.id).join(Plan).where(Placement.meeting_id == placement.meeting_id, Plan.state.in_(["draft", "published"]))
    db.session.execute(sa.delete(Occupancy).where(Occupancy.placement_id.in_(same)).execution_options(synchronize_session=False))


def _seat(held: Plan, row: Placement | None, meeting: Meeting, seats: Seats, cell: engine.Meeting, table_id: int | None) -> Placement:
    """Write the placement with its people; the database's unique rows refuse who comes second."""
    row = row or Placement(plan_id=held.id, meeting_id=meeting.id)
    if not seats.sit(row, cell):
        raise Conflict(N_("Somebody of this meeting was placed elsewhere at this time a moment ago. Nothing was changed."))
    row.slot_id, row.table_id, row.moved_by_hand = cell.slot, table_id, True
    try:
        with db.session.begin_nested():
            db.session.add(row)
            db.session.flush()
            db.session.execute(sa.delete(Occupancy).where(Occupancy.placement_id == row.id))
            occupy(row)
    except sa.exc.IntegrityError:
        raise Conflict(N_("Somebody was faster: the table or one of the people is taken at this time. Nothing was changed.")) from None
    db.session.refresh(row)
    return row


def _copy(row: Placement | None) -> Placement | None:
    """A detached copy of where a meeting was, for those who must be told."""
    if row is None:
        return None
    names = ("plan_id", "meeting_id", "slot_id", "table_id", "exhibitor_person_id", "buyer_person_id", "interpreter_id")
    copy = Placement(**{name: getattr(row, name) for name in names})
    copy.slot, copy.table, copy.interpreter = row.slot, row.table, row.interpreter
    copy.exhibitor_person, copy.buyer_person = row.exhibitor_person, row.buyer_person
    db.session.expunge(copy) if copy in db.session else None
    return copy


def _follow(expo: Expo, row: Placement) -> None:
    """Let the draft have the meeting at its new place; where that is taken in the draft, the draft's card goes to the tray."""
    draft = queries.draft_of(expo.id)
    if draft is None:
        return
    mine = queries.placement_of(draft.id, row.meeting_id)
    if mine is not None:
        db.session.delete(mine)
        db.session.flush()
    names = ("meeting_id", "slot_id", "table_id", "exhibitor_person_id", "buyer_person_id", "interpreter_id")
    try:
        with db.session.begin_nested():
            copy = Placement(plan_id=draft.id, **{name: getattr(row, name) for name in names})
            db.session.add(copy)
            db.session.flush()
            occupy(copy)
    except sa.exc.IntegrityError:
        pass
    touch(draft)
