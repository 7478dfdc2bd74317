"""A run in a process of its own: the solver cannot overrun the time, a stop is obeyed at once, a crash costs nothing.

The child hands over its plan as it improves. The parent keeps the last one, and finishes it (names, measures, reasons)
when the child ends, is stopped, runs late or dies. A child whose parent is gone ends by itself.
"""

import os
import threading
from array import array
from collections.abc import Callable, Sequence
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection
from time import monotonic
from typing import TYPE_CHECKING, Any

from .problem import Cell, Problem
from .quality import measure
from .records import Instance, Meeting
from .solve import OnProgress, Result, Run, Why, checked, result
from .task import Task

if TYPE_CHECKING:
    from .bound import Bound

GRACE = 0.5
"""So many seconds after the deadline, or after a stop, the child is ended if it has not ended itself."""

POLL = 0.1

OnPlan = Callable[[Sequence[Meeting], float | None], None]


class SolverError(RuntimeError):
    """The child ended before it had any plan."""


def run(
    instance: Instance,
    task: Task | None = None,
    *,
    on_progress: OnProgress | None = None,
    should_stop: Callable[[], bool] | None = None,
    on_plan: OnPlan | None = None,
    **options: Any,
) -> Result:
    """``solve`` in a child process: the same arguments, the same result, and ``stopped_because`` "killed" if it died.

    ``on_plan(meetings, bound)`` is called with every plan that is handed over, so that the caller can keep it.
    The seconds count from the moment the child is ready. Raises what ``solve`` raises, and SolverError.
    """
    task = Task(**options) if task is None else task
    parent = _Parent(instance, task, on_progress, should_stop, on_plan)
    here, there = get_context("spawn").Pipe()
    child = get_context("spawn").Process(target=_work, args=(there, instance, task), name="scheduler", daemon=True)
    child.start()
    there.close()
    try:
        parent.listen(here)
    finally:
        child.kill()
        child.join()
        here.close()
    return parent.result()


class _Parent:
    """What the parent knows of the run."""

    def __init__(
        self,
        instance: Instance,
        task: Task,
        on_progress: OnProgress | None,
        should_stop: Callable[[], bool] | None,
        on_plan: OnPlan | None = None,
    ) -> None:
        self.problem = checked(instance, task)
        self.instance, self.task, self.on_progress, self.should_stop = instance, task, on_progress, should_stop
        self.on_plan = on_plan
        self.cells: list[Cell] | None = None
        self.bound: Bound | None = None
        self.why: Why = "killed"
        self.steps = 0
        self.error: str | None = None
        self.started: float | None = None
        self.seconds = 0.0
        self.kill_at = float("inf")

    def listen(self, child: Connection) -> None:
        """Take what the child says until it ends, or has to be ended."""
        while monotonic() < self.kill_at:
            try:
                if child.poll(POLL) and self._hear(*child.recv()):
                    break
                if self.why != "stopped" and self.should_stop is not None and self.should_stop():
                    self.why, self.kill_at = "stopped", monotonic() + GRACE
                    child.send("stop")
            except (EOFError, OSError):
                break
        else:
            self.why = "stopped" if self.why == "stopped" else "deadline"
        self.seconds = monotonic() - self.started if self.started is not None else 0.0

    def _hear(self, word: str, *said: Any) -> bool:
        """One message; True when it is the last."""
        if word == "ready":
            self.started = monotonic()
            self.kill_at = min(self.kill_at, self.started + self.task.seconds + GRACE)
        elif word == "failed":
            self.error = said[0]
        elif word == "plan":
            stage, fraction, self.bound, packed = said
            self.cells = _unpacked(packed)
            if self.on_progress is not None:
                self.on_progress(stage, fraction, measure(self.problem, self.cells))
            if self.on_plan is not None:
                self.on_plan([self.problem.meeting(cell) for cell in self.cells], self.bound.utility if self.bound else None)
        else:
            self.why, self.steps = said
        return word in ("failed", "ended")

    def result(self) -> Result:
        """The last plan that was handed over. Raises SolverError when there is none."""
        if self.error is not None or self.cells is None:
            if self.why != "stopped" or self.error is not None:
                raise SolverError(self.error or "the scheduler ended before it had a plan")
            self.cells = list(self.problem.fixed.values())
        return result(self.instance, self.task, self.cells, self.bound, self.why, steps=self.steps, seconds=self.seconds)


def _work(parent: Connection, instance: Instance, task: Task) -> None:
    """The child: solve, and hand over every plan."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        import highspy  # noqa: F401 - what is imported before the run does not count as time of solving
        import numpy  # noqa: F401

        problem: Problem = task.problem(instance)
        parent.send(("ready",))

        def watch(stage: str, fraction: float, cells: Sequence[Cell]) -> None:
            parent.send(("plan", stage, fraction, job.bound, _packed(cells)))

        job = Run(problem, task, watch, parent.poll)
        why = job.go()
        parent.send(("ended", why, job.steps))
    except (BrokenPipeError, EOFError):  # the parent has gone
        return
    except Exception as error:
        parent.send(("failed", f"{type(error).__name__}: {error}"))
        raise


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _packed(cells: Sequence[Cell]) -> bytes:
    return array("i", [n for cell in cells for n in cell[:3]]).tobytes()


def _unpacked(packed: bytes) -> list[Cell]:
    numbers = array("i")
    numbers.frombytes(packed)
    return [Cell(*numbers[k : k + 3]) for k in range(0, len(numbers), 3)]
