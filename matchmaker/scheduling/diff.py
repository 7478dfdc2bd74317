"""What differs between two plans, and the calendars that must say so."""

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from .. import clock
from ..infra.db import db
from ..meetings.models import Meeting
from . import queries
from .models import CalendarEvent, Placement, Plan


@dataclass(frozen=True, slots=True)
class Change:
    """A meeting whose place is not what it was: ``kind`` is new, moved (another time or table), people or dropped."""

    kind: str
    meeting: Meeting
    old: Placement | None
    new: Placement | None

    @property
    def company_ids(self) -> tuple[int, int]:
        """The two companies concerned."""
        return self.meeting.exhibitor_id, self.meeting.buyer_id

    @property
    def person_ids(self) -> set[int]:
        """The people whose calendars change."""
        rows = [row for row in (self.old, self.new) if row is not None]
        return {person for row in rows for person in (row.exhibitor_person_id, row.buyer_person_id) if person}


def between(before: Plan | None, after: Plan) -> list[Change]:
    """Return the changes from one plan to another, by meeting."""
    old = {row.meeting_id: row for row in queries.placements(before.id)} if before else {}
    new = {row.meeting_id: row for row in queries.placements(after.id)}
    changes = []
    for ident in sorted(old.keys() | new.keys()):
        was, now = old.get(ident), new.get(ident)
        kind = _kind(was, now)
        if kind:
            changes.append(Change(kind, (now or was).meeting, was, now))
    return changes


def _kind(was: Placement | None, now: Placement | None) -> str:
    if was is None:
        return "new"
    if now is None:
        return "dropped"
    if (was.slot_id, was.table_id) != (now.slot_id, now.table_id):
        return "moved"
    people = [(row.exhibitor_person_id, row.buyer_person_id, row.interpreter_id) for row in (was, now)]
    return "people" if people[0] != people[1] else ""


def renew_calendars(changes: Iterable[Change]) -> None:
    """Raise SEQUENCE of the calendar entries concerned; entries of people who left a meeting become CANCELLED."""
    for change in changes:
        now = {change.new.exhibitor_person_id, change.new.buyer_person_id} - {None} if change.new else set()
        known = {row.person_id: row for row in db.session.scalars(
            sa.select(CalendarEvent).where(CalendarEvent.meeting_id == change.meeting.id))}
        for person in now | known.keys():
            row = known.get(person)
            if row is None:
                row = CalendarEvent(person_id=person, meeting_id=change.meeting.id, sequence=0, cancelled=False, changed_at=clock.now())
                db.session.add(row)
            else:
                row.sequence += 1
            row.cancelled, row.changed_at = person not in now, clock.now()
            if change.new is not None or change.old is not None:
                row.slot_id = (change.new or change.old).slot_id
    db.session.flush()
