"""From an instance to a plan, as good as the time allows, with its distance from the best conceivable one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any, Literal

from .blockers import Unplaced, explain
from .conflicts import ImpossibleLocksError, conflicts_of
from .construct import Merit, by_need, construct, fill, start_from
from .ledger import Ledger
from .names import named
from .problem import Cell, Problem, problem_of
from .quality import Quality, measure
from .records import Instance, Plan
from .task import Task
from .trial import Judge

if TYPE_CHECKING:
    from .bound import Bound

PULSE = 0.5
"""Seconds between two reports of progress."""

FINISH = 0.04
"""The last share of the time is for people's days alone."""

Why = Literal["optimal", "target", "converged", "iterations", "deadline", "stopped", "killed"]
OnProgress = Callable[[str, float, Quality], None]
Watch = Callable[[str, float, Sequence[Cell]], None]


@dataclass(frozen=True, slots=True)
class Result:
    """A plan and the truth about it.

    ``gap`` is the share of the bound's utility that the plan lacks. ``stopped_because`` says "optimal" only when the score
    reaches the bound of all plans, "converged" when a whole cycle gained nothing. ``steps`` are the parts solved.
    """

    plan: Plan
    quality: Quality
    bound: "Bound"
    gap: float
    unplaced: list[Unplaced]
    stopped_because: Why
    steps: int = 0
    seconds: float = 0.0

    @property
    def impossible(self) -> list[Unplaced]:
        """The requests whose two sides are never available together."""
        return [u for u in self.unplaced if not u.common_time]


def solve(
    instance: Instance,
    task: Task | None = None,
    *,
    on_progress: OnProgress | None = None,
    should_stop: Callable[[], bool] | None = None,
    **options: Any,
) -> Result:
    """The best plan found for this task, here and now; ``options`` are the fields of a ``Task`` that is not given.

    ``on_progress(stage, fraction, quality)`` is called with the stages "bound", "construct" and "improve";
    ``should_stop()`` ends the run with the plan so far. Fixed meetings are placed in any case. A step in the solver may
    exceed the time a little: ``process.run`` does not.

    Raises ImpossibleLocksError when the fixed meetings contradict the rules, ValueError when the instance does itself.
    """
    task = Task(**options) if task is None else task
    problem = checked(instance, task)

    def watch(stage: str, fraction: float, cells: Sequence[Cell]) -> None:
        if on_progress is not None:
            on_progress(stage, fraction, measure(problem, list(cells)))

    run = Run(problem, task, watch, should_stop)
    why = run.go()
    return result(instance, task, run.ledger.cells(), run.bound, why, steps=run.steps, seconds=monotonic() - run.started)


def checked(instance: Instance, task: Task) -> Problem:
    """The problem of a task. Raises what ``solve`` raises."""
    if broken := conflicts_of(problem_of(instance)):
        raise ImpossibleLocksError(broken)
    return task.problem(instance)


def result(
    instance: Instance, task: Task, cells: list[Cell], bound: "Bound | None", why: Why, *, steps: int = 0, seconds: float = 0.0
) -> Result:
    """Everything about these placed meetings: names, measures, the gap, and why the others have no place."""
    if bound is None:
        from .bound import choose

        bound = choose(task.problem(instance), tiers=task.tiers).bound
    problem = problem_of(instance)
    known = task.previous if task.start is None else task.start
    plan = named(problem, cells, known)
    found = measure(problem, [problem.cell(m) for m in plan.meetings])
    most = bound.utility
    gap = max(0.0, 1 - found.utility / most) if most > 0 else 0.0
    return Result(plan, found, bound, gap, explain(problem, cells, bound.prices), why, steps, seconds)


class Run:
    """One run on a problem: a ledger that never gets worse, and the bound once it is known."""

    def __init__(self, problem: Problem, task: Task, watch: Watch, should_stop: Callable[[], bool] | None) -> None:
        self.started = monotonic()
        self.problem, self.task, self.watch, self.should_stop = problem, task, watch, should_stop
        self.ledger = Ledger(problem)
        self.bound: Bound | None = None
        self.steps = 0
        self.stopped: Why | None = None
        self._stage, self._told = "construct", self.started

    def over(self, steps: int = 0, *, reserve: float = 0.0) -> bool:
        """Has the time run out but for a reserve, are all iterations made, or did someone press stop?"""
        if self.stopped is None and self.should_stop is not None and self.should_stop():
            self.stopped = "stopped"
        if self.stopped is None and self.task.iterations is not None and steps >= self.task.iterations:
            self.stopped = "iterations"
        now = monotonic()
        if now - self._told >= PULSE:
            self._tell(self._stage)
        return self.stopped is not None or now - self.started >= self.task.seconds * (1 - reserve)

    def go(self) -> Why:
        """Bound, construct, improve; why it ended."""
        from .bound import choose  # numpy and the solver: only a run pays for them

        start_from(self.ledger, self.task.begin)
        choice = choose(self.problem, tiers=self.task.tiers)
        self.bound = choice.bound
        self._tell("bound")
        homes = self._homes()
        merit = Merit(self.problem, tiers=self.task.tiers, everything=self.task.everything, known=homes)
        construct(self.ledger, merit, choice.share, self.over)
        self._tell("construct")
        why = self._improve(Judge(self.ledger, merit, homes), choice.profit)
        self._tell("improve", 1.0)
        return why

    def _improve(self, judge: Judge, profit: list[float]) -> Why:
        """Improve until nothing gains or time is up; nobody who still fits is left out."""
        from .search import Search, seconds_left

        self._stage = "improve"
        search = Search(judge, profit, self._enough, seconds_left(self.started, self.task.seconds), self.task.seed)
        converged = search.run()
        self.steps = search.steps
        if not converged and self.stopped in (None, "iterations"):
            search.compactor.over = self._late
            search.compactor.compact(search.compactor.waiting())
        if self.stopped != "stopped":
            fill(self.ledger, by_need(self.ledger, judge.merit), lambda: False)
        if self._best():
            return "optimal"
        return self.stopped or ("converged" if converged else "deadline")

    def _late(self) -> bool:
        return monotonic() - self.started >= self.task.seconds

    def _enough(self, steps: int) -> bool:
        """Is the search over, by time, by iterations, or because the plan is as good as was asked for?"""
        if self.stopped is None and steps != self.steps and steps % 10 == 0:
            self.steps = steps
            if self._best():
                self.stopped = "optimal"
            elif self.task.target and self._gap() <= self.task.target:
                self.stopped = "target"
        return self.over(steps, reserve=FINISH)

    def _gap(self) -> float:
        requests = self.problem.instance.requests
        most = self.bound.utility if self.bound else 0.0
        return 1 - sum(requests[c.request].utility for c in self.ledger.cells()) / most if most > 0 else 0.0

    def _best(self) -> bool:
        """Can no plan be better? Where people know a plan already, its changes count too, and nothing is claimed."""
        if self.bound is None or self.task.previous is not None or self._gap() > 1e-3:
            return False
        cells = self.ledger.cells()
        placed = [min(self.problem.instance.requests[c.request].priority, self.task.tiers + 1) for c in cells]
        musts = all(placed.count(tier) >= count for tier, count in self.bound.tiers.items())
        whole = not self.task.everything or len(cells) == len(self.problem.sides)
        return musts and whole and measure(self.problem, cells).score >= self.bound.score - 1e-6 * max(1.0, abs(self.bound.score))

    def _homes(self) -> dict[int, tuple[int, int]]:
        """Where the previous plan had each request that still exists."""
        problem, homes = self.problem, {}
        for m in self.task.previous.meetings if self.task.previous else ():
            if problem.knows(m):
                homes[problem.requests[m.request]] = (problem.bit[m.slot], problem.venues[m.venue])
        return homes

    def _tell(self, stage: str, fraction: float | None = None) -> None:
        self._told = monotonic()
        elapsed = (self._told - self.started) / self.task.seconds if self.task.seconds > 0 else 1.0
        self.watch(stage, min(1.0, elapsed) if fraction is None else fraction, self.ledger.cells())
