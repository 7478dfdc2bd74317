"""The smallest changes that give a request its place: move a meeting or two, or add one table, interpreter, person.

For every cell of the request the walls around it are known (``blockers``). A wall falls when one of its meetings goes
elsewhere (and may push one more on), or when its lever is pulled. Candidates are made by number, priced, and kept only
if the rules find nothing wrong with them.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from .blockers import Prices, Unplaced, Why
from .board import free_cells
from .levers import Admitted, Colleague, Interpreters, Lever, Maximum, Present, Tables, pull
from .problem import Cell, Problem, bits, problem_of
from .records import Id, Instance, Meeting, Plan
from .rule import Key
from .rules import PLACING, RULES
from .standing import Standing, Wall

EFFORT: dict[type, float] = {Tables: 1, Interpreters: 2, Maximum: 1, Colleague: 3, Present: 3, Admitted: 2}
"""What it takes to pull a lever, where telling one person of a change is 1 and moving one meeting is ``MOVING``."""

MOVING = 1.0
MOST_HOLDERS = 40  # meetings of one wall that are tried elsewhere
ALIKE = 2  # changes of one kind that are offered
ORDER = {rule.code: at for at, rule in enumerate(RULES)}


@dataclass(frozen=True, slots=True)
class Move:
    """A meeting of the plan goes to another slot or venue; ``people`` are its two sides."""

    request: Id
    slot: Id
    venue: Id
    was_slot: Id
    was_venue: Id
    people: tuple[Id, Id]


@dataclass(frozen=True, slots=True)
class Change:
    """The request goes to this slot and venue after these levers and moves.

    ``told`` are the participants to ask or to tell, the request's own two among them; ``price`` adds their number to the
    effort of the levers and moves.
    """

    request: Id
    slot: Id
    venue: Id
    levers: tuple[Lever, ...]
    moves: tuple[Move, ...]
    told: tuple[Id, ...]
    price: float

    @property
    def arriving(self) -> tuple[Meeting, ...]:
        """The moved meetings and the new one where they go to, without tables."""
        return *(Meeting(m.request, m.slot, m.venue) for m in self.moves), Meeting(self.request, self.slot, self.venue)

    def apply(self, instance: Instance, plan: Plan) -> tuple[Instance, Plan]:
        """The instance and the plan afterwards; meetings that arrive in a pool get its lowest free table."""
        instance = pull(instance, self.levers)
        pools = {v.id: v.tables for v in instance.venues if v.kind == "pool"}
        gone = {m.request for m in self.arriving}
        meetings = [m for m in plan.meetings if m.request not in gone]
        for meeting in self.arriving:
            taken = {m.table for m in meetings if (m.slot, m.venue) == (meeting.slot, meeting.venue)}
            free = (n for n in range(pools.get(meeting.venue, 0)) if n not in taken)
            meetings.append(replace(meeting, table=next(free, None)))
        order = {r.id: k for k, r in enumerate(instance.requests)}
        return instance, Plan(plan.instance, tuple(sorted(meetings, key=lambda m: order[m.request])))


def changes(instance: Instance, plan: Plan, request: Id, *, most: int = 5) -> list[Change]:
    """The cheapest ways to give an unplaced request a place, at most so many, each verified by every rule.

    Raises ValueError when the request does not exist or has a place.
    """
    return Finder(instance, plan).changes(request, most=most)


class Finder:
    """Finds changes for the unplaced requests of one plan; worth keeping when several are asked about."""

    def __init__(self, instance: Instance, plan: Plan) -> None:
        self.instance = instance
        self.problem = problem_of(instance)
        self.cells = {c.request: c for c in map(self.problem.cell, plan.meetings)}
        self.standing = Standing(self.problem, self.cells.values())
        self._around: dict[int, tuple[list[Cell], list[tuple[Cell, Wall]]]] = {}
        self._used: dict[Cell, frozenset[tuple[int, Key]]] = {}

    def why_not(self, request: Id, prices: Prices | None = None) -> Unplaced:
        """What stands against this request, the dearest first; see ``blockers``."""
        return Why(self.problem, (), prices, self.standing).not_placed(self._waiting(request))

    def legal_cells(self, request: Id) -> list[tuple[Id, Id, int | None]]:
        """Every (slot, venue, table) where there is room for this request; see ``board.legal_cells``."""
        return free_cells(self.standing, self._waiting(request))

    def _waiting(self, request: Id) -> int:
        r = self.problem.requests.get(request)
        if r is None or r in self.cells:
            raise ValueError(f"request {request!r} does not exist or has a place")
        return r

    def changes(self, request: Id, *, most: int = 5) -> list[Change]:
        """The cheapest changes for this request; see ``changes``."""
        r = self._waiting(request)
        found = sorted(self._candidates(r), key=lambda c: (c.price, len(c.levers)))
        kept: list[Change] = []
        kinds: Counter[Any] = Counter()
        for change in found:
            kind = (*sorted(type(lever).__name__ for lever in change.levers), bool(change.moves))
            if len(kept) < most and kinds[kind] < ALIKE and not any(_less(k, change) for k in kept) and self._holds(change):
                kept.append(change)
                kinds[kind] += 1
        return kept

    def _candidates(self, r: int) -> Iterator[Change]:
        """Ways into the cells with the fewest walls, or one more."""
        around = {
            Cell(r, slot, venue): [self.standing.wall(n) for n, mask in shut.items() if mask >> slot & 1]
            for venue, slots, shut in self.standing.cells(r)
            for slot in bits(slots)
        }
        least = min(map(len, around.values()), default=0)
        for cell, walls in around.items():
            if len(walls) <= least + 1:
                yield from self._ways(cell, sorted(walls, key=_place))

    def _ways(self, cell: Cell, walls: list[Wall]) -> Iterator[Change]:
        """The levers for all walls of the cell, and the levers for those that stand when one of its meetings moves."""
        sides = set(self.problem.sides[cell.request])
        if (levers := self._levers(cell, walls)) is not None:
            yield self._change(cell, levers, ())
        for holder in dict.fromkeys(h for wall in walls for h in wall.openers[:MOST_HOLDERS]):
            beside = not sides.isdisjoint(self.problem.sides[holder.request])
            for moves in self._elsewhere(holder, [cell], deeper=beside):
                left = [w for w in walls if holder not in w.openers or w.key in w.rule.keys(self.problem, moves[-1])]
                if len(left) < len(walls) and (levers := self._levers(cell, left)) is not None:
                    yield self._change(cell, levers, moves)
                    break

    def _elsewhere(self, holder: Cell, taken: list[Cell], *, deeper: bool) -> Iterator[tuple[Cell, ...]]:
        """Cells for a meeting that has to go, with the meeting it pushes on (first) if there is no free one."""
        r = holder.request
        if r in self.problem.fixed or any(r == c.request for c in taken):
            return
        free = [c for c in self._room_for(holder)[0] if self._agree(c, taken)]
        yield from ((c,) for c in free)
        if deeper and not free:
            yield from self._pushing(holder, taken)

    def _pushing(self, holder: Cell, taken: list[Cell]) -> Iterator[tuple[Cell, ...]]:
        """The meeting takes the place of one other meeting, which finds a free cell."""
        for cell, wall in self._room_for(holder)[1]:
            if self._agree(cell, taken):
                for second in wall.openers[:MOST_HOLDERS]:
                    for (goes,) in self._elsewhere(second, [*taken, cell], deeper=False):
                        if wall.key not in wall.rule.keys(self.problem, goes):
                            yield goes, cell
                            break

    def _room_for(self, holder: Cell) -> tuple[list[Cell], list[tuple[Cell, Wall]]]:
        """Where this meeting may go once it has left its place: where the plan has room for it, nearest to its people's other
        meetings first; and the cells at other times where one wall alone stands against it.
        """
        r = holder.request
        if r not in self._around:
            free: list[Cell] = []
            behind: list[tuple[Cell, Wall]] = []
            for venue, slots, shut in self.standing.cells(r):
                once = twice = 0
                left = [(mask, wall) for n, mask in shut.items() if holder not in (wall := self.standing.wall(n)).openers]
                for mask, _wall in left:
                    once, twice = once | mask, twice | once & mask
                free += [cell for slot in bits(slots & ~once) if (cell := Cell(r, slot, venue))[:3] != holder[:3]]
                behind += [(Cell(r, slot, venue), next(wall for mask, wall in left if mask >> slot & 1))
                           for slot in bits(slots & once & ~twice & ~(1 << holder.slot))]
            self._around[r] = sorted(free, key=self._disturbance), behind
        return self._around[r]

    def _agree(self, cell: Cell, taken: list[Cell]) -> bool:
        """May this meeting, for which the plan has room, stand beside the others that are about to be placed?

        Only a key that is shared and full with so many can say no; most of them are those of a maximum far away.
        """
        uses = self._uses(cell)
        beside = [c for c in taken if not self._uses(c).isdisjoint(uses)]
        shared = {at for c in beside for at in self._uses(c) & uses}
        doubted = {k for k, key in shared if PLACING[k].limit(self.problem, key) <= len(beside)}
        return not any(next(PLACING[k].breaks(self.problem, cell, beside), None) for k in doubted)

    def _uses(self, cell: Cell) -> frozenset[tuple[int, Key]]:
        """Everything this meeting uses up."""
        if cell not in self._used:
            self._used[cell] = frozenset((k, key) for k, rule in enumerate(PLACING) for key in rule.keys(self.problem, cell))
        return self._used[cell]

    def _disturbance(self, cell: Cell) -> float:
        """Idle slots and breaks of both sides with the meeting there: nearest to their other meetings first."""
        problem, others = self.problem, self.standing.others
        return sum(problem.gap_cost(p, others(p, cell.request) | 1 << cell.slot) for p in problem.sides[cell.request])

    def _levers(self, cell: Cell, walls: Iterable[Wall]) -> tuple[Lever, ...] | None:
        """The lever for each of these walls, none twice; None if there is a wall without one."""
        levers = [self._lever(cell, wall) for wall in walls]
        return None if None in levers else tuple(dict.fromkeys(lever for lever in levers if lever is not None))

    def _lever(self, cell: Cell, wall: Wall) -> Lever | None:
        about = wall.rule.context(self.problem, wall.key, cell)
        here = self.problem.meeting(cell)
        match wall.rule.code:
            case "venue-capacity":
                venue = self.instance.venues[cell.venue]
                return Tables(venue.id, 1, here.slot) if venue.owner is None else Colleague(venue.owner)
            case "interpreter-capacity":
                return Interpreters(about["interpreter"], 1, here.slot)
            case "max-meetings":
                return Maximum(about["participant"])
            case "clash" | "gap":
                return Colleague(about["participant"])
            case "unavailable":
                return Present(about["participant"], here.slot)
            case "slot-not-allowed" | "venue-not-allowed":
                return Admitted(here.request, here.slot, here.venue)
        return None

    def _change(self, cell: Cell, levers: tuple[Lever, ...], moves: Collection[Cell]) -> Change:
        problem = self.problem
        moved = tuple(self._move(c) for c in moves)
        people = [problem.instance.participants[p].id for p in problem.sides[cell.request]]
        asked = [lever.participant for lever in levers if isinstance(lever, Maximum | Colleague | Present)]
        told = tuple(p for p in dict.fromkeys([*people, *asked, *(p for m in moved for p in m.people)]) if p is not None)
        price = sum(EFFORT[type(lever)] for lever in levers) + MOVING * len(moved) + len(told)
        here = problem.meeting(cell)
        return Change(here.request, here.slot, here.venue, levers, moved, told, price)

    def _move(self, cell: Cell) -> Move:
        problem = self.problem
        to, was = problem.meeting(cell), problem.meeting(self.cells[cell.request])
        a, b = (problem.instance.participants[p].id for p in problem.sides[cell.request])
        return Move(to.request, to.slot, to.venue, was.slot, was.venue, (a, b))

    def _holds(self, change: Change) -> bool:
        """Do the rules, asked anew about the changed instance, find nothing wrong with any meeting the change touches?"""
        touched = [self.problem.cell(meeting) for meeting in change.arriving]
        sides, slots = {p for c in touched for p in self.problem.sides[c.request]}, {c.slot for c in touched}
        cells = self.cells | {c.request: c for c in touched}
        near = [c for c in cells.values() if c.slot in slots or not sides.isdisjoint(self.problem.sides[c.request])]
        problem, meetings = self._changed(change, [c.request for c in near]), map(self.problem.meeting, near)
        there = [problem.cell(replace(meeting, table=None)) for meeting in meetings]
        rules = [rule for rule in RULES if not rule.code.startswith("table")]  # tables are given out by ``apply``
        return not any(
            next(rule.breaks(problem, cell, [c for c in there if c.request != cell.request]), None)
            for cell in map(problem.cell, change.arriving)
            for rule in rules
        )

    def _changed(self, change: Change, requests: list[int]) -> Problem:
        """The problem after the levers of a change, with these requests alone: the others have no part in it."""
        if not change.levers:
            return self.problem
        instance = self.instance
        kept = {instance.requests[r].id for r in requests}
        fixed = tuple(f for f in instance.fixed if f.request in kept)
        part = replace(instance, requests=tuple(instance.requests[r] for r in requests), fixed=fixed)
        return Problem(pull(part, change.levers))


def _place(wall: Wall) -> tuple[int, str]:
    """Where a wall stands among those of a cell: by its rule and what it is about, not by who was asked about first."""
    return ORDER[wall.rule.code], repr(wall.key)


def _less(one: Change, other: Change) -> bool:
    """Does the first ask for a part of what the second asks for?"""
    return set(one.levers) < set(other.levers) and len(one.moves) <= len(other.moves)
