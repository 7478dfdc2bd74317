"""What the calendars say after places have changed: SEQUENCE grows, and who is out of a meeting reads that it is cancelled."""

from collections import defaultdict
from collections.abc import Iterable

import sqlalchemy as sa

from .. import clock
from ..infra.db import db
from ..scheduling.diff import Change
from .models import CalendarEvent


def renew(changes: Iterable[Change]) -> None:
    """Raise SEQUENCE of the calendar entries concerned; entries of people who left a meeting become CANCELLED."""
    changes = list(changes)
    known: dict[int, dict[int, CalendarEvent]] = defaultdict(dict)
    meetings = [change.meeting.id for change in changes]
    for row in db.session.scalars(sa.select(CalendarEvent).where(CalendarEvent.kind == "person", CalendarEvent.meeting_id.in_(meetings))):
        known[row.meeting_id][row.ref_id] = row
    for change in changes:
        now = {change.new.exhibitor_person_id, change.new.buyer_person_id} - {None} if change.new else set()
        for person in sorted(now | known[change.meeting.id].keys()):
            _renew(change, person, known[change.meeting.id].get(person), cancelled=person not in now)
    db.session.flush()


def _renew(change: Change, person: int, row: CalendarEvent | None, *, cancelled: bool) -> None:
    if row is None:
        row = CalendarEvent(kind="person", ref_id=person, meeting_id=change.meeting.id, sequence=0)
        db.session.add(row)
    else:
        row.sequence += 1
    row.cancelled, row.changed_at = cancelled, clock.now()
    row.slot_id = (change.new or change.old).slot_id
