"""Names at the end of a run: which table, person and interpreter sits at each placed meeting."""

from collections import defaultdict
from collections.abc import Iterable

from ..companies.models import Person
from ..engine.scheduling import Meeting as Placed
from ..expos.models import Interpreter, NegotiationTable
from .load import World, language_needed


class Seats:
    """Gives out tables, people and interpreters slot by slot; whoever sat with a company before is asked first."""

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

    def person(self, company: int, slot: int) -> Person | None:
        """Return a person of the company who is free in the slot: the one of its last meeting if possible."""
        people = sorted(self.world.people.get(company, []), key=lambda person: person.id != self.last.get(company))
        for person in people:
            if (person.id, slot) not in self.world.busy and self._take(slot, f"person:{person.id}"):
                self.last[company] = person.id
                return person
        return None

    def interpreter(self, cell: Placed) -> Interpreter | None:
        """Return a free interpreter of the language the two sides need; None when they need none."""
        for interpreter in self.world.interpreters.get(self._language(cell) or "", []):
            if self._take(cell.slot, f"interpreter:{interpreter.id}"):
                return interpreter
        return None

    def needs_interpreter(self, cell: Placed) -> bool:
        """Tell whether the two sides share no language, and the expo has interpreters between theirs."""
        return self._language(cell) is not None

    def _language(self, cell: Placed) -> str | None:
        meeting = self.world.meetings[cell.request]
        return language_needed(meeting.exhibitor, meeting.buyer, self.world.interpreters)

    def _take(self, slot: int, resource: str) -> bool:
        if resource in self.taken[slot]:
            return False
        self.taken[slot].add(resource)
        return True


def resources(table_id: int | None, *people: int | None, interpreter_id: int | None = None) -> list[str]:
    """Return the occupancy rows of a placement: what it takes in its slot."""
    taken = [f"table:{table_id}"] if table_id else []
    taken += [f"person:{person}" for person in people if person]
    return taken + ([f"interpreter:{interpreter_id}"] if interpreter_id else [])
