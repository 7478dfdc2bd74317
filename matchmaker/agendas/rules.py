"""Rules of calendars, and of asking to move a meeting."""

from datetime import datetime

from ..errors import N_, Conflict
from .models import Move

FEEDS = ("person", "company", "table", "interpreter", "mission")  # who has a calendar
VIEWS = (*FEEDS, "hall")  # who has a printed schedule
EXPIRE = "agendas.expire_moves"  # the kind, and the key, of the job that ends questions nobody answered
SWEEP = 900.0  # seconds: a question that has run out is ended, and its asker told, no later than this
MOST_OPTIONS = 6  # places offered to move to: what fits a phone's screen without scrolling
NOTE_LIMIT = 500


def expires_at(move: Move) -> datetime:
    """Return when a question to move is void: when the first of the two slots begins."""
    starts = [slot.starts_at for slot in (move.from_slot, move.slot) if slot is not None]
    return min(starts)


def ensure_open(move: Move, now: datetime) -> None:
    """Raise ``Conflict`` unless the question still waits for its answer."""
    if move.state != "asked":
        raise Conflict(N_("This question was answered or taken back in the meantime. Nothing was changed."))
    if expires_at(move) <= now:
        raise Conflict(N_("This question is void: one of the two times has begun."))
