"""What is done with the reference: official tables are loaded and put in use, rules are corrected."""

from .rulebook import Values, add_rule, correct_rule, put_back, touch_of, withdraw_rule
from .tables import apply, discard, load, roll_back

__all__ = [
    "Values", "add_rule", "apply", "correct_rule", "discard", "load", "put_back", "roll_back", "touch_of", "withdraw_rule",
]
