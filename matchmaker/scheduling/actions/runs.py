"""Optimisations: what is asked of them, and how their plan becomes the draft."""

from typing import Any

import sqlalchemy as sa

from ... import audit
from ...engine import scheduling as engine
from ...errors import N_, Invalid
from ...expos.models import Expo
from ...infra import jobs
from ...infra.db import db
from ...permissions import SYSTEM, Actor
from .. import queries
from ..models import Edit, Occupancy, Placement, Plan
from ..names import Seats
from ..options import Options
from ..world import World
from . import seating
from .draft import new_draft, open_draft

SECONDS = (5, 600)
COLUMNS = ("meeting_id", "slot_id", "table_id", "exhibitor_person_id", "buyer_person_id", "interpreter_id", "locked", "moved_by_hand")


def start_optimising(actor: Actor, expo: Expo, *, seconds: int = 20, options: Options | None = None) -> int:
    """Ask for an optimisation of the draft; return the job's id. Cards cannot be moved until it has ended.

    Raises ``Invalid`` when the seconds are out of range or the options name something that the expo has not.
    """
    draft = open_draft(actor, expo)
    if not SECONDS[0] <= seconds <= SECONDS[1]:
        raise Invalid(N_("Give it %(low)s to %(high)s seconds."), field="seconds", low=SECONDS[0], high=SECONDS[1])
    options = options or Options()
    options.ensure_of(expo)
    running = queries.running_job(expo.id)
    if running is not None:
        return running.id
    audit.record(actor, "scheduling.optimise", draft, seconds=seconds, options=options.stored())
    key = f"optimise:{expo.id}"
    job = jobs.enqueue("scheduling.optimise", key=key, user_id=actor.user_id, expo_id=expo.id, plan_id=draft.id, seconds=seconds,
                       options=options.stored())
    return job if job is not None else queries.running_job(expo.id).id


def stop(job: jobs.Job) -> None:
    """Ask a run to end; it keeps its best plan."""
    job.stop_asked = True


def take_result(draft: Plan, world: World, plan: engine.Plan, *, user_id: int | None = None) -> Plan:
    """Make the optimiser's plan the draft and return it; a draft that had cards of its own is kept as a version.

    What is past stays as it is. A meeting that was called off during the run is left out. A card whose slot has begun before it was
    published is not past: it is planned anew like one of the tray.
    """
    was = {row.meeting_id: row for row in queries.placement_list(draft.id)}
    past = [row for row in was.values() if row.slot_id not in world.slots and row.meeting_id not in world.meetings]
    standing = queries.agreed_ids(draft.expo_id)
    seats = Seats(world)
    order = {slot: n for n, slot in enumerate(world.slots)}
    locked = {row.meeting_id for row in was.values() if row.locked}
    cells = [cell for cell in plan.meetings if cell.request in standing]
    cells.sort(key=lambda cell: (order[cell.slot], cell.request not in locked, not _named(world, cell), cell.request))
    rows = [_seated(world, seats, cell, was.get(cell.request)) for cell in cells]
    kept = [{name: getattr(row, name) for name in COLUMNS} for row in past]
    target = _replaced(draft, list(was.values()), user_id) if was else draft
    target.origin, target.quality = "run", {}
    seating.insert_all(target, kept + [row for row in rows if row])
    seating.touch(target)
    return target


def _named(world: World, cell: engine.Meeting) -> bool:
    meeting = world.meetings[cell.request]
    return bool(meeting.exhibitor_owner_id or meeting.buyer_owner_id)


def _seated(world: World, seats: Seats, cell: engine.Meeting, was: Placement | None) -> dict[str, Any] | None:
    """Return the card with its table and people; None when somebody who is needed sits elsewhere, so that it goes to the tray."""
    table = seats.table(cell)
    row = Placement(slot_id=cell.slot, table_id=table.id if table else None)
    whole = seats.sit(row, cell)
    same = was is not None and (was.slot_id, was.table_id) == (row.slot_id, row.table_id)
    if not whole and not (same and was.locked):
        return None
    return {
        "meeting_id": cell.request, "slot_id": row.slot_id, "table_id": row.table_id, "exhibitor_person_id": row.exhibitor_person_id,
        "buyer_person_id": row.buyer_person_id, "interpreter_id": row.interpreter_id,
        "locked": was.locked if same else False, "moved_by_hand": was.moved_by_hand if same else False,
    }


def _replaced(draft: Plan, rows: list[Placement], user_id: int | None) -> Plan:
    """Return the draft that follows this one: a new one, this one being kept as a version; or itself, emptied, when it says nothing
    that the version it was copied from does not say."""
    if _untouched(draft):
        seating.grip(draft)
        for row in rows:  # their numbers may be given to the new ones
            db.session.expunge(row)
        db.session.execute(sa.delete(Occupancy).where(Occupancy.plan_id == draft.id))
        db.session.execute(sa.delete(Placement).where(Placement.plan_id == draft.id), execution_options={"synchronize_session": False})
        return draft
    keep(draft)
    target = new_draft(SYSTEM, draft.expo, origin="run", parent=draft)
    target.created_by_id = user_id
    return target


def _untouched(draft: Plan) -> bool:
    """Tell whether every card of the draft stands, with its lock, as in the version that it is a copy of."""
    if draft.parent_id is None or db.session.scalar(sa.select(sa.func.count()).select_from(Edit).where(Edit.plan_id == draft.id)):
        return False
    cards = sa.select(*(getattr(Placement, name) for name in COLUMNS))
    here, there = (
        {tuple(row) for row in db.session.execute(cards.where(Placement.plan_id == plan))} for plan in (draft.id, draft.parent_id))
    return here <= there


def keep(draft: Plan) -> None:
    """Put the draft aside as a version: it can be opened again, and occupies nothing."""
    seating.grip(draft)
    db.session.execute(sa.delete(Occupancy).where(Occupancy.plan_id == draft.id))
    draft.state = "kept"
    db.session.flush()
