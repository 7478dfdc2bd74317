"""Why a request has no place: the fewest things that would have to give way, the dearest first.

A request may go to the cells of its own window and venues. What stands against it in a cell is what ``check_move``
would say there: a side is in a meeting, a side has its maximum, a meeting is too near to rest or to walk, the tables
or the interpreters of that hour are all taken. Each such statement is one *blocker*; to relax it is not to ask it. A
set of blockers makes the request placeable exactly when it covers a cell, so a smallest set is a cell with the fewest.
Availability and allowed slots are the word of the people: they count as blockers only when they leave no cell at all.

What a blocker shuts is one mask; the masks of a request are added as the bits of vertical counters, so that all slots
of a venue are counted at once.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .board import Violation
from .problem import Cell, Problem, bits, problem_of
from .records import Id, Instance, Meeting, Plan
from .rule import N_
from .rules import PLACING, PerParticipant
from .standing import FITTING, Standing

Prices = Mapping[tuple[str, Id], float]

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
