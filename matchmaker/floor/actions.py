"""What people do on the floor: come, come late, begin, end, not come.

Every verb may be said twice: a phone without network sends what was tapped when it can, perhaps again. Said twice is said once.
"""

import secrets
from datetime import timedelta

import sqlalchemy as sa

from .. import audit, clock
from ..errors import N_, Conflict, Invalid
from ..expos.models import Expo, Hall
from ..infra.db import db, insert
from ..meetings import actions as meetings
from ..meetings.models import Meeting
from ..meetings.rules import MISSED_BY
from ..meetings.states import State
from ..permissions import Actor, ensure
from ..scheduling import today
from ..scheduling.models import Placement
from . import live, queries, refills
from .models import Presence, Round, Wall
from .rules import EARLY, LATE_CHOICES, SIDES, USABLE, arrival

TOO_EARLY = N_("Check-in opens %(count)s minutes before the meeting.")
OVER = N_("This meeting is over.")
NOT_ON = N_("This meeting was called off or noted as missed. Please ask the floor staff.")


def check_in(actor: Actor, expo: Expo, *, meeting: Meeting, side: str, how: str = "self", age: timedelta = timedelta(0)) -> Presence:
    """Note that a side has come: by itself, with the code at the table, or by the floor staff. Return what is known of it.

    ``age``: so long ago it was tapped. Raises ``Conflict`` before its time, after the meeting, and when it was called off.
    """
    row = _row(actor, expo, meeting, side)
    known = queries.presence(meeting.id, side)
    if known is not None and known.arrived_at is not None:
        return known
    now = clock.now()
    at = arrival(now, age, row.slot.starts_at)
    if meeting.state not in (State.PLACED, State.HELD):
        raise Conflict(NOT_ON)
    if at >= row.slot.ends_at:
        raise Conflict(OVER)
    if now < row.slot.starts_at - EARLY:
        raise Conflict(TOO_EARLY, count=int(EARLY.total_seconds() // 60))
    _lock(meeting)
    here = insert(Presence).values(meeting_id=meeting.id, side=side, arrived_at=at, how=how, user_id=actor.user_id, said_at=now)
    db.session.execute(here.on_conflict_do_update(index_elements=["meeting_id", "side"], set_={
        "arrived_at": sa.func.coalesce(Presence.arrived_at, here.excluded.arrived_at), "how": here.excluded.how,
        "user_id": here.excluded.user_id, "said_at": here.excluded.said_at}))
    _begin_if_both(row)
    audit.record(actor, "floor.check_in", meeting, side=side, how=how, at=at)
    live.touch(expo.id)
    return queries.presence(meeting.id, side)


def _row(actor: Actor, expo: Expo, meeting: Meeting, side: str) -> Placement:
    """Return where the meeting is, for who may speak for a side; raise ``NotFound`` for others."""
    ensure(side in SIDES and meeting.expo_id == expo.id)
    if side != "interpreter":
        ensure(queries.runs_floor(actor, expo.id) or actor.member_of(getattr(meeting, f"{side}_id")))
    row = queries.held_row(expo, meeting)
    ensure(side != "interpreter" or queries.runs_floor(actor, expo.id) or queries.interpreter_of(actor, row))
    return row


def _lock(meeting: Meeting) -> None:
    """Let what the two sides say at the same moment happen one after the other, so that the later one sees both are there."""
    db.session.execute(sa.select(Meeting.id).where(Meeting.id == meeting.id).with_for_update())


def _begin_if_both(row: Placement) -> None:
    """Note the begin of a meeting once both sides are there."""
    came = [queries.presence(row.meeting_id, side) for side in ("exhibitor", "buyer")]
    if all(one is not None and one.arrived_at is not None for one in came):
        began = max(row.slot.starts_at, *(one.arrived_at for one in came if one is not None and one.arrived_at is not None))
        db.session.execute(insert(Round).values(meeting_id=row.meeting_id, began_at=began).on_conflict_do_update(
            index_elements=["meeting_id"], set_={"began_at": sa.func.coalesce(Round.began_at, began)}))


def announce_late(actor: Actor, expo: Expo, *, meeting: Meeting, side: str, minutes: int) -> Presence:
    """Say that a side is on its way (0) or comes so many minutes late. Who is there already stays there.

    Raises ``Conflict`` when the meeting is over or called off, ``Invalid`` for other minutes than those offered.
    """
    row = _row(actor, expo, meeting, side)
    if minutes not in LATE_CHOICES:
        raise Invalid(N_("Please choose how late."), field="minutes")
    if meeting.state not in (State.PLACED, State.HELD):
        raise Conflict(NOT_ON)
    if row.slot.ends_at <= clock.now():
        raise Conflict(OVER)
    said = insert(Presence).values(
        meeting_id=meeting.id, side=side, late_minutes=minutes, how="", user_id=actor.user_id, said_at=clock.now())
    db.session.execute(said.on_conflict_do_update(index_elements=["meeting_id", "side"], set_={"late_minutes": minutes}))
    audit.record(actor, "floor.late", meeting, side=side, minutes=minutes)
    live.touch(expo.id)
    return queries.presence(meeting.id, side)


def begin_round(actor: Actor, expo: Expo, *, meeting: Meeting) -> None:
    """Let the floor staff note that both sides sit at the table."""
    queries.require_floor(actor, expo)
    for side in ("exhibitor", "buyer"):
        check_in(actor, expo, meeting=meeting, side=side, how="staff")


def end_round(actor: Actor, expo: Expo, *, meeting: Meeting) -> None:
    """Note that a meeting has ended: either side, or the floor staff. With time left, the table is offered to others at once.

    Raises ``Conflict`` when it has not begun, or was missed or called off.
    """
    ensure(meeting.expo_id == expo.id)
    ensure(queries.runs_floor(actor, expo.id) or actor.member_of(meeting.exhibitor_id) or actor.member_of(meeting.buyer_id))
    row, now = queries.held_row(expo, meeting), clock.now()
    known = queries.round_of(meeting.id)
    if known is not None and known.ended_at is not None:
        return
    if row.slot.starts_at > now:
        raise Conflict(N_("This meeting has not begun yet."))
    if meeting.state != State.HELD:
        meetings.mark_held(actor, meeting)
    ended = min(now, row.slot.ends_at)
    db.session.execute(insert(Round).values(meeting_id=meeting.id, ended_at=ended).on_conflict_do_update(
        index_elements=["meeting_id"], set_={"ended_at": sa.func.coalesce(Round.ended_at, ended)}))
    audit.record(actor, "floor.end", meeting, at=ended)
    if row.slot.ends_at - now >= USABLE:
        today.release(row)
        refills.offer(actor, expo, slot=row.slot, table=row.table, instead_of=meeting)
    live.touch(expo.id)


def miss(actor: Actor, expo: Expo, *, meeting: Meeting, by: str) -> None:
    """Note that a side did not come; the table is offered to others at once (``receivers`` do). Floor staff or an organizer only.

    Raises ``Conflict`` before the meeting's time, and when somebody noted something else meanwhile.
    """
    queries.require_floor(actor, expo)
    ensure(meeting.expo_id == expo.id and by in MISSED_BY)
    if meeting.state == State.MISSED and meeting.missed_by == by:
        return
    if queries.held_row(expo, meeting).slot.starts_at > clock.now():
        raise Conflict(N_("This meeting has not begun yet."))
    meetings.mark_missed(actor, meeting, by=by)


def renew_wall(actor: Actor, expo: Expo, *, hall: Hall) -> Wall:
    """Make the secret address of a hall's wall display, or a new one; the old one is dead at once. Organizers and floor staff."""
    queries.require_floor(actor, expo)
    ensure(hall.expo_id == expo.id)
    wall = queries.wall_of(hall.id) or Wall(hall_id=hall.id)
    wall.token, wall.created_at = secrets.token_urlsafe(24), clock.wall()
    db.session.add(wall)
    db.session.flush()
    audit.record(actor, "floor.renew_wall", wall, expo_id=expo.id, hall=hall.code)
    return wall


def end_wall(actor: Actor, expo: Expo, *, hall: Hall) -> None:
    """Let the address of a wall display be dead without a new one."""
    queries.require_floor(actor, expo)
    ensure(hall.expo_id == expo.id)
    db.session.execute(sa.delete(Wall).where(Wall.hall_id == hall.id))
    audit.record(actor, "floor.end_wall", hall, hall=hall.code)
