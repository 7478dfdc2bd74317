"""Names at the end of a run: which table, person and interpreter sits at each placed meeting."""

from collections import defaultdict
from collections.abc import Iterable

from ..companies.models import Person
from ..engine.scheduling import Meeting as Placed
from ..expos.models import Interpreter, NegotiationTable
from .models import Placement
from .world import Pair, World, language_needed, owner_of


class Seats:
    """Gives out tables, people and interpreters slot by slot; whoever is named, or sat there before, is asked first."""

    def __init__(self, world: World, taken: Iterable[tuple[int, str]] = ()):
        self.world = world
        self.taken: dict[int, set[str]] = defaultdict(set)
        self.last: dict[int, int] = {}  # company -> the person of its latest meeting
        for slot, resource in taken:
            self.taken[slot].add(resource)

    def table(self, cell: Placed) -> NegotiationTable | None:
        """Return the table of the cell's number, or another free one of its pool when that one is closed; None in a booth."""
        tables = self.world.tables.get(str(cell.venue))
        if tables is None:
            return None
        wanted = tables[cell.table] if cell.table is not None and cell.table < len(tables) else tables[0]
        for table in [wanted, *tables]:
            if (table.id, cell.slot) not in self.world.closed and self._take(cell.slot, f"table:{table.id}"):
                return table
        return wanted

    def person(self, meeting: Pair, company: int, slot: int, wish: int | None = None) -> Person | None:
        """Return who sits at the meeting for a company: the one who is named for it, else one who is free.

        ``wish`` is asked first (who sat there before), then whoever sat at the company's last meeting.
        """
        people = self.world.people.get(company, [])
        owner = owner_of(meeting, company)
        if any(person.id == owner for person in people):
            people = [person for person in people if person.id == owner]
        for person in sorted(people, key=lambda person: (person.id != wish, person.id != self.last.get(company))):
            if (person.id, slot) not in self.world.busy and self._take(slot, f"person:{person.id}"):
                self.last[company] = person.id
                return person
        return None

    def interpreter(self, cell: Placed, wish: int | None = None) -> Interpreter | None:
        """Return a free interpreter of the language the two sides need, those of few languages first; None when they need none."""
        there = self.world.interpreters.get(self._language(cell) or "", [])
        for interpreter in sorted(there, key=lambda row: (row.id != wish, len(row.languages))):
            away = (interpreter.id, cell.slot) in self.world.away
            if not away and self._take(cell.slot, f"interpreter:{interpreter.id}"):
                return interpreter
        return None

    def needs_interpreter(self, cell: Placed) -> bool:
        """Tell whether the two sides share no language, and the expo has interpreters between theirs."""
        return self._language(cell) is not None

    def sit(self, row: Placement, cell: Placed) -> bool:
        """Give a placement its people and interpreter; tell whether all who are needed were free.

        Those of the cell come first, then those whom the placement had.
        """
        meeting = self.world.meetings[cell.request]
        was = (row.exhibitor_person_id, row.buyer_person_id)
        people = [
            self.person(meeting, company, cell.slot, named or sat)
            for company, named, sat in zip((meeting.exhibitor_id, meeting.buyer_id), cell.people, was, strict=True)]
        interpreter = self.interpreter(cell, cell.interpreter or row.interpreter_id)
        row.exhibitor_person_id, row.buyer_person_id, row.interpreter_id = (thing.id if thing else None for thing in (*people, interpreter))
        return all(people) and (interpreter is not None or not self.needs_interpreter(cell))

    def _language(self, cell: Placed) -> str | None:
        return language_needed(self.world.meetings[cell.request], self.world.interpreters)

    def _take(self, slot: int, resource: str) -> bool:
        if resource in self.taken[slot]:
            return False
        self.taken[slot].add(resource)
        return True


def resources(row: Placement) -> list[str]:
    """Return what a placement takes in its slot: its occupancy rows."""
    taken = [f"table:{row.table_id}"] if row.table_id else []
    taken += [f"person:{person}" for person in (row.exhibitor_person_id, row.buyer_person_id) if person]
    return taken + ([f"interpreter:{row.interpreter_id}"] if row.interpreter_id else [])
