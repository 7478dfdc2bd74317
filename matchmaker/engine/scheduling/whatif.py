"""What would a table, an interpreter, an hour more be worth? Asked of the bound, so that no plan has to be made.

The *bound* says what no plan can exceed; it forgets about single slots, so it does not see what shorter ways bring. The
*estimate* is what a new run would get if it came as near to the new bound as the plan at hand came to the present one,
and at least what is ``sure``: what the plan gets at once when everything is placed that now fits. The three are kept
apart because an estimate is not proven.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .construct import Merit, by_need, fill
from .ledger import Ledger
from .levers import Lever, pull
from .problem import Problem
from .records import Instance, Plan

if TYPE_CHECKING:
    from .bound import Bound


@dataclass(frozen=True, slots=True)
class Gain:
    """What these levers are worth in utility; ``estimate`` and ``sure`` are None without a plan."""

    levers: tuple[Lever, ...]
    bound: float
    gain: float
    estimate: float | None = None
    sure: float | None = None
    sure_meetings: int | None = None


@dataclass(frozen=True, slots=True)
class Outlook:
    """The present bound, what every lever is worth alone, and what all of them are worth together."""

    bound: float
    alone: tuple[Gain, ...]
    together: Gain

    @property
    def surplus(self) -> float:
        """How much more (or, below zero, less) the levers bring together than the sum of each alone."""
        return self.together.gain - sum(g.gain for g in self.alone)


def bound_of(instance: Instance) -> "Bound":
    """Bound every plan of an instance and price what is scarce, whatever its tiers; a second for 60,000 requests."""
    from .bound import choose  # numpy and the solver: only who asks pays for them

    return choose(Problem(instance), tiers=0).bound


def most_utility(instance: Instance) -> float:
    """The utility that no plan of an instance can exceed: that of ``bound_of``, alone."""
    from .bound import most_utility as most

    return most(Problem(instance))


def what_if(instance: Instance, levers: Sequence[Lever], plan: Plan | None = None) -> Outlook:
    """What each of these levers, and all of them, would be worth. Nothing is changed.

    Raises ValueError when a lever names something that does not exist.
    """
    now = most_utility(instance)
    here = _Here(instance, plan, now) if plan is not None else None
    alone = tuple(_gain(instance, (lever,), now, here) for lever in levers)
    together = alone[0] if len(alone) == 1 else _gain(instance, tuple(levers), now, here)
    return Outlook(now, alone, together)


class _Here:
    """The plan at hand, by numbers that hold in the scenario too."""

    def __init__(self, instance: Instance, plan: Plan, bound: float) -> None:
        self.plan = plan
        worth = {r.id: r.utility for r in instance.requests}
        self.utility = sum(worth[m.request] for m in plan.meetings)
        self.share = self.utility / bound if bound > 0 else 0.0

    def filled(self, instance: Instance) -> tuple[float, int]:
        """Utility and meetings that the plan gains at once when what has no place goes wherever there is one."""
        problem = Problem(instance)
        ledger = Ledger(problem)
        ledger.place_all(map(problem.cell, self.plan.meetings))
        before = sum(place is not None for place in ledger.at)
        fill(ledger, by_need(ledger, Merit(problem, tiers=0)), lambda: False)
        utility = sum(r.utility for r, place in zip(instance.requests, ledger.at, strict=True) if place is not None)
        return utility - self.utility, sum(place is not None for place in ledger.at) - before


def _gain(instance: Instance, levers: tuple[Lever, ...], now: float, here: _Here | None) -> Gain:
    scenario = pull(instance, levers)
    bound = most_utility(scenario)
    if here is None:
        return Gain(levers, bound, bound - now)
    sure, meetings = here.filled(scenario)
    return Gain(levers, bound, bound - now, max(sure, here.share * (bound - now)), sure, meetings)
