"""What people's days do when other rooms change something."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from .. import events
from ..companies.models import Person
from ..meetings.models import Meeting
from ..meetings.states import State
from ..permissions import SYSTEM
from ..scheduling.models import Plan
from . import actions, calendars, feeds, queries
from .models import CalendarEvent, CalendarFeed


@events.places_changed.connect
def _places_changed(_plan: Plan, changes: Any = (), **_more: Any) -> None:
    """Calendars say what changed; questions to move what was moved meanwhile are void."""
    changes = list(changes)
    calendars.renew(changes)
    actions.void_moves(SYSTEM, [change.meeting.id for change in changes if change.kind != "people"])


@events.meeting_changed.connect
def _meeting_changed(meeting: Meeting, was: str | None = None, **_more: Any) -> None:
    """A question to move a meeting that is not placed any more is void."""
    if was == State.PLACED and meeting.state != State.PLACED:
        actions.void_moves(SYSTEM, [meeting.id])


@events.person_unlinked.connect
def _person_unlinked(person: Person, **_more: Any) -> None:
    """Who left the company, or the list of its people, reads its calendar no longer, nor that of the company."""
    feeds.revoke("person", person.id)
    feeds.revoke("company", person.company_id)


def _forget(kind: str) -> Any:
    """Return a listener that deletes feed and entries with their row: a later row may get the same id."""
    def listen(_mapper: Any, connection: Any, row: Any) -> None:
        for model in (CalendarFeed, CalendarEvent):
            connection.execute(sa.delete(model).where(model.kind == kind, model.ref_id == row.id))

    return listen


for _kind, _model in queries.MODELS.items():
    event.listen(_model, "after_delete", _forget(_kind))
