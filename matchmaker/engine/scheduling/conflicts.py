"""Locks that cannot all hold: for every clash the few that stand against each other, so that somebody can lift one."""

from .board import Violation
from .problem import Cell, Problem, problem_of
from .records import Instance
from .rule import N_, Row, Rule
from .rules import RULES

CONFLICTS = {
    "venue-not-allowed": N_("A meeting is locked at %(venue)s, where it may not take place."),
    "slot-not-allowed": N_("A meeting is locked at %(slot)s, a time that was ruled out for it."),
    "unavailable": N_("A meeting of %(participant)s is locked at %(slot)s, when %(participant)s is not available."),
    "clash": N_("More meetings of %(participant)s are locked at %(slot)s than it has people."),
    "max-meetings": N_("More meetings of %(participant)s are locked than its maximum of %(limit)s."),
    "gap": N_("Locked meetings of %(participant)s leave no time to rest or to walk before or after %(slot)s."),
    "venue-capacity": N_("More meetings are locked at %(venue)s at %(slot)s than it has tables."),
    "interpreter-capacity": N_("More meetings with %(interpreter)s interpreters are locked at %(slot)s than there are interpreters."),
}
"""What a set of locks says when it breaks the rule of this code; other rules say their own sentence."""


class ImpossibleLocksError(ValueError):
    """The fixed meetings break the rules among themselves; ``violations`` are minimal: lifting any one lock resolves each."""

    def __init__(self, violations: list[Violation]) -> None:
        super().__init__(f"the fixed meetings contradict each other or the rules in {len(violations)} ways")
        self.violations = violations


def conflicts(instance: Instance) -> list[Violation]:
    """The minimal sets of fixed meetings that cannot all hold, one for every statement they break; empty when all can.

    Table numbers are given out later and do not count. Raises ValueError when the instance contradicts itself.
    """
    return conflicts_of(problem_of(instance))


def conflicts_of(problem: Problem) -> list[Violation]:
    """The same by numbers."""
    found: dict[tuple[str, frozenset[Cell]], Violation] = {}
    for rule in RULES:
        if not rule.code.startswith("table"):
            for row in rule.broken(problem, problem.fixed.values()):
                row = _fewest(problem, rule, row)
                label = CONFLICTS.get(rule.code, rule.label)
                meetings = tuple(problem.meeting(c) for c in row.cells)
                found.setdefault((rule.code, frozenset(row.cells)), Violation(rule.code, label, row.context, meetings))
    return list(found.values())


def _fewest(problem: Problem, rule: Rule, row: Row) -> Row:
    """Deletion filter: drop every meeting without which the rest still breaks the rule."""
    for cell in list(row.cells):
        rest = [c for c in row.cells if c != cell]
        row = next((smaller for smaller in rule.broken(problem, rest) if smaller.cells), row)
    return row
