"""How good a plan is, in the measures an organizer reads, and what one plan does differently from another."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, fields
from itertools import pairwise

from .problem import Cell, Problem, gaps, problem_of
from .records import Id, Instance, Meeting, Plan


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


@dataclass(frozen=True, slots=True)
class Fairness:
    """How evenly people got what they could get: meetings / min(usable requests, maximum), over those who want any.

    ``least`` is the lowest ratio, ``tenth`` the 10th percentile, ``gini`` 0 when all are equal; all 1 and 0 when nobody
    wants a meeting.
    """

    least: float
    tenth: float
    mean: float
    gini: float


@dataclass(frozen=True, slots=True)
class Load:
    """So many of so many in use."""

    used: int
    capacity: int


@dataclass(frozen=True, slots=True)
class Report:
    """Everything worth knowing about a plan.

    ``must_meets_possible`` counts those whose sides have a time in common; ``below_minimum`` says how many meetings each
    participant lacks to the fairness target, ``nothing`` who has requests and no meeting; ``walks`` counts changes of hall
    within a day. Loads are by (venue of tables, slot), (hall, slot) and (interpreter pool, slot); booths count in halls, and
    whoever serves several pools counts in each. ``staff`` counts the meetings of every interpreter known by name.
    """

    quality: Quality
    fairness: Fairness
    must_meets_possible: int
    below_minimum: dict[Id, int]
    nothing: tuple[Id, ...]
    walks: int
    venues: dict[tuple[Id, Id], Load]
    halls: dict[tuple[int, Id], Load]
    interpreters: dict[tuple[Id, Id], Load]
    staff: dict[Id, int]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the second plan does differently: requests by what happens to them, who has to be told, measures as (was, is)."""

    kept: tuple[Id, ...]
    moved_slot: tuple[Id, ...]
    moved_venue: tuple[Id, ...]
    moved_table: tuple[Id, ...]
    dropped: tuple[Id, ...]
    added: tuple[Id, ...]
    told: tuple[Id, ...]
    measures: dict[str, tuple[float, float]]


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


def report(instance: Instance, plan: Plan) -> Report:
    """All measures of a plan; meetings that name unknown things raise ValueError."""
    problem = problem_of(instance)
    cells = [problem.cell(m) for m in plan.meetings]
    meetings = Counter(p for c in cells for p in problem.sides[c.request])
    ids = [p.id for p in instance.participants]
    named = Counter(m.interpreter for m in plan.meetings)
    return Report(
        quality=measure(problem, cells),
        fairness=_fairness(problem, meetings),
        must_meets_possible=sum(r.priority == 1 and bool(problem.window(k)) for k, r in enumerate(instance.requests)),
        below_minimum={ids[p]: least - meetings[p] for p, least in enumerate(problem.least) if meetings[p] < least},
        nothing=tuple(ids[p] for p, degree in enumerate(problem.degree) if degree and not meetings[p]),
        walks=_walks(problem, cells),
        venues=_venue_loads(problem, cells),
        halls=_hall_loads(problem, cells),
        interpreters=_interpreter_loads(problem, cells),
        staff={person.id: named[person.id] for person in instance.staff},
    )


def compare(instance: Instance, first: Plan, second: Plan) -> Comparison:
    """What ``second`` does differently from ``first``. Requests the instance does not have are passed over.

    A meeting moved when its slot, venue or, in a pool, its table is another. Raises ValueError as ``quality`` does.
    """
    pools = {v.id for v in instance.venues if v.kind == "pool"}
    sides = {r.id: (r.a, r.b) for r in instance.requests}
    was, now = (_places(plan, pools, sides) for plan in (first, second))
    both = [r for r in was if r in now]
    changed = [r for r in (*was, *(r for r in now if r not in was)) if was.get(r) != now.get(r)]
    before, after = (quality(instance, Plan(p.instance, tuple(m for m in p.meetings if m.request in sides))) for p in (first, second))
    return Comparison(
        kept=tuple(r for r in both if was[r] == now[r]),
        moved_slot=tuple(r for r in both if was[r][0] != now[r][0]),
        moved_venue=tuple(r for r in both if was[r][0] == now[r][0] and was[r][1] != now[r][1]),
        moved_table=tuple(r for r in both if was[r][:2] == now[r][:2] and was[r] != now[r]),
        dropped=tuple(r for r in was if r not in now),
        added=tuple(r for r in now if r not in was),
        told=tuple(dict.fromkeys(p for r in changed for p in sides[r])),
        measures={f.name: (getattr(before, f.name), getattr(after, f.name)) for f in fields(Quality) if f.name != "load"},
    )


def _places(plan: Plan, pools: set[Id], known: Iterable[Id]) -> dict[Id, tuple[Id, Id, int | None]]:
    def place(m: Meeting) -> tuple[Id, Id, int | None]:
        return m.slot, m.venue, m.table if m.venue in pools else None

    return {m.request: place(m) for m in plan.meetings if m.request in known}


def _fairness(problem: Problem, meetings: Counter[int]) -> Fairness:
    most = {p: max(1, min(degree, problem.maximum[p])) for p, degree in enumerate(problem.degree) if degree}
    ratios = sorted(meetings[p] / limit for p, limit in most.items())
    n, total = len(ratios), sum(ratios)
    if not ratios:
        return Fairness(1.0, 1.0, 1.0, 0.0)
    gini = sum((2 * k - n + 1) * ratio for k, ratio in enumerate(ratios)) / (n * total) if total else 0.0
    return Fairness(ratios[0], ratios[n // 10], total / n, gini)


def _walks(problem: Problem, cells: list[Cell]) -> int:
    """How often a participant's next meeting of the day is in another hall; of a delegation each one is its own walk."""
    agendas: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for cell in cells:
        for p in problem.sides[cell.request]:
            agendas[p, problem.day_of[cell.slot]].append((cell.slot, problem.hall[cell.venue]))
    return sum(hall != other for agenda in agendas.values() for (_, hall), (_, other) in pairwise(sorted(agenda)))


def _venue_loads(problem: Problem, cells: list[Cell]) -> dict[tuple[Id, Id], Load]:
    used = Counter((c.venue, c.slot) for c in cells)
    venues = problem.instance.venues
    return {
        (venues[v].id, slot): Load(used[v, bit], problem.capacity[v][bit])
        for v, pool in enumerate(problem.is_pool)
        if pool
        for slot, bit in problem.bit.items()
    }


def _hall_loads(problem: Problem, cells: list[Cell]) -> dict[tuple[int, Id], Load]:
    used = Counter((problem.hall[c.venue], c.slot) for c in cells)
    capacity: Counter[tuple[int, int]] = Counter()
    for v, hall in enumerate(problem.hall):
        for bit in problem.bit.values():
            capacity[hall, bit] += problem.capacity[v][bit]
    halls = sorted(set(problem.hall))
    return {(hall, slot): Load(used[hall, bit], capacity[hall, bit]) for hall in halls for slot, bit in problem.bit.items()}


def _interpreter_loads(problem: Problem, cells: list[Cell]) -> dict[tuple[Id, Id], Load]:
    used = Counter((problem.interpreter[c.request], c.slot) for c in cells)
    return {
        (pool.id, slot): Load(used[i, bit], problem.desk.among(1 << i, bit))
        for i, pool in enumerate(problem.instance.interpreters)
        for slot, bit in problem.bit.items()
    }
