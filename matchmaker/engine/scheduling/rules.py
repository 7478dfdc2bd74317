"""The hard rules of a schedule, each written once: see ``rule`` for what they share."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from .problem import Cell, Problem, bits
from .rule import N_, Key, Lane, Row, Rule


class PerParticipant(Rule):
    """A rule about one participant; its keys begin with the participant's number."""

    def context(self, problem: Problem, key: Key, cell: Cell) -> dict[str, Any]:
        return {
            "participant": problem.instance.participants[key[0]].id,
            "slot": problem.slot_ids[cell.slot],
            "limit": self.limit(problem, key),
        }


class Once(Rule):
    """A request is placed at most once."""

    code = "duplicate"
    label = N_("This meeting is placed twice.")

    def keys(self, problem: Problem, cell: Cell) -> Iterable[Key]:
        return ((cell.request,),)

    def limit(self, problem: Problem, key: Key) -> int:
        return 1


class AllowedVenue(Rule):
    """A request takes place in one of its venues."""

    code = "venue-not-allowed"
    label = N_("This meeting may not take place at %(venue)s.")

    def keys(self, problem: Problem, cell: Cell) -> Iterable[Key]:
        return () if cell.venue in problem.allowed_venues[cell.request] else ((cell.request, cell.venue),)

    def context(self, problem: Problem, key: Key, cell: Cell) -> dict[str, Any]:
        return {"venue": problem.instance.venues[cell.venue].id}


class AllowedSlot(Rule):
    """A request takes place in one of its slots."""

    code = "slot-not-allowed"
    label = N_("This meeting may not take place at %(slot)s.")

    def keys(self, problem: Problem, cell: Cell) -> Iterable[Key]:
        return () if problem.allowed_slots[cell.request] >> cell.slot & 1 else ((cell.request, cell.slot),)

    def context(self, problem: Problem, key: Key, cell: Cell) -> dict[str, Any]:
        return {"slot": problem.slot_ids[cell.slot]}


class Available(PerParticipant):
    """Both sides are available."""

    code = "unavailable"
    label = N_("%(participant)s is not available at %(slot)s.")

    def keys(self, problem: Problem, cell: Cell) -> Iterable[Key]:
        return [(p, cell.slot) for p in problem.sides[cell.request] if not problem.available[p] >> cell.slot & 1]


class Clash(PerParticipant):
    """At most ``parallel`` meetings of a participant at a time."""

    code = "clash"
    label = N_("%(participant)s already has a meeting at %(slot)s.")

    def keys(self, problem: Problem, cell: Cell) -> Iterable[Key]:
        a, b = problem.sides[cell.request]
        return ((a, cell.slot), (b, cell.slot))

    def limit(self, problem: Problem, key: Key) -> int:
        return problem.parallel[key[0]]

    def shuts(self, problem: Problem, key: Key) -> Iterable[tuple[Lane, int]]:
        return ((problem.lane(key[0]), 1 << key[1]),)


class Maximum(PerParticipant):
    """At most ``max_meetings`` meetings of a participant in all."""

    code = "max-meetings"
    label = N_("%(participant)s has reached the maximum of %(limit)s meetings.")

    def keys(self, problem: Problem, cell: Cell) -> Iterable[Key]:
        a, b = problem.sides[cell.request]
        return ((a,), (b,))

    def limit(self, problem: Problem, key: Key) -> int:
        return problem.maximum[key[0]]

    def shuts(self, problem: Problem, key: Key) -> Iterable[tuple[Lane, int]]:
        return ((problem.lane(key[0]), problem.every_slot),)

    def closed(self, problem: Problem) -> Iterable[Key]:
        return ((p,) for p, limit in enumerate(problem.maximum) if not limit)


class Rest(PerParticipant):
    """Enough empty slots between two meetings of a day, to rest and to walk between halls.

    A delegation of several people is exempt: rest and walking are its people's. Any two meetings within ``min_gap``
    share a window of slots; two meetings in halls further apart than that share the pair of their places.
    """

    code = "gap"
    label = N_("%(participant)s needs more time to rest or to walk between meetings at %(slot)s.")

    def keys(self, problem: Problem, cell: Cell) -> Iterable[Key]:
        hall = problem.hall[cell.venue]
        for p in problem.sides[cell.request]:
            if problem.parallel[p] == 1:
                if problem.min_gap[p]:
                    yield from self._windows(problem, p, cell.slot)
                if problem.walks(p, hall):
                    yield from self._walks(problem, p, cell.slot, hall)

    def _windows(self, problem: Problem, p: int, at: int) -> Iterator[Key]:
        first, last = problem.day[at]
        rest = problem.min_gap[p]
        for start in range(max(first, at - rest), min(at, max(first, last - rest)) + 1):
            yield p, start, min(last, start + rest)

    def _walks(self, problem: Problem, p: int, at: int, hall: int) -> Iterator[Key]:
        first, last = problem.day[at]
        travel, rest = problem.instance.travel, problem.min_gap[p]
        for other in problem.walks(p, hall):
            for later in range(at + rest + 1, min(last, at + travel[hall][other]) + 1):
                yield p, at, hall, later, other
            for earlier in range(max(first, at - travel[other][hall]), at - rest):
                yield p, earlier, other, at, hall

    def limit(self, problem: Problem, key: Key) -> int:
        return 1

    def shuts(self, problem: Problem, key: Key) -> Iterable[tuple[Lane, int]]:
        if len(key) == 3:
            p, first, last = key
            return ((problem.lane(p), ((1 << last - first + 1) - 1) << first),)
        p, earlier, hall, later, other = key
        if hall == other:
            return ((problem.lane_in(p, hall), 1 << earlier | 1 << later),)
        return ((problem.lane_in(p, hall), 1 << earlier), (problem.lane_in(p, other), 1 << later))

    def too_many(self, cells: Sequence[Cell], limit: int) -> bool:
        """Two meetings at the same time are a clash, not a lack of rest."""
        return len({c.slot for c in cells}) > limit


class Room(Rule):
    """No more meetings at a venue than it has tables at that time."""

    code = "venue-capacity"
    label = N_("%(venue)s has no free table at %(slot)s.")

    def keys(self, problem: Problem, cell: Cell) -> Iterable[Key]:
        return ((cell.venue, cell.slot),)

    def limit(self, problem: Problem, key: Key) -> int:
        return problem.capacity[key[0]][key[1]]

    def context(self, problem: Problem, key: Key, cell: Cell) -> dict[str, Any]:
        return {
            "venue": problem.instance.venues[key[0]].id,
            "slot": problem.slot_ids[key[1]],
            "limit": self.limit(problem, key),
        }

    def shuts(self, problem: Problem, key: Key) -> Iterable[tuple[Lane, int]]:
        return ((problem.venue_lane(key[0]), 1 << key[1]),)

    def closed(self, problem: Problem) -> Iterable[Key]:
        return ((v, t) for v, row in enumerate(problem.capacity) for t, room in enumerate(row) if room <= 0)


class TableExists(Rule):
    """A pool's meeting has one of the pool's table numbers."""

    code = "table-number"
    label = N_("%(venue)s has no table with this number.")

    def keys(self, problem: Problem, cell: Cell) -> Iterable[Key]:
        if not problem.is_pool[cell.venue]:
            return ()
        known = isinstance(cell.table, int) and 0 <= cell.table < problem.tables[cell.venue]
        return () if known else ((cell.request,),)

    def context(self, problem: Problem, key: Key, cell: Cell) -> dict[str, Any]:
        return {"venue": problem.instance.venues[cell.venue].id, "table": cell.table}


class TableTaken(Rule):
    """One meeting at a table at a time."""

    code = "table-clash"
    label = N_("This table of %(venue)s is taken at %(slot)s.")

    def keys(self, problem: Problem, cell: Cell) -> Iterable[Key]:
        if cell.table is None or not problem.is_pool[cell.venue]:
            return ()
        return ((cell.venue, cell.slot, cell.table),)

    def limit(self, problem: Problem, key: Key) -> int:
        return 1

    def context(self, problem: Problem, key: Key, cell: Cell) -> dict[str, Any]:
        venue, slot, table = key
        return {"venue": problem.instance.venues[venue].id, "slot": problem.slot_ids[slot], "table": table}


class Interpreters(Rule):
    """No more interpreted meetings than interpreters of the language pairs at that time, one person at one meeting."""

    code = "interpreter-capacity"
    label = N_("No %(interpreter)s interpreter is free at %(slot)s.")

    def keys(self, problem: Problem, cell: Cell) -> Iterable[Key]:
        pool = problem.interpreter[cell.request]
        return () if pool is None else problem.desk.keys(pool, cell.slot)

    def limit(self, problem: Problem, key: Key) -> int:
        return problem.desk.limit((key[0], key[1]))

    def context(self, problem: Problem, key: Key, cell: Cell) -> dict[str, Any]:
        pool = problem.interpreter[cell.request]
        return {
            "interpreter": problem.instance.interpreters[next(bits(key[0])) if pool is None else pool].id,
            "slot": problem.slot_ids[key[1]],
            "limit": self.limit(problem, key),
        }

    def shuts(self, problem: Problem, key: Key) -> Iterable[tuple[Lane, int]]:
        return ((problem.interpreter_lane(pool), 1 << key[1]) for pool in bits(key[0]))

    def closed(self, problem: Problem) -> Iterable[Key]:
        return (key for key, limit in problem.desk.limits().items() if limit <= 0)


class Locked(Rule):
    """A fixed meeting takes place, at its slot and venue."""

    code = "fixed"
    label = N_("This meeting is locked at %(slot)s, %(venue)s.")

    def keys(self, problem: Problem, cell: Cell) -> Iterable[Key]:
        place = problem.fixed.get(cell.request)
        return () if place is None or place[:3] == cell[:3] else ((cell.request,),)

    def context(self, problem: Problem, key: Key, cell: Cell) -> dict[str, Any]:
        place = problem.meeting(problem.fixed[key[0]])
        return {"request": place.request, "slot": place.slot, "venue": place.venue}

    def broken(self, problem: Problem, cells: Iterable[Cell]) -> Iterator[Row]:
        cells = list(cells)
        yield from super().broken(problem, cells)
        for request in sorted(problem.fixed.keys() - {c.request for c in cells}):
            yield Row(self.context(problem, (request,), problem.fixed[request]), [], 0)


PLACING: tuple[Rule, ...] = (Clash(), Maximum(), Rest(), Room(), Interpreters())
"""The rules by which one placed meeting shuts places for others."""

RULES: tuple[Rule, ...] = (
    Once(), AllowedVenue(), AllowedSlot(), Available(), *PLACING, TableExists(), TableTaken(), Locked(),
)  # fmt: skip
