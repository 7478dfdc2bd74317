"""An instance by numbers: every thing gets its position, every set of slots becomes the bits of one integer.

Slots are laid out day after day by their index, so that neighbours are neighbouring bits; an index that no slot has
keeps an empty bit, closed for everyone. Wherever the engine says "slot" about an integer, it means such a bit position.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from .interpreting import Desk
from .records import Id, Instance, Interpreter, Meeting, Plan, Slot


class Cell(NamedTuple):
    """A request put at a slot and venue, all by number: a placed meeting, or a variable of the optimiser."""

    request: int
    slot: int
    venue: int
    table: int | None = None


class Problem:
    """Numbers and bit masks of an instance. Raises ValueError when the instance contradicts itself."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.participants = _numbered("participant", instance.participants)
        self.venues = _numbered("venue", instance.venues)
        self.interpreters = _numbered("interpreter pool", instance.interpreters)
        self.requests = _numbered("request", instance.requests)
        self._lay_out_slots()
        self._read_participants()
        self._read_places()
        self._read_requests()
        fixed = [self.cell(Meeting(f.request, f.slot, f.venue, f.table)) for f in instance.fixed]
        self.fixed = {cell.request: cell for cell in fixed}
        if len(self.fixed) < len(fixed):
            raise ValueError("a request is fixed twice")

    def _lay_out_slots(self) -> None:
        _numbered("slot", self.instance.slots)
        by_day: dict[Id, list[Slot]] = defaultdict(list)
        for slot in self.instance.slots:
            by_day[slot.day].append(slot)
        self.bit: dict[Id, int] = {}
        self.slot_ids: list[Id | None] = []
        self.day: list[tuple[int, int]] = []  # first and last bit of the day that a bit belongs to
        self.days: list[int] = []  # one mask per day
        for slots in by_day.values():
            start, low = len(self.slot_ids), min(s.index for s in slots)
            width = max(s.index for s in slots) - low + 1
            self.slot_ids += [None] * width
            self.day += [(start, start + width - 1)] * width
            self.days.append(((1 << width) - 1) << start)
            for slot in slots:
                at = start + slot.index - low
                if self.slot_ids[at] is not None:
                    raise ValueError(f"slots {self.slot_ids[at]!r} and {slot.id!r} are the same time")
                self.slot_ids[at] = slot.id
                self.bit[slot.id] = at
        self.every_slot = (1 << len(self.slot_ids)) - 1
        self.first_slots = sum(mask & -mask for mask in self.days)
        self.day_of = [k for k, mask in enumerate(self.days) for _ in range(mask.bit_count())]

    def _read_participants(self) -> None:
        rows = self.instance.participants
        self.available = [self.mask(p.available) for p in rows]
        self.parallel = [p.parallel for p in rows]
        self.maximum = [p.max_meetings for p in rows]
        self.min_gap = [p.min_gap for p in rows]
        for p in rows:
            if p.parallel < 1 or p.max_meetings < 0 or p.min_gap < 0:
                raise ValueError(f"participant {p.id!r} has a negative number")

    def _read_places(self) -> None:
        travel = self.instance.travel
        self.hall = [v.hall for v in self.instance.venues]
        self.capacity = [self._by_bit(v.capacity, v.id) for v in self.instance.venues]
        self.tables = [v.tables for v in self.instance.venues]
        self.is_pool = [v.kind == "pool" for v in self.instance.venues]
        pools = [self._by_bit(i.capacity, i.id) for i in self.instance.interpreters]
        people = [(self._pools_of(person), self.mask(person.available)) for person in self.instance.staff]
        self.desk = Desk(pools, people, len(self.slot_ids))
        halls = len(travel)
        if any(len(row) != halls for row in travel) or any(not 0 <= h < halls for h in self.hall):
            raise ValueError("travel needs one row and one column for every hall")
        self.halls = halls
        self.far = [[g for g in range(halls) if travel[g][h] or travel[h][g]] for h in range(halls)]

    def _pools_of(self, person: Interpreter) -> int:
        """The pools this interpreter serves, as bits. Raises ValueError on one that does not exist."""
        if unknown := [pool for pool in person.pools if pool not in self.interpreters]:
            raise ValueError(f"interpreter {person.id!r} serves {unknown[0]!r}, which does not exist")
        return sum(1 << self.interpreters[pool] for pool in set(person.pools))

    def _read_requests(self) -> None:
        self.sides: list[tuple[int, int]] = []
        self.allowed_slots: list[int] = []
        self.allowed_venues: list[tuple[int, ...]] = []
        self.interpreter: list[int | None] = []
        for r in self.instance.requests:
            if r.priority < 1:
                raise ValueError(f"request {r.id!r} has a priority below 1")
            if r.a == r.b:
                raise ValueError(f"request {r.id!r} joins a participant with themselves")
            try:
                self.sides.append((self.participants[r.a], self.participants[r.b]))
                self.allowed_venues.append(tuple(self.venues[v] for v in r.venues))
                self.interpreter.append(None if r.interpreter is None else self.interpreters[r.interpreter])
            except KeyError as missing:
                raise ValueError(f"request {r.id!r} names {missing}, which does not exist") from missing
            self.allowed_slots.append(self.every_slot if r.slots is None else self.mask(r.slots))
        self._read_missions()

    def _read_missions(self) -> None:
        """What a mission asks of its members narrows their requests, so that every rule and question knows of it."""
        for mission in self.instance.missions:
            if unknown := [p for p in mission.participants if p not in self.participants]:
                raise ValueError(f"mission {mission.id!r} names {unknown[0]!r}, which does not exist")
            members = {self.participants[p] for p in mission.participants}
            slots = self.every_slot if mission.slots is None else self.mask(mission.slots)
            for r, sides in enumerate(self.sides):
                if not members.isdisjoint(sides):
                    self.allowed_slots[r] &= slots
                    if mission.halls is not None:
                        self.allowed_venues[r] = tuple(v for v in self.allowed_venues[r] if self.hall[v] in mission.halls)

    def _by_bit(self, capacity: tuple[int, ...], owner: Id) -> list[int]:
        if len(capacity) != len(self.instance.slots):
            raise ValueError(f"{owner!r} needs one capacity for every slot")
        row = [0] * len(self.slot_ids)
        for slot, room in zip(self.instance.slots, capacity, strict=True):
            row[self.bit[slot.id]] = room
        return row

    # Lanes number what can shut slots for a meeting: participants, venues, interpreter pools, participants in a hall.

    def lane(self, participant: int) -> int:
        """The lane of a participant."""
        return participant

    def venue_lane(self, venue: int) -> int:
        """The lane of a venue."""
        return len(self.participants) + venue

    def interpreter_lane(self, pool: int) -> int:
        """The lane of an interpreter pool."""
        return len(self.participants) + len(self.venues) + pool

    def lane_in(self, participant: int, hall: int) -> int:
        """The lane of a participant as far as meetings in one hall go."""
        fixed = len(self.participants) + len(self.venues) + len(self.interpreters)
        return fixed + participant * self.halls + hall

    @property
    def lanes(self) -> int:
        """How many lanes there are."""
        return self.lane_in(len(self.participants), 0)

    def mask(self, slots: Iterable[Id]) -> int:
        """The bits of these slot ids. Raises ValueError on one that does not exist."""
        mask = 0
        for slot in slots:
            if slot not in self.bit:
                raise ValueError(f"slot {slot!r} does not exist")
            mask |= 1 << self.bit[slot]
        return mask

    def window(self, request: int) -> int:
        """Slots where both sides are available and that the request allows."""
        a, b = self.sides[request]
        return self.available[a] & self.available[b] & self.allowed_slots[request]

    @cached_property
    def _reach(self) -> list[int]:
        """The halls, as bits, in which each participant may have a meeting."""
        reach = [0] * len(self.participants)
        for sides, venues in zip(self.sides, self.allowed_venues, strict=True):
            halls = 0
            for v in venues:
                halls |= 1 << self.hall[v]
            for p in sides:
                reach[p] |= halls
        return reach

    @cached_property
    def _walks(self) -> dict[tuple[int, int], tuple[int, ...]]:
        return {}

    def walks(self, participant: int, hall: int) -> tuple[int, ...]:
        """The halls in which the participant may have a meeting and that take time to reach from this one."""
        key = self._reach[participant], hall
        known = self._walks.get(key)
        if known is None:
            known = self._walks[key] = tuple(g for g in self.far[hall] if key[0] >> g & 1)
        return known

    @cached_property
    def degree(self) -> list[int]:
        """How many requests each participant has that some slot could hold."""
        degree = [0] * len(self.participants)
        for r, (a, b) in enumerate(self.sides):
            if self.window(r):
                degree[a] += 1
                degree[b] += 1
        return degree

    @cached_property
    def least(self) -> list[int]:
        """The fairness target of each participant: their wish, but no more than their usable requests."""
        return [min(p.min_meetings, d) for p, d in zip(self.instance.participants, self.degree, strict=True)]

    def gap_cost(self, participant: int, used: int) -> float:
        """What the idle slots and breaks of a participant with meetings in these slots cost in score."""
        objective, available = self.instance.objective, self.available[participant]
        cost: float = 0
        for day in self.days:
            if used & day:
                idle, breaks = gaps(used & day, available & day)
                cost += objective.idle * idle + objective.break_ * breaks
        return cost

    def knows(self, meeting: Meeting) -> bool:
        """Do the request, slot and venue of the meeting exist?"""
        return meeting.request in self.requests and meeting.slot in self.bit and meeting.venue in self.venues

    def cell(self, meeting: Meeting) -> Cell:
        """The meeting by numbers. Raises ValueError when it names something that does not exist."""
        try:
            return Cell(self.requests[meeting.request], self.bit[meeting.slot], self.venues[meeting.venue], meeting.table)
        except KeyError as missing:
            raise ValueError(f"the meeting of request {meeting.request!r} names {missing}") from missing

    def meeting(self, cell: Cell) -> Meeting:
        """The cell by ids."""
        i = self.instance
        return Meeting(i.requests[cell.request].id, self.slot_id(cell.slot), i.venues[cell.venue].id, cell.table)

    def slot_id(self, bit: int) -> Id:
        """The id of the slot at this bit, which must not be an empty one."""
        slot = self.slot_ids[bit]
        assert slot is not None  # noqa: S101 - cells are made from slots
        return slot

    def plan(self, cells: Iterable[Cell]) -> Plan:
        """These cells as a plan, in the order of the requests."""
        return Plan(self.instance.name, tuple(self.meeting(c) for c in sorted(cells, key=lambda c: c.request)))


@lru_cache(maxsize=4)
def problem_of(instance: Instance) -> Problem:
    """The problem of an instance, remembered for the last few instances."""
    return Problem(instance)


def bits(mask: int) -> Iterator[int]:
    """The positions of the ones in ``mask``, lowest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


@lru_cache(maxsize=1 << 17)
def gaps(used: int, available: int) -> tuple[int, int]:
    """Idle slots and breaks of one day: free slots between the first and the last meeting, and the holes they form."""
    if not used:
        return 0, 0
    low = (used & -used).bit_length() - 1
    used >>= low
    inside = (1 << used.bit_length()) - 1
    idle = ((available >> low) & ~used & inside).bit_count()
    return idle, (used & ~(used << 1)).bit_count() - 1


def _numbered(what: str, rows: Iterable[Any]) -> dict[Id, int]:
    numbers: dict[Id, int] = {}
    for row in rows:
        if row.id in numbers:
            raise ValueError(f"two entries share the {what} id {row.id!r}")
        numbers[row.id] = len(numbers)
    return numbers
