"""What differs between two plans."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..companies.models import Company, Person
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


def concerned(changes: Iterable[Change]) -> tuple[list[tuple[Company, int]], list[tuple[Person, int]]]:
    """Return whose plan changes, with the number of changes of each, most first: companies, and people by name."""
    companies, people = Counter(), Counter()
    rows: dict[int, Company] = {}
    names: dict[int, Person] = {}
    for change in changes:
        for company in (change.meeting.exhibitor, change.meeting.buyer):
            companies[company.id] += 1
            rows[company.id] = company
        for place in filter(None, (change.old, change.new)):
            names.update({person.id: person for person in (place.exhibitor_person, place.buyer_person) if person})
        people.update(person for person in change.person_ids if person in names)
    return [(rows[ident], n) for ident, n in companies.most_common()], [(names[ident], n) for ident, n in people.most_common()]


def counts(before: Mapping[int, queries.Place], after: Mapping[int, queries.Place]) -> tuple[int, int]:
    """Return how many meetings stand elsewhere (new and dropped ones too), and how many people have to be told."""
    moved, told = 0, set()
    for ident in before.keys() | after.keys():
        was, now = before.get(ident), after.get(ident)
        if was != now:
            moved += (was and was[:2]) != (now and now[:2])
            told |= {person for place in (was, now) if place for person in (place.exhibitor_person, place.buyer_person) if person}
    return moved, len(told)
