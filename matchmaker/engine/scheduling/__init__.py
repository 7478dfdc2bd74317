"""Scheduling: from accepted requests to a plan that breaks no rule, wastes little, and says what it could not do.

``solve`` makes a plan; ``violations``, ``check_move`` and ``legal_cells`` ask the same rules about a plan that people
edit; ``quality`` measures it. Pure: records in, records out.
"""

from .board import Violation, check_move, legal_cells, violations
from .quality import Quality, quality
from .reasons import REASONS, Unplaced, impossible
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
from .solve import ImpossibleLocksError, Result, solve

__all__ = [
    "REASONS",
    "RULES",
    "Fixed",
    "ImpossibleLocksError",
    "Instance",
    "Interpreter",
    "InterpreterPool",
    "Meeting",
    "Mission",
    "Objective",
    "Participant",
    "Person",
    "Plan",
    "Quality",
    "Request",
    "Result",
    "Slot",
    "Unplaced",
    "Venue",
    "Violation",
    "check_move",
    "impossible",
    "legal_cells",
    "quality",
    "read_instance",
    "read_plan",
    "solve",
    "violations",
    "write_plan",
]
