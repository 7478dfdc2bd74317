"""What differs between two plans."""

from dataclasses import dataclass

from ..meetings.models import Meeting
from . import queries
from .models import Placement, Plan


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
        kind = kind_of(was, now)
        if kind:
            changes.append(Change(kind, (now or was).meeting, was, now))
    return changes


def kind_of(was: Placement | None, now: Placement | None) -> str:
    """Return what the change of a place is; empty when there is none."""
    if was is None:
        return "new"
    if now is None:
        return "dropped"
    if (was.slot_id, was.table_id) != (now.slot_id, now.table_id):
        return "moved"
    people = [(row.exhibitor_person_id, row.buyer_person_id, row.interpreter_id) for row in (was, now)]
    return "people" if people[0] != people[1] else ""
