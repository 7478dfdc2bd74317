"""How good can any plan be? A linear programme that chooses requests and forgets about single slots.

Every participant has at most so many meetings, every venue and interpreter pool at most so many in all: a b-matching.
Its value bounds every plan, its solution says which requests are worth a place, and its dual prices say whose time,
which tables and which interpreters are scarce.
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np

from .problem import Problem, bits
from .records import Id

Named = tuple[str, Id]


@dataclass(frozen=True, slots=True)
class Bound:
    """No plan has more utility or score than this, nor more requests of a strict priority (later ones given the first).

    ``prices`` are in score per further meeting, by ("participant" | "venue" | "interpreter", id); only positive ones.
    """

    utility: float
    score: float
    tiers: dict[int, int]
    prices: dict[Named, float]


@dataclass(frozen=True, slots=True)
class Choice:
    """The bound, and by request number how much of it the best choice places (0 to 1) and what is left of its worth
    when the prices of all it needs are paid.
    """

    bound: Bound
    share: list[float]
    profit: list[float]


def choose(problem: Problem, *, tiers: int = 1) -> Choice:
    """Bound all plans and choose requests; each priority up to ``tiers`` takes precedence over all later ones."""
    model = _Model(problem)
    weights = problem.instance.objective
    utility = np.array([r.utility for r in problem.instance.requests], dtype=float)
    most_utility, *_ = model.maximise(utility, 0.0)
    most_score, prices, share, profit = model.maximise(weights.utility * utility, weights.shortfall)
    counts = {}
    for tier in range(1, tiers + 1):
        members = np.array([float(r.priority == tier) for r in problem.instance.requests])
        if members.any():
            most, *_ = model.maximise(members, 0.0)
            counts[tier] = int(most + 1e-6)
            model.keep(members, most - 1e-6)
    if counts:
        _, _, share, _ = model.maximise(weights.utility * utility, weights.shortfall)
    return Choice(Bound(most_utility, most_score, counts, prices), share, profit)


def most_utility(problem: Problem) -> float:
    """No plan has more utility: the part of ``choose`` that a what-if asks for, at half the price."""
    utility = np.array([r.utility for r in problem.instance.requests], dtype=float)
    return _Model(problem).maximise(utility, 0.0)[0]


def most_meetings(problem: Problem, participant: int, slots: int) -> int:
    """How many meetings of a participant these slots can hold at most, with the rest and all the people they have."""
    if problem.parallel[participant] > 1:
        return min(problem.maximum[participant], slots.bit_count() * problem.parallel[participant])
    count, free_from, day = 0, 0, -1
    for t in bits(slots):
        if problem.day_of[t] != day or t >= free_from:
            count, free_from, day = count + 1, t + problem.min_gap[participant] + 1, problem.day_of[t]
    return min(problem.maximum[participant], count)


class _Model:
    """The programme: one column per request, per shortfall, and per (set of venues, venue) where there is a choice."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.n = len(problem.sides)
        self.lower: list[float] = [float(r in problem.fixed) for r in range(self.n)]
        self.upper: list[float] = [float(r in problem.fixed or self._can_be(r)) for r in range(self.n)]
        self.short: list[int] = []
        self.rows: list[tuple[dict[int, float], float, float]] = []
        self.names: list[tuple[Named, ...]] = []
        self._add_participants()
        self._add_venues()
        self._add_interpreters()
        self._solver: Any = None
        self._known: tuple[Any, Any, Any] = (np.zeros(0, dtype=np.int32),) * 3

    def _can_be(self, request: int) -> bool:
        window = self.problem.window(request)
        capacity = self.problem.capacity
        return any(capacity[v][t] > 0 for v in self.problem.allowed_venues[request] for t in bits(window))

    def _column(self, upper: float) -> int:
        self.lower.append(0.0)
        self.upper.append(upper)
        return len(self.upper) - 1

    def _row(self, columns: dict[int, float], low: float, high: float, *names: Named) -> None:
        """A row, and the scarce things whose price is its dual."""
        self.rows.append((columns, low, high))
        self.names.append(names)

    def _add_participants(self) -> None:
        problem = self.problem
        members: dict[int, list[int]] = defaultdict(list)
        slots = [0] * len(problem.participants)
        for r, sides in enumerate(problem.sides):
            for p in sides:
                members[p].append(r)
                slots[p] |= problem.window(r)
        for p, requests in members.items():
            most = max(most_meetings(problem, p, slots[p]), sum(r in problem.fixed for r in requests))
            ones = dict.fromkeys(requests, 1.0)
            self._row(ones, -np.inf, most, ("participant", problem.instance.participants[p].id))
            if problem.least[p] > 0:
                column = self._column(problem.least[p])
                self.short.append(column)
                self._row({**ones, column: 1.0}, problem.least[p], np.inf)

    def _add_venues(self) -> None:
        """Meetings flow from each set of allowed venues to its venues; this is Hall's condition for all subsets."""
        problem = self.problem
        sets: dict[tuple[int, ...], list[int]] = defaultdict(list)
        for r, venues in enumerate(problem.allowed_venues):
            sets[tuple(sorted(set(venues)))].append(r)
        at: dict[int, dict[int, float]] = defaultdict(dict)
        for venues, requests in sets.items():
            if len(venues) == 1:
                at[venues[0]].update(dict.fromkeys(requests, 1.0))
                continue
            flow = dict.fromkeys(requests, 1.0)
            for v in venues:
                column = self._column(len(requests))
                flow[column], at[v][column] = -1.0, 1.0
            self._row(flow, 0.0, 0.0)
        for v, columns in at.items():
            self._row(columns, -np.inf, sum(problem.capacity[v]), ("venue", problem.instance.venues[v].id))

    def _add_interpreters(self) -> None:
        """Each set of pools that counts in some slot has at most its people of all slots.

        A pool of several sets has a column for its meetings, so that its requests stand in one row.
        """
        problem = self.problem
        members: dict[int, list[int]] = defaultdict(list)
        for r, pool in enumerate(problem.interpreter):
            if pool is not None:
                members[pool].append(r)
        sets = sorted({pools for pools, _ in problem.desk.limits()})
        of = {pool: dict.fromkeys(requests, 1.0) for pool, requests in members.items()}
        for pool, requests in members.items():
            if sum(pools >> pool & 1 for pools in sets) > 1:
                column = self._column(len(requests))
                self._row({**of[pool], column: -1.0}, 0.0, 0.0)
                of[pool] = {column: 1.0}
        for pools in sets:
            columns = {column: 1.0 for pool in bits(pools) if pool in of for column in of[pool]}
            if columns:
                names = [("interpreter", problem.instance.interpreters[pool].id) for pool in bits(pools)]
                self._row(columns, -np.inf, problem.desk.total(pools), *names)

    def keep(self, members: Any, least: float) -> None:
        """From now on, at least so many of these requests."""
        columns = np.flatnonzero(members)
        self._solver.addRow(least, np.inf, len(columns), columns.astype(np.int32), np.ones(len(columns)))
        self._row(dict.fromkeys(columns.tolist(), 1.0), least, np.inf)

    def maximise(self, gain: Any, shortfall: float) -> tuple[float, dict[Named, float], list[float], list[float]]:
        """(valid upper bound, prices, share and profit of each request) for these gains and this price of a shortfall."""
        if not self.upper:
            return 0.0, {}, [], []
        cost = np.zeros(len(self.upper))
        cost[: self.n] = -gain
        cost[self.short] = shortfall
        if self._solver is None:
            self._solver = self._build()
        solver = self._solver
        solver.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), cost)
        solver.run()
        solution = solver.getSolution()
        share = np.clip(np.array(solution.col_value), self.lower, self.upper)[: self.n]
        duals = np.array(solution.row_dual) if solution.dual_valid else np.zeros(len(self.rows))
        bound, reduced = self._valid_bound(cost, duals)
        return bound, self._prices(duals), share.tolist(), (-reduced[: self.n]).tolist()

    def _build(self) -> Any:
        import highspy  # costs a tenth of a second; only a run needs it

        starts, index, value = self._entries()
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(self.upper), len(self.rows)
        model.col_cost_ = np.zeros(len(self.upper))
        model.col_lower_, model.col_upper_ = np.array(self.lower), np.array(self.upper)
        model.row_lower_ = np.array([low for _, low, _ in self.rows], dtype=float)
        model.row_upper_ = np.array([high for _, _, high in self.rows], dtype=float)
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_, model.a_matrix_.index_, model.a_matrix_.value_ = starts, index, value
        solver: Any = highspy.Highs.__base__()  # type: ignore[misc]  # the subclass prints a banner before it can be silenced
        solver.setOptionValue("output_flag", False)
        solver.setOptionValue("threads", 1)
        solver.passModel(model)
        return solver

    def _entries(self) -> tuple[Any, Any, Any]:
        """Where each row begins, and the columns and factors of all rows behind each other."""
        if len(self._known[0]) == len(self.rows) + 1:
            return self._known
        starts = np.cumsum([0] + [len(columns) for columns, _, _ in self.rows]).astype(np.int32)
        index = np.fromiter((c for columns, _, _ in self.rows for c in columns), dtype=np.int32)
        value = np.fromiter((x for columns, _, _ in self.rows for x in columns.values()), dtype=float)
        self._known = starts, index, value
        return self._known

    def _valid_bound(self, cost: Any, duals: Any) -> tuple[float, Any]:
        """Weak duality: whatever the solver's tolerances, any prices of the right sign bound every plan. And what a column costs then."""
        low = np.array([row[1] for row in self.rows], dtype=float)
        high = np.array([row[2] for row in self.rows], dtype=float)
        duals = np.where((duals > 0) & np.isinf(low), 0.0, np.where((duals < 0) & np.isinf(high), 0.0, duals))
        side = np.where(duals > 0, low, high)
        starts, index, value = self._entries()
        reduced = cost - np.bincount(index, weights=np.repeat(duals, np.diff(starts)) * value, minlength=len(cost))
        lower, upper = np.array(self.lower), np.array(self.upper)
        least = float(duals[duals != 0] @ side[duals != 0]) + float(np.where(reduced > 0, lower, upper) @ reduced)
        return -least, reduced

    def _prices(self, duals: Any) -> dict[Named, float]:
        prices: dict[Named, float] = defaultdict(float)
        for names, dual in zip(self.names, duals.tolist(), strict=True):
            if dual < -1e-7:
                for name in names:
                    prices[name] -= dual
        return dict(prices)
