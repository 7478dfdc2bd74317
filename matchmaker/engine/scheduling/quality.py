"""How good a plan is, in the measures an organizer reads."""

from collections import Counter
from dataclasses import dataclass

from .problem import Cell, Problem, gaps, problem_of
from .records import Id, Instance, Plan


@dataclass(frozen=True, slots=True)
class Quality:
    """Measures of one plan; ``load`` counts the meetings at each (venue, table), table None in a booth."""

    utility: float
    placed: int
    requests: int
    must_meets: int
    must_meets_placed: int
    shortfall: int
    idle: int
    breaks: int
    score: float
    load: dict[tuple[Id, int | None], int]


def quality(instance: Instance, plan: Plan) -> Quality:
    """The measures of a plan; meetings that name unknown things raise ValueError."""
    problem = problem_of(instance)
    return measure(problem, [problem.cell(m) for m in plan.meetings])


def measure(problem: Problem, cells: list[Cell]) -> Quality:
    """The measures of these placed meetings."""
    instance, weights = problem.instance, problem.instance.objective
    used = [0] * len(problem.participants)
    meetings = [0] * len(problem.participants)
    for cell in cells:
        for p in problem.sides[cell.request]:
            used[p] |= 1 << cell.slot
            meetings[p] += 1
    holes = [gaps(mask & day, problem.available[p] & day) for p, mask in enumerate(used) for day in problem.days if mask & day]
    idle, breaks = sum(h[0] for h in holes), sum(h[1] for h in holes)
    shortfall = sum(max(0, least - n) for least, n in zip(problem.least, meetings, strict=True))
    utility = sum(instance.requests[c.request].utility for c in cells)
    return Quality(
        utility=utility,
        placed=len(cells),
        requests=len(instance.requests),
        must_meets=sum(r.priority == 1 for r in instance.requests),
        must_meets_placed=sum(instance.requests[c.request].priority == 1 for c in cells),
        shortfall=shortfall,
        idle=idle,
        breaks=breaks,
        score=weights.utility * utility - weights.shortfall * shortfall - weights.idle * idle - weights.break_ * breaks,
        load=dict(Counter((instance.venues[c.venue].id, c.table) for c in cells)),
    )
