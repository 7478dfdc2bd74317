"""What organizers do with plans. The last word on double booking is the database's: one occupancy row per thing and slot."""

from .draft import (
    ANYWHERE,
    Place,
    State,
    copy_rows,
    discard,
    legal_places,
    move,
    open_draft,
    set_lock,
    set_locks,
    settle,
    state_of,
    unplace,
    unplace_all,
)
from .edits import redo, undo
from .publishing import drop_slots, leave, publish
from .runs import start_optimising, stop, take_result
from .seating import TOO_LATE, ensure_quiet, grip, occupy, sit, touch
from .versions import annotate, restore

__all__ = [
    "ANYWHERE",
    "TOO_LATE",
    "Place",
    "State",
    "annotate",
    "copy_rows",
    "discard",
    "drop_slots",
    "ensure_quiet",
    "grip",
    "leave",
    "legal_places",
    "move",
    "occupy",
    "open_draft",
    "publish",
    "redo",
    "restore",
    "set_lock",
    "set_locks",
    "settle",
    "sit",
    "start_optimising",
    "state_of",
    "stop",
    "take_result",
    "touch",
    "undo",
    "unplace",
    "unplace_all",
]
