"""The optimiser's running account of a plan: who is busy when, and which slots are shut for whom.

Nothing about the rules is repeated here. The ledger counts the keys of the placing rules; a key that fills up shuts
its slots in its lanes, and a request's openings are its window less what its lanes have shut: a few operations on
integers, however many slots and rules there are.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from .problem import Cell, Problem
from .rule import Key, Lane
from .rules import PLACING, Once

UNKNOWN = -1
"""A lane of which a key was opened: what it still shuts is worked out when somebody asks."""


class Ledger:
    """Placed meetings of a problem. ``at[r]`` is (slot, venue) or None; ``used[p]`` masks the slots of a participant."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.at: list[tuple[int, int] | None] = [None] * len(problem.sides)
        self.used = [0] * len(problem.participants)
        self.agenda: list[dict[int, int]] = [{} for _ in problem.participants]  # request -> slot
        self.count: list[dict[Key, int]] = [defaultdict(int) for _ in PLACING]
        self._shut = [0] * problem.lanes
        self._full: dict[Lane, dict[tuple[int, Key], int]] = defaultdict(dict)
        self._options: list[list[tuple[int, tuple[int, ...]]] | None] = [None] * len(problem.sides)
        for k, rule in enumerate(PLACING):
            for key in rule.closed(problem):
                self._close(k, key)

    def place(self, request: int, slot: int, venue: int) -> None:
        """Put the request here, whether the rules allow it or not (``openings`` says)."""
        self.at[request] = (slot, venue)
        for p in self.problem.sides[request]:
            self.used[p] |= 1 << slot
            self.agenda[p][request] = slot
        cell = Cell(request, slot, venue)
        for k, rule in enumerate(PLACING):
            count = self.count[k]
            for key in rule.keys(self.problem, cell):
                count[key] += 1
                if count[key] == rule.limit(self.problem, key):
                    self._close(k, key)

    def place_all(self, cells: Iterable[Cell]) -> None:
        """Put many requests where they are, as ``place`` would one by one."""
        for cell in cells:
            self.at[cell.request] = (cell.slot, cell.venue)
            for p in self.problem.sides[cell.request]:
                self.used[p] |= 1 << cell.slot
                self.agenda[p][cell.request] = cell.slot
            for k, rule in enumerate(PLACING):
                count = self.count[k]
                for key in rule.keys(self.problem, cell):
                    count[key] += 1
        for k, rule in enumerate(PLACING):
            for key, number in self.count[k].items():
                if 0 < rule.limit(self.problem, key) <= number:
                    self._close(k, key)

    def remove(self, request: int) -> tuple[int, int]:
        """Take the request out; returns the slot and venue it had."""
        place = self.at[request]
        assert place is not None  # noqa: S101 - a broken invariant of the optimiser, not input
        self.at[request] = None
        for p in self.problem.sides[request]:
            self.used[p] = self.used_without(p, request)
            del self.agenda[p][request]
        cell = Cell(request, *place)
        for k, rule in enumerate(PLACING):
            count = self.count[k]
            for key in rule.keys(self.problem, cell):
                count[key] -= 1
                if count[key] == rule.limit(self.problem, key) - 1:
                    self._open(k, key)
        return place

    def rows(self, cells: Sequence[Cell]) -> Iterator[tuple[list[Cell], int]]:
        """(some of these cells, how many of them may still be placed at most) for every statement that can bind them."""
        yield from ((group, 1) for group in Once().groups(self.problem, cells).values() if len(group) > 1)
        for k, rule in enumerate(PLACING):
            count = self.count[k]
            for key, group in rule.groups(self.problem, cells).items():
                left = rule.limit(self.problem, key) - count.get(key, 0)
                if len(group) > left:
                    yield group, left

    def _close(self, k: int, key: Key) -> None:
        for lane, slots in PLACING[k].shuts(self.problem, key):
            self._full[lane][k, key] = slots
            if self._shut[lane] >= 0:
                self._shut[lane] |= slots

    def _open(self, k: int, key: Key) -> None:
        for lane, _ in PLACING[k].shuts(self.problem, key):
            del self._full[lane][k, key]
            self._shut[lane] = UNKNOWN

    def options(self, request: int) -> list[tuple[int, tuple[int, ...]]]:
        """The request's venues, each with the lanes that count there."""
        known = self._options[request]
        if known is None:
            known = self._options[request] = [(v, self._lanes(request, v)) for v in self.problem.allowed_venues[request]]
        return known

    def _lanes(self, request: int, venue: int) -> tuple[int, ...]:
        return self.people_lanes(request, venue) + self.place_lanes(request, venue)

    def people_lanes(self, request: int, venue: int) -> tuple[int, ...]:
        """The lanes of the two sides of a request at a venue."""
        problem, hall = self.problem, self.problem.hall[venue]
        sides = problem.sides[request]
        walks = (problem.lane_in(p, hall) for p in sides if problem.walks(p, hall))
        return (*(problem.lane(p) for p in sides), *walks)

    def place_lanes(self, request: int, venue: int) -> tuple[int, ...]:
        """The lanes of the venue, and of the interpreters the request needs."""
        pool = self.problem.interpreter[request]
        interpreted = () if pool is None else (self.problem.interpreter_lane(pool),)
        return (self.problem.venue_lane(venue), *interpreted)

    def shut(self, lanes: tuple[int, ...]) -> int:
        """The slots that any of these lanes has shut."""
        mask = 0
        for lane in lanes:
            shut = self._shut[lane]
            if shut < 0:
                shut = 0
                for slots in self._full[lane].values():
                    shut |= slots
                self._shut[lane] = shut
            mask |= shut
        return mask

    def openings(self, request: int) -> Iterator[tuple[int, int]]:
        """(venue, slots) where the request may be put now; only venues with a slot."""
        window = self.problem.window(request)
        for venue, lanes in self.options(request):
            if free := window & ~self.shut(lanes):
                yield venue, free

    def room(self, request: int, slot: int, venue: int) -> int:
        """Free tables, and free interpreters if it needs one, that would be left for others here."""
        problem = self.problem
        room = problem.capacity[venue][slot] - self.count[_ROOM].get((venue, slot), 0)
        pool = problem.interpreter[request]
        if pool is not None:
            taken = self.count[_INTERPRETERS]
            room = min(room, *(problem.desk.limit(key) - taken.get(key, 0) for key in problem.desk.keys(pool, slot)))
        return room

    def used_without(self, participant: int, request: int) -> int:
        """The participant's slots if this meeting were not."""
        slot = self.agenda[participant][request]
        if self.problem.parallel[participant] > 1:
            shared = sum(other == slot for other in self.agenda[participant].values())
            if shared > 1:
                return self.used[participant]
        return self.used[participant] & ~(1 << slot)

    def missing(self, participant: int) -> int:
        """How many meetings the participant lacks to the fairness target."""
        return max(0, self.problem.least[participant] - len(self.agenda[participant]))

    def cells(self) -> list[Cell]:
        """The placed meetings, without tables."""
        return [Cell(r, *place) for r, place in enumerate(self.at) if place is not None]


_ROOM = next(k for k, rule in enumerate(PLACING) if rule.code == "venue-capacity")
_INTERPRETERS = next(k for k, rule in enumerate(PLACING) if rule.code == "interpreter-capacity")
