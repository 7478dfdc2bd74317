"""What is done with the reference: official tables are loaded and put in use, rules are corrected."""

from .rulebook import Values, add_rule, correct_rule, faults, put_back, touch_of, withdraw_rule
from .tables import READ, apply, discard, drop_samples, load, load_lines, load_table, roll_back, take_out

__all__ = [
    "READ", "Values", "add_rule", "apply", "correct_rule", "discard", "drop_samples", "faults", "load", "load_lines", "load_table",
    "put_back", "roll_back", "take_out", "touch_of", "withdraw_rule",
]
