"""Why a request has no place: the fewest things that would have to give way, the dearest first.

A request may go to the cells of its own window and venues. What stands against it in a cell is what ``check_move``
would say there: a side is in a meeting, a side has its maximum, a meeting is too near to rest or to walk, the tables
or the interpreters of that hour are all taken. Each such statement is one *blocker*; to relax it is not to ask it. A
set of blockers makes the request placeable exactly when it covers a cell, so a smallest set is a cell with the fewest.
Availability and allowed slots are the word of the people: they count as blockers only when they leave no cell at all.

Slots are bits of integers throughout: what a blocker shuts is one mask, and the masks of a request are added as the
bits of vertical counters, so that all slots of a venue are counted at once.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from .board import Violation
from .ledger import Ledger
from .problem import Cell, Problem, bits, problem_of
from .records import Id, Instance, Meeting, Plan
from .rule import N_, Key, Lane, Rule
from .rules import PLACING, AllowedSlot, AllowedVenue, Available, PerParticipant

Prices = Mapping[tuple[str, Id], float]

FITTING: tuple[Rule, ...] = (AllowedVenue(), AllowedSlot(), Available())
"""The rules by which a request's own people leave it no cell."""

REASONS = {
    "no_common_time": N_("There is no time at which both sides are available."),
    "no_place": N_("There is no table and no booth for this meeting."),
    "out_of_time": N_("There is room for this meeting; the run ended before it was placed."),
    **{rule.code: rule.label for rule in (*FITTING, *PLACING)},
}
"""The text of every reason code; placeholders are filled from the context."""


@dataclass(frozen=True, slots=True)
class Blocker(Violation):
    """One statement in the way of a request, and what its scarce thing costs in score by the prices of the choice."""

    price: float = 0.0


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A request without a place; relaxing all its ``blockers``, and no fewer of them, opens this slot and venue.

    Without blockers there is room. ``slot`` and ``venue`` are None where the expo has no such thing at all.
    """

    request: Id
    slot: Id | None
    venue: Id | None
    blockers: tuple[Blocker, ...]
    common_time: bool = True

    @property
    def reason(self) -> str:
        """One code of ``REASONS`` for all of it: what to read first."""
        if not self.common_time:
            return "no_common_time"
        if self.venue is None:
            return "no_place"
        return self.blockers[0].code if self.blockers else "out_of_time"

    @property
    def context(self) -> dict[str, Any]:
        """What the text of the reason needs."""
        return self.blockers[0].context if self.blockers else {"request": self.request}


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


def fewest(masks: Collection[int], slots: int) -> tuple[int, int]:
    """The least number of ``masks`` that cover any one of ``slots``, and the slots that only so many cover."""
    planes: list[int] = []  # plane k holds bit k of every slot's count
    for mask in masks:
        for k, plane in enumerate(planes):
            planes[k], mask = plane ^ mask, plane & mask
            if not mask:
                break
        if mask:
            planes.append(mask)
    count = 0
    for k in range(len(planes) - 1, -1, -1):
        if slots & ~planes[k]:
            slots &= ~planes[k]
        else:
            count |= 1 << k
    return count, slots


class Why:
    """Asks a plan about its requests without a place; ``prices`` are those of the choice programme (``Bound.prices``)."""

    def __init__(self, problem: Problem, cells: Iterable[Cell], prices: Prices | None = None, standing: Standing | None = None) -> None:
        self.problem = problem
        self.standing = Standing(problem, cells) if standing is None else standing
        self._prices = prices or {}
        self._price: dict[int, float] = {}
        self._meeting: dict[Cell, Meeting] = {}
        self._meetings: dict[int, tuple[Meeting, ...]] = {}

    def not_placed(self, request: int) -> Unplaced:
        """The smallest set of blockers; among equals the one whose prices sum to least, then the earliest."""
        whole = bool(self.problem.window(request))
        least: list[tuple[Cell, list[int]]] = []
        size = 0
        for venue, slots, shut in self.standing.cells(request):
            count, where = fewest(shut.values(), slots)
            if not least or count < size:
                size, least = count, []
            if count == size:
                for slot in bits(where):
                    least.append((Cell(request, slot, venue), [n for n, mask in shut.items() if mask >> slot & 1]))
        if not least:
            return Unplaced(self.problem.instance.requests[request].id, None, None, (), whole)
        cell, numbers = min(least, key=lambda found: (sum(self.price(n, found[0]) for n in found[1]), found[0].slot))
        place = self.problem.meeting(cell)
        return Unplaced(place.request, place.slot, place.venue, self._blockers(cell, numbers), whole)

    def price(self, number: int, cell: Cell) -> float:
        """What a further meeting of the wall's participant, venue or interpreters is worth in score."""
        if number not in self._price:
            wall = self.standing.wall(number)
            if isinstance(wall.rule, PerParticipant):
                named = ("participant", self.problem.instance.participants[wall.key[0]].id)
            else:
                context = wall.rule.context(self.problem, wall.key, cell)
                named = next(((kind, context[kind]) for kind in ("interpreter", "venue") if kind in context), ("", ""))
            self._price[number] = self._prices.get(named, 0.0)
        return self._price[number]

    def _blockers(self, cell: Cell, numbers: list[int]) -> tuple[Blocker, ...]:
        """These walls as blockers of the cell, the dearest first."""
        walls = {n: self.standing.wall(n) for n in numbers}
        blockers = []
        for n in sorted(numbers, key=lambda n: (-self.price(n, cell), walls[n].rule.code, walls[n].key)):
            rule, key, holders, _openers = walls[n]
            if n not in self._meetings:
                self._meetings[n] = tuple(map(self._known, holders))
            blockers.append(Blocker(rule.code, rule.label, rule.context(self.problem, key, cell), self._meetings[n], self.price(n, cell)))
        return tuple(blockers)

    def _known(self, cell: Cell) -> Meeting:
        if cell not in self._meeting:
            self._meeting[cell] = self.problem.meeting(cell)
        return self._meeting[cell]


def why_not(instance: Instance, plan: Plan, prices: Prices | None = None, *, only: Collection[Id] | None = None) -> list[Unplaced]:
    """Every request (of ``only``, if given) that the plan does not place, in their order, each with a smallest set of blockers.

    Raises ValueError when the plan names something that does not exist.
    """
    problem = problem_of(instance)
    asked = range(len(problem.sides)) if only is None else sorted(problem.requests[ident] for ident in only)
    return explain(problem, [problem.cell(m) for m in plan.meetings], prices, asked)


def explain(
        problem: Problem, cells: Collection[Cell], prices: Prices | None = None, asked: Collection[int] | None = None) -> list[Unplaced]:
    """The same by numbers, for a run that has just ended."""
    why, placed = Why(problem, cells, prices), {c.request for c in cells}
    return [why.not_placed(r) for r in (range(len(problem.sides)) if asked is None else asked) if r not in placed]


def impossible(instance: Instance) -> list[Unplaced]:
    """The requests that no plan can place because the two sides are never available together; needs no run."""
    problem = problem_of(instance)
    why = Why(problem, [])
    return [why.not_placed(r) for r in range(len(problem.sides)) if not problem.window(r)]
