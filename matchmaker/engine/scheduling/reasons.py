"""Why a request has no place: one honest code for each, found by asking the finished plan."""

from dataclasses import dataclass
from typing import Any

from .ledger import Ledger
from .problem import Problem, problem_of
from .records import Id, Instance
from .rule import N_

REASONS = {
    "no_common_time": N_("There is no time at which both sides are available."),
    "maximum_reached": N_("%(participant)s has reached the maximum of %(limit)s meetings."),
    "no_common_free_slot": N_("Whenever both sides are available, one of them already has a meeting or needs a rest."),
    "no_free_table": N_("Whenever both sides are free, every table they may use is taken."),
    "no_interpreter": N_("Whenever both sides and a table are free, no %(interpreter)s interpreter is."),
    "out_of_time": N_("There is room for this meeting; the run ended before it was placed."),
}
"""The text of every reason code; placeholders are filled from the context."""


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A request without a place, the code of the reason, and the ids and numbers its text needs."""

    request: Id
    reason: str
    context: dict[str, Any]


def impossible(instance: Instance) -> list[Unplaced]:
    """The requests that no plan can place because the two sides are never available together; needs no run."""
    problem = problem_of(instance)
    return [_reason(problem, r, "no_common_time") for r in range(len(problem.sides)) if not problem.window(r)]


def explain(ledger: Ledger) -> list[Unplaced]:
    """The reason of every request without a place, in the order of the requests."""
    return [why(ledger, r) for r, place in enumerate(ledger.at) if place is None]


def why(ledger: Ledger, r: int) -> Unplaced:
    """The first thing that stands in the way everywhere: time, maximum, people, tables, interpreters."""
    problem, window = ledger.problem, ledger.problem.window(r)
    if not window:
        return _reason(problem, r, "no_common_time")
    for p in problem.sides[r]:
        if len(ledger.agenda[p]) >= problem.maximum[p]:
            who = problem.instance.participants[p].id
            return _reason(problem, r, "maximum_reached", participant=who, limit=problem.maximum[p])
    people = rooms = openings = 0
    for venue, lanes in ledger.options(r):
        free = window & ~ledger.shut(ledger.people_lanes(r, venue))
        people |= free
        rooms |= free & ~ledger.shut((problem.venue_lane(venue),))
        openings |= window & ~ledger.shut(lanes)
    if openings:
        return _reason(problem, r, "out_of_time")
    if not people and problem.allowed_venues[r]:
        return _reason(problem, r, "no_common_free_slot")
    return _reason(problem, r, "no_interpreter" if rooms else "no_free_table")


def _reason(problem: Problem, r: int, code: str, **context: Any) -> Unplaced:
    request = problem.instance.requests[r]
    whole = {"a": request.a, "b": request.b, "venues": request.venues, "interpreter": request.interpreter}
    return Unplaced(request.id, code, whole | context)
