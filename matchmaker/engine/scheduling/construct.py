"""A first plan in a fraction of a second: what the choice programme picked, then whatever else still fits."""

from collections.abc import Callable, Container
from math import ceil

from .ledger import Ledger
from .problem import Problem, bits
from .records import Plan

WHOLE = 1 - 1e-6


class Merit:
    """What a placed request is worth: its utility and, in a strict tier, more than everything below that tier together.

    ``tiers`` says how many priorities are strict: with 1 the must-meets go before all others, with 2 also priority 2
    before 3, with 0 utility alone decides; with ``everything`` all requests are one strict tier. The meetings people
    ``know`` of are a promise, and of the first tier. ``local`` is worth enough for a choice between few meetings, in
    numbers that a solver can add.
    """

    def __init__(self, problem: Problem, *, tiers: int, everything: bool = False, known: Container[int] = ()) -> None:
        weights, requests = problem.instance.objective, problem.instance.requests
        plain = [weights.utility * r.utility for r in requests]
        whole = 1 + sum(map(abs, plain)) + weights.shortfall * sum(problem.least)
        whole += (weights.idle + weights.break_ + weights.perturbation) * 2 * len(requests) * len(problem.slot_ids)
        whole = ceil(whole)  # integer weights stay integers, so that every gain is exact
        step = 4 * ceil(max(map(abs, plain), default=0) + 2 * weights.shortfall + weights.perturbation)
        tiers = max(tiers, 1) if everything else tiers
        self.tier = [1 if everything or n in known else min(r.priority, tiers + 1) for n, r in enumerate(requests)]
        bonus = {tier: whole * (len(requests) + 1) ** (tiers - tier) for tier in range(1, tiers + 1)} | {tiers + 1: 0}
        self.value = [bonus[tier] + worth for tier, worth in zip(self.tier, plain, strict=True)]
        self.local = [step * (tiers + 1 - tier) + worth for tier, worth in zip(self.tier, plain, strict=True)]


def start_from(ledger: Ledger, previous: Plan | None) -> None:
    """Place the fixed meetings, then those of the previous plan that are still legal where they were."""
    problem = ledger.problem
    for cell in problem.fixed.values():
        ledger.place(cell.request, cell.slot, cell.venue)
    for meeting in previous.meetings if previous else ():
        if problem.knows(meeting):
            r, slot, venue, _ = problem.cell(meeting)
            if ledger.at[r] is None and any(v == venue and free >> slot & 1 for v, free in ledger.openings(r)):
                ledger.place(r, slot, venue)


def construct(ledger: Ledger, merit: Merit, share: list[float], over: Callable[[], bool]) -> None:
    """Place the chosen requests, the tightest first, then all others, the most valuable first."""
    problem = ledger.problem
    degree = [0.0] * len(problem.participants)
    for r, part in enumerate(share):
        for p in problem.sides[r]:
            degree[p] += part
    room = [max(1, mask.bit_count()) for mask in problem.available]

    def tightness(r: int) -> float:
        return max(degree[p] / room[p] for p in problem.sides[r])

    chosen = [r for r, part in enumerate(share) if part > WHOLE]
    chosen.sort(key=lambda r: (merit.tier[r], -tightness(r), problem.window(r).bit_count(), -merit.value[r]))
    fill(ledger, chosen, over)
    fill(ledger, by_need(ledger, merit), over)


def by_need(ledger: Ledger, merit: Merit) -> list[int]:
    """The requests without a place: by tier, then by utility and what they add to a participant's minimum."""
    weight = ledger.problem.instance.objective.shortfall

    def gain(r: int) -> float:
        return merit.value[r] + weight * sum(ledger.missing(p) > 0 for p in ledger.problem.sides[r])

    waiting = [r for r, place in enumerate(ledger.at) if place is None]
    return sorted(waiting, key=lambda r: (merit.tier[r], -gain(r)))


def fill(ledger: Ledger, requests: list[int], over: Callable[[], bool]) -> int:
    """Place each of these requests that has an opening; returns how many were placed."""
    placed = 0
    for r in requests:
        if over():
            break
        if ledger.at[r] is None and (place := best_opening(ledger, r)) is not None:
            ledger.place(r, *place)
            placed += 1
    return placed


def best_opening(ledger: Ledger, request: int) -> tuple[int, int] | None:
    """The (slot, venue) next to most meetings of both sides, then with most room to spare; None if there is none."""
    problem = ledger.problem
    a, b = problem.sides[request]
    beside_a, beside_b = (beside(problem, ledger.used[p]) for p in (a, b))
    best, best_key = None, (-1, -1)
    for venue, free in ledger.openings(request):
        for slot in bits(free):
            near = (beside_a[0] >> slot & 1) + (beside_a[1] >> slot & 1) + (beside_b[0] >> slot & 1) + (beside_b[1] >> slot & 1)
            key = (near, ledger.room(request, slot, venue))
            if key > best_key:
                best, best_key = (slot, venue), key
    return best


def beside(problem: Problem, used: int) -> tuple[int, int]:
    """The slots just after, and just before, the used ones on the same day."""
    return (used << 1) & ~problem.first_slots, (used & ~problem.first_slots) >> 1
