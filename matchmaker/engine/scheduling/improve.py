"""Making a plan better without ever making it worse: compaction of people's days, and room for those left out.

Each step changes a few meetings of one participant, is judged by its exact effect on the score, and is undone unless
it gains. The order is shuffled by a seeded generator; a run that ends because nothing gains any more can be repeated.
"""

from collections.abc import Callable
from itertools import combinations
from random import Random

from .construct import Merit, by_need, fill
from .ledger import Ledger
from .problem import bits

Place = tuple[int, int]
EPSILON = 1e-9


class Improver:
    """Improves the ledger's plan in place; ``home`` is where a previous plan had a request, and leaving it costs."""

    def __init__(self, ledger: Ledger, merit: Merit, home: dict[int, Place], over: Callable[[], bool], seed: int) -> None:
        self.ledger = ledger
        self.problem = ledger.problem
        self.merit = merit
        self.home = home
        self.over = over
        self.random = Random(seed)  # noqa: S311 - an order to try moves in, no secret
        self.price = self.problem.instance.objective.perturbation

    def run(self, on_pass: Callable[[], None]) -> bool:
        """Pass after pass until nothing gains (True) or ``over`` says stop (False)."""
        while not self.over():
            gained = self._compact() + self._make_room()
            on_pass()
            if not gained and not self.over():
                return True
        return False

    def _compact(self) -> int:
        gained = 0
        people = [p for p, agenda in enumerate(self.ledger.agenda) if agenda]
        self.random.shuffle(people)
        for p in people:
            if self.over():
                break
            if self.ledger.gap_cost(p, self.ledger.used[p]) > 0:
                gained += self._move_each(p) + self._swap_each(p)
        return gained

    def _movable(self, p: int) -> list[int]:
        return [r for r in self.ledger.agenda[p] if r not in self.problem.fixed]

    def _move_each(self, p: int) -> int:
        return sum(self._move(r) for r in self._movable(p))

    def _move(self, r: int) -> bool:
        """Put one meeting where it costs least; True if that is better than where it was."""
        ledger = self.ledger
        before = self._days(r)
        place = ledger.remove(r)
        best, least = place, before + self._leaving(r, place) - EPSILON
        for venue, free in ledger.openings(r):
            for slot in bits(free):
                cost = self._days(r, slot) + self._leaving(r, (slot, venue))
                if cost < least:
                    best, least = (slot, venue), cost - EPSILON
        ledger.place(r, *best)
        return best != place

    def _days(self, r: int, slot: int | None = None) -> float:
        """The gap costs of both sides, as they are or with a meeting at this slot added."""
        ledger, extra = self.ledger, 0 if slot is None else 1 << slot
        return sum(ledger.gap_cost(p, ledger.used[p] | extra) for p in self.problem.sides[r])

    def _leaving(self, r: int, place: Place) -> float:
        return self.price if self.home.get(r, place) != place else 0.0

    def _swap_each(self, p: int) -> int:
        gained = 0
        for first, second in combinations(self._movable(p), 2):
            agenda = self.ledger.agenda[p]
            if agenda[first] != agenda[second] and self._promising(p, first, second):
                gained += self._swap(first, second)
        return gained

    def _promising(self, p: int, first: int, second: int) -> bool:
        """Would the two other sides gain from exchanging the slots? Cheap, and blind to venues and interpreters."""
        ledger, agenda, change = self.ledger, self.ledger.agenda[p], 0.0
        for r, slot in ((first, agenda[second]), (second, agenda[first])):
            a, b = self.problem.sides[r]
            other = b if a == p else a
            if not self.problem.window(r) >> slot & 1:
                return False
            change += ledger.gap_cost(other, ledger.used_without(other, r) | 1 << slot)
            change -= ledger.gap_cost(other, ledger.used[other])
        return change < -EPSILON

    def _swap(self, first: int, second: int) -> bool:
        """Exchange the slots of two meetings of one participant; undone unless it gains."""
        before = self._cost((first, second))
        places = {r: self.ledger.remove(r) for r in (first, second)}
        moved = self._put(first, places[second][0], places[first][1]) and self._put(second, places[first][0], places[second][1])
        if moved and self._cost((first, second)) < before - EPSILON:
            return True
        self._restore(places)
        return False

    def _put(self, r: int, slot: int, venue: int) -> bool:
        """Place the request at this slot, at this venue if that is open, else at any of its venues."""
        open_at = [v for v, free in self.ledger.openings(r) if free >> slot & 1]
        if not open_at:
            return False
        self.ledger.place(r, slot, venue if venue in open_at else open_at[0])
        return True

    def _restore(self, places: dict[int, Place | None]) -> None:
        for r in places:
            if self.ledger.at[r] is not None:
                self.ledger.remove(r)
        for r, place in places.items():
            if place is not None:
                self.ledger.place(r, *place)

    def _cost(self, requests: tuple[int, ...]) -> float:
        """What the score loses on these requests and their people: gaps, shortfalls, changes, less what is placed."""
        ledger, short = self.ledger, self.problem.instance.objective.shortfall
        people = {p for r in requests for p in self.problem.sides[r]}
        cost = sum(ledger.gap_cost(p, ledger.used[p]) + short * ledger.missing(p) for p in people)
        for r in requests:
            place = ledger.at[r]
            if place is not None:
                cost += self._leaving(r, place) - self.merit.value[r]
        return cost

    def _make_room(self) -> int:
        """Place who is left out: in an opening, or by moving or replacing the one or two meetings in the way."""
        waiting = by_need(self.ledger, self.merit)
        gained = fill(self.ledger, waiting, self.over)
        for r in waiting:
            if self.over():
                break
            if self.ledger.at[r] is None:
                gained += self._push_in(r)
        return gained

    def _push_in(self, r: int) -> bool:
        window = self.problem.window(r)
        for venue in self.problem.allowed_venues[r]:
            around = window & ~self.ledger.shut(self.ledger.place_lanes(r, venue))
            for slot in bits(around):
                rivals = self._rivals(r, slot)
                if rivals is not None and self._push(r, (slot, venue), rivals):
                    return True
        return False

    def _rivals(self, r: int, slot: int) -> tuple[int, ...] | None:
        """The meetings of both sides at this slot, at most one each; None if one of them is fixed."""
        rivals = []
        for p in self.problem.sides[r]:
            if self.ledger.used[p] >> slot & 1 and self.problem.parallel[p] == 1:
                rivals += [other for other, at in self.ledger.agenda[p].items() if at == slot]
        return None if any(other in self.problem.fixed for other in rivals) else tuple(rivals)

    def _push(self, r: int, place: Place, rivals: tuple[int, ...]) -> bool:
        """Take the rivals' place and give them the cheapest other one; undone unless it gains."""
        involved = (r, *rivals)
        before = self._cost(involved)
        places: dict[int, Place | None] = {r: None} | {other: self.ledger.remove(other) for other in rivals}
        if any(v == place[1] and free >> place[0] & 1 for v, free in self.ledger.openings(r)):
            self.ledger.place(r, *place)
            for other in sorted(rivals, key=lambda x: -self.merit.value[x]):
                self._place_cheaply(other)
            if self._cost(involved) < before - EPSILON:
                return True
        self._restore(places)
        return False

    def _place_cheaply(self, r: int) -> None:
        best, least = None, float("inf")
        for venue, free in self.ledger.openings(r):
            for slot in bits(free):
                cost = self._days(r, slot) + self._leaving(r, (slot, venue))
                if cost < least:
                    best, least = (slot, venue), cost
        if best is not None:
            self.ledger.place(r, *best)
