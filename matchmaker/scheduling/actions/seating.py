"""Who holds a draft for the moment, and what its cards occupy."""

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from ... import clock
from ...engine import scheduling as engine
from ...errors import N_, Conflict
from ...expos.models import Expo
from ...infra.db import db
from ...meetings.states import State
from .. import queries
from ..models import Edit, Occupancy, Placement, Plan
from ..names import Seats, resources

TOO_LATE = N_("Somebody of this meeting was placed elsewhere at this time a moment ago. Nothing was changed.")
GONE = N_("A colleague published or discarded this draft a moment ago. Nothing was changed: look at the board again.")
Card = list[Any]  # [meeting id, state before, state after]


def grip(draft: Plan) -> bool:
    """Let nobody else edit the draft until the transaction ends; tell whether it is still as it was read.

    Raises ``Conflict`` when a colleague published it a moment ago: nobody would be told of a card moved after that.
    """
    held = sa.update(Plan).where(Plan.id == draft.id, Plan.state == "draft").values(edited_at=Plan.edited_at)
    if db.session.execute(held.execution_options(synchronize_session=False)).rowcount != 1:
        raise Conflict(GONE)
    return db.session.scalar(sa.select(Plan.edited_at).where(Plan.id == draft.id)) == draft.edited_at


def touch(draft: Plan) -> None:
    """Note that the draft was edited; not by its version, since two organizers may edit different cards at once.

    Raises ``Conflict`` when it is no draft any more.
    """
    edited = sa.update(Plan).where(Plan.id == draft.id, Plan.state == "draft").values(edited_at=clock.wall())
    if db.session.execute(edited.execution_options(synchronize_session="evaluate")).rowcount != 1:
        raise Conflict(GONE)


def note(draft: Plan, user_id: int | None, kind: str, cards: list[Card]) -> None:
    """Write down a step that can be undone; what this organizer had undone before cannot be redone after it."""
    touch(draft)
    db.session.execute(sa.delete(Edit).where(Edit.plan_id == draft.id, Edit.user_id == user_id, Edit.undone))
    last = db.session.scalar(sa.select(sa.func.max(Edit.number)).where(Edit.plan_id == draft.id)) or 0
    db.session.add(Edit(plan_id=draft.id, number=last + 1, user_id=user_id, kind=kind, cards=cards, made_at=clock.wall()))
    db.session.flush()


def sit(row: Placement, seats: Seats, cell: engine.Meeting) -> bool:
    """Give a placement its people and interpreter; tell whether all who are needed were free."""
    return seats.sit(row, cell)


def occupy(row: Placement) -> None:
    """Write the occupancy rows of a placement; the unique constraint refuses a second taker."""
    occupy_all([row])


def occupy_all(rows: Iterable[Placement]) -> None:
    """The same for many."""
    taken = [{"plan_id": row.plan_id, "slot_id": row.slot_id, "resource": resource, "placement_id": row.id}
             for row in rows for resource in resources(row)]
    if taken:
        db.session.execute(sa.insert(Occupancy), taken)


def insert_all(plan: Plan, rows: list[Mapping[str, Any]]) -> None:
    """Write many placements of a plan and what they occupy. What is over occupies nothing: its table may have gone to others."""
    if not rows:
        return
    over = queries.meetings_in(plan.expo_id, (State.HELD, State.MISSED))
    statement = sa.insert(Placement).returning(Placement, sort_by_parameter_order=True)
    made = db.session.scalars(statement, [{"locked": False, "moved_by_hand": False, **row, "plan_id": plan.id} for row in rows]).all()
    occupy_all(row for row in made if row.meeting_id not in over)


def ensure_quiet(expo: Expo) -> None:
    """Raise ``Conflict`` while an optimisation runs."""
    if queries.running_job(expo.id) is not None:
        raise Conflict(N_("An optimisation is running; wait for its end or stop it. Nothing was changed."))
