"""Closing the gaps in people's days without ever making a plan worse: moves, and swaps of two meetings of one person.

Each step changes a few meetings of one participant, is judged by its exact effect on the score, and is undone unless
it gains. The order is shuffled by a seeded generator.
"""

from collections.abc import Callable, Iterable
from itertools import combinations
from random import Random

from .trial import Judge, Trial

EPSILON = 1e-6


class Compactor:
    """Compacts the plan in the judge's ledger, in place; ``over`` tells when to stop."""

    def __init__(self, judge: Judge, over: Callable[[], bool], random: Random) -> None:
        self.judge = judge
        self.ledger = judge.ledger
        self.problem = judge.ledger.problem
        self.over = over
        self.random = random
        self._seen = [0] * len(self.problem.participants)  # the slots of everybody when their days were last looked at

    def waiting(self) -> list[int]:
        """Whose days have gaps and have changed since they were last looked at."""
        used, cost = self.ledger.used, self.ledger.problem.gap_cost
        return [p for p, slots in enumerate(used) if slots != self._seen[p] and cost(p, slots) > 0]

    def compact(self, people: Iterable[int] | None = None) -> float:
        """Move or swap meetings of these people, or of all, if they have gaps; returns the gain in score."""
        order = list(range(len(self.problem.participants)) if people is None else people)
        self.random.shuffle(order)
        gained = 0.0
        for p in order:
            if self.over():
                break
            if self.ledger.problem.gap_cost(p, self.ledger.used[p]) > 0:
                gained += sum(self._move(r) for r in self._movable(p)) + self._swaps(p)
            self._seen[p] = self.ledger.used[p]
        return gained

    def _movable(self, p: int) -> list[int]:
        return [r for r in self.ledger.agenda[p] if r not in self.problem.fixed]

    def _move(self, r: int) -> float:
        """Put one meeting where it costs least."""
        trial = Trial(self.judge)
        trial.remove(r)
        trial.place_anywhere(r)
        return self._kept(trial)

    def _kept(self, trial: Trial) -> float:
        """The gain of a trial, which is undone when there is none."""
        if trial.gain <= EPSILON:
            trial.undo()
        return trial.gain

    def _swaps(self, p: int) -> float:
        gained = 0.0
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
            change += ledger.problem.gap_cost(other, ledger.used_without(other, r) | 1 << slot)
            change -= ledger.problem.gap_cost(other, ledger.used[other])
        return change < -EPSILON

    def _swap(self, first: int, second: int) -> float:
        """Exchange the slots of two meetings of one participant."""
        trial = Trial(self.judge)
        there, here = trial.remove(second), trial.remove(first)
        if not (trial.place_at(first, there[0], here[1]) and trial.place_at(second, here[0], there[1])):
            trial.undo()
        return self._kept(trial)
