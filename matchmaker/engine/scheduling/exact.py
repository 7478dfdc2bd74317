"""A part of a plan solved exactly by HiGHS while the rest stays, and kept only if the whole plan does not get worse.

The part is a set of meetings that are taken out and of requests that wait. Its variables are their openings, its rows
are what the rules say about these (``Ledger.rows``). What a day loses by gaps is linear in a slot whose neighbours stay;
between free neighbours it is an estimate, which the exact judgement of the trial afterwards makes good. The relaxation
of one slot has nearly always whole numbers, and of several slots mostly; a dive makes the rest whole. That is quicker by
far than to branch, and the next part begins from a better plan.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import numpy as np

from .problem import Cell, bits
from .trial import Judge, Place, Trial

EPSILON = 1e-6
BOLD = 4
"""A dive makes one in so many parts whole at a time."""


class Piece:
    """Some requests of the judge's plan, to be placed anew in some slots."""

    def __init__(self, judge: Judge, movable: Iterable[int], waiting: Iterable[int], slots: int) -> None:
        self.judge = judge
        self.ledger = judge.ledger
        self.problem = judge.ledger.problem
        self.trial = Trial(judge)
        self.used = list(self.ledger.used)  # people's slots before anything is taken out
        self.was: dict[int, Place] = {r: self.trial.remove(r) for r in sorted(movable)}
        self.cells = [Cell(r, t, v) for r in (*self.was, *waiting) for v, free in self.ledger.openings(r) for t in bits(free & slots)]
        self.effort = len(self.cells)

    def solve(self, seconds: float = float("inf")) -> float:
        """Place the requests as well as can be; returns the gain in score, 0 when nothing better was found."""
        chosen = self._choose(seconds)
        for cell in chosen if chosen is not None else ():
            if any(v == cell.venue and free >> cell.slot & 1 for v, free in self.ledger.openings(cell.request)):
                self.trial.place(cell.request, cell.slot, cell.venue)
        if chosen is None or self.trial.gain < -EPSILON:
            self.trial.undo()
        return self.trial.gain

    def _choose(self, seconds: float) -> list[Cell] | None:
        if not self.cells:
            return [Cell(r, *place) for r, place in self.was.items()]
        solver = _solver(seconds)
        solver.passModel(self._model())
        found = self._dive(solver)
        return None if found is None else [cell for cell, x in zip(self.cells, found, strict=True) if x > 0.5]

    def _dive(self, solver: Any) -> Any:
        """Whole numbers for the cells: what the relaxation makes whole stays, then its largest parts are made whole, and so on.

        One part that fits can always be made whole where at most so many may share a thing; several may be too many, then
        it is one. None when the time is over.
        """
        x = self._relaxed(solver)
        while x is not None and len(parts := np.flatnonzero((x > EPSILON) & (x < 1 - EPSILON))):
            solver.changeColsBounds(*_bounds(np.flatnonzero(x >= 1 - EPSILON), 1.0))
            largest = parts[np.argsort(-x[parts], kind="stable")][: max(1, len(parts) // BOLD)]
            solver.changeColsBounds(*_bounds(largest, 1.0))
            x = self._relaxed(solver)
            if x is None and len(largest) > 1:
                solver.changeColsBounds(*_bounds(largest[1:], 0.0))
                x = self._relaxed(solver)
        return x

    def _relaxed(self, solver: Any) -> Any:
        solver.run()
        if solver.modelStatusToString(solver.getModelStatus()) != "Optimal":
            return None
        return np.array(solver.getSolution().col_value)[: len(self.cells)]

    def _weights(self) -> list[float]:
        """What each cell is worth: its request, and what it changes in the days of the two sides as they were."""
        ledger, problem, judge = self.ledger, self.problem, self.judge
        effect: dict[tuple[int, int], float] = {}
        weights = []
        for r, t, v, _ in self.cells:
            worth = judge.merit.local[r] - judge.leaving(r, (t, v)) + judge.leaving(r, None)
            for p in problem.sides[r]:
                if (p, t) not in effect:
                    used = self.used[p]
                    effect[p, t] = ledger.problem.gap_cost(p, used & ~(1 << t)) - ledger.problem.gap_cost(p, used | 1 << t)
                worth += effect[p, t]
            weights.append(worth)
        return weights

    def _model(self) -> Any:
        """One column per cell, one more for each participant whose minimum is not reached without these meetings."""
        import highspy

        number = {cell: n for n, cell in enumerate(self.cells)}
        rows = [([number[c] for c in group], left) for group, left in self.ledger.rows(self.cells)]
        starts, index = [0], []
        for group, _ in rows:
            index += group
            starts.append(len(index))
        value, high = [1.0] * len(index), [float(left) for _, left in rows]
        cost, upper = [-w for w in self._weights()], [1.0] * len(self.cells)
        for p, members in self._short().items():
            index += [*members, len(cost)]
            value += [-1.0] * len(members) + [1.0]
            starts.append(len(index))
            high.append(0.0)
            cost.append(-self.judge.weights.shortfall)
            upper.append(float(self.ledger.missing(p)))
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(cost), len(high)
        model.col_cost_, model.col_lower_, model.col_upper_ = np.array(cost), np.zeros(len(cost)), np.array(upper)
        model.row_lower_, model.row_upper_ = np.full(len(high), -np.inf), np.array(high)
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_, model.a_matrix_.index_ = np.array(starts, dtype=np.int32), np.array(index, dtype=np.int32)
        model.a_matrix_.value_ = np.array(value)
        return model

    def _short(self) -> dict[int, list[int]]:
        """The cells, by number, of everybody who lacks meetings for their minimum."""
        short: dict[int, list[int]] = defaultdict(list)
        for n, cell in enumerate(self.cells):
            for p in self.problem.sides[cell.request]:
                if self.ledger.missing(p):
                    short[p].append(n)
        return short


def _bounds(columns: Any, low: float) -> tuple[int, Any, Any, Any]:
    """Arguments that keep these columns between ``low`` and 1."""
    return len(columns), columns.astype(np.int32), np.full(len(columns), low), np.ones(len(columns))


def _solver(seconds: float) -> Any:
    import highspy

    solver: Any = highspy.Highs.__base__()  # type: ignore[misc]  # the subclass prints a banner before it can be silenced
    for option, value in (("output_flag", False), ("threads", 1), ("presolve", "off")):
        solver.setOptionValue(option, value)
    if seconds < float("inf"):
        solver.setOptionValue("time_limit", max(0.0, seconds))
    return solver
