"""Table numbers, given out when slots and venues stand: people keep their table from round to round."""

from collections import defaultdict

from .problem import Cell, Problem
from .records import Plan


def name_tables(problem: Problem, cells: list[Cell], previous: Plan | None = None) -> list[Cell]:
    """The cells with a table in every pool.

    A fixed meeting keeps its number, then one of the previous plan that did not move; the others sit where their first
    side (the exhibitor) sat in the round before, or at the lowest free table.
    """
    wanted = _wanted(problem, cells, previous)
    rounds: dict[tuple[int, int], list[Cell]] = defaultdict(list)
    for cell in sorted(cells):
        rounds[cell.slot, cell.venue].append(cell)
    sat: dict[tuple[int, int], int] = {}
    named: list[Cell] = []
    for (_, venue), together in sorted(rounds.items()):
        if not problem.is_pool[venue]:
            named += together
            continue
        tables = _seat(problem, together, wanted, sat)
        for cell in together:
            sat[problem.sides[cell.request][0], venue] = tables[cell.request]
            named.append(cell._replace(table=tables[cell.request]))
    return named


def _wanted(problem: Problem, cells: list[Cell], previous: Plan | None) -> dict[int, tuple[int, int]]:
    """The table to keep of each request that stays, with its rank: fixed before previous."""
    wanted = {r: (0, c.table) for r, c in problem.fixed.items() if c.table is not None}
    old = {m.request: m for m in previous.meetings} if previous else {}
    for cell in cells:
        here = problem.meeting(cell)
        was = old.get(here.request)
        if was is not None and was.table is not None and (was.slot, was.venue) == (here.slot, here.venue):
            wanted.setdefault(cell.request, (1, was.table))
    return wanted


def _seat(problem: Problem, together: list[Cell], wanted: dict[int, tuple[int, int]], sat: dict[tuple[int, int], int]) -> dict[int, int]:
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
