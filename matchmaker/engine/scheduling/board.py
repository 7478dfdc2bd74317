"""The rules as a board asks them: what is wrong with a plan, may this card go there, where may it go."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .problem import Cell, Problem, bits, problem_of
from .records import Id, Instance, Meeting, Plan
from .rule import N_, Row, Rule
from .rules import RULES
from .standing import Standing

UNKNOWN = N_("This meeting names something that does not exist.")


@dataclass(frozen=True, slots=True)
class Violation:
    """A broken rule: ``label % context`` explains it; ``meetings`` are those that stand against each other."""

    code: str
    label: str
    context: dict[str, Any]
    meetings: tuple[Meeting, ...]


def violations(instance: Instance, plan: Plan) -> list[Violation]:
    """Everything that is wrong with the plan, rule by rule."""
    problem = problem_of(instance)
    strangers = (m for m in plan.meetings if not problem.knows(m))
    found = [Violation("unknown", UNKNOWN, {"request": m.request}, (m,)) for m in strangers]
    cells = list(_known(problem, plan))
    for rule in RULES:
        found += [_violation(problem, rule, row) for row in rule.broken(problem, cells)]
    return found


def check_move(instance: Instance, plan: Plan, request: Id, slot: Id, venue: Id, table: int | None = None) -> list[Violation]:
    """What stands against putting the request here; wherever the plan has it now does not count.

    ``meetings`` of each violation are the others in the way. Raises ValueError on an id that does not exist.
    """
    problem = problem_of(instance)
    cell = problem.cell(Meeting(request, slot, venue, table))
    others = list(_near(problem, plan, cell))
    return [_violation(problem, rule, row) for rule in RULES for row in rule.breaks(problem, cell, others)]


def legal_cells(instance: Instance, plan: Plan, request: Id) -> list[tuple[Id, Id, int | None]]:
    """Every (slot, venue, table) where the request may go while the rest of the plan stays; table is None in a booth.

    Raises ValueError on a request that does not exist.
    """
    problem = problem_of(instance)
    if request not in problem.requests:
        raise ValueError(f"request {request!r} does not exist")
    r = problem.requests[request]
    return free_cells(Standing(problem, (c for c in _known(problem, plan) if c.request != r)), r)


def free_cells(standing: Standing, r: int) -> list[tuple[Id, Id, int | None]]:
    """Every (slot, venue, table) where nothing that stands is in the way of a request, which does not stand itself."""
    problem, legal = standing.problem, []
    for venue, free in standing.free(r):
        tables = range(problem.tables[venue]) if problem.is_pool[venue] else (None,)
        legal += [(slot, venue, table) for slot in bits(free) for table in tables if (slot, venue, table) not in standing.tables]
    venues = problem.instance.venues
    return [(problem.slot_id(t), venues[v].id, table) for t, v, table in sorted(legal, key=lambda c: c[:2])]


def _violation(problem: Problem, rule: Rule, row: Row) -> Violation:
    return Violation(rule.code, rule.label, row.context, tuple(problem.meeting(c) for c in row.cells))


def _known(problem: Problem, plan: Plan) -> Iterator[Cell]:
    return (problem.cell(meeting) for meeting in plan.meetings if problem.knows(meeting))


def _near(problem: Problem, plan: Plan, cell: Cell) -> Iterator[Cell]:
    """The plan's meetings that can share a key with ``cell``: those of its participants and those of its slot."""
    sides = frozenset(problem.sides[cell.request])
    for other in _known(problem, plan):
        if other.request != cell.request and (other.slot == cell.slot or not sides.isdisjoint(problem.sides[other.request])):
            yield other
