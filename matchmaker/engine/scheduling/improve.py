"""Making a plan better without ever making it worse: compaction of people's days, and room for those left out.

Each step changes a few meetings of one participant, is judged by its exact effect on the score, and is undone unless
it gains. The order is shuffled by a seeded generator; a run that ends because nothing gains any more can be repeated.
"""

from collections.abc import Callable
from itertools import combinations
from random import Random

from .construct import by_need, fill
from .problem import bits
from .trial import Judge, Trial

EPSILON = 1e-6


class Improver:
    """Improves the plan in the judge's ledger, in place; ``over`` tells when to stop."""

    def __init__(self, judge: Judge, over: Callable[[], bool], seed: int) -> None:
        self.judge = judge
        self.ledger = judge.ledger
        self.problem = judge.ledger.problem
        self.over = over
        self.random = Random(seed)  # noqa: S311 - an order to try moves in, no secret
        self.asks: list[list[int]] = [[] for _ in self.problem.participants]
        for r in sorted(range(len(self.problem.sides)), key=lambda r: -judge.merit.value[r]):
            for p in self.problem.sides[r]:
                self.asks[p].append(r)

    def run(self) -> bool:
        """Pass after pass until nothing gains (True) or ``over`` says stop (False)."""
        while not self.over():
            gained = self.compact() + self.make_room()
            if not gained and not self.over():
                return True
        return False

    def compact(self) -> int:
        """Move or swap meetings of people with gaps in their days; returns how many steps gained."""
        gained = 0
        people = [p for p, agenda in enumerate(self.ledger.agenda) if agenda]
        self.random.shuffle(people)
        for p in people:
            if self.over():
                break
            if self.ledger.gap_cost(p, self.ledger.used[p]) > 0:
                gained += sum(self._move(r) for r in self._movable(p)) + self._swaps(p)
        return gained

    def _movable(self, p: int) -> list[int]:
        return [r for r in self.ledger.agenda[p] if r not in self.problem.fixed]

    def _move(self, r: int) -> bool:
        """Put one meeting where it costs least."""
        trial = Trial(self.judge)
        trial.remove(r)
        return trial.place_anywhere(r) and self._accept(trial)

    def _accept(self, trial: Trial) -> bool:
        if trial.gain > EPSILON:
            return True
        trial.undo()
        return False

    def _swaps(self, p: int) -> int:
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
        """Exchange the slots of two meetings of one participant."""
        trial = Trial(self.judge)
        there, here = trial.remove(second), trial.remove(first)
        if trial.place_at(first, there[0], here[1]) and trial.place_at(second, here[0], there[1]):
            return self._accept(trial)
        trial.undo()
        return False

    def make_room(self) -> int:
        """Place who is left out: in an opening, or by moving or replacing meetings in the way."""
        waiting = by_need(self.ledger, self.judge.merit)
        gained = fill(self.ledger, waiting, self.over)
        for r in waiting:
            if self.over():
                break
            if self.ledger.at[r] is None:
                gained += self._push_in(r)
        return gained

    def _push_in(self, r: int) -> bool:
        """Try every slot and venue that has a table and an interpreter left, at the expense of the two sides."""
        surplus = self._surplus(r)
        if surplus is None:
            return False
        window = self.problem.window(r)
        for venue in self.problem.allowed_venues[r]:
            for slot in bits(window & ~self.ledger.shut(self.ledger.place_lanes(r, venue))):
                rivals = self._rivals(r, slot, surplus)
                if rivals is not None and self._push(r, slot, venue, rivals):
                    return True
        return False

    def _surplus(self, r: int) -> dict[int, int] | None:
        """For each side at its maximum, the least valuable meeting it could give up; None if all are fixed."""
        surplus = {}
        for p in self.problem.sides[r]:
            if len(self.ledger.agenda[p]) >= self.problem.maximum[p]:
                movable = self._movable(p)
                if not movable:
                    return None
                surplus[p] = min(movable, key=lambda x: (self.judge.merit.value[x], x))
        return surplus

    def _rivals(self, r: int, slot: int, surplus: dict[int, int]) -> set[int] | None:
        """The meetings that must leave this slot or make way for the maximum; None if one of them is fixed."""
        rivals = set(surplus.values())
        for p in self.problem.sides[r]:
            if self.ledger.used[p] >> slot & 1 and self.problem.parallel[p] == 1:
                rivals |= {other for other, at in self.ledger.agenda[p].items() if at == slot}
        return None if rivals & self.problem.fixed.keys() else rivals

    def _push(self, r: int, slot: int, venue: int, rivals: set[int]) -> bool:
        """Take the rivals' place, give them another if there is one, and let others use what became free."""
        trial = Trial(self.judge)
        for other in sorted(rivals):
            trial.remove(other)
        if any(v == venue and free >> slot & 1 for v, free in self.ledger.openings(r)):
            trial.place(r, slot, venue)
            for other in sorted(rivals, key=lambda x: (-self.judge.merit.value[x], x)):
                if not trial.place_anywhere(other):
                    self._refill(trial, other, r)
            return self._accept(trial)
        trial.undo()
        return False

    def _refill(self, trial: Trial, dropped: int, cause: int) -> None:
        """Give the side that lost a meeting another request that waits for it."""
        for p in self.problem.sides[dropped]:
            if p not in self.problem.sides[cause]:
                for r in self.asks[p]:
                    if self.ledger.at[r] is None and r != dropped and trial.place_anywhere(r):
                        break
