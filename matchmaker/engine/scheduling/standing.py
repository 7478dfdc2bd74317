"""What the meetings of a plan shut for others, and why: walls, as a board and its questions need them.

Slots are bits of integers: what a wall shuts is one mask. A participant's walls are built when somebody first asks about
one of their requests, so that a question about one card does not pay for all.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from .ledger import Ledger
from .problem import Cell, Problem, bits
from .rule import Key, Lane, Rule
from .rules import PLACING, AllowedSlot, AllowedVenue, Available, PerParticipant

FITTING: tuple[Rule, ...] = (AllowedVenue(), AllowedSlot(), Available())
"""The rules by which a request's own people leave it no cell."""


class Wall(NamedTuple):
    """A statement that is full: its rule, one of the keys that say it, and the meetings that fill it.

    When any one of ``openers`` leaves it is full no more, whatever other keys say the same.
    """

    rule: Rule
    key: Key
    holders: list[Cell]
    openers: list[Cell]


class Standing:
    """What the placed meetings of a plan shut, for whom, and why: walls, by number, and the slots each one shuts.

    The walls of a participant are found when somebody first asks about one of their requests.
    """

    def __init__(self, problem: Problem, cells: Iterable[Cell]) -> None:
        self.problem = problem
        self._walls: tuple[list[Rule], list[Key], list[list[Cell]], list[list[Cell]]] = [], [], [], []
        self._numbers: dict[Any, int] = {}
        self._shut: dict[Lane, list[tuple[int, int]]] = defaultdict(list)
        self._empty = Ledger(problem)  # knows the lanes of a request
        self._agenda: dict[int, list[Cell]] = defaultdict(list)
        self._met: set[int] = set()
        self._paired: set[int] = set()
        self._closed: dict[tuple[str, int], list[Key]] = defaultdict(list)
        cells = list(cells)
        self.tables = {(cell.slot, cell.venue, cell.table) for cell in cells}
        for cell in cells:
            for p in problem.sides[cell.request]:
                self._agenda[p].append(cell)
        own: list[Rule] = [rule for rule in PLACING if isinstance(rule, PerParticipant)]
        # two meetings at the same time do not break a rule that is about times between them
        self._pairs = [rule for rule in own if cells and not rule.too_many([cells[0], cells[0]], 1)]
        self._own = [rule for rule in own if rule not in self._pairs]
        for rule in self._own:
            for key in rule.closed(problem):
                self._closed[rule.code, key[0]].append(key)
        for rule in PLACING:
            if rule not in own:
                self._build(rule, cells, {key: [] for key in rule.closed(problem)})

    def _meet(self, participant: int) -> None:
        """Build the walls of this participant, once."""
        if participant not in self._met:
            self._met.add(participant)
            cells = self._agenda.get(participant, [])
            for rule in self._own:
                self._build(rule, cells, {key: [] for key in self._closed.get((rule.code, participant), ())}, participant)
            for cell in cells:
                if cell.request not in self._paired:
                    self._paired.add(cell.request)
                    for rule in self._pairs:
                        self._build_pairs(rule, cell)

    def _build(self, rule: Rule, cells: list[Cell], holders: dict[Key, list[Cell]], participant: int | None = None) -> None:
        """A wall for every key that is full; ``holders`` are those full from the start."""
        problem = self.problem
        for cell in cells:
            for key in rule.keys(problem, cell):
                if participant is None or key[0] == participant:
                    if key in holders:
                        holders[key].append(cell)
                    else:
                        holders[key] = [cell]
        for key, group in holders.items():
            if len(group) >= rule.limit(problem, key):
                for lane, slots in rule.shuts(problem, key):
                    self._shut[lane].append((self._number((rule.code, lane, slots), rule, key, group), slots))

    def _build_pairs(self, rule: Rule, cell: Cell) -> None:
        """The same for a rule about two meetings at different times: a meeting is a wall for each of its two people."""
        shut: dict[tuple[int, Lane], int] = {}
        held: dict[int, Key] = {}
        for key in rule.keys(self.problem, cell):
            held[key[0]] = key
            for lane, slots in rule.shuts(self.problem, key):
                at = key[0], lane
                shut[at] = shut.get(at, 0) | slots & ~(1 << cell.slot)
        alone = [cell]
        for (participant, lane), slots in shut.items():
            if slots:
                number = self._number((rule.code, participant, cell.request), rule, held[participant], alone)
                self._shut[lane].append((number, slots))

    def _number(self, named: tuple[Any, ...], rule: Rule, key: Key, group: list[Cell]) -> int:
        """One number for all that is said of the same lane and slots, or because of the same meeting."""
        number = self._numbers.setdefault(named, len(self._numbers))
        rules, keys, holders, openers = self._walls  # columns: a wall each would be many objects
        if number == len(rules):
            rules.append(rule)
            keys.append(key)
            holders.append(group)
            openers.append(group if len(group) <= rule.limit(self.problem, key) else [])
        elif keys[number] != key and openers[number]:
            openers[number] = [cell for cell in openers[number] if cell in group]
        return number

    def wall(self, number: int) -> Wall:
        """The wall of this number."""
        rules, keys, holders, openers = self._walls
        return Wall(rules[number], keys[number], holders[number], openers[number])

    def cells(self, request: int) -> Iterator[tuple[int, int, dict[int, int]]]:
        """(venue, slots, number of each wall -> slots it shuts) for every venue where the request may be."""
        problem = self.problem
        window, venues = problem.window(request), problem.allowed_venues[request]
        for p in problem.sides[request]:
            self._meet(p)
        if not window or not venues:
            yield from self._anywhere(request, venues or range(len(problem.venues)))
            return
        place = problem.fixed.get(request)
        for venue, lanes in self._empty.options(request):
            if place is None:
                yield venue, window, self._closed_by(lanes, window)
            elif place.venue == venue:
                yield venue, 1 << place.slot, self._closed_by(lanes, 1 << place.slot)

    def free(self, request: int) -> Iterator[tuple[int, int]]:
        """(venue, slots) where nothing stands against the request."""
        for venue, slots, shut in self.cells(request):
            for mask in shut.values():
                slots &= ~mask
            yield venue, slots

    def others(self, participant: int, request: int) -> int:
        """The slots in which the participant has meetings besides that of this request."""
        slots = 0
        for cell in self._agenda.get(participant, ()):
            if cell.request != request:
                slots |= 1 << cell.slot
        return slots

    def _anywhere(self, request: int, venues: Iterable[int]) -> Iterator[tuple[int, int, dict[int, int]]]:
        """The same over all slots of the expo, with what the request's own people say as further walls."""
        problem, ledger = self.problem, self._empty
        slots = problem.mask(problem.bit)
        for venue in venues:
            shut = self._closed_by(ledger.people_lanes(request, venue) + ledger.place_lanes(request, venue), slots)
            for slot in bits(slots):
                for rule in FITTING:
                    for key in rule.keys(problem, Cell(request, slot, venue)):
                        number = self._number((rule.code, key), rule, key, [])
                        shut[number] = shut.get(number, 0) | 1 << slot
            if slots:
                yield venue, slots, shut

    def _closed_by(self, lanes: Iterable[Lane], slots: int) -> dict[int, int]:
        shut: dict[int, int] = {}
        for lane in lanes:
            for number, mask in self._shut.get(lane, ()):
                if mask & slots:
                    shut[number] = shut.get(number, 0) | mask & slots
        return shut
