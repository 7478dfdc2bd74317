"""Names, given out when slots and venues stand: tables, interpreters and people stay together from round to round."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from .problem import Cell, Problem
from .records import Id, Meeting, Plan

Seat = tuple[int, int]


def named(problem: Problem, cells: list[Cell], previous: Plan | None = None) -> Plan:
    """These cells as a plan in which everything has its name: tables, and people and interpreters that are known."""
    cells = sorted(name_tables(problem, cells, previous), key=lambda c: c.request)
    interpreters, people = name_interpreters(problem, cells, previous), name_people(problem, cells, previous)
    meetings = []
    for cell in cells:
        m, (a, b) = problem.meeting(cell), problem.sides[cell.request]
        sat = (people.get((cell.request, a)), people.get((cell.request, b)))
        meetings.append(Meeting(m.request, m.slot, m.venue, m.table, interpreters.get(cell.request), sat))
    return Plan(problem.instance.name, tuple(meetings))


def name_tables(problem: Problem, cells: list[Cell], previous: Plan | None = None) -> list[Cell]:
    """The cells with a table in every pool.

    A fixed meeting keeps its number, then one of the previous plan that did not move; the others sit where their first
    side (the exhibitor) sat in the round before, or at the lowest free table.
    """
    wanted = _wanted(problem, cells, previous)
    rounds: dict[Seat, list[Cell]] = defaultdict(list)
    for cell in sorted(cells):
        rounds[cell.slot, cell.venue].append(cell)
    sat: dict[Seat, int] = {}
    seated: list[Cell] = []
    for (_, venue), together in sorted(rounds.items()):
        if not problem.is_pool[venue]:
            seated += together
            continue
        tables = _seat(problem, together, wanted, sat)
        for cell in together:
            sat[problem.sides[cell.request][0], venue] = tables[cell.request]
            seated.append(cell._replace(table=tables[cell.request]))
    return seated


def _unmoved(problem: Problem, cells: Iterable[Cell], previous: Plan | None) -> dict[int, Meeting]:
    """What the previous plan says about each request that is still at its slot and venue."""
    old = {m.request: m for m in previous.meetings} if previous else {}
    stays: dict[int, Meeting] = {}
    for cell in cells if old else ():
        here = problem.meeting(cell)
        was = old.get(here.request)
        if was is not None and (was.slot, was.venue) == (here.slot, here.venue):
            stays[cell.request] = was
    return stays


def _wanted(problem: Problem, cells: list[Cell], previous: Plan | None) -> dict[int, Seat]:
    """The table to keep of each request that stays, with its rank: fixed before previous."""
    wanted = {r: (0, c.table) for r, c in problem.fixed.items() if c.table is not None}
    for request, was in _unmoved(problem, cells, previous).items():
        if was.table is not None:
            wanted.setdefault(request, (1, was.table))
    return wanted


def _seat(problem: Problem, together: list[Cell], wanted: dict[int, Seat], sat: dict[Seat, int]) -> dict[int, int]:
    """A table for each of the meetings that share a slot and a pool."""
    free = dict.fromkeys(range(problem.tables[together[0].venue]))
    tables: dict[int, int] = {}
    wishes = sorted((rank, cell.request, table) for cell in together for rank, table in [wanted.get(cell.request, (9, -1))])
    wishes += [(10, cell.request, sat.get((problem.sides[cell.request][0], cell.venue), -1)) for cell in together]
    for _, request, table in wishes:
        if request not in tables and table in free:
            tables[request] = table
            del free[table]
    for cell in together:
        if cell.request not in tables:
            tables[cell.request] = next(iter(free))
            del free[tables[cell.request]]
    return tables


def name_interpreters(problem: Problem, cells: Iterable[Cell], previous: Plan | None = None) -> dict[int, Id]:
    """Request -> interpreter by name, in every slot as a matching; meetings served by nameless ones are left out.

    An unmoved meeting keeps its interpreter where that is possible, then people stay in the hall of their last meeting.
    """
    staff = problem.instance.staff
    if not staff:
        return {}
    rounds: dict[int, list[Cell]] = defaultdict(list)
    for cell in cells:
        if problem.interpreter[cell.request] is not None:
            rounds[cell.slot].append(cell)
    numbers = {person.id: n for n, person in enumerate(staff)}
    kept = {r: numbers[m.interpreter] for r, m in _unmoved(problem, cells, previous).items() if m.interpreter in numbers}
    last: dict[int, int] = {}
    found: dict[int, Id] = {}
    for slot, together in sorted(rounds.items()):
        serving = problem.desk.present(slot)
        nameless = [problem.desk.pools[pool][slot] for pool in range(len(problem.desk.pools))]
        ranked = sorted(serving, key=lambda n: n in kept.values())
        wishes = {
            c.request: sorted(
                (n for n in ranked if serving[n] >> (problem.interpreter[c.request] or 0) & 1),
                key=lambda n: (kept.get(c.request) != n, last.get(n) != problem.hall[c.venue]),
            )
            for c in together
        }
        pools = {c.request: problem.interpreter[c.request] or 0 for c in together}
        for request, n in _match(sorted(wishes, key=lambda r: (r not in kept, r)), wishes, pools, nameless).items():
            found[request] = staff[n].id
            last[n] = next(problem.hall[c.venue] for c in together if c.request == request)
    return found


def _match(order: list[int], wishes: Mapping[int, list[int]], pools: Mapping[int, int], nameless: list[int]) -> dict[int, int]:
    """A person for each request, by augmenting paths; who finds none has a nameless interpreter of its pool."""
    holder: dict[int, int] = {}
    anonymous: dict[int, list[int]] = defaultdict(list)

    def seat(request: int, tried: set[int], nobody: bool) -> bool:
        free = next((n for n in wishes[request] if n not in holder), None)  # nobody moves for who can sit elsewhere
        if free is not None:
            holder[free] = request
            return True
        for n in wishes[request]:
            if n not in tried:
                tried.add(n)
                if seat(holder[n], tried, nobody):
                    holder[n] = request
                    return True
        if nobody and len(anonymous[pools[request]]) < nameless[pools[request]]:
            anonymous[pools[request]].append(request)
            return True
        return False

    for request in order:
        if not seat(request, set(), nobody=False):
            seat(request, set(), nobody=True)
    return {request: n for n, request in holder.items()}


def name_people(problem: Problem, cells: Iterable[Cell], previous: Plan | None = None) -> dict[Seat, Id]:
    """(request, participant) -> the person who sits there, for delegations whose people are known.

    Whoever sat at an unmoved meeting sits there again; then whoever can walk there in time, has rested, and met last.
    """
    kept = _unmoved(problem, cells, previous)
    diaries: dict[int, list[Cell]] = defaultdict(list)
    for cell in cells:
        for p in problem.sides[cell.request]:
            if problem.instance.participants[p].people:
                diaries[p].append(cell)
    found: dict[Seat, Id] = {}
    for p, diary in diaries.items():
        _name_delegation(problem, p, sorted(diary, key=lambda c: (c.slot, c.request not in kept, c.request)), kept, found)
    return found


def _name_delegation(problem: Problem, p: int, diary: list[Cell], kept: dict[int, Meeting], found: dict[Seat, Id]) -> None:
    people = {person.id: problem.mask(person.available) for person in problem.instance.participants[p].people}
    last: dict[Id, Cell] = {}
    for cell in diary:
        was = kept[cell.request].people[problem.sides[cell.request].index(p)] if cell.request in kept else None
        free = [n for n, slots in people.items() if slots >> cell.slot & 1 and (n not in last or last[n].slot < cell.slot)]
        if free:
            best = min(free, key=lambda n: (n != was, not _in_time(problem, p, last.get(n), cell), n not in last))
            found[cell.request, p] = best
            last[best] = cell


def _in_time(problem: Problem, p: int, before: Cell | None, cell: Cell) -> bool:
    """Can a person rest and walk from one meeting to the other?"""
    if before is None or problem.day_of[before.slot] != problem.day_of[cell.slot]:
        return True
    walk = problem.instance.travel[problem.hall[before.venue]][problem.hall[cell.venue]]
    return cell.slot - before.slot - 1 >= max(problem.min_gap[p], walk)
