"""From an instance to a plan, as good as the time allows, with its distance from the best conceivable one."""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Literal

from .blockers import Unplaced, explain
from .conflicts import ImpossibleLocksError, conflicts_of
from .construct import Merit, by_need, construct, fill, start_from
from .improve import Improver
from .ledger import Ledger
from .names import named
from .problem import Problem
from .quality import Quality, measure
from .records import Instance, Plan
from .shake import Shaker
from .trial import Judge

if TYPE_CHECKING:
    from .bound import Bound

PULSE = 0.5
"""Seconds between two reports of progress."""

OnProgress = Callable[[str, float, Quality], None]


@dataclass(frozen=True, slots=True)
class Result:
    """A plan and the truth about it.

    ``gap`` is the share of the bound's utility that the plan lacks.
    """

    plan: Plan
    quality: Quality
    bound: "Bound"
    gap: float
    unplaced: list[Unplaced]
    stopped_because: Literal["converged", "deadline", "stopped"]

    @property
    def impossible(self) -> list[Unplaced]:
        """The requests whose two sides are never available together."""
        return [u for u in self.unplaced if not u.common_time]


def solve(
    instance: Instance,
    *,
    seconds: float,
    seed: int = 0,
    tiers: int = 1,
    previous: Plan | None = None,
    on_progress: OnProgress | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Result:
    """The best plan found within ``seconds``; the same again for the same seed when it ends by convergence.

    The first ``tiers`` priorities are strict: with 1 must-meets go before everything else, with 2 also priority 2 goes
    before 3 (which costs a few percent of utility), with 0 utility alone decides. ``previous`` is the plan people know:
    its meetings stay where the rules still allow it, and each change costs the objective's ``perturbation``.

    ``on_progress(stage, fraction, quality)`` is called with the stages "bound", "construct" and "improve";
    ``should_stop()`` ends the run with the plan so far. Fixed meetings are placed in any case.

    Raises ImpossibleLocksError when the fixed meetings contradict the rules, ValueError when the instance does itself.
    """
    return _Run(instance, seconds, seed, tiers, previous, on_progress, should_stop).result()


class _Run:
    def __init__(
        self,
        instance: Instance,
        seconds: float,
        seed: int,
        tiers: int,
        previous: Plan | None,
        on_progress: OnProgress | None,
        should_stop: Callable[[], bool] | None,
    ) -> None:
        self.started = monotonic()
        self.seconds, self.seed, self.tiers, self.previous = seconds, seed, tiers, previous
        self.on_progress, self.should_stop = on_progress, should_stop
        self.problem = Problem(instance)
        if broken := conflicts_of(self.problem):
            raise ImpossibleLocksError(broken)
        self.ledger = Ledger(self.problem)
        self.stopped = False
        self.stage, self.told = "construct", self.started

    def over(self) -> bool:
        """Has the time run out, or did someone press stop?"""
        if not self.stopped and self.should_stop is not None and self.should_stop():
            self.stopped = True
        now = monotonic()
        if now - self.told >= PULSE:
            self._tell(self.stage)
        return self.stopped or now - self.started >= self.seconds

    def result(self) -> Result:
        from .bound import choose  # numpy and the solver: only a run pays for them

        problem, ledger = self.problem, self.ledger
        start_from(ledger, self.previous)
        choice = choose(problem, tiers=self.tiers)
        self._tell("bound")
        merit = Merit(problem, tiers=self.tiers)
        construct(ledger, merit, choice.share, self.over)
        self._tell("construct")
        converged = False if self.over() else self._improve(merit)
        self._tell("improve", 1.0)
        plan = named(problem, ledger.cells(), self.previous)
        cells = ledger.cells()
        found = measure(problem, [problem.cell(m) for m in plan.meetings])
        most = choice.bound.utility
        return Result(
            plan=plan,
            quality=found,
            bound=choice.bound,
            gap=max(0.0, 1 - found.utility / most) if most > 0 else 0.0,
            unplaced=explain(problem, cells, choice.bound.prices),
            stopped_because="converged" if converged else "stopped" if self.stopped else "deadline",
        )

    def _improve(self, merit: Merit) -> bool:
        """Improve until nothing gains (True) or time is up (False); nobody who still fits is left out."""
        self.stage = "improve"
        improver = Improver(Judge(self.ledger, merit, self._homes()), self.over, self.seed)
        shaker = Shaker(improver.judge, self.seed)
        converged = improver.run()
        while converged and not shaker.run(self.over, 500):
            converged = improver.run()
        if not converged:
            fill(self.ledger, by_need(self.ledger, merit), lambda: False)
        return converged

    def _homes(self) -> dict[int, tuple[int, int]]:
        """Where the previous plan had each request that still exists."""
        problem, homes = self.problem, {}
        for m in self.previous.meetings if self.previous else ():
            if problem.knows(m):
                homes[problem.requests[m.request]] = (problem.bit[m.slot], problem.venues[m.venue])
        return homes

    def _tell(self, stage: str, fraction: float | None = None) -> None:
        self.told = monotonic()
        if self.on_progress is not None:
            elapsed = (self.told - self.started) / self.seconds if self.seconds > 0 else 1.0
            found = measure(self.problem, self.ledger.cells())
            self.on_progress(stage, min(1.0, elapsed) if fraction is None else fraction, found)
