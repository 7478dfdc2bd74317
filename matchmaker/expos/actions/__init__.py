"""What administrators, organizers and companies do with an edition; one module for each thing that is changed."""

from .days import SlotChange, clear_days, plan_days, set_days
from .editions import clone_expo, create_expo, edit_expo
from .floor import add_hall, add_section, add_tables, close_table, edit_halls, edit_sections, set_table_open
from .participation import apply, approve, approve_many, decline, edit_participation, raise_maximum, withdraw
from .people import add_interpreter, name_staff, remove_interpreter, remove_staff

__all__ = [
    "SlotChange", "add_hall", "add_interpreter", "add_section", "add_tables", "apply", "approve", "approve_many", "clear_days",
    "clone_expo", "close_table", "create_expo", "decline", "edit_expo", "edit_halls", "edit_participation", "edit_sections", "name_staff",
    "plan_days", "raise_maximum", "remove_interpreter", "remove_staff", "set_days", "set_table_open", "withdraw",
]
