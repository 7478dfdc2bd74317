"""Cards of the draft: placed, moved, locked, put back to the tray. Every step can be undone."""

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from ... import audit, clock
from ...engine import scheduling as engine
from ...errors import N_, Conflict
from ...expos.models import Expo
from ...infra.db import db
from ...meetings.models import Meeting
from ...meetings.states import State as MeetingState
from ...permissions import Actor, ensure
from .. import queries
from ..load import World, engine_plan, load, venue_of
from ..models import Occupancy, Placement, Plan
from ..names import Seats
from ..sentences import why_not
from ..world import table_of
from . import seating
from .seating import TOO_LATE, ensure_quiet

TAKEN = N_("%(buyer)s and %(exhibitor)s have taken this table at this time.")
JUST_TAKEN = N_("%(buyer)s and %(exhibitor)s were put at this table and time a moment ago. Nothing was changed.")
ELSEWHERE = N_("A colleague moved this card a moment ago. Nothing was changed: look where it stands now.")
UNFIT = N_("This does not fit: %(reasons)s")
LOCKED = N_("This meeting is locked. Unlock it first.")
FIELDS = ("slot_id", "table_id", "exhibitor_person_id", "buyer_person_id", "interpreter_id", "locked")
GONE = {MeetingState.CANCELLED, MeetingState.WITHDRAWN, MeetingState.DECLINED, MeetingState.EXPIRED}

Place = tuple[int, int | None]  # slot, table
State = list[Any]  # the FIELDS of a card
ANYWHERE: Place = (0, 0)  # the asker does not say where the card was


def open_draft(actor: Actor, expo: Expo) -> Plan:
    """Return the draft of the expo; make one from the published plan when there is none."""
    ensure(actor.organizes(expo.id))
    draft = queries.draft_of(expo.id)
    if draft is not None:
        return draft
    held = queries.published_of(expo.id)
    try:
        with db.session.begin_nested():
            draft = new_draft(actor, expo, origin="hand", parent=held)
    except IntegrityError:  # a colleague was faster: theirs is the draft
        return queries.draft_of(expo.id)
    if held is not None:
        draft.quality = {key: value for key, value in (held.quality or {}).items() if key != "curve"}
        copy_rows(queries.placement_list(held.id), draft)
    audit.record(actor, "scheduling.open_draft", draft)
    return draft


def new_draft(actor: Actor, expo: Expo, *, origin: str, parent: Plan | None) -> Plan:
    """Return a new, empty draft with the next number. Raises ``IntegrityError`` when there is one."""
    now, newest = clock.now(), db.session.scalar(sa.select(sa.func.max(Plan.number)).where(Plan.expo_id == expo.id)) or 0
    draft = Plan(expo_id=expo.id, number=newest + 1, state="draft", created_at=now, edited_at=clock.wall(), created_by_id=actor.user_id,
                 origin=origin, parent_id=parent.id if parent else None)
    db.session.add(draft)
    db.session.flush()
    return draft


def copy_rows(rows: Iterable[Placement], target: Plan) -> None:
    """Copy the placements of meetings that still stand into ``target``."""
    rows = list(rows)
    gone = queries.meetings_in(target.expo_id, GONE)
    copies = [{name: getattr(row, name) for name in ("meeting_id", "moved_by_hand", *FIELDS)} for row in rows if row.meeting_id not in gone]
    seating.insert_all(target, copies)


def move(actor: Actor, expo: Expo, *, meeting: Meeting, slot_id: int, table_id: int | None, was: Place | None = ANYWHERE) -> Placement:
    """Put a meeting at a slot and table (None: the exhibitor's booth) of the draft, people and interpreter included.

    ``was`` is where the organizer saw the card (None: in the tray). Raises ``Conflict`` with the reason in words when a rule stands
    against it, or somebody moved the card or took the place a moment ago.
    """
    draft = open_draft(actor, expo)
    ensure_quiet(expo)
    _ensure_seen(draft, meeting, was)
    _ensure_free(draft, meeting, slot_id, table_id, TAKEN)
    world = load(expo, draft)
    place = {meeting.id: [slot_id, table_id]}
    try:
        _ensure_fits(world, draft, place)
    except Conflict:
        _ensure_free(draft, meeting, slot_id, table_id, JUST_TAKEN)
        raise
    if not seating.grip(draft):  # a colleague edited a card while the rules were asked
        db.session.expire_all()
        _ensure_seen(draft, meeting, was)
        _ensure_free(draft, meeting, slot_id, table_id, JUST_TAKEN)
        world = load(expo, draft)
        _ensure_fits(world, draft, place)
    cards = _write(world, draft, place)
    seating.note(draft, actor.user_id, "move", cards)
    audit.record(actor, "scheduling.move", meeting, before=(cards[0][1] or [])[:2], after=(slot_id, table_id), plan=draft.number)
    return queries.placement_of(draft.id, meeting.id)


def settle(actor: Actor, expo: Expo, draft: Plan, targets: Mapping[int, State | None], kind: str = "") -> list[seating.Card]:
    """Bring several cards to their states at once (None: to the tray); write it down as a step of ``kind`` unless that is empty.

    The caller holds the draft. Raises ``Conflict`` in words when the rules have something against one of them.
    """
    world = load(expo, draft)
    _ensure_fits(world, draft, targets)
    cards = _write(world, draft, targets)
    if kind:
        seating.note(draft, actor.user_id, kind, cards)
    return cards


def _ensure_fits(world: World, draft: Plan, targets: Mapping[int, State | None]) -> None:
    """Ask the rules about all these cards at their new places."""
    plan = engine_plan(world, draft)
    there = {m.request: (m.slot, table_of(world, str(m.venue), m.table)) for m in plan.meetings}
    moved = {ident: state for ident, state in targets.items() if state is None or there.get(ident) != (state[0], state[1])}
    if any(ident in there and state is None and queries.is_locked(draft.id, ident) for ident, state in moved.items()):
        raise Conflict(LOCKED)
    rest = tuple(m for m in plan.meetings if m.request not in moved)
    arriving = [engine.Meeting(ident, state[0], *venue_of(world, ident, state[1]))
                for ident, state in moved.items() if state is not None and ident in world.meetings]
    after = engine.Plan(plan.instance, (*rest, *(m for m in arriving if m.slot in world.slots)))
    reasons = [reason for ident, state in moved.items() if state is not None for reason in why_not(world, after, ident, state[0], state[1])]
    if reasons:
        raise Conflict(UNFIT, reasons=" ".join(dict.fromkeys(reasons)))


def _write(world: World, draft: Plan, targets: Mapping[int, State | None]) -> list[seating.Card]:
    """Write the cards and what they occupy, or say who was faster; return each one before and after."""
    rows = {row.meeting_id: row for row in db.session.scalars(
        sa.select(Placement).where(Placement.plan_id == draft.id, Placement.meeting_id.in_(targets)))}
    before = {ident: state_of(rows.get(ident)) for ident in targets}
    try:
        with db.session.begin_nested():
            db.session.execute(sa.delete(Occupancy).where(Occupancy.placement_id.in_([row.id for row in rows.values()])))
            seats = Seats(world, queries.taken(draft.id))
            for ident, state in targets.items():
                if state is None:
                    if ident in rows:
                        db.session.delete(rows[ident])
                else:
                    rows[ident] = _seat(world, draft, seats, rows.get(ident), ident, state)
            db.session.flush()
            seating.occupy_all(row for ident, row in rows.items() if targets[ident] is not None)
    except IntegrityError:
        raise Conflict(TOO_LATE) from None
    return [[ident, before[ident], state_of(rows[ident]) if state is not None else None] for ident, state in targets.items()]


def _seat(world: World, draft: Plan, seats: Seats, row: Placement | None, ident: int, state: State) -> Placement:
    slot, table, *more = state
    if row is None:
        row = Placement(plan_id=draft.id, meeting_id=ident, locked=False)
    if ident in world.meetings and slot in world.slots:
        people = (more[0], more[1]) if more else (None, None)
        venue, number = venue_of(world, ident, table)
        cell = engine.Meeting(ident, slot, venue, number, interpreter=more[2] if more else None, people=people)
        if not seats.sit(row, cell) and row.slot_id != slot:  # taken since the rules were asked
            raise Conflict(TOO_LATE)
    row.slot_id, row.table_id, row.moved_by_hand = slot, table, True
    if more:
        row.locked = more[3]
    db.session.add(row)
    return row


def state_of(row: Placement | None) -> State | None:
    """Return what an edit keeps of a card; None for one in the tray."""
    return [getattr(row, name) for name in FIELDS] if row is not None else None


def _ensure_seen(draft: Plan, meeting: Meeting, was: Place | None) -> None:
    if was is not ANYWHERE:
        row = queries.placement_of(draft.id, meeting.id)
        if ((row.slot_id, row.table_id) if row else None) != was:
            raise Conflict(ELSEWHERE)


def _ensure_free(draft: Plan, meeting: Meeting, slot_id: int, table_id: int | None, words: str) -> None:
    other = queries.holder(draft.id, slot_id, f"table:{table_id}") if table_id else None
    if other is not None and other.meeting_id != meeting.id:
        raise Conflict(words, buyer=other.meeting.buyer.display_name, exhibitor=other.meeting.exhibitor.display_name)


def unplace(actor: Actor, expo: Expo, *, meeting: Meeting) -> None:
    """Take a meeting off the board, back to the tray."""
    unplace_all(actor, expo, meeting_ids=[meeting.id])


def unplace_all(actor: Actor, expo: Expo, *, meeting_ids: list[int]) -> None:
    """Take meetings off the board, back to the tray: all of them or, when one is locked or not there, none."""
    draft, rows = _rows(actor, expo, meeting_ids, N_("This meeting is in the tray already."))
    if any(row.locked for row in rows):
        raise Conflict(LOCKED)
    cards = [[row.meeting_id, state_of(row), None] for row in rows]
    for row in rows:
        db.session.delete(row)
    db.session.flush()
    seating.note(draft, actor.user_id, "unplace", cards)
    audit.record(actor, "scheduling.unplace", draft, meetings=[card[0] for card in cards], plan=draft.number)


def set_lock(actor: Actor, expo: Expo, *, meeting: Meeting, locked: bool) -> None:
    """Lock a placed meeting, so that the optimiser leaves it where it is, or unlock it."""
    set_locks(actor, expo, meeting_ids=[meeting.id], locked=locked)


def set_locks(actor: Actor, expo: Expo, *, meeting_ids: list[int], locked: bool) -> None:
    """Lock or unlock several placed meetings."""
    draft, rows = _rows(actor, expo, meeting_ids, N_("Only a placed meeting can be locked."))
    cards = []
    for row in rows:
        before = state_of(row)
        row.locked = locked
        cards.append([row.meeting_id, before, state_of(row)])
    db.session.flush()
    seating.note(draft, actor.user_id, "lock", cards)
    audit.record(actor, "scheduling.lock", draft, meetings=[card[0] for card in cards], locked=locked)


def _rows(actor: Actor, expo: Expo, meeting_ids: list[int], missing: str) -> tuple[Plan, list[Placement]]:
    """Hold the draft and return its cards of these meetings; raise ``Conflict`` when one has no place."""
    draft = open_draft(actor, expo)
    ensure_quiet(expo)
    if not seating.grip(draft):
        db.session.expire_all()
    rows = list(db.session.scalars(sa.select(Placement).where(Placement.plan_id == draft.id, Placement.meeting_id.in_(meeting_ids))))
    if len(rows) < len(set(meeting_ids)) or not rows:
        raise Conflict(missing)
    return draft, rows


def legal_places(world: World, plan: engine.Plan, meeting_id: int, finder: engine.Finder | None = None) -> list[Place]:
    """Return every (slot, table) where the meeting may go while the rest stays; table None is the exhibitor's booth.

    A ``finder`` of this plan, made for other questions about a meeting without a place, spares looking at the plan once more.
    """
    if meeting_id not in world.meetings:
        return []
    cells = finder.legal_cells(meeting_id) if finder else engine.legal_cells(world.instance, plan, meeting_id)
    places = [(slot, table_of(world, venue, number)) for slot, venue, number in cells]
    return [(slot, table) for slot, table in places if (table, slot) not in world.closed]


def discard(actor: Actor, expo: Expo) -> None:
    """Throw the draft away."""
    ensure(actor.organizes(expo.id))
    ensure_quiet(expo)
    draft = queries.draft_of(expo.id)
    if draft is None:
        raise Conflict(N_("There is no draft."))
    audit.record(actor, "scheduling.discard", draft, number=draft.number)
    db.session.execute(sa.delete(Plan).where(Plan.id == draft.id))
    db.session.expunge(draft)
