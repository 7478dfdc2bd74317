"""Offering a table that fell free: one pair at a time, both confirm, who says no or nothing makes room for the next.

Both sides often tap in the same second. Each yes is one conditional UPDATE that returns both answers, so that exactly one of the two,
the later, finds both and places the meeting; the unique rows of the plan have the last word on everything else.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from .. import audit, clock, events
from ..errors import N_, Conflict, NotFound
from ..expos.models import Expo, NegotiationTable, Slot
from ..infra import jobs
from ..infra.db import db, get
from ..meetings import actions as meetings
from ..meetings.models import Meeting
from ..meetings.states import State
from ..permissions import SYSTEM, Actor, ensure
from ..scheduling import today
from . import candidates, live, queries
from .models import Presence, Refill
from .rules import ANSWER, LAPSE, USABLE

GONE = N_("This offer is over: the time ran out, somebody said no, or the place went to others.")


def offer(actor: Actor, expo: Expo, *, slot: Slot, table: NegotiationTable | None, instead_of: Meeting | None = None) -> Refill | None:
    """Offer a free table (None: the booth of ``instead_of``) to the best pair that waits; return the offer, None when nobody can come.

    An offer of this place that is open already is returned as it is.
    """
    now = clock.now()
    there = next((row for row in queries.open_refills(expo.id, slot_ids=[slot.id]) if table is not None and row.table_id == table.id), None)
    if there is not None or slot.ends_at - max(now, slot.starts_at) < USABLE:
        return there
    opening = candidates.Opening(slot, table, instead_of, _alone(instead_of))
    for found in candidates.ranked(expo, opening):
        row = Refill(
            expo_id=expo.id, slot_id=slot.id, table_id=opening.table_id, meeting_id=found.meeting.id,
            instead_of_id=instead_of.id if instead_of else None, interpreter_id=found.interpreter_id, offered_at=now,
            offered_by_id=actor.user_id, expires_at=min(now + ANSWER[slot.starts_at <= now], slot.ends_at))
        if _insert(row):
            jobs.enqueue(LAPSE, key=LAPSE, delay=queries.seconds_to_lapse() or 1.0)
            audit.record(actor, "floor.offer", row, meeting=found.meeting.id, slot=slot.id, table=opening.table_id)
            events.refill_changed.send(row, was=None, actor=actor)
            live.touch(expo.id)
            return row
    return None


def _alone(missed: Meeting | None) -> frozenset[int]:
    """Return who came to a meeting that the other side missed: they sit at the table."""
    if missed is None or missed.state != State.MISSED:
        return frozenset()
    sides = db.session.scalars(sa.select(Presence.side).where(Presence.meeting_id == missed.id, Presence.arrived_at.is_not(None)))
    return frozenset(getattr(missed, f"{side}_id") for side in sides if side != "interpreter")


def _insert(row: Refill) -> bool:
    """Add the offer; False when the database has another open one of the place or the pair by now."""
    try:
        with db.session.begin_nested():
            db.session.add(row)
            db.session.flush()
    except IntegrityError:
        return False
    return True


def offer_table(actor: Actor, expo: Expo, *, slot: Slot, table: NegotiationTable) -> Refill | None:
    """Offer a table that nobody has in a slot, as the floor staff. Raises ``Conflict`` when it is taken or the slot is over."""
    queries.require_floor(actor, expo)
    ensure(table.expo_id == expo.id and slot.expo_id == expo.id)
    if slot.ends_at <= clock.now():
        raise Conflict(N_("This time is past."))
    here = [row for row in queries.rows_in(expo, [slot.id]) if row.table_id == table.id]
    if any(not known.over for known in queries.sittings(here).values()):
        raise Conflict(N_("This table is taken in this slot."))
    last = here[-1].meeting if here else None
    return offer(actor, expo, slot=slot, table=table, instead_of=last)


def confirm(actor: Actor, expo: Expo, refill: Refill, *, side: str) -> str:
    """Say yes for a side: its members, or the floor staff for one who stands there. Return waiting (for the other side), taken (the
    meeting is placed), or lost (somebody took the place meanwhile; others are asked).

    Raises ``Conflict`` when the offer is over.
    """
    _ensure_side(actor, expo, refill, side)
    now = clock.now()
    column: Any = getattr(Refill, f"{side}_at")
    said = _change(refill, Refill.expires_at > now, **{column.key: sa.func.coalesce(column, now)})
    if said is None:
        if refill.state == "taken":
            return "taken"  # said twice
        raise Conflict(GONE)
    audit.record(actor, "floor.confirm", refill, side=side)
    outcome = _take(actor, expo, refill) if all(said) else "waiting"
    live.touch(expo.id)
    return outcome


def refuse(actor: Actor, expo: Expo, refill: Refill, *, side: str = "staff") -> None:
    """Say no for a side, or take the offer back as the floor staff; the next best pair is asked. Raises ``Conflict`` when it is over."""
    if side == "staff":
        queries.require_floor(actor, expo)
    else:
        _ensure_side(actor, expo, refill, side)
    if _change(refill, state="refused", refused_by=side) is None:
        if refill.state == "refused":
            return  # said twice
        raise Conflict(GONE)
    audit.record(actor, "floor.refuse", refill, side=side)
    events.refill_changed.send(refill, was="offered", actor=actor)
    _next(expo, refill)
    live.touch(expo.id)


def _ensure_side(actor: Actor, expo: Expo, refill: Refill, side: str) -> None:
    ensure(refill.expo_id == expo.id and side in ("exhibitor", "buyer"))
    ensure(queries.runs_floor(actor, expo.id) or actor.member_of(getattr(refill.meeting, f"{side}_id")))


def _change(refill: Refill, *also: Any, **values: Any) -> Any:
    """Change an open offer in one statement; return when each side said yes, None when the offer is not open. The row is fresh then."""
    changed = db.session.execute(
        sa.update(Refill).where(Refill.id == refill.id, Refill.state == "offered", *also)
        .values(version=Refill.version + 1, **values).returning(Refill.exhibitor_at, Refill.buyer_at)
        .execution_options(synchronize_session=False)).one_or_none()
    db.session.refresh(refill)
    return changed


def _take(actor: Actor, expo: Expo, refill: Refill) -> str:
    """Place the meeting; on a lost race ask the next pair."""
    try:
        with db.session.begin_nested():
            _change(refill, state="taken")
            if refill.meeting.state == State.REQUESTED:
                meetings.accept(SYSTEM, refill.meeting)
            today.rearrange(SYSTEM, expo, meeting=refill.meeting, slot_id=refill.slot_id, table_id=refill.table_id)
    except (Conflict, NotFound):
        db.session.refresh(refill)
        db.session.refresh(refill.meeting)
        _change(refill, state="expired")
        _next(expo, refill)
        return "lost"
    audit.record(actor, "floor.refill", refill.meeting, slot=refill.slot_id, table=refill.table_id)
    events.refill_changed.send(refill, was="offered", actor=actor)
    return "taken"


def _next(expo: Expo, refill: Refill) -> Refill | None:
    """Ask the next best pair about the same place."""
    return offer(SYSTEM, expo, slot=refill.slot, table=refill.table, instead_of=refill.instead_of)


def lapse(actor: Actor) -> int:
    """End the offers that nobody answered in time, and ask the next (a job does); return how many ended."""
    ensure(actor.is_system)
    ended = [row for row in queries.due_refills() if _change(row, state="expired") is not None]
    for row in ended:
        expo = get(Expo, row.expo_id)
        events.refill_changed.send(row, was="offered", actor=actor)
        _next(expo, row)
        live.touch(expo.id)
    return len(ended)


def drop(meeting: Meeting) -> None:
    """End the open offer of a meeting that was called off or got another place (listeners do)."""
    for row in db.session.scalars(sa.select(Refill).where(Refill.meeting_id == meeting.id, Refill.state == "offered")):
        if _change(row, state="expired") is not None:
            events.refill_changed.send(row, was="offered", actor=SYSTEM)
            _next(get(Expo, row.expo_id), row)
