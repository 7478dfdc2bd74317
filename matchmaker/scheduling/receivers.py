"""What the schedule does when other rooms change something."""

from typing import Any

import sqlalchemy as sa

from .. import events
from ..expos.models import Expo
from ..infra.db import db
from ..meetings.models import Meeting
from ..meetings.rules import Place
from ..meetings.states import State
from . import actions, queries
from .models import Placement, Plan


@events.meeting_changed.connect
def _meeting_changed(meeting: Meeting, was: str | None = None, **_more: Any) -> None:
    """A meeting that was called off frees its place at once."""
    if meeting.state == State.CANCELLED and was in (State.ACCEPTED, State.PLACED):
        actions.leave(meeting)


@events.slots_changed.connect
def _slots_changed(expo: Expo, removed: Any = (), **_more: Any) -> None:
    """Meetings of slots that are about to be deleted go back to the tray, and people are told."""
    if removed:
        actions.drop_slots(expo, list(removed))


@events.slots_asked.connect
def _slots_asked(_expo: Expo, slot_ids: Any = (), **_more: Any) -> int:
    """Tell how many meetings stand in these slots in the draft or the published plan."""
    return db.session.scalar(
        sa.select(sa.func.count(sa.distinct(Placement.meeting_id))).join(Plan)
        .where(Placement.slot_id.in_(list(slot_ids)), Plan.state.in_(["draft", "published"]))) or 0


@events.place_asked.connect
def _place_asked(meeting: Meeting, **_more: Any) -> Place | None:
    """Tell time and place of a meeting in the published plan."""
    plan = queries.published_of(meeting.expo_id)
    row = queries.placement_of(plan.id, meeting.id) if plan is not None else None
    if row is None:
        return None
    return Place(row.slot.starts_at, row.slot.ends_at, row.table.hall.code if row.table else "", row.table.label if row.table else "",
                 row.interpreter.name if row.interpreter else "")
