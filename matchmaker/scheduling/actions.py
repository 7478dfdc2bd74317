"""What organizers do with plans. The last word on double booking is the database's: one occupancy row per thing and slot."""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from .. import audit, clock, events
from ..engine import scheduling as engine
from ..errors import N_, Conflict, Invalid
from ..expos.models import Expo
from ..infra import jobs
from ..infra.db import db
from ..meetings import actions as meetings
from ..meetings.models import Meeting
from ..meetings.states import State
from ..permissions import SYSTEM, Actor, ensure
from . import diff, queries
from .load import World, engine_plan, load, venue_of
from .models import Occupancy, Placement, Plan
from .names import Seats, resources
from .sentences import Refusal, why_not

SECONDS = (5, 600)
TAKEN = N_("%(buyer)s and %(exhibitor)s have taken this table at this time.")
JUST_TAKEN = N_("%(buyer)s and %(exhibitor)s were put at this table and time a moment ago. Nothing was changed.")
TOO_LATE = N_("Somebody of this meeting was placed elsewhere at this time a moment ago. Nothing was changed.")


def open_draft(actor: Actor, expo: Expo) -> Plan:
    """Return the draft of the expo; make one from the published plan when there is none."""
    ensure(actor.organizes(expo.id))
    draft = queries.draft_of(expo.id)
    if draft is not None:
        return draft
    now, newest = clock.now(), db.session.scalar(sa.select(sa.func.max(Plan.number)).where(Plan.expo_id == expo.id)) or 0
    draft = Plan(expo_id=expo.id, number=newest + 1, state="draft", created_at=now, edited_at=now, created_by_id=actor.user_id)
    try:
        with db.session.begin_nested():
            db.session.add(draft)
            db.session.flush()
    except IntegrityError:  # a colleague was faster: theirs is the draft
        return queries.draft_of(expo.id)
    copy_placements(queries.published_of(expo.id), draft)
    audit.record(actor, "scheduling.open_draft", draft)
    return draft


def copy_placements(source: Plan | None, target: Plan) -> None:
    """Copy the placements of meetings that still stand into ``target``."""
    if source is None:
        return
    gone = {State.CANCELLED, State.WITHDRAWN, State.DECLINED, State.EXPIRED}
    for row in queries.placements(source.id):
        if row.meeting.state not in gone:
            copy = Placement(
                plan_id=target.id, meeting_id=row.meeting_id, slot_id=row.slot_id, table_id=row.table_id, locked=row.locked,
                exhibitor_person_id=row.exhibitor_person_id, buyer_person_id=row.buyer_person_id, interpreter_id=row.interpreter_id)
            db.session.add(copy)
            db.session.flush()
            occupy(copy)


def move(actor: Actor, expo: Expo, *, meeting: Meeting, slot_id: int, table_id: int | None, world: World | None = None) -> Placement:
    """Put a meeting at a slot and table (None: the exhibitor's booth) of the draft, people and interpreter included.

    Raises ``Conflict`` with the reason in words when a rule stands against it, or somebody took the place a moment ago.
    """
    draft = open_draft(actor, expo)
    _ensure_quiet(expo)
    _ensure_free(draft, meeting, slot_id, table_id, TAKEN)
    world = world or load(expo, draft)
    refusals = why_not(world, engine_plan(world, draft), meeting.id, slot_id, table_id)
    if refusals:
        _ensure_free(draft, meeting, slot_id, table_id, JUST_TAKEN)
        raise Conflict(N_("This does not fit: %(reasons)s"), reasons=" ".join(refusals))
    venue, number = venue_of(world, meeting.id, table_id)
    cell = engine.Meeting(meeting.id, slot_id, venue, number)
    row = queries.placement_of(draft.id, meeting.id)
    before = (row.slot_id, row.table_id) if row else None
    seats = Seats(world, queries.taken(draft.id, slot_ids=[slot_id], but=row.id if row else None))
    if row is None:
        row = Placement(plan_id=draft.id, meeting_id=meeting.id)
    if row.slot_id != slot_id and not sit(row, seats, cell):  # taken since the rules were asked; without people nothing is occupied
        raise Conflict(TOO_LATE)
    row.slot_id, row.table_id, row.moved_by_hand = slot_id, table_id, True
    _save(draft, row, meeting)
    audit.record(actor, "scheduling.move", meeting, before=before, after=(slot_id, table_id), plan=draft.number)
    return row


def sit(row: Placement, seats: Seats, cell: engine.Meeting) -> bool:
    """Give a placement its people and interpreter; tell whether all who are needed were free."""
    meeting = seats.world.meetings[cell.request]
    people = [seats.person(company, cell.slot) for company in (meeting.exhibitor_id, meeting.buyer_id)]
    interpreter = seats.interpreter(cell)
    row.exhibitor_person_id, row.buyer_person_id, row.interpreter_id = (thing.id if thing else None for thing in (*people, interpreter))
    return all(people) and (interpreter is not None or not seats.needs_interpreter(cell))


def _save(draft: Plan, row: Placement, meeting: Meeting) -> None:
    """Write the placement and what it occupies, or say who was faster."""
    try:
        with db.session.begin_nested():
            db.session.add(row)
            db.session.flush()
            db.session.execute(sa.delete(Occupancy).where(Occupancy.placement_id == row.id))
            occupy(row)
            touch(draft)
    except IntegrityError:
        _ensure_free(draft, meeting, row.slot_id, row.table_id, JUST_TAKEN)
        raise Conflict(TOO_LATE) from None


def _ensure_free(draft: Plan, meeting: Meeting, slot_id: int, table_id: int | None, words: str) -> None:
    other = queries.holder(draft.id, slot_id, f"table:{table_id}") if table_id else None
    if other is not None and other.meeting_id != meeting.id:
        raise Conflict(words, buyer=other.meeting.buyer.name, exhibitor=other.meeting.exhibitor.name)


def occupy(row: Placement) -> None:
    """Write the occupancy rows of a placement; the unique constraint refuses a second taker."""
    taken = resources(row.table_id, row.exhibitor_person_id, row.buyer_person_id, interpreter_id=row.interpreter_id)
    db.session.execute(sa.insert(Occupancy), [
        {"plan_id": row.plan_id, "slot_id": row.slot_id, "resource": resource, "placement_id": row.id} for resource in taken
    ]) if taken else None


def touch(draft: Plan) -> None:
    """Note that the draft was edited; not by its version, since two organizers may edit different cards at once.

    Raises ``Conflict`` when a colleague published it a moment ago: nobody would be told of a card moved after that.
    """
    edited = sa.update(Plan).where(Plan.id == draft.id, Plan.state == "draft").values(edited_at=clock.wall())
    if db.session.execute(edited.execution_options(synchronize_session="evaluate")).rowcount != 1:
        raise Conflict(N_("A colleague published or discarded this draft a moment ago. Nothing was changed: look at the board again."))


def unplace(actor: Actor, expo: Expo, *, meeting: Meeting) -> None:
    """Take a meeting off the board, back to the tray."""
    draft = open_draft(actor, expo)
    _ensure_quiet(expo)
    row = queries.placement_of(draft.id, meeting.id)
    if row is None:
        raise Conflict(N_("This meeting is in the tray already."))
    if row.locked:
        raise Conflict(N_("This meeting is locked. Unlock it first."))
    db.session.delete(row)
    touch(draft)
    audit.record(actor, "scheduling.unplace", meeting, before=(row.slot_id, row.table_id), plan=draft.number)


def set_lock(actor: Actor, expo: Expo, *, meeting: Meeting, locked: bool) -> None:
    """Lock a placed meeting, so that the optimiser leaves it where it is, or unlock it."""
    draft = open_draft(actor, expo)
    _ensure_quiet(expo)
    row = queries.placement_of(draft.id, meeting.id)
    if row is None:
        raise Conflict(N_("Only a placed meeting can be locked."))
    row.locked = locked
    touch(draft)
    audit.record(actor, "scheduling.lock", meeting, locked=locked)


def start_optimising(actor: Actor, expo: Expo, *, seconds: int = 20) -> int:
    """Ask for an optimisation of the draft; return the job's id. Cards cannot be moved until it has ended."""
    draft = open_draft(actor, expo)
    if not SECONDS[0] <= seconds <= SECONDS[1]:
        raise Invalid(N_("Give it %(low)s to %(high)s seconds."), field="seconds", low=SECONDS[0], high=SECONDS[1])
    running = queries.running_job(expo.id)
    if running is not None:
        return running.id
    audit.record(actor, "scheduling.optimise", draft, seconds=seconds)
    key = f"optimise:{expo.id}"
    job = jobs.enqueue("scheduling.optimise", key=key, user_id=actor.user_id, expo_id=expo.id, plan_id=draft.id, seconds=seconds)
    return job if job is not None else queries.running_job(expo.id).id


def take_result(draft: Plan, world: World, plan: engine.Plan) -> None:
    """Replace what lies ahead in the draft by the optimiser's plan; what is past or locked stays as it is.

    A meeting that was called off during the run is left out. A card whose slot has begun before it was published is not past: it
    is planned anew like one of the tray.
    """
    kept = {row.meeting_id: row for row in queries.placements(draft.id)}
    locked = {row.meeting_id for row in kept.values() if row.locked and row.slot_id in world.slots}
    old = locked & {cell.request for cell in plan.meetings}
    planned = [row for row in kept.values() if row.slot_id in world.slots or row.meeting_id in world.meetings]
    ahead = [row.id for row in planned if row.meeting_id not in old]
    db.session.execute(sa.delete(Occupancy).where(Occupancy.placement_id.in_(ahead)))
    db.session.execute(sa.delete(Placement).where(Placement.id.in_(ahead)))
    db.session.expire_all()
    standing = queries.agreed_ids(draft.expo_id)
    seats = Seats(world, queries.taken(draft.id))
    order = {slot: n for n, slot in enumerate(world.slots)}
    for cell in sorted(plan.meetings, key=lambda cell: (order[cell.slot], cell.request)):
        if cell.request not in old and cell.request in standing:
            _seat(draft, world, seats, cell)
    touch(draft)


def _seat(draft: Plan, world: World, seats: Seats, cell: engine.Meeting) -> None:
    table = seats.table(cell)
    row = Placement(plan_id=draft.id, meeting_id=cell.request, slot_id=cell.slot, table_id=table.id if table else None)
    sit(row, seats, cell)
    db.session.add(row)
    db.session.flush()
    occupy(row)


def publish(actor: Actor, expo: Expo, *, plan: Plan, seen: datetime | None) -> list[diff.Change]:
    """Make the draft the plan that holds; tell those whose plan changes; return the changes.

    Raises ``Conflict`` when the draft was published or edited by a colleague since ``seen`` (its ``edited_at``), while an
    optimisation runs, or when cards break a rule by now (somebody became unavailable): they are named.
    """
    ensure(actor.organizes(expo.id) and plan.expo_id == expo.id)
    _ensure_quiet(expo)
    _hold(plan, seen)
    world = load(expo, plan)
    broken = engine.violations(world.instance, engine_plan(world, plan))
    if broken:
        raise Conflict(N_("%(count)s cards break a rule by now: %(reasons)s"), count=len(broken), reasons=Refusal.join(world, broken[:3]))
    before = queries.published_of(expo.id)
    changes = diff.between(before, plan)
    if before is not None:
        before.state = "old"
        db.session.flush()
    plan.state, plan.published_at, plan.published_by_id = "published", clock.now(), actor.user_id
    db.session.flush()
    _set_states(actor, plan, changes)
    events.places_changed.send(plan, changes=changes)
    audit.record(actor, "scheduling.publish", plan, changes=len(changes), number=plan.number)
    events.plan_published.send(plan, changes=changes, actor=actor)
    return changes


def _hold(plan: Plan, seen: datetime | None) -> None:
    """Let nobody edit the draft from here to the commit; raise ``Conflict`` when it is not the one that was seen."""
    same = sa.update(Plan).where(Plan.id == plan.id, Plan.state == "draft", Plan.edited_at == seen).values(edited_at=Plan.edited_at)
    if db.session.execute(same.execution_options(synchronize_session=False)).rowcount != 1:
        raise Conflict(N_("This draft has changed in the meantime. Look at it again before you publish."))


def _set_states(actor: Actor, plan: Plan, changes: Iterable[diff.Change]) -> None:
    for change in changes:
        meeting = change.meeting
        if change.kind == "new" and meeting.state == State.ACCEPTED:
            meetings.place(actor, meeting)
        elif change.kind == "dropped" and meeting.state == State.PLACED:
            meetings.return_to_tray(actor, meeting)


def drop_slots(expo: Expo, slot_ids: list[int]) -> None:
    """Put the meetings of slots that are about to be deleted back to the tray, in every plan; the published ones are told."""
    rows = list(db.session.scalars(
        sa.select(Placement).join(Plan).where(Plan.expo_id == expo.id, Placement.slot_id.in_(slot_ids)).options(*queries.WITH_ALL)))
    published = queries.published_of(expo.id)
    told = [diff.Change("dropped", row.meeting, row, None) for row in rows if published is not None and row.plan_id == published.id]
    if told:
        events.places_changed.send(published, changes=told)
    for change in told:
        if change.meeting.state == State.PLACED:
            meetings.return_to_tray(SYSTEM, change.meeting)
    if told:
        events.plan_published.send(published, changes=told, actor=SYSTEM)
    for row in rows:
        db.session.delete(row)
    db.session.flush()


def leave(meeting: Meeting) -> None:
    """Free the places of a meeting that was cancelled: its table can be given away at once."""
    for row in db.session.scalars(sa.select(Placement).join(Plan).where(
            Placement.meeting_id == meeting.id, Plan.state.in_(["draft", "published"])).options(*queries.WITH_ALL)):
        if row.plan.state == "published":
            events.places_changed.send(row.plan, changes=[diff.Change("dropped", meeting, row, None)])
        db.session.delete(row)
    db.session.flush()


def legal_places(world: World, plan: engine.Plan, meeting_id: int) -> list[tuple[int, int | None]]:
    """Return every (slot, table) where the meeting may go while the rest stays; table None is the exhibitor's booth."""
    if meeting_id not in world.meetings:
        return []
    places = []
    for slot, venue, number in engine.legal_cells(world.instance, plan, meeting_id):
        table = world.tables[venue][number].id if venue in world.tables and number is not None else None
        if (table, slot) not in world.closed:
            places.append((slot, table))
    return places


def discard(actor: Actor, expo: Expo) -> None:
    """Throw the draft away."""
    ensure(actor.organizes(expo.id))
    _ensure_quiet(expo)
    draft = queries.draft_of(expo.id)
    if draft is None:
        raise Conflict(N_("There is no draft."))
    audit.record(actor, "scheduling.discard", draft, number=draft.number)
    db.session.delete(draft)
    db.session.flush()


def _ensure_quiet(expo: Expo) -> None:
    if queries.running_job(expo.id) is not None:
        raise Conflict(N_("An optimisation is running; wait for its end or stop it. Nothing was changed."))
