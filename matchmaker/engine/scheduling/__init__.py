"""Scheduling: from accepted requests to a plan that breaks no rule, wastes little, and says what it could not do.

``run`` makes a plan in a process of its own and ``solve`` here and now, as a ``Task`` asks; ``violations``, ``check_move``
and ``legal_cells`` ask the same rules about a plan that people edit; ``report`` and ``compare`` measure it, ``why_not`` says
what stands in the way of a request and ``changes`` what would give it a place; ``what_if`` values tables, interpreters and
hours, ``conflicts`` names locks that cannot all hold.
Pure: records in, records out.
"""

from .blockers import REASONS, Blocker, Unplaced, impossible, why_not
from .board import Violation, check_move, legal_cells, violations
from .changes import Change, Finder, Move, changes
from .conflicts import CONFLICTS, ImpossibleLocksError, conflicts
from .levers import Admitted, Colleague, Interpreters, Lever, Maximum, Present, Rounds, Tables, Walking, pull
from .process import SolverError, run
from .quality import Comparison, Fairness, Load, Quality, Report, compare, quality, report
from .records import (
    Fixed,
    Instance,
    Interpreter,
    InterpreterPool,
    Meeting,
    Mission,
    Objective,
    Participant,
    Person,
    Plan,
    Request,
    Slot,
    Venue,
    read_instance,
    read_plan,
    write_plan,
)
from .rules import RULES
from .solve import Result, solve
from .task import Free, Lock, Task
from .whatif import Gain, Outlook, bound_of, most_utility, what_if

__all__ = [
    "CONFLICTS",
    "REASONS",
    "RULES",
    "Admitted",
    "Blocker",
    "Change",
    "Colleague",
    "Comparison",
    "Fairness",
    "Finder",
    "Fixed",
    "Free",
    "Gain",
    "ImpossibleLocksError",
    "Instance",
    "Interpreter",
    "InterpreterPool",
    "Interpreters",
    "Lever",
    "Load",
    "Lock",
    "Maximum",
    "Meeting",
    "Mission",
    "Move",
    "Objective",
    "Outlook",
    "Participant",
    "Person",
    "Plan",
    "Present",
    "Quality",
    "Report",
    "Request",
    "Result",
    "Rounds",
    "Slot",
    "SolverError",
    "Tables",
    "Task",
    "Unplaced",
    "Venue",
    "Violation",
    "Walking",
    "bound_of",
    "changes",
    "check_move",
    "compare",
    "conflicts",
    "impossible",
    "legal_cells",
    "most_utility",
    "pull",
    "quality",
    "read_instance",
    "read_plan",
    "report",
    "run",
    "solve",
    "violations",
    "what_if",
    "why_not",
    "write_plan",
]
