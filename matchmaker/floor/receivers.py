"""What the floor does when other rooms change something: places that fall free are offered, screens learn that something happened."""

from typing import Any

from .. import clock, events
from ..expos.models import Expo
from ..infra.db import get
from ..meetings.models import Meeting
from ..meetings.states import State
from ..permissions import SYSTEM, Actor
from ..scheduling import queries as plans
from ..scheduling import today
from ..scheduling.models import Placement, Plan
from . import live, refills, trust
from .rules import AHEAD, USABLE


@events.meeting_changed.connect
def _meeting_changed(meeting: Meeting, was: str | None = None, actor: Actor = SYSTEM, **_more: Any) -> None:
    """A no-show frees its table at once; an offer to a pair that no longer waits is over."""
    if meeting.state not in (State.REQUESTED, State.ACCEPTED):
        refills.drop(meeting)
    if was == State.PLACED and meeting.state == State.MISSED:
        held = plans.published_of(meeting.expo_id)
        row = plans.placement_of(held.id, meeting.id) if held is not None else None
        if row is not None:
            _free(actor, row)
    if State.PLACED in (was, meeting.state) or State.HELD in (was, meeting.state):
        live.touch(meeting.expo_id)


@events.places_changed.connect
def _places_changed(plan: Plan, changes: Any = (), **_more: Any) -> None:
    """Screens learn of it; the place of a meeting called off on the day is offered."""
    for change in changes:
        if change.kind == "dropped" and change.old is not None and change.meeting.state == State.CANCELLED:
            _free(SYSTEM, change.old)
    live.touch(plan.expo_id)


def _free(actor: Actor, row: Placement) -> None:
    """Give up a place that a meeting does not need, and offer it when it is worth it."""
    now = clock.now()
    today.release(row)
    if row.slot.starts_at - now <= AHEAD and row.slot.ends_at - now >= USABLE:
        expo = get(Expo, row.meeting.expo_id)
        refills.offer(actor, expo, slot=row.slot, table=row.table, instead_of=row.meeting)


@events.reliability_asked.connect
def _reliability_asked(expo: Expo, **_more: Any) -> dict[int, float]:
    """Tell how reliable the companies of an expo are."""
    return trust.scores(expo)
