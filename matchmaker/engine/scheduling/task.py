"""What is asked of a run: how long, what comes first, what people know already, and which part of the plan may change."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from .construct import start_from
from .ledger import Ledger
from .problem import Cell, Problem, problem_of
from .records import Fixed, Id, Instance, Plan


@dataclass(frozen=True, slots=True)
class Lock:
    """A slot, day, hall or participant whose meetings stay as they are; nothing is added to it either."""

    kind: Literal["slot", "day", "hall", "participant"]
    id: Id


@dataclass(frozen=True, slots=True)
class Free:
    """The part of a plan that may change: what lies in these slots and concerns these people and requests; None means all."""

    slots: frozenset[Id] | None = None
    participants: frozenset[Id] | None = None
    requests: frozenset[Id] | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """One run. The first ``tiers`` priorities are strict: with 1 must-meets go before everything else, with 2 also
    priority 2 goes before 3 (which costs a few percent of utility), with 0 utility alone decides. With ``everything`` one
    meeting more is worth more than any utility.

    ``previous`` is the plan people know: its meetings stay where the rules still allow it, each that moves costs the
    objective's ``perturbation``, and each that is lost several times as much. ``start`` is the plan to begin with where it
    is another one (a draft). Without ``free`` the whole plan may change; ``locks`` hold parts of it in any case (what is
    past is a lock of its slots).

    The run ends after ``seconds``, after ``iterations`` steps (then the plan depends on nothing but the instance and the
    task, if the seconds suffice), when the share of the bound that is missing falls to ``target``, or when nothing gains.
    """

    seconds: float
    seed: int = 0
    tiers: int = 1
    everything: bool = False
    previous: Plan | None = None
    start: Plan | None = None
    free: Free | None = None
    locks: tuple[Lock, ...] = ()
    iterations: int | None = None
    target: float = 0.0

    @property
    def begin(self) -> Plan | None:
        """The plan to begin with."""
        return self.previous if self.start is None else self.start

    def problem(self, instance: Instance) -> Problem:
        """The problem to solve: the instance with all that must not change fixed, and the rest kept out of there."""
        if self.free is None and not self.locks:
            return problem_of(instance)
        return Problem(_narrowed(instance, self))


def _narrowed(instance: Instance, task: Task) -> Instance:
    problem = problem_of(instance)
    ledger = Ledger(problem)
    start_from(ledger, task.begin)
    tables = {m.request: m.table for m in task.begin.meetings} if task.begin else {}
    stays = _stays(problem, task)
    fixed = {f.request: f for f in instance.fixed}
    for cell in ledger.cells():
        meeting = problem.meeting(cell)
        if meeting.request not in fixed and stays(cell):
            fixed[meeting.request] = Fixed(meeting.request, meeting.slot, meeting.venue, tables.get(meeting.request))
    halls = {lock.id for lock in task.locks if lock.kind == "hall"}
    requests = []
    for r, request in enumerate(instance.requests):
        if request.id not in fixed:
            slots = tuple(s for s, t in problem.bit.items() if problem.window(r) >> t & 1 and not stays(Cell(r, t, -1)))
            venues = tuple(v for v in request.venues if problem.hall[problem.venues[v]] not in halls)
            request = replace(request, slots=slots, venues=venues)
        requests.append(request)
    return replace(instance, fixed=tuple(fixed.values()), requests=tuple(requests))


def _stays(problem: Problem, task: Task) -> Callable[[Cell], bool]:
    """Tells of a cell whether it lies in the part that must not change; venue -1 asks for any."""
    free, locked = task.free or Free(), {(lock.kind, lock.id) for lock in task.locks}
    day = {problem.bit[s.id]: s.day for s in problem.instance.slots}

    def stays(cell: Cell) -> bool:
        request = problem.instance.requests[cell.request]
        slot = problem.slot_id(cell.slot)
        if cell.venue >= 0 and ("hall", problem.hall[cell.venue]) in locked:
            return True
        return (
            (free.slots is not None and slot not in free.slots)
            or (free.participants is not None and free.participants.isdisjoint((request.a, request.b)))
            or (free.requests is not None and request.id not in free.requests)
            or not locked.isdisjoint((("slot", slot), ("day", day[cell.slot]), ("participant", request.a), ("participant", request.b)))
        )

    return stays
