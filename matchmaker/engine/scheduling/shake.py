"""Out of a dead end: take a few people's meetings away and place them anew in another order, if that gains."""

from collections.abc import Callable
from random import Random

from .trial import Judge, Trial

PATIENCE = 2000
"""The run ends when so many attempts in a row gained nothing."""


class Shaker:
    """Random repairs of the plan in the judge's ledger, in place and reproducible by the seed."""

    def __init__(self, judge: Judge, seed: int) -> None:
        self.judge = judge
        self.ledger = judge.ledger
        self.problem = judge.ledger.problem
        self.random = Random(seed)  # noqa: S311 - an order to try things in, no secret
        self.fruitless = 0
        self.asks: list[list[int]] = [[] for _ in self.problem.participants]
        for r, sides in enumerate(self.problem.sides):
            if self.problem.window(r) and r not in self.problem.fixed:
                for p in sides:
                    self.asks[p].append(r)
        self.people = [p for p, asks in enumerate(self.asks) if asks]

    def run(self, over: Callable[[], bool], attempts: int) -> bool:
        """Up to so many attempts; True when patience is at its end."""
        for _ in range(attempts):
            if over() or self.fruitless >= PATIENCE or not self.people:
                break
            self.fruitless = 0 if self._attempt() else self.fruitless + 1
        return self.fruitless >= PATIENCE or not self.people

    def _attempt(self) -> bool:
        """Reshuffle one participant and one of their counterparts; a draw is kept, as a new place to start from."""
        first = self.random.choice(self.people)
        a, b = self.problem.sides[self.random.choice(self.asks[first])]
        wanted = list(dict.fromkeys(self.asks[a] + self.asks[b]))
        trial = Trial(self.judge)
        share = self.random.choice((0.3, 0.6, 1.0))
        for r in wanted:
            if self.ledger.at[r] is not None and self.random.random() < share:
                trial.remove(r)
        waiting = [r for r in wanted if self.ledger.at[r] is None]
        spread = self.random.choice((0.0, 0.2, 0.5))
        waiting.sort(key=lambda r: -self.judge.merit.value[r] * (1 + spread * self.random.random()))
        for r in waiting:
            trial.place_anywhere(r)
        if trial.gain < -1e-6:
            trial.undo()
        return trial.gain > 1e-6
